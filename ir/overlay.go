package ir

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
)

// Overlay are the sizes of a machine that is built once and runs every program
// that fits: what a design of one network has as parameters and tables, its host
// writes (docs/machine.md, section 9). All cores are alike; core i is at node i + 1.
type Overlay struct {
	Name     string `toml:"name"`
	WordBits int    `toml:"word_bits"`
	Net      Net    `toml:"net"`
	Cores    int    `toml:"cores"`

	// Every core has exactly these.
	Lanes      int      `toml:"lanes"`
	Update     int      `toml:"update"`
	WeightBits int      `toml:"weight_bits"`
	AccBits    int      `toml:"acc_bits"`
	StateBits  int      `toml:"state_bits"`
	Frac       int      `toml:"frac"`
	DecayBits  int      `toml:"decay_bits"`
	Rounding   Rounding `toml:"-"`
	Current    bool     `toml:"current"` // synaptic currents: one stage more in every update

	// At most so many fit a core.
	Groups     int `toml:"groups"`
	Params     int `toml:"params"`      // groups with parameters of their own; the pixels of an image share a block's
	WeightRows int `toml:"weight_rows"` // of all blocks
	Segments   int `toml:"segments"`
	AcrossRows int `toml:"across_rows"` // columns · entries
	DownRows   int `toml:"down_rows"`   // lines · entries
	Spikes     int `toml:"spikes"`      // words of the spike memory, a power of two
	SpikeSlot  int `toml:"spike_slot"`  // log2 of the words of its smallest slot
	Inputs     int `toml:"inputs"`      // words of the input memory
	Routes     int `toml:"routes"`
}

// Validate checks that the sizes make a machine.
func (o *Overlay) Validate() error {
	for _, f := range []struct {
		name      string
		v, lo, hi int
	}{
		{"cores", o.Cores, 1, 1 << 10}, {"lanes", o.Lanes, 1, 1024}, {"update", o.Update, 1, 32}, {"weight_bits", o.WeightBits, 2, 16}, {"acc_bits", o.AccBits, o.WeightBits, 32},
		{"state_bits", o.StateBits, 4, 32}, {"frac", o.Frac, 0, 15}, {"decay_bits", o.DecayBits, 4, 16}, {"groups", o.Groups, 1, 1 << 16}, {"params", o.Params, 1, o.Groups}, {"weight_rows", o.WeightRows, 1, 1 << 20},
		{"segments", o.Segments, 1, 1 << 12}, {"across_rows", o.AcrossRows, 1, 1 << 14}, {"down_rows", o.DownRows, 1, 1 << 14}, {"spikes", o.Spikes, 2, 1 << 16},
		{"spike_slot", o.SpikeSlot, 1, 6}, {"inputs", o.Inputs, 1, 1 << 20}, {"routes", o.Routes, 1, 1 << 10},
	} {
		if f.v < f.lo || f.v > f.hi {
			return fmt.Errorf("overlay %q: %s is %d; it must be %d to %d", o.Name, f.name, f.v, f.lo, f.hi)
		}
	}
	n := &o.Net
	switch {
	case o.WordBits != 8 && o.WordBits != 16 && o.WordBits != 32:
		return fmt.Errorf("overlay %q: word_bits is %d; it must be 8, 16 or 32", o.Name, o.WordBits)
	case !powerOfTwo(o.Lanes) || !powerOfTwo(o.Update) || o.Update > min(o.Lanes, o.WordBits):
		return fmt.Errorf("overlay %q: lanes %d and update %d must be powers of two, update at most lanes and a word", o.Name, o.Lanes, o.Update)
	case !powerOfTwo(o.Spikes) || o.Spikes < 2<<o.SpikeSlot:
		return fmt.Errorf("overlay %q: spikes is %d; it must be a power of two, with two slots of %d words at least", o.Name, o.Spikes, 1<<o.SpikeSlot)
	case o.Groups*o.Lanes%o.WordBits != 0:
		return fmt.Errorf("overlay %q: %d groups of %d lanes are no whole number of words of %d", o.Name, o.Groups, o.Lanes, o.WordBits)
	case o.Rounding != RoundNearest && o.Rounding != RoundZero:
		return fmt.Errorf("overlay %q: rounding %d is unknown", o.Name, o.Rounding)
	case n.Kind == NetBus && (n.Cols != 1 || n.Rows != o.Cores+1) || n.Kind == NetMesh && n.Cols*n.Rows < o.Cores+1 || n.Kind != NetBus && n.Kind != NetMesh:
		return fmt.Errorf("overlay %q: net %s of %d × %d nodes for %d cores and the host; a bus has one column and a node for each, a mesh enough nodes", o.Name, n.Kind, n.Cols, n.Rows, o.Cores)
	case !powerOfTwo(n.HostDepth) || n.HostDepth > maxHostDepth || n.FIFODepth < 1 || n.FIFODepth > maxFIFODepth || n.AddrBits < 1 || n.AddrBits > 16 || 1<<n.AddrBits < o.Spikes:
		return fmt.Errorf("overlay %q: a host FIFO of %d words (a power of two), queues of %d flits, addresses of %d bits (they must reach %d words)", o.Name, n.HostDepth, n.FIFODepth, n.AddrBits, o.Spikes)
	}
	return nil
}

