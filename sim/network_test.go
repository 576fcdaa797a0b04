package sim

import (
	"cmp"
	"slices"
	"testing"

	"github.com/snnc/snnc/ir"
	"pgregory.net/rapid"
)

// Property: under dense traffic that no core could make (bursts, multicasts,
// everything to one node, FIFOs of one flit), the event-driven networks
// deliver the same packets in the same cycles as the networks stepped cycle by
// cycle; also in the next tick, whose arbitration goes on where this one's
// ended.
func TestNetworksAgreeWithStepped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cores := rapid.IntRange(1, 12).Draw(t, "cores")
		p := &ir.Program{WordBits: 8}
		for range cores {
			p.Cores = append(p.Cores, ir.Core{Lanes: 1, Groups: 1, N: 1, SpikeDepth: 1 << 10})
		}
		place(t, p)
		p.Net.HostDepth = 1 << 10
		nodes := []int{0}
		for i := range p.Cores {
			nodes = append(nodes, p.Cores[i].Node)
		}
		if rapid.Bool().Draw(t, "hot spot") {
			nodes = nodes[:1+rapid.IntRange(0, 1).Draw(t, "which")]
		}
		for i := range p.Cores {
			for _, n := range rapid.SliceOfN(rapid.SampledFrom(nodes), 1, 4).Draw(t, "routes") {
				p.Cores[i].Routes = append(p.Cores[i].Routes, ir.Route{Node: n, Base: 64 * i})
			}
		}
		hw := newStepped(p)
		var ours []*core
		for i := range p.Cores {
			ours = append(ours, &core{image: &image{Core: &p.Cores[i]}})
		}
		s := senders{cores: ours, queue: make([]queue, cores), ready: newBitmap(cores)}
		var network fabric = &bus{}
		if p.Net.Kind == ir.NetMesh {
			network = newMesh(&p.Net, ours)
		}
		for tick := range 2 {
			for i := range ours {
				ours[i].pushes = nil
				at := int64(rapid.IntRange(0, 6).Draw(t, "first"))
				for w := range rapid.IntRange(0, 12).Draw(t, "words") {
					ours[i].pushes = append(ours[i].pushes, push{at, int32(w), uint32(1 + i)})
					at += int64(rapid.SampledFrom([]int{1, 1, 1, 2, 30}).Draw(t, "gap"))
				}
			}
			s.start(tick)
			var got []Delivery
			last, err := network.run(&s, func(node, addr int, word uint32, cycle int64) error {
				got = append(got, Delivery{Node: node, Tick: tick, Cycle: cycle, Addr: addr, Bits: word})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			want := stepNetwork(hw, ours, tick)
			byNode := func(a, b Delivery) int {
				return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.Node, b.Node))
			}
			slices.SortStableFunc(want, byNode)
			if !slices.Equal(want, got) {
				t.Fatalf("tick %d: deliveries %v, stepped %v", tick, got, want)
			}
			if len(want) > 0 && want[len(want)-1].Cycle != last {
				t.Fatalf("last delivery in %d, stepped %d", last, want[len(want)-1].Cycle)
			}
		}
	})
}

// stepNetwork runs only the networks of the stepped machine, on given pushes.
func stepNetwork(hw *stepped, cores []*core, tick int) []Delivery {
	hw.tick, hw.delivers, hw.hostCount = tick, nil, 0
	for c := int64(0); c < 5000; c++ {
		var apply []func()
		if hw.p.Net.Kind == ir.NetBus {
			apply = hw.busCycle(c)
		} else {
			apply = hw.meshCycle(c)
		}
		for _, f := range apply {
			f()
		}
		for i, k := range cores {
			for _, x := range k.pushes {
				if x.cycle == c {
					hw.cores[i].fifo = append(hw.cores[i].fifo, steppedWord{int(x.word), x.bits})
				}
			}
		}
	}
	return hw.delivers
}
