// A stand-in with the ports of an emitted top and none of its work: registers
// that the host can write and read, and ticks of five cycles in which core i
// pushes word k + i with bits 8'hA0 + i in cycle 1 and node i of the network
// gets it in cycle 3. Tests of the harness know what it must show.
`default_nettype none
module snnc_top (
    input  wire        i_clk,
    input  wire        i_rst,
    input  wire        i_valid,
    input  wire        i_write,
    input  wire [23:0] i_addr,
    input  wire [31:0] i_wdata,
    output wire        o_ready,
    output wire [31:0] o_rdata
`ifdef SNNC_TRACE
    ,
    output wire        o_trace_tick_end,
    output wire        o_trace_start,
    output wire [15:0] o_trace_tick,
    output wire [34:0] o_trace_spike_valid,
    output wire [559:0] o_trace_spike_word,
    output wire [279:0] o_trace_spike_bits,
    output wire [35:0] o_trace_net_valid,
    output wire [575:0] o_trace_net_addr,
    output wire [287:0] o_trace_net_bits
`endif
);
    reg [31:0] mem [0:15];
    reg [7:0]  image [0:3];
    reg        wait_q;
    reg        run_q;
    reg [2:0]  phase_q;
    reg [15:0] tick_q;
    reg [15:0] left_q;
    integer    k;

    initial $readmemh("image.hex", image);

    // Every transfer takes two cycles.
    assign o_ready = i_valid && wait_q;
    assign o_rdata = i_addr[7:0] == 8'h12 ? {31'd0, run_q}
                   : i_addr[7:4] == 4'hF ? {24'd0, image[i_addr[1:0]]}
                   : mem[i_addr[3:0]];

    always @(posedge i_clk) begin
        wait_q <= i_valid && !wait_q;
        if (i_rst) begin
            run_q   <= 1'b0;
            phase_q <= 3'd0;
            tick_q  <= 16'd0;
            left_q  <= 16'd0;
            for (k = 0; k < 16; k = k + 1) mem[k] <= 32'd0;
        end else begin
            if (run_q) begin
                phase_q <= phase_q == 3'd4 ? 3'd0 : phase_q + 3'd1;
                if (phase_q == 3'd4) begin
                    tick_q <= tick_q + 16'd1;
                    left_q <= left_q - 16'd1;
                    run_q  <= left_q != 16'd1;
                end
            end
            if (o_ready && i_write) begin
                if (i_addr[7:0] == 8'h10) begin
                    run_q  <= 1'b1;
                    left_q <= mem[1][15:0];
                    if (i_wdata[1]) tick_q <= 16'd0;
                end else if (i_addr[7:0] == 8'h66) begin
                    $display("dying as told");
                    $stop;
                end else if (i_addr[7:4] == 4'd0) begin
                    mem[i_addr[3:0]] <= i_wdata;
                end
            end
        end
    end

`ifdef SNNC_TRACE
    genvar i;
    assign o_trace_start    = run_q && phase_q == 3'd0;
    assign o_trace_tick_end = run_q && phase_q == 3'd4;
    assign o_trace_tick     = tick_q;
    generate
        for (i = 0; i < 35; i = i + 1) begin : g_core
            assign o_trace_spike_valid[i] = run_q && phase_q == 3'd1 && (i % 17 == 0);
            assign o_trace_spike_word[16*i +: 16] = tick_q + i;
            assign o_trace_spike_bits[8*i +: 8] = 8'hA0 + i;
        end
        for (i = 0; i < 36; i = i + 1) begin : g_node
            assign o_trace_net_valid[i] = run_q && phase_q == 3'd3 && i == 33;
            assign o_trace_net_addr[16*i +: 16] = 16'h100 + i;
            assign o_trace_net_bits[8*i +: 8] = 8'h40 + i;
        end
    endgenerate
`endif
endmodule
`default_nettype wire
