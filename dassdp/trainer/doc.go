// Package trainer trains spiking networks by surrogate gradients through time,
// with DA-SSDP as a step after the optimiser's.
//
// build.go       a graph in line becomes layers, build_layers.go each of them,
//
//	topology.go the order they run in
//
// linear.go, conv.go, pooling.go, norm.go, join.go, neuron.go
//
//	layers with their own backward passes
//
// gemm.go        products: tile.go on the vector unit, else gonum; lanes.go what
//
//	else the vector unit does. All give the bits of the plain code
//
// surrogate.go   derivatives of a spike
// loss.go        readouts and losses
// optimiser.go   SGD, Adam, AdamW; schedules; clipping
// quantise.go    training on the integers that the compiler deploys
// rule.go        DA-SSDP after an optimiser step, on spike records and weights
// chip.go        a forward pass on another execution, whose spikes drive the update
// trainer.go     epochs; checkpoint.go their state; log.go, plot.go their record
// export.go      the trained graph, batch norm folded
//
// Inside, images are channel-last, so that a convolution's output rows are
// contiguous; files are channel-first. Values are [step][sample][value].
//
// Invariants: the same seed gives the same bits, whatever the number of
// workers, because every sum is cut into parts by the problem's size alone;
// a layer's discrete model is the compiler's (compiler.Discretise).
package trainer
