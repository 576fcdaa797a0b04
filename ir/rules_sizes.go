package ir

import (
	"fmt"
	"math"
)

// Limits of the machine (docs/machine.md, section 7): address and counter
// widths that every design has. A design may have less, never more.
const (
	maxTicks     = 1<<16 - 1 // the tick counter and the events' tick have 16 bits
	maxHostSpace = 1 << 16   // words of the host's space, and of a spike memory: packets have 16 address bits
	maxInputs    = 1 << 22   // words of the input space
	maxNodes     = 1 << 16
	maxFIFO      = 1 << 8
	maxHostDepth = 1 << 20
	maxNeurons   = 1 << 21 // in a layer: what the host's space holds in words of 32
	maxRows      = 1 << 24
	maxLanes     = 1 << 16
	maxPorts     = 1 << 12
	maxSegments  = 1 << 12
)

func checkProgramText(p *Program, r *report) {
	for _, f := range []struct{ field, s string }{{"Name", p.Name}, {"Tool", p.Tool}} {
		if !printable(f.s) {
			r.fault(f.field, fmt.Sprintf("%q", f.s), "text is UTF-8 without control characters")
		}
	}
}

func checkNotes(p *Program, r *report) {
	for i, n := range p.Notes {
		for _, f := range []struct{ field, s string }{{"Subject", n.Subject}, {"Choice", n.Choice}, {"Reason", n.Reason}} {
			if !printable(f.s) {
				r.faultAt(fmt.Sprintf("%s: note %d", r.where, i), f.field, fmt.Sprintf("%q", f.s), "text is UTF-8 without control characters")
			}
		}
	}
}

func checkWord(p *Program, r *report) {
	if p.WordBits != 8 && p.WordBits != 16 && p.WordBits != 32 {
		r.fault("WordBits", p.WordBits, "allowed are 8, 16 and 32")
	}
}

func checkParts(p *Program, r *report) {
	for _, f := range []struct {
		field string
		n     int
	}{{"Inputs", len(p.Inputs)}, {"Outputs", len(p.Outputs)}, {"Layers", len(p.Layers)}, {"Cores", len(p.Cores)}} {
		if f.n == 0 {
			r.fault(f.field, "empty", "a program needs at least one")
		}
	}
	for _, f := range []struct {
		field string
		n     int
	}{{"Inputs", len(p.Inputs)}, {"Outputs", len(p.Outputs)}} {
		if f.n > maxPorts {
			r.fault(f.field, fmt.Sprintf("a list of %d", f.n), "at most %d", maxPorts)
		}
	}
}

func checkTicks(p *Program, r *report) {
	top := 0
	for i := range p.Layers {
		top = max(top, p.Layers[i].Level)
	}
	r.need("Steps", p.Steps, 1, maxTicks)
	if want := p.Steps + top; p.Ticks != want {
		r.fault("Ticks", p.Ticks, "want %d: %d steps and the highest level, %d", want, p.Steps, top)
	}
	r.need("Ticks", p.Ticks, 1, maxTicks)
}

func checkNetKind(p *Program, r *report) {
	switch n := &p.Net; {
	case n.Kind != NetBus && n.Kind != NetMesh:
		r.fault("Net.Kind", fmt.Sprintf("%q", n.Kind), "allowed are %q and %q", NetBus, NetMesh)
	case n.Kind == NetBus && n.Cols != 1:
		r.fault("Net.Cols", n.Cols, "a bus has 1")
	}
}

func checkNetSizes(p *Program, r *report) {
	n := &p.Net
	r.need("Net.Cols", n.Cols, 1, maxNodes)
	r.need("Net.Rows", n.Rows, 1, maxNodes)
	if nodes := int64(n.Cols) * int64(n.Rows); n.Cols <= maxNodes && n.Rows <= maxNodes && nodes > maxNodes {
		r.fault("Net.Cols·Rows", nodes, "at most %d nodes", maxNodes)
	}
	r.need("Net.AddrBits", n.AddrBits, 1, 16)
	least := 0 // a bus has no router
	if n.Kind == NetMesh {
		least = 1
	}
	r.need("Net.FIFODepth", n.FIFODepth, least, maxFIFO)
	if !powerOfTwo(n.HostDepth) || n.HostDepth > maxHostDepth {
		r.fault("Net.HostDepth", n.HostDepth, "allowed are powers of two up to %d", maxHostDepth)
	}
}

func checkLayers(p *Program, r *report) {
	seen := map[string]bool{}
	top := r.where
	for i := range p.Layers {
		l := &p.Layers[i]
		r.where = fmt.Sprintf("%s: layer %d (%q)", top, i, l.Name)
		r.name(seen, l.Name)
		r.need("N", l.N, 1, maxNeurons)
		r.need("Level", l.Level, 0, maxTicks)
	}
	r.where = top
}

