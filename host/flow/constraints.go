package flow

import (
	"bytes"
	"fmt"

	"github.com/snnc/snnc/host/board"
)

// constraintsName is the file of pins for a family's tool.
func constraintsName(family string) string {
	switch family {
	case "ice40":
		return "snnc.pcf"
	case "ecp5":
		return "snnc.lpf"
	}
	return "snnc.xdc"
}

// constraints prints the pins of the top level.
func constraints(b *board.Board) []byte {
	var o bytes.Buffer
	type pin struct{ port, site string }
	pins := []pin{{"i_clk", b.Clock.Pin}, {"i_rx", b.UART.RX}, {"o_tx", b.UART.TX}}
	for _, c := range b.Constants {
		pins = append(pins, pin{c.Name, c.Pin})
	}
	fmt.Fprintf(&o, "# Pins of %s.\n", b.Title)
	for _, p := range pins {
		switch b.Family {
		case "ice40":
			fmt.Fprintf(&o, "set_io %s %s\n", p.port, p.site)
		case "ecp5":
			fmt.Fprintf(&o, "LOCATE COMP \"%s\" SITE \"%s\";\nIOBUF PORT \"%[1]s\" IO_TYPE=LVCMOS33;\n", p.port, p.site)
		default:
			fmt.Fprintf(&o, "set_property -dict { PACKAGE_PIN %s IOSTANDARD LVCMOS33 } [get_ports { %s }]\n", p.site, p.port)
		}
	}
	switch b.Family {
	case "ecp5":
		fmt.Fprintf(&o, "FREQUENCY PORT \"i_clk\" %g MHZ;\n", b.Clock.MHz)
	case "xc7":
		fmt.Fprintf(&o, "create_clock -period %.3f -name oscillator [get_ports { i_clk }]\n", 1000/b.Clock.MHz)
	}
	return o.Bytes()
}
