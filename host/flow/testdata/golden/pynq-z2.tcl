# Makes snnc.bit for TUL PYNQ-Z2 with Vivado:
#   cd here; vivado -mode batch -source build.tcl
# Reports go beside it. The last lines check timing: the script fails if it is not met.

set_part xc7z020clg400-1
read_verilog snnc_soc.v
read_verilog snnc_board.v
read_xdc snnc.xdc
synth_design -top snnc_board -part xc7z020clg400-1 -include_dirs .
opt_design
place_design
phys_opt_design
route_design
report_utilization -file utilisation.txt
report_timing_summary -file timing.txt
set slack [get_property SLACK [get_timing_paths -delay_type max -max_paths 1]]
if {$slack < 0} { error "timing is not met: worst slack $slack ns; lower the clock with snnc build --freq" }
write_bitstream -force snnc.bit
