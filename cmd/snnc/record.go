package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/sim"
)

// simSpike is one spike: the neuron by its place in the layer, the step that
// the layer computed, and the tick and cycle in which its word was sent (no
// cycle in mode functional).
type simSpike struct {
	Layer  string `json:"layer"`
	Neuron int    `json:"neuron"`
	Step   int    `json:"step"`
	Tick   int    `json:"tick"`
	Cycle  *int64 `json:"cycle,omitempty"`

	layer int
}

// simMembrane is a neuron's membrane after each of its steps; the first is
// computed in FirstTick.
type simMembrane struct {
	Layer     string  `json:"layer"`
	Neuron    int     `json:"neuron"`
	FirstTick int     `json:"first_tick"`
	Threshold int32   `json:"threshold"`
	Membrane  []int32 `json:"membrane"`

	core, index int
}

// parseStates reads LAYER or LAYER:NEURON; a layer's name may hold colons.
func parseStates(p *ir.Program, wanted []string) ([]simMembrane, error) {
	var out []simMembrane
	for _, w := range wanted {
		layer, neuron := layerIndex(p, w), -1
		if at := strings.LastIndexByte(w, ':'); layer < 0 && at >= 0 {
			n, err := strconv.Atoi(w[at+1:])
			if layer = layerIndex(p, w[:at]); layer >= 0 && (err != nil || n < 0 || n >= p.Layers[layer].N) {
				return nil, fmt.Errorf("option state asks for neuron %q of layer %q; it has neurons 0 to %d", w[at+1:], w[:at], p.Layers[layer].N-1)
			}
			neuron = n
		}
		if layer < 0 {
			var names []string
			for _, l := range p.Layers {
				names = append(names, l.Name)
			}
			return nil, fmt.Errorf("option state is %q; wanted is LAYER or LAYER:NEURON, and the layers are %s", w, strings.Join(names, ", "))
		}
		for i := range p.Cores {
			c := &p.Cores[i]
			for slot := range c.N {
				if n, ok := p.NeuronAt(c, slot); ok && c.Layer == layer && (neuron < 0 || n == neuron) {
					out = append(out, simMembrane{Layer: p.Layers[layer].Name, Neuron: n, FirstTick: c.Level, Threshold: c.Threshold[slot%len(c.Threshold)], core: i, index: slot})
				}
			}
		}
	}
	return out, nil
}

func layerIndex(p *ir.Program, name string) int {
	return slices.IndexFunc(p.Layers, func(l ir.Layer) bool { return l.Name == name })
}

// recordings makes simulators that record, and hands out what they recorded by
// result: samples run side by side and are reported in order.
type recordings struct {
	program    *ir.Program
	functional bool
	spikes     bool
	states     []simMembrane
	done       sync.Map // *ir.Result → *recording
}

type recording struct {
	spikes []simSpike
	state  []simMembrane
}

func (rs *recordings) newRunner() (backend.Runner, error) {
	o := sim.Options{Functional: rs.functional}
	if !rs.spikes && len(rs.states) == 0 {
		return sim.New(rs.program, o)
	}
	r := &recorder{all: rs}
	o.Observer = &sim.Callbacks{OnPush: r.push, OnTickEnd: r.tickEnd}
	var err error
	r.m, err = sim.New(rs.program, o)
	return r, err
}

// take returns what was recorded with a result, once.
func (rs *recordings) take(r *ir.Result) ([]simSpike, []simMembrane) {
	v, ok := rs.done.LoadAndDelete(r)
	if !ok {
		return nil, nil
	}
	return v.(*recording).spikes, v.(*recording).state
}

// recorder is a backend.Runner.
type recorder struct {
	all *recordings
	m   *sim.Machine
	now *recording
}

func (r *recorder) Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error) {
	r.now = &recording{state: slices.Clone(r.all.states)}
	res, err := r.m.Run(ctx, frames)
	if err == nil {
		r.all.done.Store(res, r.now)
	}
	return res, err
}

func (r *recorder) push(e sim.Push) {
	p := r.all.program
	c := &p.Cores[e.Core]
	if c.Graded || !r.all.spikes {
		return
	}
	for b := range p.WordBits {
		if e.Bits>>b&1 == 0 {
			continue
		}
		neuron, _ := p.NeuronAt(c, e.Word*p.WordBits+b)
		step, _ := p.Active(c, e.Tick)
		s := simSpike{Layer: p.Layers[c.Layer].Name, Neuron: neuron, Step: step, Tick: e.Tick, layer: c.Layer}
		if !r.all.functional {
			s.Cycle = &e.Cycle
		}
		r.now.spikes = append(r.now.spikes, s)
	}
}

