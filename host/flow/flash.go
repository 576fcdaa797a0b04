package flow

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"time"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/internal/group"
)

// iceprog flashes boards whose USB chip is an FT2232H beside an iCE40.
var iceprog = Tool{Name: "iceprog", Need: "flashing an iCE40 board needs it or openFPGALoader", Install: "make deps-ice40 (Debian: apt-get install fpga-icestorm)", Package: "fpga-icestorm"}

// Flash puts a bitstream on a board that is connected, with openFPGALoader or,
// for iCE40 where that is not there, iceprog. It returns the tool's name.
func Flash(ctx context.Context, b *board.Board, bitstream string) (string, error) {
	path, err := loader.Find()
	tool, args := loader.Name, []string{"-b", b.Flash.Board, bitstream}
	if err != nil && b.Family == "ice40" {
		if p, e := iceprog.Find(); e == nil {
			path, tool, args, err = p, iceprog.Name, []string{bitstream}, nil
		}
	}
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := group.Run(cmd); err != nil {
		if ctx.Err() != nil {
			return tool, ctx.Err()
		}
		last := newTail(8)
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimSpace(line); line != "" {
				last.add(line)
			}
		}
		return tool, &ToolError{Tool: tool + " " + strings.Join(args, " "), Err: err, Last: last.String()}
	}
	return tool, nil
}
