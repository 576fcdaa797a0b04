package verilator

import (
	"fmt"
	"math/bits"
	"strings"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// Difference is the first thing in which the RTL and the simulator differ,
// with its address. Fields that do not apply are −1 or empty.
type Difference struct {
	Kind   string `json:"kind"` // "push", "delivery", "tick start", "tick end", "cycles", "output", or a memory's name
	Sample int    `json:"sample"`
	Core   int    `json:"core"`
	Node   int    `json:"node"`
	Tick   int    `json:"tick"`
	Cycle  int64  `json:"cycle"`
	After  bool   `json:"after"`            // a memory, read after the sample's last tick and cycle, which Tick and Cycle then are
	Word   int    `json:"word"`             // word index of a push, address of a delivery, row of a memory
	Neuron int    `json:"neuron"`           // in the layer: the first that differs
	Layer  string `json:"layer,omitempty"`  // provenance of the neuron
	Spikes string `json:"spikes,omitempty"` // of a word of spikes: where the neuron spikes, and how many of the word differ
	From   string `json:"from,omitempty"`   // of a delivery: who sent the word
	Hang   string `json:"hang,omitempty"`   // not empty: the tick never ended
	Want   string `json:"simulator"`
	Got    string `json:"rtl"`
	Note   string `json:"note,omitempty"`

	want, got *Event
}

// locateWord fills layer and neuron from a core's word and the bits in which
// it differs.
func (d *Difference) locateWord(p *ir.Program, core, word int, differing uint32) {
	c := &p.Cores[core]
	n := word
	if !c.Graded {
		if d.want != nil && d.got != nil && differing != 0 {
			d.Spikes = "spikes in the simulator alone"
			if d.got.Bits>>bits.TrailingZeros32(differing)&1 == 1 {
				d.Spikes = "spikes in the RTL alone"
			}
			if n := bits.OnesCount32(differing); n > 1 {
				d.Spikes += fmt.Sprintf("; %d neurons of the word differ", n)
			}
		}
		n = word * p.WordBits
		if differing != 0 {
			n += bits.TrailingZeros32(differing)
		}
	}
	d.locateNeuron(p, core, n)
}

// String is the readable report, several lines.
func (d *Difference) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "first difference: %s, sample %d", d.Kind, d.Sample)
	if d.After {
		b.WriteString(", at its end")
	}
	if d.Tick >= 0 {
		fmt.Fprintf(&b, ", tick %d", d.Tick)
	}
	if d.Cycle >= 0 {
		fmt.Fprintf(&b, ", cycle %d", d.Cycle)
	}
	b.WriteByte('\n')
	if d.Core >= 0 {
		fmt.Fprintf(&b, "  core       %d (node %d)\n", d.Core, d.Node)
	} else if d.Node >= 0 {
		fmt.Fprintf(&b, "  node       %d\n", d.Node)
	}
	if d.From != "" {
		fmt.Fprintf(&b, "  word       %d, %s\n", d.Word, d.From)
	} else if d.Word >= 0 {
		fmt.Fprintf(&b, "  word       %d\n", d.Word)
	}
	if d.Layer != "" {
		fmt.Fprintf(&b, "  neuron     %d of layer %q", d.Neuron, d.Layer)
		if d.Spikes != "" {
			fmt.Fprintf(&b, " %s", d.Spikes)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "  simulator  %s\n  RTL        %s\n", d.Want, d.Got)
	if d.Hang != "" {
		fmt.Fprintf(&b, "  hang       %s\n", d.Hang)
	}
	if d.Note != "" {
		fmt.Fprintf(&b, "  note       %s\n", d.Note)
	}
	return b.String()
}

// afterSample says when a memory that differs was read.
func (d *Difference) afterSample(r *ir.Result) {
	if len(r.TickEnds) > 0 {
		d.After, d.Tick, d.Cycle = true, len(r.TickEnds)-1, r.TickEnds[len(r.TickEnds)-1]
	}
}

// diffMemory compares a memory's fields; nil: they agree.
func diffMemory(p *ir.Program, core int, m regmap.Memory, want, got [][]int32) *Difference {
	c := &p.Cores[core]
	l := host.LayoutOf(c, p.WordBits, m)
	at, field := -1, 0
	for i := range want {
		for n := range want[i] {
			if want[i][n] != got[i][n] && (at < 0 || n < at) {
				at, field = n, i
			}
		}
	}
	if at < 0 {
		return nil
	}
	row, lane := at/l.Lanes, at%l.Lanes
	d := &Difference{Kind: host.MemoryName(m), Core: core, Node: c.Node, Tick: -1, Cycle: -1, Word: row, Neuron: -1,
		Want: fmt.Sprintf("%s %d", l.Fields[field].Name, want[field][at]),
		Got:  fmt.Sprintf("%s %d", l.Fields[field].Name, got[field][at])}
	switch m {
	case regmap.Weights:
		d.locateNeuron(p, core, row/max(c.Rows, 1)*c.Lanes+lane)
		d.Note = fmt.Sprintf("synapse row %d of block %d, lane %d", row%c.Rows, row/c.Rows, lane)
	case regmap.Params, regmap.State, regmap.Current:
		d.locateNeuron(p, core, at)
	}
	return d
}

// locateNeuron names the neuron in a slot of a core.
func (d *Difference) locateNeuron(p *ir.Program, core, slot int) {
	c := &p.Cores[core]
	n, ok := p.NeuronAt(c, slot)
	if !ok {
		d.Layer, d.Neuron = fmt.Sprintf("%s (silent slot %d of core %d)", p.Layers[c.Layer].Name, slot, core), -1
		return
	}
	d.Layer, d.Neuron = p.Layers[c.Layer].Name, n
}

// diffResult compares the outputs and cycle count of a sample.
func diffResult(p *ir.Program, want, got *ir.Result) *Difference {
	none := Difference{Core: -1, Node: -1, Tick: -1, Cycle: -1, Word: -1, Neuron: -1}
	for i := range want.Outputs {
		w, g := &want.Outputs[i], &got.Outputs[i]
		for k := 0; k < w.Steps*w.N; k++ {
			var wv, gv int32
			if w.Graded {
				wv, gv = w.State[k], g.State[k]
			} else {
				wv, gv = int32(w.Spikes[k]), int32(g.Spikes[k])
			}
			if wv != gv {
				d, layer := none, p.Layers[p.Outputs[i].Layer]
				d.Kind, d.Tick, d.Neuron, d.Layer = "output", k/w.N*p.Interval+layer.Level, k%w.N, layer.Name
				d.Want, d.Got = fmt.Sprintf("step %d: %d", k/w.N, wv), fmt.Sprintf("step %d: %d", k/w.N, gv)
				d.Note = "the words delivered to the host agree: the event FIFO or its reading differs"
				return &d
			}
		}
	}
	if want.Cycles != got.Cycles {
		d := none
		d.Kind, d.Want, d.Got = "cycles", fmt.Sprint(want.Cycles), fmt.Sprint(got.Cycles)
		d.Note = "the ticks end in the same cycles: the sample's cycle counter differs"
		return &d
	}
	return nil
}