func (r *recorder) tickEnd(tick int, _ int64) {
	for i := range r.now.state {
		s := &r.now.state[i]
		if step := tick - s.FirstTick; step >= 0 && step < r.all.program.Steps {
			s.Membrane = append(s.Membrane, r.m.State(s.core)[s.index])
		}
	}
}

// spikeFile writes spikes as CSV or as a NumPy structured array. The zero
// value writes nothing.
type spikeFile struct {
	file  *staged // nil: stdout
	out   *bufio.Writer
	npy   bool
	count int
}

func openSpikes(path string, p *ir.Program, stdout io.Writer) (*spikeFile, error) {
	f := &spikeFile{}
	var to io.Writer = stdout
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case path == "":
		return f, nil
	case path == "-":
	case ext == ".csv" || ext == ".npy":
		var err error
		if f.file, err = stage(path); err != nil {
			return nil, err
		}
		to, f.npy = f.file, ext == ".npy"
	default:
		return nil, fmt.Errorf("option spikes names %s; its ending must be .csv or .npy", path)
	}
	f.out = bufio.NewWriterSize(to, 1<<16)
	if f.npy {
		f.out.Write(spikeHeader(0)) // written again with the count
	}
	return f, nil
}

// csvHeader comes with the first sample, so that a run that fails before it
// leaves stdout empty.
const csvHeader = "sample,layer,neuron,step,tick,cycle\n"

// spikeHeader is that of NumPy's format 1.0, of the same length for any count:
// the preamble and the description make 192 bytes, a multiple of 64.
func spikeHeader(count int) []byte {
	text := fmt.Sprintf("{'descr': [('sample', '<i4'), ('layer', '<i4'), ('neuron', '<i4'), ('step', '<i4'), ('tick', '<i4'), ('cycle', '<i8')], "+
		"'fortran_order': False, 'shape': (%d,), }", count)
	const length = 192
	b := append([]byte("\x93NUMPY\x01\x00"), 0, 0)
	binary.LittleEndian.PutUint16(b[8:], length-10)
	return append(b, fmt.Sprintf("%-*s\n", length-11, text)...)
}

// write adds a sample's spikes.
func (f *spikeFile) write(sample int, spikes []simSpike) error {
	if f.out == nil {
		return nil
	}
	if f.count == 0 && !f.npy {
		f.out.WriteString(csvHeader)
	}
	if !f.npy {
		f.count++ // samples; of the array, rows
	}
	for _, s := range spikes {
		if !f.npy {
			cycle := ""
			if s.Cycle != nil {
				cycle = strconv.FormatInt(*s.Cycle, 10)
			}
			fmt.Fprintf(f.out, "%d,%s,%d,%d,%d,%s\n", sample, csvText(s.Layer), s.Neuron, s.Step, s.Tick, cycle)
			continue
		}
		var row [28]byte
		for i, v := range []int{sample, s.layer, s.Neuron, s.Step, s.Tick} {
			binary.LittleEndian.PutUint32(row[4*i:], uint32(v))
		}
		cycle := int64(-1)
		if s.Cycle != nil {
			cycle = *s.Cycle
		}
		binary.LittleEndian.PutUint64(row[20:], uint64(cycle))
		f.out.Write(row[:])
	}
	if f.npy {
		f.count += len(spikes)
	}
	return f.out.Flush()
}

// csvText quotes a field where RFC 4180 wants it.
func csvText(s string) string {
	if strings.ContainsAny(s, ",\"\r\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// finish completes the file and gives it its name.
func (f *spikeFile) finish() error {
	if f.out == nil {
		return nil
	}
	if err := f.out.Flush(); err != nil {
		return err
	}
	if f.file == nil {
		return nil
	}
	if f.npy {
		if _, err := f.file.WriteAt(spikeHeader(f.count), 0); err != nil {
			return err
		}
	}
	return f.file.finish()
}

// abandon removes what finish has not named.
func (f *spikeFile) abandon() {
	if f.file != nil {
		f.file.abandon()
	}
}
