// Package hdf5 reads and writes the part of the HDF5 file format that trained networks are exchanged in: NIR graphs
// (.nir) and Lava-dl networks (.net), both written by h5py.
//
// It is for whole files of modest size: groups, attributes and datasets of numbers, strings and booleans, read or
// written as a whole. It is not for partial reads, in-place modification, parallel access, compound types, references
// or virtual and external storage; those are refused by name (ErrUnsupported), never skipped silently.
//
// Invariants:
//   - A damaged, truncated or hostile file gives an error that says where and what was expected (ErrFormat). It never
//     causes a panic, an endless loop, or an allocation that the size of the file does not justify (see maxExpansion).
//   - Values come back exactly as stored, or not at all: a conversion that would lose something is an error.
//   - Written bytes depend on the content only: no time stamps, links in name order.
//
// Section numbers in comments (such as IV.A.2.i) are those of the "HDF5 File Format Specification Version 3.0/4.0"
// (support.hdfgroup.org). Addresses are relative to the superblock; errors give absolute file offsets.
package hdf5
