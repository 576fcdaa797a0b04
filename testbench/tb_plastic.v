// Bench of snnc_plastic: learning episodes from a script, with results that
// package dassdp computes. A line is {kind, 4 bits; argument, 28; data, 32}:
//
//   0  end                         5  update row argument, spikes data
//   1  write data at argument      6  step data
//   2  read argument, compare      7  wait until not busy
//   3  a sample starts             8  set bits of the weight memory
//   4  weight row argument added   9  compare bits of the weight memory
//
// Weights are addressed by row * COLUMNS + column of 32 bits.
`default_nettype none
`include "snnc_regs.vh"

module tb_plastic #(
  parameter STEPS    = 4,
  parameter NEURONS  = 10,
  parameter GROUPS   = 1,
  parameter LANES    = 16,
  parameter UPDATE   = 4,
  parameter ROWS     = 16,
  parameter STORED   = 16,
  parameter FRACTION = 8,
  parameter SHIFT    = 7,
  parameter BATCH    = 1,
  parameter SCRIPT   = "plastic.hex",
  parameter SEED     = 1
);
  `include "tb.vh"

  localparam WEIGHT_ROWS = GROUPS * ROWS;
  localparam WEIGHT_ADDR = (WEIGHT_ROWS > 1) ? $clog2(WEIGHT_ROWS) : 1;
  localparam UPDATE_ROWS = GROUPS * LANES / UPDATE;
  localparam UPDATE_ADDR = (UPDATE_ROWS > 1) ? $clog2(UPDATE_ROWS) : 1;
  localparam CLASS       = $clog2(STEPS + 1);
  localparam WIDTH       = LANES * STORED;
  localparam COLUMNS     = (WIDTH + 31) / 32;
  localparam LINES       = 1 << 20;

  reg                    rst     = 1'b1;
  reg                    start   = 1'b0;
  reg                    first   = 1'b0;
  reg  [CLASS-1:0]       now_step = 0;
  reg                    add     = 1'b0;
  reg  [WEIGHT_ADDR-1:0] row     = 0;
  reg                    update  = 1'b0;
  reg  [UPDATE_ADDR-1:0] update_row = 0;
  reg  [UPDATE-1:0]      spikes  = 0;
  reg                    write   = 1'b0;
  reg                    read    = 1'b0;
  reg  [22:0]            offset  = 0;
  reg  [31:0]            data    = 0;
  wire [31:0]            shown;
  wire                   re;
  wire [WEIGHT_ADDR-1:0] raddr;
  reg  [WIDTH-1:0]       rdata   = 0;
  wire                   we;
  wire [WEIGHT_ADDR-1:0] waddr;
  wire [WIDTH-1:0]       wdata;
  wire                   busy;

  snnc_plastic #(
    .STEPS(STEPS), .NEURONS(NEURONS), .GROUPS(GROUPS), .LANES(LANES), .UPDATE(UPDATE), .ROWS(ROWS), .STORED(STORED),
    .FRACTION(FRACTION), .SHIFT(SHIFT), .BATCH(BATCH)
  ) dut (
    .i_clk(clk), .i_rst(rst), .i_start(start), .i_first(first), .i_step(now_step), .i_row_add(add), .i_row(row),
    .i_update(update), .i_update_row(update_row), .i_spikes(spikes), .i_write(write), .i_read(read), .i_offset(offset), .i_data(data),
    .o_data(shown), .o_weight_re(re), .o_weight_raddr(raddr), .i_weights(rdata), .o_weight_we(we), .o_weight_waddr(waddr),
    .o_weights(wdata), .o_busy(busy));

  reg [WIDTH-1:0] memory [0:WEIGHT_ROWS-1];
  always @(posedge clk) begin
    rdata <= re ? memory[raddr] : {COLUMNS{32'hDEADBEEF}};
    if (we) memory[waddr] <= wdata;
  end

  reg [63:0] script [0:LINES-1];
  reg [63:0] line;
  reg [32*COLUMNS-1:0] padded;
  integer at, kind, where, waited;

  initial begin
    $readmemh(SCRIPT, script);
    step;
    rst = 1'b0;
    step;
    at   = 0;
    line = script[0];
    while (line[63:60] != 4'd0) begin
      kind  = line[63:60];
      where = line[59:32];
      if (kind == 8) begin
        padded = memory[where / COLUMNS];
        padded[32*(where % COLUMNS) +: 32] = line[31:0];
        memory[where / COLUMNS] = padded[WIDTH-1:0];
      end else if (kind == 9) begin
        padded = memory[where / COLUMNS];
        check("weights", padded[32*(where % COLUMNS) +: 32], line[31:0]);
      end else if (kind == 7) begin
        waited = 0;
        #1;
        while (busy && waited < 100000) begin
          step;
          waited = waited + 1;
          #1;
        end
        check("busy", busy, 0);
      end else begin
        write      = kind == 1;
        read       = kind == 2;
        start      = kind == 3;
        add        = kind == 4;
        update     = kind == 5;
        offset     = (write || read) ? where : rnd(1 << 23);
        data       = write ? line[31:0] : rnd(0);
        row        = add ? where : rnd(WEIGHT_ROWS);
        update_row = update ? where : rnd(UPDATE_ROWS);
        spikes     = update ? line[31:0] : rnd(0);
        if (kind == 6) begin
          now_step = line[31:0];
          first    = line[31:0] == 0;
        end
        step;
        if (read) begin
          #1 check("o_data", shown, line[31:0]);
        end
        write  = 1'b0;
        read   = 1'b0;
        start  = 1'b0;
        add    = 1'b0;
        update = 1'b0;
      end
      at   = at + 1;
      line = script[at];
    end
    finish;
  end
endmodule

`default_nettype wire
