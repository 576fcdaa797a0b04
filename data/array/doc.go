// Package array reads the typed arrays that files of samples hold: idx (the
// format of MNIST), .npy and .npz, each also inside gzip where that is usual.
//
// It is not a numeric library: an [Array] is a shape, an element kind and the
// elements' bytes, kept as small as the file had them.
//
// Invariants, for every array that a reader returns:
//   - Raw is row-major (C order) and little-endian whatever the file was, and
//     its length is the product of the shape times the element size;
//   - a bool is the byte 0 or 1;
//   - the file held exactly what its header declares: a short file, trailing
//     bytes or an unknown element type is an error, and no reader panics or
//     allocates much more than the file really holds, whatever its header says.
package array
