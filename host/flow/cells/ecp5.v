// ECP5's cells that Yosys has no simulation model for: block RAM and multiplier as
// its synth_ecp5 uses them, and the PLL, which passes its reference: a period
// of the model's clock is one of the core's. What they do not model, and Yosys
// does not use, stops elaboration or simulation: output registers, asynchronous resets, pipelines.

module DP16KD #(
  parameter DATA_WIDTH_A = 18,
  parameter DATA_WIDTH_B = 18,
  parameter REGMODE_A = "NOREG",
  parameter REGMODE_B = "NOREG",
  parameter RESETMODE = "SYNC",
  parameter ASYNC_RESET_RELEASE = "SYNC",
  parameter CSDECODE_A = "0b000",
  parameter CSDECODE_B = "0b000",
  parameter WRITEMODE_A = "NORMAL",
  parameter WRITEMODE_B = "NORMAL",
  parameter CLKAMUX = "CLKA",
  parameter CLKBMUX = "CLKB",
  parameter GSR = "AUTO",
  parameter [319:0] INITVAL_00 = 320'd0,
  parameter [319:0] INITVAL_01 = 320'd0,
  parameter [319:0] INITVAL_02 = 320'd0,
  parameter [319:0] INITVAL_03 = 320'd0,
  parameter [319:0] INITVAL_04 = 320'd0,
  parameter [319:0] INITVAL_05 = 320'd0,
  parameter [319:0] INITVAL_06 = 320'd0,
  parameter [319:0] INITVAL_07 = 320'd0,
  parameter [319:0] INITVAL_08 = 320'd0,
  parameter [319:0] INITVAL_09 = 320'd0,
  parameter [319:0] INITVAL_0A = 320'd0,
  parameter [319:0] INITVAL_0B = 320'd0,
  parameter [319:0] INITVAL_0C = 320'd0,
  parameter [319:0] INITVAL_0D = 320'd0,
  parameter [319:0] INITVAL_0E = 320'd0,
  parameter [319:0] INITVAL_0F = 320'd0,
  parameter [319:0] INITVAL_10 = 320'd0,
  parameter [319:0] INITVAL_11 = 320'd0,
  parameter [319:0] INITVAL_12 = 320'd0,
  parameter [319:0] INITVAL_13 = 320'd0,
  parameter [319:0] INITVAL_14 = 320'd0,
  parameter [319:0] INITVAL_15 = 320'd0,
  parameter [319:0] INITVAL_16 = 320'd0,
  parameter [319:0] INITVAL_17 = 320'd0,
  parameter [319:0] INITVAL_18 = 320'd0,
  parameter [319:0] INITVAL_19 = 320'd0,
  parameter [319:0] INITVAL_1A = 320'd0,
  parameter [319:0] INITVAL_1B = 320'd0,
  parameter [319:0] INITVAL_1C = 320'd0,
  parameter [319:0] INITVAL_1D = 320'd0,
  parameter [319:0] INITVAL_1E = 320'd0,
  parameter [319:0] INITVAL_1F = 320'd0,
  parameter [319:0] INITVAL_20 = 320'd0,
  parameter [319:0] INITVAL_21 = 320'd0,
  parameter [319:0] INITVAL_22 = 320'd0,
  parameter [319:0] INITVAL_23 = 320'd0,
  parameter [319:0] INITVAL_24 = 320'd0,
  parameter [319:0] INITVAL_25 = 320'd0,
  parameter [319:0] INITVAL_26 = 320'd0,
  parameter [319:0] INITVAL_27 = 320'd0,
  parameter [319:0] INITVAL_28 = 320'd0,
  parameter [319:0] INITVAL_29 = 320'd0,
  parameter [319:0] INITVAL_2A = 320'd0,
  parameter [319:0] INITVAL_2B = 320'd0,
  parameter [319:0] INITVAL_2C = 320'd0,
  parameter [319:0] INITVAL_2D = 320'd0,
  parameter [319:0] INITVAL_2E = 320'd0,
  parameter [319:0] INITVAL_2F = 320'd0,
  parameter [319:0] INITVAL_30 = 320'd0,
  parameter [319:0] INITVAL_31 = 320'd0,
  parameter [319:0] INITVAL_32 = 320'd0,
  parameter [319:0] INITVAL_33 = 320'd0,
  parameter [319:0] INITVAL_34 = 320'd0,
  parameter [319:0] INITVAL_35 = 320'd0,
  parameter [319:0] INITVAL_36 = 320'd0,
  parameter [319:0] INITVAL_37 = 320'd0,
  parameter [319:0] INITVAL_38 = 320'd0,
  parameter [319:0] INITVAL_39 = 320'd0,
  parameter [319:0] INITVAL_3A = 320'd0,
  parameter [319:0] INITVAL_3B = 320'd0,
  parameter [319:0] INITVAL_3C = 320'd0,
  parameter [319:0] INITVAL_3D = 320'd0,
  parameter [319:0] INITVAL_3E = 320'd0,
  parameter [319:0] INITVAL_3F = 320'd0
) (
  input  DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0,
  input  ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0,
  input  CEA, OCEA, CLKA, WEA, RSTA, CSA2, CSA1, CSA0,
  output DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0,
  input  DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0,
  input  ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0,
  input  CEB, OCEB, CLKB, WEB, RSTB, CSB2, CSB1, CSB0,
  output DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0
);

  generate
    if (REGMODE_A != "NOREG" || REGMODE_B != "NOREG") begin : g_check
      snnc_illegal_parameter DP16KD_with_output_registers ();
    end
  endgenerate

  // Yosys takes ASYNC where nothing resets.
  generate
    if (RESETMODE != "SYNC") begin : g_no_reset
      always @(posedge RSTA or posedge RSTB) begin
        $display("DP16KD %m: reset, and its reset is asynchronous, which is not modelled");
        $finish;
      end
    end
  endgenerate

  // 1024 words of 18 bits; an INITVAL has 16 of them in 20 bits each.
  reg [17:0] mem [0:1023];
  wire [64*320-1:0] init = {INITVAL_3F, INITVAL_3E, INITVAL_3D, INITVAL_3C, INITVAL_3B, INITVAL_3A, INITVAL_39, INITVAL_38, INITVAL_37, INITVAL_36, INITVAL_35, INITVAL_34, INITVAL_33, INITVAL_32, INITVAL_31, INITVAL_30, INITVAL_2F, INITVAL_2E, INITVAL_2D, INITVAL_2C, INITVAL_2B, INITVAL_2A, INITVAL_29, INITVAL_28, INITVAL_27, INITVAL_26, INITVAL_25, INITVAL_24, INITVAL_23, INITVAL_22, INITVAL_21, INITVAL_20, INITVAL_1F, INITVAL_1E, INITVAL_1D, INITVAL_1C, INITVAL_1B, INITVAL_1A, INITVAL_19, INITVAL_18, INITVAL_17, INITVAL_16, INITVAL_15, INITVAL_14, INITVAL_13, INITVAL_12, INITVAL_11, INITVAL_10, INITVAL_0F, INITVAL_0E, INITVAL_0D, INITVAL_0C, INITVAL_0B, INITVAL_0A, INITVAL_09, INITVAL_08, INITVAL_07, INITVAL_06, INITVAL_05, INITVAL_04, INITVAL_03, INITVAL_02, INITVAL_01, INITVAL_00};
  integer i;
  initial for (i = 0; i < 1024; i = i + 1) mem[i] = init[20*i +: 18];

  wire [17:0] di_a = {DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0};
  wire [13:0] ad_a = {ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0};
  reg  [17:0] do_a = 18'd0;
  assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0} = do_a;
  wire        clk_a = (CLKAMUX == "INV") ? !CLKA : CLKA;

  wire [17:0] di_b = {DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0};
  wire [13:0] ad_b = {ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0};
  reg  [17:0] do_b = 18'd0;
  assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0} = do_b;
  wire        clk_b = (CLKBMUX == "INV") ? !CLKB : CLKB;

  // The value of an access narrower than a word is in the lowest bits.
  function [17:0] part;
    input [17:0] word;
    input [13:0] address;
    input integer width;
    reg [8:0] half;
    begin
      half = address[3] ? word[17:9] : word[8:0];
      case (width)
        18:      part = word;
        9:       part = {9'd0, half};
        4:       part = {14'd0, address[2] ? half[7:4] : half[3:0]};
        2:       part = {16'd0, half[2*address[2:1] +: 2]};
        default: part = {17'd0, half[address[2:0]]};
      endcase
    end
  endfunction

  function [17:0] merged;
    input [17:0] word;
    input [17:0] data;
    input [13:0] address;
    input integer width;
    integer low;
    begin
      merged = word;
      low    = address[3] ? 9 : 0;
      case (width)
        18: begin
          if (address[0]) merged[8:0]  = data[8:0];
          if (address[1]) merged[17:9] = data[17:9];
        end
        9:       merged[low +: 9] = data[8:0];
        4:       merged[low + 4*address[2] +: 4] = data[3:0];
        2:       merged[low + 2*address[2:1] +: 2] = data[1:0];
        default: merged[low + address[2:0]] = data[0];
      endcase
    end
  endfunction

  generate
    if (DATA_WIDTH_A == 36) begin : g_wide_write // pseudo dual port: A writes both halves
      always @(posedge clk_a) if (CEA) begin
        mem[{ad_a[13:5], 1'b0}] <= merged(mem[{ad_a[13:5], 1'b0}], di_a, {12'd0, ad_a[1:0]}, 18);
        mem[{ad_a[13:5], 1'b1}] <= merged(mem[{ad_a[13:5], 1'b1}], di_b, {12'd0, ad_a[3:2]}, 18);
      end
    end
    if (DATA_WIDTH_B == 36) begin : g_wide_read // and B reads to both outputs
      always @(posedge clk_b) begin
        if (RSTB)     {do_b, do_a} <= 36'd0;
        else if (CEB) {do_b, do_a} <= {mem[{ad_b[13:5], 1'b1}], mem[{ad_b[13:5], 1'b0}]};
      end
    end
    if (DATA_WIDTH_A != 36 && DATA_WIDTH_B != 36) begin : g_a
      always @(posedge clk_a) begin
        if (CEA && WEA) mem[ad_a[13:4]] <= merged(mem[ad_a[13:4]], di_a, ad_a, DATA_WIDTH_A);
        if (RSTA) do_a <= 18'd0;
        else if (CEA && (!WEA || WRITEMODE_A == "READBEFOREWRITE")) do_a <= part(mem[ad_a[13:4]], ad_a, DATA_WIDTH_A);
        else if (CEA && WRITEMODE_A == "WRITETHROUGH") do_a <= part(merged(mem[ad_a[13:4]], di_a, ad_a, DATA_WIDTH_A), ad_a, DATA_WIDTH_A);
      end
    end
    if (DATA_WIDTH_A != 36 && DATA_WIDTH_B != 36) begin : g_b
      always @(posedge clk_b) begin
        if (CEB && WEB) mem[ad_b[13:4]] <= merged(mem[ad_b[13:4]], di_b, ad_b, DATA_WIDTH_B);
        if (RSTB) do_b <= 18'd0;
        else if (CEB && (!WEB || WRITEMODE_B == "READBEFOREWRITE")) do_b <= part(mem[ad_b[13:4]], ad_b, DATA_WIDTH_B);
        else if (CEB && WRITEMODE_B == "WRITETHROUGH") do_b <= part(merged(mem[ad_b[13:4]], di_b, ad_b, DATA_WIDTH_B), ad_b, DATA_WIDTH_B);
      end
    end
    if (DATA_WIDTH_A == 36 && DATA_WIDTH_B != 36) begin : g_narrow_read
      always @(posedge clk_b) begin
        if (RSTB)     do_b <= 18'd0;
        else if (CEB) do_b <= part(mem[ad_b[13:4]], ad_b, DATA_WIDTH_B);
      end
    end
    if (DATA_WIDTH_A != 36 && DATA_WIDTH_B == 36) begin : g_narrow_write
      always @(posedge clk_a) if (CEA && WEA) mem[ad_a[13:4]] <= merged(mem[ad_a[13:4]], di_a, ad_a, DATA_WIDTH_A);
    end
  endgenerate

endmodule

module MULT18X18D #(
  parameter REG_INPUTA_CLK = "NONE",
  parameter REG_INPUTA_CE = "CE0",
  parameter REG_INPUTA_RST = "RST0",
  parameter REG_INPUTB_CLK = "NONE",
  parameter REG_INPUTB_CE = "CE0",
  parameter REG_INPUTB_RST = "RST0",
  parameter REG_INPUTC_CLK = "NONE",
  parameter REG_INPUTC_CE = "CE0",
  parameter REG_INPUTC_RST = "RST0",
  parameter REG_PIPELINE_CLK = "NONE",
  parameter REG_PIPELINE_CE = "CE0",
  parameter REG_PIPELINE_RST = "RST0",
  parameter REG_OUTPUT_CLK = "NONE",
  parameter REG_OUTPUT_CE = "CE0",
  parameter REG_OUTPUT_RST = "RST0",
  parameter CLK0_DIV = "ENABLED",
  parameter CLK1_DIV = "ENABLED",
  parameter CLK2_DIV = "ENABLED",
  parameter CLK3_DIV = "ENABLED",
  parameter HIGHSPEED_CLK = "NONE",
  parameter GSR = "ENABLED",
  parameter CAS_MATCH_REG = "FALSE",
  parameter SOURCEB_MODE = "B_SHIFT",
  parameter MULT_BYPASS = "DISABLED",
  parameter RESETMODE = "SYNC"
) (
  input  A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0,
  input  B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0,
  input  C17, C16, C15, C14, C13, C12, C11, C10, C9, C8, C7, C6, C5, C4, C3, C2, C1, C0,
  input  SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
  input  CLK0, CLK1, CLK2, CLK3, CE0, CE1, CE2, CE3, RST0, RST1, RST2, RST3,
  output P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0,
  output SIGNEDP
);

  generate
    if (REG_INPUTA_CLK != "NONE" || REG_INPUTB_CLK != "NONE" || REG_INPUTC_CLK != "NONE" || REG_PIPELINE_CLK != "NONE" || REG_OUTPUT_CLK != "NONE") begin : g_check
      snnc_illegal_parameter MULT18X18D_with_registers ();
    end
  endgenerate

  wire signed [35:0] a = {{18{SIGNEDA && A17}}, A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0};
  wire signed [35:0] b = {{18{SIGNEDB && B17}}, B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0};
  assign {P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0} = a * b;
  assign SIGNEDP = SIGNEDA || SIGNEDB;

endmodule

module EHXPLLL #(
  parameter CLKI_DIV = 1,
  parameter CLKFB_DIV = 1,
  parameter CLKOP_DIV = 8,
  parameter CLKOS_DIV = 8,
  parameter CLKOS2_DIV = 8,
  parameter CLKOS3_DIV = 8,
  parameter CLKOP_ENABLE = "ENABLED",
  parameter CLKOS_ENABLE = "DISABLED",
  parameter CLKOS2_ENABLE = "DISABLED",
  parameter CLKOS3_ENABLE = "DISABLED",
  parameter CLKOP_CPHASE = 0,
  parameter CLKOS_CPHASE = 0,
  parameter CLKOS2_CPHASE = 0,
  parameter CLKOS3_CPHASE = 0,
  parameter CLKOP_FPHASE = 0,
  parameter CLKOS_FPHASE = 0,
  parameter CLKOS2_FPHASE = 0,
  parameter CLKOS3_FPHASE = 0,
  parameter FEEDBK_PATH = "CLKOP",
  parameter OUTDIVIDER_MUXA = "DIVA",
  parameter OUTDIVIDER_MUXB = "DIVB",
  parameter OUTDIVIDER_MUXC = "DIVC",
  parameter OUTDIVIDER_MUXD = "DIVD",
  parameter PLL_LOCK_MODE = 0,
  parameter STDBY_ENABLE = "DISABLED",
  parameter DPHASE_SOURCE = "DISABLED",
  parameter PLLRST_ENA = "DISABLED",
  parameter INTFB_WAKE = "DISABLED"
) (
  input  CLKI, CLKFB, PHASESEL1, PHASESEL0, PHASEDIR, PHASESTEP, PHASELOADREG, STDBY, PLLWAKESYNC, RST, ENCLKOP, ENCLKOS, ENCLKOS2, ENCLKOS3,
  output CLKOP, CLKOS, CLKOS2, CLKOS3, LOCK, INTLOCK, REFCLK, CLKINTFB
);
  assign CLKOP   = CLKI;
  assign LOCK    = 1'b1;
  assign INTLOCK = 1'b1;
endmodule