func checkInputEncoding(in inputAt, r *report) {
	r.need("N", in.N, 1, maxNeurons)
	if in.Shape != nil && sizeOf(in.Shape) != in.N {
		r.fault("Shape", in.Shape, "its sizes must be positive and multiply to N, %d", in.N)
	}
	r.need("Input.Bits", in.Input.Bits, 1, 16)
	if !(in.Input.Scale > 0) || math.IsInf(in.Input.Scale, 0) {
		r.fault("Input.Scale", in.Input.Scale, "it must be finite and greater than zero")
	}
}

func checkInputLayout(in inputAt, r *report) {
	if in.N < 1 || in.N > maxNeurons || in.Input.Bits < 1 || in.Input.Bits > 16 {
		return // input.encoding's
	}
	if want := ceilDiv(in.N, in.p.WordBits); in.PlaneWords != want {
		r.fault("PlaneWords", in.PlaneWords, "%d values in words of %d bits make %d", in.N, in.p.WordBits, want)
		return
	}
	if in.SlotShift < 0 || in.SlotShift > 22 || in.Words() > 1<<in.SlotShift {
		r.fault("SlotShift", in.SlotShift, "a slot of 2^SlotShift words must hold the %d of a step, and at most 2^22", in.Words())
		return
	}
	switch {
	case in.Input.Held && in.Slots != 1:
		r.fault("Slots", in.Slots, "a held stimulus has 1")
	case !powerOfTwo(in.Slots) || in.Slots > maxInputs:
		r.fault("Slots", in.Slots, "it must be a power of two")
	case in.Base < 0 || in.Base > maxInputs || in.Base+in.Slots<<in.SlotShift > maxInputs:
		r.fault("Base", in.Base, "its %d words must lie in the input space of %d", in.Slots<<in.SlotShift, maxInputs)
	}
}

func checkInputsApart(p *Program, r *report) {
	seen, top := map[string]bool{}, r.where
	for i := range p.Inputs {
		a := &p.Inputs[i]
		r.where = fmt.Sprintf("%s: input %d (%q)", top, i, a.Name)
		r.name(seen, a.Name)
		for k := range p.Inputs[:i] {
			b := &p.Inputs[k]
			if aEnd, bEnd := a.Base+a.Slots<<a.SlotShift, b.Base+b.Slots<<b.SlotShift; a.Base < bEnd && b.Base < aEnd {
				r.fault("Base", a.Base, "words %d..%d are input %q's", b.Base, bEnd-1, b.Name)
			}
		}
	}
}

func checkOutputLayer(o outputAt, r *report) {
	if o.Layer < 0 || o.Layer >= len(o.p.Layers) {
		r.fault("Layer", o.Layer, "the program has layers 0..%d", len(o.p.Layers)-1)
		return
	}
	if l := &o.p.Layers[o.Layer]; o.N != l.N {
		r.fault("N", o.N, "layer %q has %d neurons, and all leave", l.Name, l.N)
	}
}

func checkOutputWords(o outputAt, r *report) {
	if o.N < 1 || o.N > maxNeurons {
		return // output.layer's
	}
	if n := o.p.hostWords(o.OutputPort); o.Base < 0 || o.Base > maxHostSpace || o.Base+n > 1<<o.p.Net.AddrBits {
		r.fault("Base", o.Base, "its %d words must lie in the host's space of %d (AddrBits is %d)", n, 1<<o.p.Net.AddrBits, o.p.Net.AddrBits)
	}
}

func checkOutputUnit(o outputAt, r *report) {
	if !o.Graded {
		if len(o.Unit) != 0 {
			r.fault("Unit", fmt.Sprintf("a list of %d", len(o.Unit)), "spikes have no unit")
		}
		return
	}
	if len(o.Unit) != 1 && len(o.Unit) != o.N {
		r.fault("Unit", fmt.Sprintf("a list of %d", len(o.Unit)), "want 1, or one for each of %d neurons", o.N)
	}
	for n, u := range o.Unit {
		if !(u > 0) || math.IsInf(u, 0) {
			r.fault(fmt.Sprintf("Unit[%d]", n), u, "it must be finite and greater than zero")
			return
		}
	}
}

func checkOutputsApart(p *Program, r *report) {
	seen, top := map[string]bool{}, r.where
	for i := range p.Outputs {
		a := &p.Outputs[i]
		r.where = fmt.Sprintf("%s: output %d (%q)", top, i, a.Name)
		r.name(seen, a.Name)
		for k := range p.Outputs[:i] {
			b := &p.Outputs[k]
			if aEnd, bEnd := a.Base+p.hostWords(a), b.Base+p.hostWords(b); a.Base < bEnd && b.Base < aEnd {
				r.fault("Base", a.Base, "words %d..%d are output %q's", b.Base, bEnd-1, b.Name)
			}
		}
	}
}
