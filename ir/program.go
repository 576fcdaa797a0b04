package ir

// Program is a network mapped to cores: everything the simulator, the RTL
// emitter and the host need, and nothing of how it was found. docs/machine.md
// defines what it means, cycle by cycle.
type Program struct {
	Name     string
	Tool     string // version of snnc that made it
	WordBits int    // W: neurons in a spike word, 8, 16 or 32
	Steps    int    // T: algorithmic steps of one inference
	Ticks    int    // T + highest core level
	Net      Net
	Inputs   []InputPort
	Outputs  []OutputPort
	Cores    []Core
	Layers   []Layer    // provenance: populations of the network
	Notes    []Decision // copied into the report
}

// NetKind names a network of the machine.
type NetKind string

// NetBus is one shared link with round-robin grants; NetMesh a grid of
// dimension-ordered routers.
const (
	NetBus  NetKind = "bus"
	NetMesh NetKind = "mesh"
)

// Net describes the spike-word network. Node 0 is the host's event port;
// core i is at Cores[i].Node. On a mesh node n has x = n % Cols, y = n / Cols.
type Net struct {
	Kind      NetKind
	Cols      int // 1 on a bus
	Rows      int
	AddrBits  int // width of the address in a packet
	FIFODepth int // flits a router's input port holds (mesh)
	HostDepth int // words the host's event FIFO holds, a power of two
}

// InputPort is an external input and where its words lie in the input space.
// Value i of a step has one bit in each of Bits planes; plane 0 is the most
// significant. Plane p occupies words Base + slot<<SlotShift + p·PlaneWords ...
type InputPort struct {
	Name       string
	Shape      []int
	N          int
	Input      Encoding
	Base       int // word address in the input space
	PlaneWords int // ceil(N / W)
	SlotShift  int // log2 of a slot's words
	Slots      int // steps the memory holds, a power of two; 1 if held
}

// OutputPort is a population whose words go to the host.
type OutputPort struct {
	Name   string
	Layer  int
	N      int
	Graded bool      // words are membranes, one a neuron, sign-extended
	Base   int       // address of word 0 (spiking) or neuron 0 (graded) in the host's space
	Unit   []float64 // [N] real value of the membrane integer 1, for graded outputs
}

// Layer is the provenance of neurons: a population of the network.
type Layer struct {
	Name  string
	N     int
	Level int
}

// Core is one gather core with its parameters and memory images.
type Core struct {
	Node  int // network node
	Layer int // which layer its neurons belong to
	First int // index in the layer of its neuron 0, a multiple of W
	N     int // neurons used
	Level int // steps lag ticks by this

	Lanes  int // P: accumulators, a power of two
	Update int // U: neurons updated a cycle, a power of two, U <= P and U <= W; 1 if graded
	Groups int // G = ceil(N / P)
	Rows   int // weight rows of a group
	// Named in JSON: promoted, its Reset would be hidden by the image below.
	Neuron `json:"Neuron"`

	WeightBits int
	AccBits    int
	StateBits  int
	Frac       int
	DecayBits  int
	DecayMode  DecayMode
	DecayConst int32 // for DecayUniform
	// ResetMode Value keeps its values here: one, or one a neuron.
	ResetPerNeuron bool
	ResetConst     int32

	InputDepth int // words of the input memory; 0: no external input
	InputBase  int // input-space address of its word 0
	SpikeDepth int // words of the spike memory, a power of two; 0: none
	Segments   []Segment
	Held       int // segments [0, Held) are integrated at step 0 only, their current kept
	Routes     []Route

	Weights   []int16 // [G·Rows·P]: row r of group g, lane p at (g·Rows + r)·P + p
	Threshold []int32 // [G·P]
	Bias      []int32 // [G·P]
	Decay     []int32 // [G·P] for DecayPerNeuron, else nil
	Reset     []int32 // [G·P] for ResetPerNeuron, else nil
}

// DecayMode says how the leak is made.
type DecayMode int

// No memory of the membrane, no leak, one factor for the core, one a neuron.
const (
	DecayZero DecayMode = iota
	DecayOne
	DecayUniform
	DecayPerNeuron
)

// Segment is one window of input words that every group of a core walks.
// Word w of the window, at tick k, is at
//
//	Base + ((k − Delay) & Mask) << Shift + w
//
// of the input memory (External) or the spike memory. Bit b of word w adds
// weight row Row + w·W + b of the group; rows at or past Bits do not exist and
// their bits are always 0.
type Segment struct {
	External bool
	Base     int
	Words    int
	Bits     int // synapse rows: the source's neurons
	Mask     int // slots of the ring − 1
	Shift    int // log2 of a slot's words
	Delay    int // 1.. for spikes; the core's level for inputs
	Row      int
	Negate   bool // subtract the rows: sign plane of two's complement input
	Double   bool // shift the accumulators left once before the window
	Last     bool // last reader of this ring's slot in a tick: clears its valid bits
}

// Route is one destination of a core's spike words. Word w sent in tick k is
// written at Base + ((k & Mask) << Shift) + Offset + w of the node's spike
// memory, or of the host's space when Node is 0 (Mask 0 there).
type Route struct {
	Node   int
	Base   int
	Mask   int
	Shift  int
	Offset int
}
