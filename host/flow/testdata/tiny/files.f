// A design of one module for tests of the flow.
snnc_soc.v
snnc_top.v
