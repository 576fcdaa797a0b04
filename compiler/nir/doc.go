// Package nir reads and writes NIR files: HDF5 with /version, /node/type,
// /node/nodes/<name>/… and /node/edges, nested for subgraphs, as the nir
// package's serialization module lays them out.
//
// It keeps every dataset's type and shape, so that reading and writing lose
// nothing, and gives no meaning to them: discretisation is the compiler's.
package nir
