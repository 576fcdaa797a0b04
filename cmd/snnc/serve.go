package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/virtual"
)

func serveCommand() *cobra.Command {
	var kind, name, listen string
	c := &cobra.Command{
		Use:   "serve DIR --as rtl|netlist|bitstream --listen ADDRESS",
		Short: "Serve a virtual board: the RTL, netlist or bitstream of a design behind a serial line",
		Long: `Verilates the design in DIR with its serial link and serves the line, bit by bit at the pins, over TCP or a
pseudo-terminal: what run, learn, compare and deploy take as a port. The netlist is what Yosys made of the design for
a board (snnc build), with the vendor's cells; the bitstream is read back into logic (iCE40). Hosts come and go; a new
one takes over. Ctrl-C ends it.`,
		Example: `  snnc serve build/net --as rtl --listen tcp:127.0.0.1:4000
  snnc serve build/net --as netlist --board icebreaker --listen pty
  snnc run build/net --port tcp:127.0.0.1:4000 --data demo --samples 20`,
		Args: takes("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if !slices.Contains(virtual.Kinds(), kind) {
				return fmt.Errorf("option as is %q; allowed are %s", kind, strings.Join(virtual.Kinds(), ", "))
			}
			var b *board.Board
			var err error
			if name != "" {
				if b, err = wantedBoard(name); err != nil {
					return err
				}
			}
			if _, err := openProgram(args[0]); err != nil {
				return err
			}
			l, err := virtual.Listen(listen)
			if err != nil {
				return fmt.Errorf("option listen: %w", err)
			}
			// Not open while the model is built: a host would meet silence.
			l.Close()
			bar := newProgress(0)
			bar.note("building the Verilated model")
			m, err := virtual.Build(ctx, args[0], kind, b, virtual.Options{})
			bar.finish()
			if err != nil {
				return err
			}
			process, err := m.Start(ctx)
			if err != nil {
				return err
			}
			defer process.Kill()
			if l, err = virtual.Listen(listen); err != nil {
				return fmt.Errorf("option listen: %w", err)
			}
			defer l.Close()
			of := ""
			if m.Board != "" {
				of = " for " + m.Board
			}
			fmt.Fprintf(cmd.OutOrStdout(), "serving the %s of %s%s at %s (on a board: %.4g MHz, %.0f baud)\n", kind, args[0], of, l.Address(), m.MHz, m.MHz*1e6/float64(m.Divisor))
			err = virtual.Serve(ctx, process, l, notes(cmd))
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return nil // it was asked to end
			}
			return err
		},
	}
	g := group("Virtual board")
	g.StringVar(&kind, "as", virtual.RTL, "`WHAT` is served: rtl, netlist or bitstream")
	g.StringVar(&name, "board", "", "board `NAME` whose build is served; rtl needs none")
	g.StringVar(&listen, "listen", "tcp:127.0.0.1:0", "`ADDRESS` for hosts: tcp:HOST:PORT (port 0: a free one) or pty")
	addGroups(c, g)
	return c
}