// Digest identifies what is built: the same for all programs on an overlay.
func (o *Overlay) Digest() [32]byte {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // integers and names
	}
	return sha256.Sum256(append([]byte("snnc overlay\n"), b...))
}

// DesignDigest is what the design of a program shows in its registers: the
// overlay's where it has one.
func (p *Program) DesignDigest() [16]byte {
	sum := p.Digest
	if p.Overlay != nil {
		sum = p.Overlay.Digest
	}
	d := sum()
	return [16]byte(d[:16])
}

// Hardware is the program with the sizes of what is built: itself, or the
// largest on its overlay, whose cores hold no images.
func (p *Program) Hardware() *Program {
	o := p.Overlay
	if o == nil {
		return p
	}
	h := &Program{Name: o.Name, Tool: p.Tool, WordBits: o.WordBits, Net: o.Net, Overlay: o, Layers: []Layer{{Name: "any"}}}
	for i := range o.Cores {
		h.Cores = append(h.Cores, Core{Overlay: true, Node: i + 1, N: o.Groups * o.Lanes, Lanes: o.Lanes, Update: o.Update, Blocks: o.Params, Shared: true, Groups: o.Groups, Rows: (o.WeightRows + o.Params - 1) / o.Params,
			Neuron: Neuron{Current: o.Current, Rounding: o.Rounding}, WeightBits: o.WeightBits, AccBits: o.AccBits, StateBits: o.StateBits, Frac: o.Frac, DecayBits: o.DecayBits,
			DecayMode: DecayPerNeuron, SynDecayMode: DecayPerNeuron, InputDepth: o.Inputs, RingMask: o.Spikes>>o.SpikeSlot - 1, RingShift: o.SpikeSlot, SpikeDepth: o.Spikes,
			Segments: make([]Segment, o.Segments), Held: 1, Across: [][]Span{make([]Span, o.AcrossRows)}, Down: [][]Span{make([]Span, o.DownRows)}, Routes: make([]Route, o.Routes)})
	}
	return h
}

// validateOverlay checks that a program is one for its overlay.
func (p *Program) validateOverlay() []error {
	o := p.Overlay
	if o == nil {
		return nil
	}
	if err := o.Validate(); err != nil {
		return []error{err}
	}
	var errs []error
	if p.WordBits != o.WordBits || p.Net != o.Net {
		errs = append(errs, fmt.Errorf("overlay %q: words of %d bits on network %+v; it has %d on %+v", o.Name, p.WordBits, p.Net, o.WordBits, o.Net))
	}
	if len(p.Cores) > o.Cores {
		errs = append(errs, fmt.Errorf("overlay %q: the network needs %d cores; it has %d", o.Name, len(p.Cores), o.Cores))
	}
	for i := range p.Cores {
		c := &p.Cores[i]
		if c.Node != i+1 {
			errs = append(errs, fmt.Errorf("overlay %q: core %d is at node %d; it must be at %d", o.Name, i, c.Node, i+1))
		}
		for _, err := range o.Fits(c) {
			errs = append(errs, fmt.Errorf("core %d (%s): %w", i, p.layerName(c.Layer), err))
		}
	}
	return errs
}

