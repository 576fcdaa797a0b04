package regmap

import "fmt"

// Identity of a design, read from registers ID and VERSION.
const (
	IDValue      = 0x534E4E43 // "SNNC"
	VersionValue = 2
)

// Word addresses of the control registers.
const (
	ID         = 0x00
	Version    = 0x01
	Digest0    = 0x02
	Digest1    = 0x03
	Digest2    = 0x04
	Digest3    = 0x05
	Cores      = 0x06
	Steps      = 0x07
	Ctrl       = 0x10
	RunTicks   = 0x11
	Status     = 0x12
	Tick       = 0x13
	CyclesLo   = 0x14
	CyclesHi   = 0x15
	TickCycles = 0x16
	Select     = 0x17
	Events     = 0x20
	EventPop   = 0x21
)

// Bits of CTRL, STATUS, SELECT and the events, and widths of addresses.
const (
	CtrlRun       = 1 << 0
	CtrlNewSample = 1 << 1

	StatusRunning = 1 << 0
	StatusEvents  = 1 << 1
	StatusLoad    = 1 << 2
	StatusBlind   = 1 << 3
	StatusSealed  = 1 << 4

	SelectCoreShift   = 8
	SelectMemoryMask  = 0xFF
	EventTickShift    = 16
	EventAddressMask  = 0xFFFF
	MaxEventAddress   = 0xFFFF
	MaxTicks          = 1 << 16
	MaxWindowCore     = 1<<(32-SelectCoreShift) - 1
	WindowColumnBits  = 32
	AddressBits       = 24
	InputOffsetBits   = 22
	WindowOffsetBits  = 23
	ControlOffsetBits = 8
	EventsOffsetBits  = 21
)

// First word addresses of the regions.
const (
	ControlBase = 0x000000
	EventsBase  = 0x200000 // two words an event: tick << 16 | address, data
	InputBase   = 0x400000
	WindowBase  = 0x800000
)

// Memory is a memory of a core as register SELECT numbers it.
type Memory int

// Memories of a core.
const (
	Weights Memory = iota
	Params
	State
	Current
	Spikes
	Input
	Learn
	// Of an overlay's cores.
	Config
	Segments
	Across
	Down
	Routes
)

// Access says who may use a register.
type Access string

// A read of a write-only register gives 0; a write to a read-only one is
// ignored. No read has an effect: what is lost on its way is read again.
const (
	ReadOnly  Access = "RO"
	ReadWrite Access = "RW"
	WriteOnly Access = "WO"
)

// Field is a bit range of a register, Low <= High.
type Field struct {
	Name        string
	High, Low   int
	Description string
}

// Register is one 32-bit control register.
type Register struct {
	Name        string
	Offset      int
	Access      Access
	Reset       string
	Fields      []Field
	Description string
}

// Region is a range of the 24-bit word address space.
type Region struct {
	Name        string
	First, Last int
	Description string
}

// MemoryInfo documents one memory of a core.
type MemoryInfo struct {
	ID          Memory
	Name        string
	Row         string // width of a row, in the terms of docs/machine.md
	Rows        string
	Description string
}

