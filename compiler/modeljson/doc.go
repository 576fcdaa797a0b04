// Package modeljson reads and writes model.json, the documented text form of
// an ir.Graph (docs/model.md). It is not a second model: every node type and
// field comes from the registry in package ir, so a new type needs no code here.
//
// Invariants: what Encode writes, Decode reads back equal; a document is
// accepted only if it satisfies the schema (Schema) and ir.Graph.Validate; a
// document reads no file outside its own directory.
package modeljson
