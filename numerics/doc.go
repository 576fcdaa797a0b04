// Package numerics is docs/numerics.md in Go: every width, rounding and
// saturation of the machine, and the only Go code of the project that rounds.
//
// width.go     ranges of signed integers, saturation            (notation)
// leak.go      the rounded product of the leak                   (section 3)
// neuron.go    one step of one neuron, as the page says it       (section 4)
// column.go    one step of many neurons, quickly                 (section 4)
// quantise.go  real numbers to integers, with chosen scales      (section 5)
// plasticity.go, plasticity_lfsr.go, plasticity_warmup.go: gate, table, rounding
// of a change, random registers, warm-up sums                    (Plasticity)
//
// It is not the place for choices: which scale, width or clip a network gets
// is decided by the compiler. It imports nothing else of the project.
//
// Invariants: no function panics on any argument inside its stated range; no
// result depends on the architecture (products of floats are never fused).
package numerics
