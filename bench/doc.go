// Package bench measures what the documents claim, beside what others need for
// the same: `make bench` runs it, prints a table and writes build/bench.json.
//
//	bench.go         the list of what is measured, and where it runs
//	measurement.go   a figure, the table and the file
//	simulator.go     the simulator against the Verilated RTL
//	speed.go         how two sides are timed in turn
//	rtl.go, harness/ the Verilated side, without pipes and polling
//	mnist.go         accuracy, cycles and throughput on the MNIST test set
//	learning.go      cycles of learning on the chip beside those of inference
//	learning_area.go LUTs of the plasticity unit, by Yosys
//	peer.go, peers/  snnTorch on the same images
//	compile.go       time and memory of compiling a large network
//	placement.go     where cores are put, against placements that look at no traffic
//
// It judges nothing: figures are read by people. What must be equal to be
// comparable (cycles, events, spikes, order) is checked, and a difference is an
// error. What a machine lacks (Verilator, MNIST, Python) is left out with a line
// that says so.
package bench
