// Drives the pins of a board's model: one line of input a cycle, i_rx as 0 or 1; one
// line of output a cycle, o_tx before the cycle's edge.
#include "Vsnnc_board.h"
#include "verilated.h"
#include <cstdio>

double sc_time_stamp() { return 0; }

int main() {
  VerilatedContext context;
  Vsnnc_board top(&context);
  top.i_clk = 0;
  top.i_rx = 1;
  top.eval();
  for (int c = getchar(); c != EOF; c = getchar()) {
    if (c != '0' && c != '1') continue;
    top.i_rx = c == '1';
    top.eval();
    putchar(top.o_tx ? '1' : '0');
    context.timeInc(1);
    top.i_clk = 1;
    top.eval();
    context.timeInc(1);
    top.i_clk = 0;
    top.eval();
  }
  return 0;
}