// Fits tells what of a core an overlay's cores lack.
func (o *Overlay) Fits(c *Core) []error {
	var errs []error
	no := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("overlay %q: %w", o.Name, fmt.Errorf(format, args...)))
		}
	}
	no(c.Graded, "its neurons send membranes; the overlay's send spikes")
	no(c.Refractory > 0, "its neurons wait %d steps after a spike; the overlay's cannot", c.Refractory)
	no(c.Plastic != nil, "it is plastic; the overlay has no plasticity unit")
	no(c.ResetPerNeuron, "its neurons reset to values of their own; a core of the overlay has one")
	no(!c.Overlay, "it is not laid out for an overlay")
	no(c.Lanes != o.Lanes || c.Update != o.Update, "%d lanes and %d update lanes; the overlay has %d and %d", c.Lanes, c.Update, o.Lanes, o.Update)
	no(c.WeightBits != o.WeightBits || c.AccBits != o.AccBits || c.StateBits != o.StateBits || c.Frac != o.Frac || c.DecayBits != o.DecayBits,
		"widths weight %d, acc %d, state %d, frac %d, decay %d; the overlay has %d, %d, %d, %d, %d", c.WeightBits, c.AccBits, c.StateBits, c.Frac, c.DecayBits,
		o.WeightBits, o.AccBits, o.StateBits, o.Frac, o.DecayBits)
	no(c.Rounding != o.Rounding, "it rounds its leak another way than the overlay")
	no(c.Current != o.Current, "currents: %v; the overlay: %v", c.Current, o.Current)
	no(c.DecayMode != DecayOne && c.DecayMode != DecayPerNeuron || c.Current && c.SynDecayMode != DecayOne && c.SynDecayMode != DecayPerNeuron, "its decays are not laid out for an overlay")
	no(c.SpikeDepth > 0 && c.RingShift < o.SpikeSlot, "slots of %d words; the overlay's have %d at least", 1<<c.RingShift, 1<<o.SpikeSlot)
	for _, f := range []struct {
		what       string
		need, have int
	}{
		{"groups of neurons", c.Groups, o.Groups}, {"groups of parameters", c.ParamGroups(), o.Params}, {"weight rows", c.Blocks * c.Rows, o.WeightRows}, {"segments", len(c.Segments), o.Segments},
		{"windows across", len(c.Across) * len(c.Across[0]), o.AcrossRows}, {"windows down", len(c.Down) * len(c.Down[0]), o.DownRows},
		{"spike words", c.SpikeDepth, o.Spikes}, {"input words", c.InputDepth, o.Inputs}, {"routes", len(c.Routes), o.Routes},
	} {
		no(f.need > f.have, "it needs %d %s; the overlay has %d", f.need, f.what, f.have)
	}
	return errs
}

func (o *Overlay) text(w io.Writer) {
	fmt.Fprintf(w, "  overlay %q: %d cores on %s %d×%d, %d address bits, queues of %d, host FIFO %d words; words of %d bits, P %d U %d, weight %d acc %d state %d frac %d decay %d, rounding %d, currents %v\n",
		o.Name, o.Cores, o.Net.Kind, o.Net.Cols, o.Net.Rows, o.Net.AddrBits, o.Net.FIFODepth, o.Net.HostDepth, o.WordBits, o.Lanes, o.Update, o.WeightBits, o.AccBits, o.StateBits, o.Frac, o.DecayBits, o.Rounding, o.Current)
	fmt.Fprintf(w, "    at most %d groups, %d with parameters, %d weight rows, %d segments, %d + %d windows, %d spike words in slots of %d, %d input words, %d routes a core\n",
		o.Groups, o.Params, o.WeightRows, o.Segments, o.AcrossRows, o.DownRows, o.Spikes, 1<<o.SpikeSlot, o.Inputs, o.Routes)
}
