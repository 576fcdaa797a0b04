// Register map of the host bus (docs/machine.md, section 7).
// Generated from host/regmap by go generate; do not edit.

`ifndef SNNC_REGS_VH
`define SNNC_REGS_VH

`define SNNC_ID_VALUE      32'h534E4E43
`define SNNC_VERSION_VALUE 32'd2

// Regions: the upper bits of the 24-bit word address.
`define SNNC_REGION_CONTROL 16'h0000 // bits 23..8
`define SNNC_REGION_EVENTS  3'h1     // bits 23..21
`define SNNC_REGION_INPUT   2'h1     // bits 23..22
`define SNNC_REGION_WINDOW  1'h1     // bit 23

// Control registers: bits 7..0 of the word address.
`define SNNC_REG_ID          8'h00
`define SNNC_REG_VERSION     8'h01
`define SNNC_REG_DIGEST0     8'h02
`define SNNC_REG_DIGEST1     8'h03
`define SNNC_REG_DIGEST2     8'h04
`define SNNC_REG_DIGEST3     8'h05
`define SNNC_REG_CORES       8'h06
`define SNNC_REG_STEPS       8'h07
`define SNNC_REG_CTRL        8'h10
`define SNNC_REG_RUN_TICKS   8'h11
`define SNNC_REG_STATUS      8'h12
`define SNNC_REG_TICK        8'h13
`define SNNC_REG_CYCLES_LO   8'h14
`define SNNC_REG_CYCLES_HI   8'h15
`define SNNC_REG_TICK_CYCLES 8'h16
`define SNNC_REG_SELECT      8'h17
`define SNNC_REG_EVENTS      8'h20
`define SNNC_REG_EVENT_POP   8'h21

// Bit positions.
`define SNNC_CTRL_NEW_SAMPLE 1
`define SNNC_CTRL_RUN 0
`define SNNC_STATUS_SEALED 4
`define SNNC_STATUS_BLIND 3
`define SNNC_STATUS_LOAD 2
`define SNNC_STATUS_EVENTS 1
`define SNNC_STATUS_RUNNING 0

// Memories of a core, as SELECT[7:0] numbers them.
`define SNNC_MEM_WEIGHTS  8'd0
`define SNNC_MEM_PARAMS   8'd1
`define SNNC_MEM_STATE    8'd2
`define SNNC_MEM_CURRENT  8'd3
`define SNNC_MEM_SPIKES   8'd4
`define SNNC_MEM_INPUT    8'd5
`define SNNC_MEM_LEARN    8'd6
`define SNNC_MEM_CONFIG   8'd7
`define SNNC_MEM_SEGMENTS 8'd8
`define SNNC_MEM_ACROSS   8'd9
`define SNNC_MEM_DOWN     8'd10
`define SNNC_MEM_ROUTES   8'd11

// Configuration of an overlay's core: words, and bit positions in the first.
`define SNNC_CONFIGS          21
`define SNNC_CFG_FLAGS        0
`define SNNC_CFG_LEVEL        1
`define SNNC_CFG_STEPS        2
`define SNNC_CFG_INTERVAL     3
`define SNNC_CFG_LAST_BLOCK   4
`define SNNC_CFG_LAST_COLUMN  5
`define SNNC_CFG_LAST_LINE    6
`define SNNC_CFG_LAST_GROUP   7
`define SNNC_CFG_LAST_UPDATE  8
`define SNNC_CFG_LAST_PARAM   9
`define SNNC_CFG_ROWS         10
`define SNNC_CFG_LAST_SEGMENT 11
`define SNNC_CFG_HELD         12
`define SNNC_CFG_BLOCK_BITS   13
`define SNNC_CFG_NX           14
`define SNNC_CFG_NY           15
`define SNNC_CFG_INPUT_BASE   16
`define SNNC_CFG_RING_MASK    17
`define SNNC_CFG_RING_SHIFT   18
`define SNNC_CFG_LAST_ROUTE   19
`define SNNC_CFG_RESET        20
`define SNNC_CFG_RESET_MODE   8
`define SNNC_CFG_SOME_ROUTES  7
`define SNNC_CFG_ALL_HELD     6
`define SNNC_CFG_SOME_HELD    5
`define SNNC_CFG_AT_LEAST     4
`define SNNC_CFG_KEEP_CURRENT 3
`define SNNC_CFG_KEEP         2
`define SNNC_CFG_SHARED       1
`define SNNC_CFG_ENABLE       0

// Plasticity unit: bits 22..10 of the window offset, or bits 5..0 where those are 0.
`define SNNC_LEARN_TABLE 13'd1
`define SNNC_LEARN_SEEDS 13'd2
`define SNNC_LEARN_CTRL       6'h00
`define SNNC_LEARN_COMMAND    6'h01
`define SNNC_LEARN_LOSS       6'h02
`define SNNC_LEARN_GATE_A     6'h04
`define SNNC_LEARN_GATE_B     6'h05
`define SNNC_LEARN_PAIRS      6'h08
`define SNNC_LEARN_GATE       6'h09
`define SNNC_LEARN_CYCLES     6'h0A
`define SNNC_LEARN_REWARD 2
`define SNNC_LEARN_LAST 1
`define SNNC_LEARN_CAPTURE 0
`define SNNC_LEARN_FORGET 4
`define SNNC_LEARN_SWEEP 3
`define SNNC_LEARN_RECORD 2
`define SNNC_LEARN_END 1
`define SNNC_LEARN_CLEAR 0

// Serial link: docs/link.md.
`define SNNC_SLIP_END     8'hC0
`define SNNC_SLIP_ESC     8'hDB
`define SNNC_SLIP_ESC_END 8'hDC
`define SNNC_SLIP_ESC_ESC 8'hDD
`define SNNC_LINK_REQUEST 4'h5 // bits 7..4 of a frame's first byte
`define SNNC_LINK_REPLY   4'hA
`define SNNC_LINK_WRITE 0
`define SNNC_LINK_SAME 1
`define SNNC_LINK_WAIT 2
`define SNNC_LINK_HELLO 3
`define SNNC_LINK_DATA 0 // of a reply: words follow
`define SNNC_LINK_REPLY_ACK   4'h0
`define SNNC_LINK_REPLY_DATA  4'h1
`define SNNC_LINK_REPLY_GAP   4'h2
`define SNNC_LINK_REPLY_BUSY  4'h4
`define SNNC_LINK_REPLY_LOST  4'h6
`define SNNC_LINK_REPLY_BAD   4'h8
`define SNNC_LINK_REPLY_HELLO 4'hA

`endif
