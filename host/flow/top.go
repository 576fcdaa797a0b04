package flow

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/snnc/snnc/host/board"
)

// Top is the name of the module with the board's pins.
const Top = "snnc_board"

// timing is what a build is to run at.
type timing struct {
	pll     *pll // nil: the oscillator itself
	mhz     float64
	divisor int // cycles of a UART bit
	baud    int
}

// clockOf decides on clock and UART. A frequency of 0 is the board's own, and so is a baud of 0.
func clockOf(b *board.Board, mhz float64, baud int) (timing, error) {
	if mhz == 0 {
		mhz = b.Clock.CoreMHz
	}
	if baud == 0 {
		baud = b.UART.Baud
	}
	t := timing{mhz: mhz, baud: baud}
	if d := mhz/b.Clock.MHz - 1; d > 1e-5 || d < -1e-5 {
		p, err := findPLL(b.Family, b.Clock.MHz, mhz)
		if err != nil {
			return t, fmt.Errorf("%s: %w", b.Name, err)
		}
		t.pll, t.mhz = &p, p.MHz
	}
	var off float64
	t.divisor, off = board.Divisor(t.mhz, baud)
	if t.divisor < 4 || off > 0.025 || off < -0.025 {
		return t, fmt.Errorf("%s: a UART of %d baud cannot be made from %g MHz: a bit is %d cycles (4 and more are needed), which is off by %.1f %% (2.5 %% are allowed); choose another --baud or --freq",
			b.Name, baud, t.mhz, t.divisor, 100*off)
	}
	return t, nil
}

// top prints the module that has the board's pins: clock, reset, the system,
// and constants. digest and name go into its comment.
func top(b *board.Board, d *Design, t timing) []byte {
	var o bytes.Buffer
	fmt.Fprintf(&o, "// %s: program %s on %s.\n//\n", Top, d.Digest, b.Title)
	fmt.Fprintf(&o, "// Core clock %g MHz, UART %d baud (%d cycles a bit). Emitted by snnc build.\n`default_nettype none\n\n", t.mhz, t.baud, t.divisor)
	fmt.Fprintf(&o, "module %s (\n", Top)
	fmt.Fprintf(&o, "  input  wire i_clk,%s// pin %s, %g MHz\n  input  wire i_rx,%s// pin %s\n  output wire o_tx%s// pin %s\n",
		pad(12), b.Clock.Pin, b.Clock.MHz, pad(13), b.UART.RX, comma(b)+pad(14-len(comma(b))), b.UART.TX)
	for i, c := range b.Constants {
		sep := ","
		if i == len(b.Constants)-1 {
			sep = ""
		}
		fmt.Fprintf(&o, "  output wire %s%s%s// pin %s\n", c.Name, sep, pad(18-len(c.Name)-len(sep)), c.Pin)
	}
	o.WriteString(");\n\n  wire clk;\n  wire locked;\n  wire rst;\n\n")
	clockGenerator(&o, b, t)
	o.WriteString("  snnc_reset u_reset (\n    .i_clk    (clk),\n    .i_locked (locked),\n    .o_rst    (rst)\n  );\n\n")
	fmt.Fprintf(&o, "  snnc_soc #(\n    .DIVISOR (%d)\n  ) u_soc (\n    .i_clk (clk),\n    .i_rst (rst),\n    .i_rx  (i_rx),\n    .o_tx  (o_tx)\n  );\n\n", t.divisor)
	for _, c := range b.Constants {
		fmt.Fprintf(&o, "  assign %s = 1'b%d;\n\n", c.Name, c.Value)
	}
	o.WriteString("endmodule\n\n`default_nettype wire\n")
	return o.Bytes()
}

func pad(n int) string { return strings.Repeat(" ", max(n, 1)) }

func comma(b *board.Board) string {
	if len(b.Constants) > 0 {
		return ","
	}
	return ""
}