// Registers returns the control registers in order of their offsets.
func Registers() []Register {
	word := func(d string) []Field { return []Field{{"value", 31, 0, d}} }
	return []Register{
		{"ID", ID, ReadOnly, "0x534E4E43", word("ASCII \"SNNC\""), "Tells a host that it talks to this machine."},
		{"VERSION", Version, ReadOnly, fmt.Sprint(VersionValue), word("version of this register map"), "Changes when an offset or a meaning does."},
		{"DIGEST0", Digest0, ReadOnly, "design", word("bytes 0 to 3 of the digest, byte 0 in bits 31..24"), "Digest of the program that the design was made from."},
		{"DIGEST1", Digest1, ReadOnly, "design", word("bytes 4 to 7"), ""},
		{"DIGEST2", Digest2, ReadOnly, "design", word("bytes 8 to 11"), ""},
		{"DIGEST3", Digest3, ReadOnly, "design", word("bytes 12 to 15"), ""},
		{"CORES", Cores, ReadOnly, "design", word("number of cores"), ""},
		{"STEPS", Steps, ReadOnly, "design", word("T, algorithmic steps of one inference"), ""},
		{"CTRL", Ctrl, WriteOnly, "0", []Field{
			{"new_sample", 1, 1, "with run: the next tick is tick 0 and the cycle counter starts at 0"},
			{"run", 0, 0, "run RUN_TICKS ticks"},
		}, "Ignored while running, and when RUN_TICKS is 0."},
		{"RUN_TICKS", RunTicks, ReadWrite, "ticks of a sample", []Field{{"ticks", 15, 0, "ticks of the next run command"}}, "May be written at any time; a run command takes the value it finds."},
		{"STATUS", Status, ReadOnly, "0", []Field{
			{"sealed", 4, 4, "memories that an image or the machine itself fills cannot be written: weights without an image, weights that learn and the input space can"},
			{"blind", 3, 3, "memories cannot be read, but weights that learn and their plasticity unit"},
			{"load", 2, 2, "a memory has no initial image: the host writes the program's before the first tick"},
			{"events", 1, 1, "the event FIFO holds at least one word"},
			{"running", 0, 0, "the controller or a plasticity unit is not idle"},
		}, ""},
		{"TICK", Tick, ReadOnly, "0", []Field{{"tick", 15, 0, "the next tick to run"}}, "While a tick runs: its own number."},
		{"CYCLES_LO", CyclesLo, ReadOnly, "0", word("cycles of the sample so far, low word"), "Stands still while the controller is idle; read both words then."},
		{"CYCLES_HI", CyclesHi, ReadOnly, "0", word("high word"), ""},
		{"TICK_CYCLES", TickCycles, ReadOnly, "0", word("cycles of the last tick"), "While a tick runs: its cycles so far."},
		{"SELECT", Select, ReadWrite, "0", []Field{
			{"core", 31, 8, "core index; only the bits that the cores' count needs are kept"},
			{"memory", 3, 0, "memory of the core"},
		}, "What the window shows."},
		{"EVENTS", Events, ReadOnly, "0", word("words in the event FIFO"), ""},
		{"EVENT_POP", EventPop, WriteOnly, "-", word("words to take from the event FIFO, oldest first"), "Ignored if more than EVENTS. What is taken is no longer in region EVENTS."},
	}
}

// Regions returns the parts of the address space in ascending order.
func Regions() []Region {
	return []Region{
		{"CONTROL", ControlBase, ControlBase + 1<<ControlOffsetBits - 1, "control registers"},
		{"EVENTS", EventsBase, EventsBase + 1<<EventsOffsetBits - 1, "words of the event FIFO, read only: the i-th from the oldest at 2·i (tick in bits 31..16, address in the host's space in 15..0) and 2·i + 1 (the word, W bits); what lies past register EVENTS means nothing"},
		{"INPUT", InputBase, InputBase + 1<<InputOffsetBits - 1, "input space, write only: a word goes to every core whose input memory holds it"},
		{"WINDOW", WindowBase, WindowBase + 1<<WindowOffsetBits - 1, "window onto the memory of register SELECT, while the controller is idle"},
	}
}

// Memories returns the memories of a core in order of their ids.
func Memories() []MemoryInfo {
	return []MemoryInfo{
		{Weights, "WEIGHTS", "P·WB", "G·Rows", "weight rows"},
		{Params, "PARAMS", "U·PB", "G·P/U", "threshold, bias [, decay] [, reset] of U neurons"},
		{State, "STATE", "U·SB", "G·P/U", "membranes of U neurons"},
		{Current, "CURRENT", "P·AB", "G", "kept current of held inputs; only if Held > 0"},
		{Spikes, "SPIKES", "W", "SpikeDepth", "spike words; an invalid word reads 0, a write makes it valid"},
		{Input, "INPUT", "W", "InputDepth", "input words"},
		{Learn, "LEARN", "32", "4096", "the plasticity unit of a plastic core: registers, table, seeds"},
		{Config, "CONFIG", "32", fmt.Sprint(Configs), "overlay, write only: sizes and modes"},
		{Segments, "SEGMENTS", "25 + 2·WA + RA + XA + YA", "segments", "overlay, write only: the walk"},
		{Across, "ACROSS", "2·FB + 1 + RA", "columns · entries", "overlay, write only: what segments see at a column"},
		{Down, "DOWN", "FB + 1 + RA", "lines · entries", "overlay, write only: what they see at a line"},
		{Routes, "ROUTES", "53", "routes", "overlay, write only: destination (15..0), base (31..16), mask (47..32), shift (52..48)"},
	}
}
