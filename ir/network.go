package ir

// Network is the discrete-time form of a graph: populations of neurons that
// take algorithmic steps, joined by projections. The float reference executes
// its real-valued part, the fixed-point reference its integers; the compiler
// maps the integers to cores.
//
// Every neuron n of population p computes at step t (docs/numerics.md), its
// membrane v and synaptic current i being 0 before the first step:
//
//	x[n]  = Gain[n] · Σ_projections Σ_m weight[n,m] · source[m] + Bias[n]
//	i'[n] = SynDecay[n] · i[n] + x[n]                  (Current populations)
//	v'[n] = Decay[n] · v[n] + x[n]                     (others)
//	v'[n] = Decay[n] · v[n] + i'[n] + VBias[n]         (Current populations)
//	spike where v' > Threshold (or >=), then the reset of Neuron.Reset
//
// source[m] is the source's spike (or input) of step t − Projection.Delay.
type Network struct {
	Name        string
	Steps       int // algorithmic steps of one inference
	Interval    int // ticks from one step to the next; more than 1 where a loop spans levels
	Inputs      []Source
	Populations []Population // in level order; names unique
	Projections []Projection // sorted by (Target, Source)
	Outputs     []Sink
	Decisions   []Decision // what the file left open and what was chosen, for the report
}

// Source is an external input: N values a step, integer·Scale each.
type Source struct {
	Name  string
	Shape []int
	N     int
	Input Encoding
}

// Encoding says which integers an input carries.
type Encoding struct {
	Bits   int     // 1: spikes; 2..16: graded
	Signed bool    // two's complement of Bits bits
	Held   bool    // one vector held over all the steps
	Scale  float64 // real value of the integer 1
}

// Sink names a population whose spikes (or membranes) leave the network.
type Sink struct {
	Name       string
	Population int
}

// Decision is a choice the compiler made or took from an option.
type Decision struct{ Subject, Choice, Reason string }

// Reset says what a spike does to the membrane.
type Reset int

// The resets of the machine. ResetDelayed is snnTorch's reset_delay with
// subtraction: the threshold is taken off one step later, after the leak. A
// delayed reset to a value has the dynamics of ResetValue and is folded to it.
const (
	ResetNone Reset = iota
	ResetValue
	ResetSubtract
	ResetDelayed
)

// Rounding of the leak product.
type Rounding int

// RoundNearest is to nearest, ties away from zero; RoundZero drops the
// fraction of the magnitude, as Loihi does.
const (
	RoundNearest Rounding = iota
	RoundZero
)

// Neuron is the discrete model that all neurons of a population share.
type Neuron struct {
	Reset    Reset
	AtLeast  bool // spike where v >= threshold; otherwise strictly greater
	Graded   bool // no spikes: the output is the membrane (LI)
	Rounding Rounding
	Current  bool // the synapses drive a current with a leak of its own (CubaLIF)
	// Refractory is the number of steps after a spike in which the membrane
	// stays as the reset left it. The current goes on.
	Refractory int
}

// Population is a set of neurons of one model on one level.
type Population struct {
	Name  string // the graph node's full name
	Shape []int
	Grid  Grid // the same neurons as channels of an image; neuron (c, y, x) is number (c·H + y)·W + x
	N     int
	// Level orders the populations: one that reads another's spikes of the same
	// step is on a higher level. With II the network's interval, a projection
	// spans Delay·II + (level of the target) − (level of the source) ticks, at least 1.
	Level int
	Neuron

	// One value for each neuron, or a single value for all.
	Decay     []float64 // of the membrane in a step, 0..1
	SynDecay  []float64 // of the current in a step; nil unless Current
	Gain      []float64 // on the synapse sums; nil: 1. Above zero
	Bias      []float64
	VBias     []float64 // nil unless Current
	Threshold []float64
	VReset    []float64

	Plastic *Plastic // its synapses learn; Scale is set by the quantise pass. nil: they do not

	Q *QuantPopulation // nil until the quantise pass has run
}

// QuantPopulation holds the integers of a population. A real membrane (or
// current) is State · Unit[n]; weights count in Unit[n]·2^Frac / Gain[n].
type QuantPopulation struct {
	Unit       []float64 // [N] real value of the state integer 1
	Frac       int       // fraction bits of the state below the weight unit
	WeightBits int       // 2..16
	AccBits    int       // proven: no sum of synapses leaves it
	StateBits  int       // of the membrane and of the current
	DecayBits  int       // fraction bits of Decay and SynDecay
	Decay      []int32   // [1] or [N]: round(decay·2^DecayBits); 2^DecayBits means no leak, 0 no memory
	SynDecay   []int32   // [1] or [N]; nil unless Current
	Bias       []int32   // [N], state units
	VBias      []int32   // [N], state units; nil unless Current
	Threshold  []int32   // [N], state units
	Reset      []int32   // [1] or [N], state units

	// The machine keeps a decay, or a reset, of each neuron even where all are alike.
	OwnDecays, OwnResets bool
}

// At returns v[i], or v[0] where one value stands for all.
func At[T any](v []T, i int) T {
	if len(v) == 1 {
		return v[0]
	}
	return v[i]
}
