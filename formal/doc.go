// Package formal proves properties of the plasticity unit (rtl/lib/snnc_plastic*.v)
// at small sizes. The statements are plastic_lane_formal.v and plastic_formal.v;
// the test reads them with Yosys and proves the lane's by k-induction
// (yosys-smtbmc, cvc4) and the unit's, whose arithmetic plastic_stubs.v stands for,
// by property-directed reachability (yosys-abc), for any number of cycles. Each
// statement is also shown to fail on a module that is broken in one place.
//
// Registers begin at 0 in the unit's proof, as on an FPGA; in the lane's at anything.
package formal
