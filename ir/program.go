package ir

// Program is a network mapped to cores: everything the simulator, the RTL
// emitter and the host need, and nothing of how it was found. docs/machine.md
// defines what it means, cycle by cycle.
type Program struct {
	Name     string
	Tool     string // version of snnc that made it
	WordBits int    // W: neurons in a spike word, 8, 16 or 32
	Steps    int    // T: algorithmic steps of one inference
	Interval int    // II: ticks from one step to the next
	Ticks    int    // (T − 1)·II + highest core level + 1
	Net      Net
	Inputs   []InputPort
	Outputs  []OutputPort
	Cores    []Core
	Layers   []Layer    // provenance: populations of the network
	Notes    []Decision // copied into the report
	Overlay  *Overlay   `json:",omitempty"` // what is built, if it is no design of its own
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
	Kind      NetKind `toml:"kind"`
	Cols      int     `toml:"cols"` // 1 on a bus
	Rows      int     `toml:"rows"`
	AddrBits  int     `toml:"addr_bits"`  // width of the address in a packet
	FIFODepth int     `toml:"fifo_depth"` // flits a router's input port holds (mesh)
	HostDepth int     `toml:"host_depth"` // words the host's event FIFO holds, a power of two
}

// InputPort is an external input and where its words lie in the input space.
// Value (c, y, x) of a step is bit (y·W + x)·C + c of each of Bits planes;
// plane 0 is the most significant. Step t is in slot t mod Slots; plane p
// occupies words Base + slot<<SlotShift + p·PlaneWords ...
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

// OutputPort is a population whose words go to the host. HostMap tells what
// each address of the host's space is.
type OutputPort struct {
	Name   string
	Layer  int
	N      int
	Graded bool      // words are membranes, one a slot, sign-extended
	Base   int       // first address of its cores' words in the host's space
	Words  int       // addresses it takes
	Unit   []float64 // [N] real value of the membrane integer 1, for graded outputs
}

// Layer is the provenance of neurons: a population of the network.
type Layer struct {
	Name  string
	N     int
	Grid  Grid
	Level int
}

// Core is one gather core with its parameters and memory images. It holds a
// part of a layer: some channels of some rows, all columns. Its groups are the
// part's pixels in row-major order, each Blocks groups of P channels:
// group g is block g mod Blocks of pixel g div Blocks. Lane p of group g is
// slot g·P + p; slots past a pixel's last channel stay silent.
type Core struct {
	Node  int // network node
	Layer int // which layer its neurons belong to
	Part  Part
	N     int // slots up to the last neuron's: (pixels − 1)·Blocks·P + Part.Channels
	Level int // works on step (k − Level) / II in tick k

	Lanes  int // P: accumulators, a power of two
	Update int // U: neurons updated a cycle, a power of two, U <= P and U <= W; 1 if graded
	Blocks int // B = ceil(Part.Channels / P): groups of a pixel
	Groups int // G = pixels · B
	Rows   int // weight rows of a block
	// Named in JSON: promoted, its Reset would be hidden by the image below.
	Neuron `json:"Neuron"`

	WeightBits    int
	AccBits       int
	StateBits     int
	Frac          int
	DecayBits     int
	DecayMode     DecayMode
	DecayConst    int32     // for DecayUniform
	SynDecayMode  DecayMode // of the current
	SynDecayConst int32
	// ResetMode Value keeps its values here: one, or one a neuron.
	ResetPerNeuron bool
	ResetConst     int32
	// Shared: all pixels have the same parameters, kept once a block.
	Shared bool

	InputDepth int // words of the input memory; 0: no external input
	InputBase  int // input-space address of its word 0
	RingMask   int // slots of the spike memory − 1; slots are a power of two
	RingShift  int // log2 of a slot's words
	SpikeDepth int // (RingMask + 1) << RingShift; 0: no spikes come in
	Segments   []Segment
	Held       int      // segments [0, Held) are integrated at step 0 only, their current kept
	BlockBits  int      // by how much the windows of Grouped segments move from block to block
	Across     [][]Span // [columns of the layer][…]: what segments see there
	Down       [][]Span // [rows of the part][…]
	Routes     []Route
	Plastic    *Plastic `json:",omitempty"` // its weights learn; nil: they do not
	Overlay    bool     `json:",omitempty"` // of an overlay: its parameter words have all decays, whatever the modes

	Weights []int16 // [B·Rows·P]: row r of block b, lane p at (b·Rows + r)·P + p
	// Parameters: [G·P], or [B·P] if Shared.
	Threshold []int32
	Bias      []int32
	VBias     []int32 // for Current, else nil
	Decay     []int32 // for DecayPerNeuron, else nil
	SynDecay  []int32 // for DecayPerNeuron of the current, else nil
	Reset     []int32 // for ResetPerNeuron, else nil
}

// Part is the piece of a layer that a core holds.
type Part struct{ Channel, Channels, Row, Rows int }

// DecayMode says how the leak is made.
type DecayMode int

// No memory of the membrane, no leak, one factor for the core, one a neuron.
const (
	DecayZero DecayMode = iota
	DecayOne
	DecayUniform
	DecayPerNeuron
)

// Segment is one window onto a source that every group walks. With a =
// Down[row][segment.Down] and b = Across[column][segment.Across], block i sees
// bits
//
//	first = a.First + b.First (+ i·BlockBits if Grouped)  …  first + b.Bits − 1
//
// of the source's words, or none where a.Bits or b.Bits is 0. The source's
// word 0 of the step is at
//
//	Base + ((k − Delay) & RingMask) << RingShift      of the spike memory
//	Base + ((t − Delay) & Mask) << Shift              of the input memory (External)
//
// at tick k, step t; an External segment sees nothing while t < Delay. Bit
// first + j adds weight row Row + a.Row + b.Row + j of the block.
type Segment struct {
	External bool
	Base     int
	Mask     int // External: slots of the input − 1
	Shift    int // External: log2 of a slot's words
	Delay    int // External: in steps; else in ticks, 1..RingMask
	Row      int
	Across   int
	Down     int
	Grouped  bool
	Negate   bool // subtract the rows: sign plane of two's complement input
	Double   bool // shift the accumulators left once before the window
}

// Span is a stretch of source bits and the weight row of its first.
type Span struct{ First, Bits, Row int }

// Route is one destination of a core's spike words. Word w sent in tick k is
// written at ((k & Mask) << Shift) + Base + w of the node's spike memory, or
// of the host's space when Node is 0 (Mask 0 there).
type Route struct {
	Node  int
	Base  int
	Mask  int
	Shift int
}
