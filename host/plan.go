package host

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// runPlan is how a sample is cut into chunks of ticks: by the words the event
// FIFO may have to take, and by the steps that the input memories hold.
type runPlan struct {
	ports     []portPlan
	perTick   int // most words that reach the host in a tick
	hostDepth int
	ticks     int
}

// portPlan says when the steps of an input are read: step t in ticks
// t·II + first to t·II + last.
type portPlan struct {
	first, last int
	slots       int
	interval    int // II
	held        bool
}

func newRunPlan(p *ir.Program) (runPlan, error) {
	pl := runPlan{hostDepth: p.Net.HostDepth, ticks: p.Ticks}
	if p.Ticks > regmap.MaxTicks {
		return pl, fmt.Errorf("program %q takes %d ticks a sample; the machine counts to %d", p.Name, p.Ticks, regmap.MaxTicks)
	}
	for i := range p.Cores {
		c := &p.Cores[i]
		words := c.Words(p.WordBits)
		for _, r := range c.Routes {
			if r.Node == 0 {
				pl.perTick += words
			}
		}
	}
	for i := range p.Inputs {
		in := &p.Inputs[i]
		pp := portPlan{first: math.MaxInt, slots: in.Slots, interval: p.Interval, held: in.Input.Held}
		for k := range p.Cores {
			c := &p.Cores[k]
			for j := range c.Segments {
				if s := &c.Segments[j]; reads(c, s, in) {
					at := c.Level + s.Delay*p.Interval
					pp.first, pp.last = min(pp.first, at), max(pp.last, at)
				}
			}
		}
		if pp.first == math.MaxInt {
			pp.first = 0
		}
		if !pp.held && in.Slots < p.Steps && in.Slots <= (pp.last-pp.first)/p.Interval {
			return pl, fmt.Errorf("program %q: input %q holds %d steps and is read %d to %d ticks after they begin; "+
				"it must hold more steps than they are apart", p.Name, in.Name, in.Slots, pp.first, pp.last)
		}
		pl.ports = append(pl.ports, pp)
	}
	return pl, nil
}

// reads tells whether a segment walks words of an input.
func reads(c *ir.Core, s *ir.Segment, in *ir.InputPort) bool {
	base := c.InputBase + s.Base
	return s.External && base >= in.Base && base < in.Base+in.Slots<<in.SlotShift
}

// writable returns the end of the steps of a port that may be in its memory
// when ticks before tick have run.
func (pp portPlan) writable(tick, steps int) int {
	if pp.held {
		return 1
	}
	if pp.slots >= steps {
		return steps
	}
	done := (max(0, tick-pp.last) + pp.interval - 1) / pp.interval // steps that nobody reads any more
	return min(steps, done+pp.slots)
}

// chunk returns how many ticks may run from tick on, with loaded[i] steps of
// port i written. Draining tells that one tick may overflow the event FIFO,
// so that it must be emptied while the tick runs.
func (pl *runPlan) chunk(tick, steps int, loaded []int) (n int, draining bool) {
	n = pl.ticks - tick
	for i, pp := range pl.ports {
		if !pp.held && loaded[i] < steps {
			n = min(n, loaded[i]*pp.interval+pp.first-tick)
		}
	}
	if pl.perTick > 0 {
		if fit := pl.hostDepth / pl.perTick; fit < n {
			n = fit
		}
	}
	if n < 1 {
		return 1, true
	}
	return n, false
}

// TickBound returns a number of cycles that no tick of the program exceeds:
// every core walks words of ones, and the network carries the words of all
// cores one after the other over its longest way. docs/machine.md, sections 3
// to 6.
func TickBound(p *ir.Program) int64 {
	var slowest, traffic int64
	for i := range p.Cores {
		c := &p.Cores[i]
		group := int64(3 + c.Lanes/c.Update)
		for j := range c.Segments {
			most := 0
			for _, spans := range c.Across {
				most = max(most, spans[c.Segments[j].Across].Bits)
			}
			group += int64(3 + most + most/p.WordBits)
		}
		slowest = max(slowest, int64(c.Groups)*group)
		words := int64(c.Groups*c.Lanes+p.WordBits-1) / int64(p.WordBits)
		if c.Graded {
			words = int64(c.N)
		}
		traffic += words * int64(len(c.Routes))
	}
	hops := int64(2)
	if p.Net.Kind == ir.NetMesh {
		hops = int64(p.Net.Cols + p.Net.Rows + 2)
	}
	return slowest + traffic*hops + ir.Lead + 16
}

// pollLimit is twice what all ticks of a sample can take, at one read of
// STATUS a cycle: no bus is faster.
func pollLimit(p *ir.Program) uint32 {
	n := 2*TickBound(p)*int64(p.Ticks) + 1024
	return uint32(min(n, math.MaxUint32))
}