func clockGenerator(o *bytes.Buffer, b *board.Board, t timing) {
	p := t.pll
	if p == nil {
		o.WriteString("  assign clk    = i_clk;\n  assign locked = 1'b1;\n\n")
		return
	}
	switch b.Family {
	case "ice40":
		q := 0
		for 1<<q < int(p.Out) {
			q++
		}
		pin := "REFERENCECLK"
		if b.Clock.PLL == "SB_PLL40_PAD" {
			pin = "PACKAGEPIN"
		}
		fmt.Fprintf(o, "  %s #(\n    .FEEDBACK_PATH (\"SIMPLE\"),\n    .DIVR          (4'd%d),\n    .DIVF          (7'd%d),\n    .DIVQ          (3'd%d),\n    .FILTER_RANGE  (3'd%d)\n  ) u_pll (\n",
			b.Clock.PLL, p.Ref-1, p.Feedback-1, q, p.Filter)
		fmt.Fprintf(o, "    .%-13s (i_clk),\n    .PLLOUTGLOBAL  (clk),\n    .LOCK          (locked),\n    .RESETB        (1'b1),\n    .BYPASS        (1'b0)\n  );\n\n", pin)
	case "ecp5":
		fmt.Fprintf(o, "  (* ICP_CURRENT = \"12\" *) (* LPF_RESISTOR = \"8\" *) (* MFG_ENABLE_FILTEROPAMP = \"1\" *) (* MFG_GMCREF_SEL = \"2\" *)\n"+
			"  EHXPLLL #(\n    .PLLRST_ENA      (\"DISABLED\"),\n    .INTFB_WAKE      (\"DISABLED\"),\n    .STDBY_ENABLE    (\"DISABLED\"),\n    .DPHASE_SOURCE   (\"DISABLED\"),\n"+
			"    .OUTDIVIDER_MUXA (\"DIVA\"),\n    .CLKI_DIV        (%d),\n    .CLKOP_ENABLE    (\"ENABLED\"),\n    .CLKOP_DIV       (%d),\n    .CLKOP_CPHASE    (%d),\n    .CLKOP_FPHASE    (0),\n"+
			"    .FEEDBK_PATH     (\"CLKOP\"),\n    .CLKFB_DIV       (%d)\n  ) u_pll (\n", p.Ref, int(p.Out), int(p.Out)/2-1+int(p.Out)%2, p.Feedback)
		o.WriteString("    .RST          (1'b0),\n    .STDBY        (1'b0),\n    .CLKI         (i_clk),\n    .CLKOP        (clk),\n    .CLKFB        (clk),\n    .CLKINTFB     (),\n" +
			"    .PHASESEL0    (1'b0),\n    .PHASESEL1    (1'b0),\n    .PHASEDIR     (1'b1),\n    .PHASESTEP    (1'b1),\n    .PHASELOADREG (1'b1),\n    .PLLWAKESYNC  (1'b0),\n    .ENCLKOP      (1'b0),\n    .LOCK         (locked)\n  );\n\n")
	case "xc7":
		o.WriteString("  wire feedback;\n  wire clk_mmcm;\n\n")
		fmt.Fprintf(o, "  MMCME2_BASE #(\n    .CLKIN1_PERIOD    (%.3f),\n    .DIVCLK_DIVIDE    (%d),\n    .CLKFBOUT_MULT_F  (%d.0),\n    .CLKOUT0_DIVIDE_F (%g.0)\n  ) u_mmcm (\n", 1000/b.Clock.MHz, p.Ref, p.Feedback, p.Out)
		o.WriteString("    .CLKIN1   (i_clk),\n    .CLKFBIN  (feedback),\n    .CLKFBOUT (feedback),\n    .CLKOUT0  (clk_mmcm),\n    .LOCKED   (locked),\n    .PWRDWN   (1'b0),\n    .RST      (1'b0)\n  );\n\n  BUFG u_bufg (\n    .I (clk_mmcm),\n    .O (clk)\n  );\n\n")
	}
}
