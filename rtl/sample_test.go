package rtl_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/rtl/internal/tiny"
)

// Every push has the cycle of the closed form in docs/machine.md, section 3,
// every word its value, every event reaches the host, every tick ends where
// section 6 says it must, and the host reads the membranes back.
func TestSamplesAgreeWithTheClosedForm(t *testing.T) {
	tool(t, "iverilog")
	for _, c := range tiny.Cases() {
		for seed := uint64(0); seed < 2; seed++ {
			t.Run(fmt.Sprintf("%s/%d", c.Name, seed), func(t *testing.T) {
				c.Spec.Seed = seed
				runSamples(t, c.Spec)
			})
		}
	}
}

func runSamples(t *testing.T, s tiny.Spec) {
	dir := emitted(t, s)
	p := tiny.Build(s)
	var want []*tiny.Result
	var hex strings.Builder
	for sample := uint64(0); sample < 2; sample++ {
		r := tiny.Run(p, tiny.Stimulus(p, 10*s.Seed+sample))
		want = append(want, r)
		for _, w := range r.Input {
			fmt.Fprintf(&hex, "%08x%08x\n", regmap.InputBase+w.Addr, w.Data)
		}
		hex.WriteString("ffffffffffffffff\n")
		for i := range p.Cores {
			for n := range r.State[i] {
				at := stateAt(&p.Cores[i], n)
				fmt.Fprintf(&hex, "%08x%08x\n", i<<8|int(regmap.State), at.offset)
			}
		}
		hex.WriteString("ffffffffffffffff\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "in.hex"), []byte(hex.String()), 0o644))
	tb, err := filepath.Abs("testdata/trace_tb.v")
	require.NoError(t, err)
	in(t, dir, "iverilog", "-g2005", "-DSNNC_TRACE", "-DSNNC_ASSERT", "-o", "tb", "-s", "trace_tb", "-c", "files.f", tb)
	out := in(t, dir, "vvp", "-n", "tb")
	require.NotContains(t, out, "ASSERT")
	require.True(t, strings.HasSuffix(strings.TrimSpace(out), "done"), out)
	for i, part := range strings.Split(out, "sample ")[1:] {
		checkSample(t, p, want[i], strings.Split(part, "\n"))
	}
}

type place struct{ offset, shift int }

// stateAt is the window column and bit of neuron n's membrane, if it does not
// straddle a column.
func stateAt(c *ir.Core, n int) place {
	cols := (c.Update*c.StateBits + 31) / 32
	cb := 0
	for 1<<cb < cols {
		cb++
	}
	bit := n % c.Update * c.StateBits
	return place{n/c.Update<<cb | bit/32, bit % 32}
}

func checkSample(t *testing.T, p *ir.Program, want *tiny.Result, lines []string) {
	var pushes, events []string
	ends := map[int]int{}
	lastDelivery := map[int]int{}
	var cycles, ticks, lastTick, total int
	var states []uint32
	deliveries := 0
	for _, l := range lines {
		var tick, cycle, node, addr int
		var v uint32
		switch {
		case strings.HasPrefix(l, "push"):
			pushes = append(pushes, l)
		case strings.HasPrefix(l, "event"):
			events = append(events, l)
		case strings.HasPrefix(l, "deliver"):
			fmt.Sscanf(l, "deliver %d %d %d %d %d", &tick, &cycle, &node, &addr, &v)
			lastDelivery[tick] = cycle
			deliveries++
		case strings.HasPrefix(l, "end"):
			fmt.Sscanf(l, "end %d %d", &tick, &cycle)
			ends[tick] = cycle
			total += cycle + 1
			lastTick = cycle + 1
		case strings.HasPrefix(l, "cycles"):
			fmt.Sscanf(l, "cycles %d", &cycles)
		case strings.HasPrefix(l, "tickcycles"):
			var n int
			fmt.Sscanf(l, "tickcycles %d", &n)
			require.Equal(t, lastTick, n)
		case strings.HasPrefix(l, "ticks"):
			fmt.Sscanf(l, "ticks %d", &ticks)
		case strings.HasPrefix(l, "state"):
			fmt.Sscanf(l, "state %d", &v)
			states = append(states, v)
		}
	}
	var wantPushes, wantEvents []string
	sent := 0
	for _, q := range want.Pushes {
		wantPushes = append(wantPushes, fmt.Sprintf("push %d %d %d %d %d", q.Tick, q.Cycle, q.Core, q.Index, q.Bits))
		for _, r := range p.Cores[q.Core].Routes {
			sent++
			if r.Node == 0 {
				wantEvents = append(wantEvents, fmt.Sprintf("event %d %d %d", q.Tick, r.Base+r.Offset+q.Index, q.Bits))
			}
		}
	}
	for _, l := range [][]string{pushes, events, wantPushes, wantEvents} {
		sort.Strings(l)
	}
	require.Equal(t, wantPushes, pushes)
	require.Equal(t, wantEvents, events)
	require.Equal(t, sent, deliveries)
	require.Equal(t, p.Ticks, ticks)
	require.Equal(t, total, cycles)
	for k := 0; k < p.Ticks; k++ {
		e := max(1, lastDelivery[k]+1)
		for _, last := range want.Busy[k] {
			if last > 0 {
				e = max(e, last+4)
			}
		}
		require.Equal(t, max(2, e+1), ends[k], "end of tick %d", k)
	}
	i := 0
	for j := range p.Cores {
		c := &p.Cores[j]
		for n, v := range want.State[j] {
			at := stateAt(c, n)
			if bits := min(c.StateBits, 32-at.shift); bits == c.StateBits {
				mask := uint32(1<<c.StateBits - 1)
				require.Equal(t, uint32(v)&mask, states[i]>>at.shift&mask, "core %d neuron %d", j, n)
			}
			i++
		}
	}
	require.Len(t, states, i)
}

func TestEmitIsAFunctionOfItsArguments(t *testing.T) {
	for _, c := range tiny.Cases() {
		a, err := rtl.Emit(tiny.Build(c.Spec), rtl.Options{})
		require.NoError(t, err)
		b, err := rtl.Emit(tiny.Build(c.Spec), rtl.Options{})
		require.NoError(t, err)
		require.Equal(t, a, b)
	}
}
