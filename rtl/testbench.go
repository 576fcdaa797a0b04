package rtl

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

//go:embed tb/tb_top.v
var testbenchText []byte

// Vectors is a recorded sample: what the host writes, and what it then reads.
type Vectors struct {
	Load   []int       // cores whose weights are written first: Design.Load
	Inputs []InputWord // by tick
	Events []Event
	Cycles uint64 // of the sample; 0: not compared
}

// InputWord is a word of the input space.
type InputWord struct {
	Tick int // before which it is written: when the ticks before have run
	Addr int // in the input space, 0-based
	Data uint32
}

// Event is a word that reached the host, in order of arrival.
type Event struct {
	Tick, Addr int
	Data       uint32
}

// Testbench returns files to add to a program's design: tb/tb_top.v, which
// runs the sample over the host bus and prints PASS or FAIL, and its data. It
// is plain Verilog-2005, for Icarus and for verilator --binary --timing.
//
// The sample is cut into runs of ticks where words must be written between
// them, and so that the event FIFO holds what a run sends: no run then waits
// for the host, and its cycles are those of the machine.
func Testbench(p *ir.Program, v Vectors) ([]File, error) {
	words := make([]int, p.Ticks) // that each tick sends
	var events strings.Builder
	for i, e := range v.Events {
		if e.Tick < 0 || e.Tick >= p.Ticks || e.Addr < 0 || e.Addr > regmap.MaxEventAddress {
			return nil, fmt.Errorf("testbench of %q: event %d has tick %d and address %d; allowed are ticks 0 to %d and addresses 0 to %d",
				p.Name, i, e.Tick, e.Addr, p.Ticks-1, regmap.MaxEventAddress)
		}
		words[e.Tick]++
		fmt.Fprintf(&events, "%04x%04x%08x\n", e.Tick, e.Addr, e.Data)
	}
	var writes strings.Builder
	count, at := 0, 0
	put := func(addr int, data uint32) {
		fmt.Fprintf(&writes, "%08x%08x\n", addr, data)
		count++
	}
	for _, i := range v.Load {
		if i < 0 || i >= len(p.Cores) {
			return nil, fmt.Errorf("testbench of %q: weights of core %d to load; the program has cores 0 to %d", p.Name, i, len(p.Cores)-1)
		}
		put(regmap.Select, uint32(i<<regmap.SelectCoreShift|int(regmap.Weights)))
		c := &p.Cores[i]
		shift := ir.Clog2((c.Lanes*c.StoredBits() + 31) / 32)
		eachWeightRow(c, func(n int, r *row) {
			for k, w := range r.words() {
				put(regmap.WindowBase+n<<shift+k, w)
			}
		})
	}
	for tick := 0; tick < p.Ticks; {
		for ; at < len(v.Inputs) && v.Inputs[at].Tick <= tick; at++ {
			w := v.Inputs[at]
			if w.Addr < 0 || w.Addr >= 1<<regmap.InputOffsetBits {
				return nil, fmt.Errorf("testbench of %q: input word %d is at %d; the input space has %d words", p.Name, at, w.Addr, 1<<regmap.InputOffsetBits)
			}
			put(regmap.InputBase+w.Addr, w.Data)
		}
		end, held := tick+1, words[tick]
		for end < p.Ticks && held+words[end] <= p.Net.HostDepth && (at == len(v.Inputs) || v.Inputs[at].Tick > end) {
			held += words[end]
			end++
		}
		ctrl := uint32(regmap.CtrlRun)
		if tick == 0 {
			ctrl |= regmap.CtrlNewSample
		}
		put(int(regmap.RunTicks), uint32(end-tick))
		put(int(regmap.Ctrl), ctrl)
		tick = end
	}
	if at < len(v.Inputs) {
		return nil, fmt.Errorf("testbench of %q: input word %d is to be written before tick %d; the sample has ticks 0 to %d", p.Name, at, v.Inputs[at].Tick, p.Ticks-1)
	}
	// Generous: no bound on the sample's length is known here.
	limit := 1_000_000_000
	if v.Cycles > 0 {
		limit = int(min(8*v.Cycles, 1<<30)) + 64*(count+len(v.Events)) + 10_000
	}
	sizes := fmt.Sprintf("// The recorded sample of tb_top.v.\n\n`define TB_WRITES %d\n`define TB_EVENTS %d\n`define TB_CYCLES %d\n`define TB_LIMIT  %d\n",
		count, len(v.Events), v.Cycles, limit)
	return []File{
		{"tb/events.hex", []byte(events.String())},
		{"tb/tb_top.v", testbenchText},
		{"tb/tb_top.vh", []byte(sizes)},
		{"tb/writes.hex", []byte(writes.String())},
	}, nil
}
