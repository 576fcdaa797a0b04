package main

import (
	"context"
	"fmt"

	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/host/target"
	"github.com/snnc/snnc/ir"
)

// portFlags say where a board is.
type portFlags struct {
	port  string
	board string
	baud  int
	load  bool
}

func (f *portFlags) group() *flagGroup {
	g := group("Board")
	f.addTo(g)
	g.BoolVar(&f.load, "load", false, "load all weights and parameters first, also those that the bitstream begins with")
	return g
}

func (f *portFlags) addTo(g *flagGroup) {
	g.StringVar(&f.port, "port", "", "`PORT` of the board: a serial port, or tcp:HOST:PORT of snnc serve (default: found by --board)")
	g.StringVar(&f.board, "board", "", "board `NAME`: its port is found by its USB chip, its baud rate in the build")
	g.IntVar(&f.baud, "baud", 0, "bits a second `N` of a serial port (default the build's, or 1000000)")
}

// open finds and opens the board.
func (f *portFlags) open(ctx context.Context, dir string, p *ir.Program) (*target.Target, error) {
	port, baud := f.port, f.baud
	if port == "" && f.board == "" {
		return nil, fmt.Errorf("option --port PORT is missing (or --board NAME, to find it); snnc doctor lists the ports")
	}
	if f.baud != 0 && (f.baud < 9600 || f.baud > 12000000) {
		return nil, fmt.Errorf("option baud is %d; allowed are 9600 to 12000000", f.baud)
	}
	if f.board != "" {
		b, err := wantedBoard(f.board)
		if err != nil {
			return nil, err
		}
		if baud == 0 {
			if baud = b.UART.Baud; dir != "" {
				if s, _, err := flow.Load(dir, b); err == nil {
					baud = s.Baud
				}
			}
		}
		if port == "" {
			if port, err = target.FindPort(b); err != nil {
				return nil, err
			}
		}
	}
	return target.Open(ctx, port, p, target.Options{Baud: baud, Load: f.load})
}
