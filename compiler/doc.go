// Package compiler lowers a network graph to a core-mapped program.
//
//	import → check → normalise → discretise → quantise → partition → place → route → lower → cost
//
// The passes stand in pass.go, in order, each with the reason for its place.
// All decisions that a file leaves open are made here and recorded as
// ir.Decision; all arithmetic is package numerics'. The package does not
// execute networks: calibration takes the fixed reference through package
// reference.
//
// Invariants: the same graph, options and calibration data give the same
// program, byte for byte; after every pass the value passes its Validate.
package compiler
