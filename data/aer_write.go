package data

import (
	"bytes"
	"fmt"

	"github.com/snnc/snnc/internal/replace"
)

// AERWriter collects spikes as the text of address events that Open reads
// (docs/data.md), so that one network's output is another's input.
type AERWriter struct {
	n, steps int
	text     bytes.Buffer
}

// NewAERWriter begins a text of samples of so many steps of n neurons.
func NewAERWriter(n, steps int) *AERWriter {
	w := &AERWriter{n: n, steps: steps}
	fmt.Fprintf(&w.text, "%s\ninputs %d\nsteps %d\n", aerMark, n, steps)
	return w
}

// Sample appends a sample's spikes, [steps·n] of 0 and 1; label -1: none.
func (w *AERWriter) Sample(label int, spikes []uint8) {
	w.text.WriteString("sample")
	if label >= 0 {
		fmt.Fprintf(&w.text, " %d", label)
	}
	w.text.WriteByte('\n')
	for i, s := range spikes {
		if s != 0 {
			fmt.Fprintf(&w.text, "%d %d\n", i/w.n, i%w.n)
		}
	}
}

// Save writes the file; it is whole or as it was.
func (w *AERWriter) Save(path string) error { return replace.File(path, w.text.Bytes()) }
