package main

import (
	"fmt"
	"io"
	"os"
	"sort"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/snnc/snnc/dassdp/trainer"
	"github.com/snnc/snnc/internal/table"
)

// trainBar tells on stderr how training goes: a line an epoch, and on a
// terminal what is under way.
type trainBar struct {
	terminal bool
	start    time.Time
	first    int // updates done when it began
	last     time.Time
}

func newTrainBar() *trainBar {
	return &trainBar{terminal: isatty.IsTerminal(os.Stderr.Fd()), first: -1}
}

func (b *trainBar) step(done, of int, loss, right float64) {
	now := time.Now()
	if b.first < 0 {
		b.first, b.start = done-1, now
	}
	if !b.terminal || now.Sub(b.last) < 200*time.Millisecond || done == b.first+1 {
		return
	}
	b.last = now
	left := time.Duration(float64(now.Sub(b.start)) / float64(done-b.first-1) * float64(of-done))
	fmt.Fprintf(os.Stderr, "\033[2K\rupdate %d / %d  loss %.4f  %.2f %%  %v left", done, of, loss, 100*right, left.Round(time.Second))
}

// doing shows on a terminal what takes a while before the next update.
func (b *trainBar) doing(what string) {
	if b.terminal {
		fmt.Fprintf(os.Stderr, "\033[2K\r%s", what)
	}
}

// note tells what the user should know.
func (b *trainBar) note(text string) {
	if b.terminal {
		fmt.Fprint(os.Stderr, "\033[2K\r")
	}
	fmt.Fprintln(os.Stderr, "snnc: note:", text)
}

func (b *trainBar) epoch(e *trainer.EpochRecord, of int) {
	if b.terminal {
		fmt.Fprint(os.Stderr, "\033[2K\r")
	}
	text := fmt.Sprintf("epoch %3d / %d  loss %.4f  training %.2f %%", e.Epoch, of, e.Loss, 100*e.Accuracy)
	if e.Test != nil {
		text += fmt.Sprintf("  test %.2f %%", 100**e.Test)
	}
	for _, g := range e.Gates {
		text += fmt.Sprintf("  %s k %+.3f", g.Layer, g.K)
	}
	fmt.Fprintf(os.Stderr, "%s  %.0f s\n", text, e.Seconds)
}

func (r *trainReport) text(w io.Writer) error {
	fmt.Fprintf(w, "%s, %d parameters, trained on %s in %.0f s\n\n", r.Model, r.Parameters, r.Data, r.Seconds)
	var rows [][]any
	for _, e := range r.Epochs {
		row := []any{e.Epoch, fmt.Sprintf("%.4f", e.Loss), fmt.Sprintf("%.2f", 100*e.Accuracy), table.None}
		if e.Test != nil {
			row[3] = fmt.Sprintf("%.2f", 100**e.Test)
		}
		rows = append(rows, row)
	}
	if err := table.Write(w, []table.Column{{Name: "epoch"}, {Name: "loss"}, {Name: "training", Unit: "%"}, {Name: "test", Unit: "%"}}, rows); err != nil {
		return err
	}
	if r.Stopped {
		fmt.Fprintln(w, "\ninterrupted")
		for _, path := range r.Written {
			fmt.Fprintf(w, "kept %s; the same command with --resume goes on\n", path)
		}
		return nil
	}
	fmt.Fprintf(w, "\n%s: %.2f %% in training's float32", r.Test, 100**r.Accuracy)
	if r.Float != nil {
		fmt.Fprintf(w, ", %.2f %% in the float reference", 100**r.Float)
	}
	fmt.Fprintln(w)
	var names []string
	for n := range r.Spikes {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(w, "%s: %.1f spikes a sample\n", n, r.Spikes[n])
	}
	for _, path := range r.Written {
		fmt.Fprintf(w, "wrote %s\n", path)
	}
	return nil
}
