// What the benches of the serial link share: CRC-32 a byte at a time, and a
// queue of bytes as they go on the line. Included after tb.vh.

  function [31:0] crc_byte;                         // by the polynomial, a bit at a time
    input [31:0] crc;
    input [7:0]  value;
    integer k;
    begin
      crc_byte = crc ^ {24'd0, value};
      for (k = 0; k < 8; k = k + 1) crc_byte = crc_byte[0] ? (crc_byte >> 1) ^ 32'hEDB88320 : crc_byte >> 1;
    end
  endfunction

  reg [7:0]  line [0:65535];                        // bytes for the line
  integer    line_end = 0;
  reg [31:0] line_crc;

  task raw;                                         // a byte as it is
    input [7:0] value;
    begin
      line[line_end] = value;
      line_end = line_end + 1;
    end
  endtask

  task stuffed;
    input [7:0] value;
    begin
      if (value == 8'hC0) begin
        raw(8'hDB);
        raw(8'hDC);
      end else if (value == 8'hDB) begin
        raw(8'hDB);
        raw(8'hDD);
      end else raw(value);
      line_crc = crc_byte(line_crc, value);
    end
  endtask

  task frame_start;
    line_crc = 32'hFFFFFFFF;
  endtask

  task frame_end;                                   // with xor 0 a good CRC
    input [31:0] spoil;
    reg [31:0] sum;
    integer k;
    begin
      sum = ~line_crc ^ spoil;
      for (k = 0; k < 4; k = k + 1) stuffed(sum >> (8 * k));
      raw(8'hC0);
    end
  endtask
