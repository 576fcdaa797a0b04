snnc_top.v
