// Package augment changes training samples at random: pictures [channels][height]
// [width] and binned recordings [bins][2][height][width], as float32 values.
//
// An [Augmenter] is made once for a shape; [Augmenter.Apply] changes one sample,
// chosen by a seed that the caller derives from the run, the epoch and the sample
// with [Seed]. The single functions (Flip, Shift, Thin, …) do one thing, without
// chance but for Thin.
//
// Invariants:
//   - the result depends on the input, the options and the seed alone, on every
//     machine and in every version of Go: the generator is our own;
//   - what comes in from outside a picture is 0;
//   - all the bins of a recording are moved alike.
package augment
