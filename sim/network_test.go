package sim

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/snnc/snnc/ir"
)

// Property: under dense traffic that no core could make (bursts, multicasts,
// everything to one node, FIFOs of one flit), the event-driven networks
// deliver the same packets in the same cycles as the networks stepped cycle by
// cycle; also in the next tick, whose arbitration goes on where this one's
// ended.
func TestNetworksAgreeWithStepped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "cores")
		p := &ir.Program{WordBits: 8, Net: ir.Net{Kind: ir.NetBus, Cols: 1, Rows: n + 1, HostDepth: 1 << 10}}
		places := n + 1
		if rapid.Bool().Draw(t, "mesh") {
			cols := rapid.IntRange(1, n+1).Draw(t, "columns")
			p.Net = ir.Net{Kind: ir.NetMesh, Cols: cols, Rows: (n+cols)/cols + rapid.IntRange(0, 2).Draw(t, "spare rows"),
				FIFODepth: rapid.IntRange(1, 4).Draw(t, "FIFO depth"), HostDepth: 1 << 10}
			places = cols * p.Net.Rows
		}
		free := []int{}
		for i := 1; i < places; i++ {
			free = append(free, i)
		}
		free = rapid.Permutation(free).Draw(t, "places")
		nodes := []int{0}
		for i := range n {
			p.Cores = append(p.Cores, ir.Core{Node: free[i], Lanes: 1, Update: 1, Blocks: 1, Groups: 1, N: 1, SpikeDepth: 1 << 10})
			nodes = append(nodes, free[i])
		}
		if rapid.Bool().Draw(t, "hot spot") {
			nodes = nodes[:1+rapid.IntRange(0, 1).Draw(t, "which")]
		}
		for i := range p.Cores {
			for _, to := range rapid.SliceOfN(rapid.SampledFrom(nodes), 1, 4).Draw(t, "routes") {
				p.Cores[i].Routes = append(p.Cores[i].Routes, ir.Route{Node: to, Base: 64 * i})
			}
		}
		hw := newStepped(p)
		var ours []*core
		for i := range p.Cores {
			ours = append(ours, &core{image: &image{Core: &p.Cores[i]}})
		}
		s := senders{cores: ours, queue: make([]queue, n), ready: newBitmap(n)}
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
			slices.SortStableFunc(want, func(a, b Delivery) int {
				return cmp.Or(cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.Node, b.Node))
			})
			if !slices.Equal(want, got) {
				t.Fatalf("tick %d: deliveries %v, stepped %v", tick, got, want)
			}
			if len(want) > 0 && want[len(want)-1].Cycle != last {
				t.Fatalf("last delivery in %d, stepped %d", last, want[len(want)-1].Cycle)
			}
		}
	})
}

// stepNetwork runs only the network of the stepped machine, on given pushes.
func stepNetwork(hw *stepped, cores []*core, tick int) []Delivery {
	hw.tick, hw.delivers, hw.hostCount = tick, nil, 0
	for c := int64(0); c < 2000; c++ {
		for _, f := range hw.networkCycle(c) {
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
