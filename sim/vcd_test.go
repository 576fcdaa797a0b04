package sim

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

// readVCD parses a dump strictly and returns each signal's value over time:
// full name to value at every time stamp from 0 to the last.
func readVCD(t *testing.T, text string) (map[string][]uint64, int) {
	names, values := map[string]string{}, map[string][]uint64{}
	var scope []string
	current := map[string]uint64{}
	time, inHeader := -1, true
	advance := func(to int) {
		require.GreaterOrEqual(t, to, time, "time must not go back")
		for ; time < to; time++ {
			for id, name := range names {
				if time >= 0 {
					values[name] = append(values[name], current[id])
				}
			}
		}
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		f := strings.Fields(line)
		switch {
		case f[0] == "$scope":
			scope = append(scope, f[2])
		case f[0] == "$upscope":
			scope = scope[:len(scope)-1]
		case f[0] == "$var":
			require.NotContains(t, names, f[3], "identifier used twice")
			names[f[3]] = strings.Join(append(append([]string{}, scope...), f[4]), ".")
		case f[0] == "$enddefinitions":
			require.Empty(t, scope)
			inHeader = false
		case inHeader || line[0] == '$':
		case line[0] == '#':
			to, err := strconv.Atoi(line[1:])
			require.NoError(t, err)
			advance(to)
		case line[0] == 'b':
			v, err := strconv.ParseUint(f[0][1:], 2, 64)
			require.NoError(t, err)
			require.Contains(t, names, f[1])
			current[f[1]] = v
		default:
			require.Contains(t, "01", line[:1])
			require.Contains(t, names, line[1:])
			current[line[1:]] = uint64(line[0] - '0')
		}
	}
	return values, time
}

// The dump of two samples holds every event at its cycle, and no other.
func TestVCDHoldsEveryEvent(t *testing.T) {
	compile(t, 12, func(seed uint64, p *ir.Program, frames func(int) []*ir.Frames) {
		var text bytes.Buffer
		seen, vcd := newEvents(), NewVCD(&text, p)
		m, err := New(p, Options{Observer: vcd})
		require.NoError(t, err)
		r, err := m.Run(context.Background(), frames(0))
		require.NoError(t, err)
		_, err = m.Run(context.Background(), frames(0))
		require.NoError(t, err)
		require.NoError(t, vcd.Close())
		m.options.Observer = seen
		_, err = m.Run(context.Background(), frames(0))
		require.NoError(t, err)

		values, end := readVCD(t, text.String())
		require.EqualValues(t, 2*r.Cycles, end)
		names := map[int]string{0: "machine.host."}
		name := func(i int) string {
			c := &p.Cores[i]
			return fmt.Sprintf("machine.core%d_%s_c%d_r%d.", i, p.Layers[c.Layer].Name, c.Part.Channel, c.Part.Row)
		}
		for i := range p.Cores {
			names[p.Cores[i].Node] = name(i)
		}
		high := map[string]uint64{}
		for signal, v := range values {
			for _, x := range v {
				high[signal] += x
			}
		}
		is := func(want uint64, signal string, at int64) {
			t.Helper()
			require.Equal(t, want, values[signal][at], "seed %d: %s at %d", seed, signal, at)
			require.Equal(t, want, values[signal][at+r.Cycles], "seed %d: %s at %d of the second sample", seed, signal, at)
		}
		count := map[string]uint64{"machine.tick_end": uint64(2 * p.Ticks)}
		for _, e := range seen.pushes {
			is(1, name(e.Core)+"push", e.Cycle)
			is(uint64(e.Word), name(e.Core)+"push_word", e.Cycle)
			is(uint64(e.Bits), name(e.Core)+"push_bits", e.Cycle)
			count[name(e.Core)+"push"] += 2
		}
		for _, e := range seen.delivers {
			is(1, names[e.Node]+"deliver", e.Cycle)
			is(uint64(e.Addr), names[e.Node]+"deliver_addr", e.Cycle)
			is(uint64(e.Bits), names[e.Node]+"deliver_bits", e.Cycle)
			count[names[e.Node]+"deliver"] += 2
		}
		for _, e := range seen.steps {
			is(uint64(e.Step), name(e.Core)+"step", e.First)
			is(0, name(e.Core)+"busy", e.First-1)
			is(1, name(e.Core)+"busy", e.First)
			is(1, name(e.Core)+"busy", e.Last)
			is(0, name(e.Core)+"busy", e.Last+1)
			count[name(e.Core)+"busy"] += 2 * uint64(e.Last-e.First+1)
		}
		for tick, at := range r.TickEnds {
			is(1, "machine.tick_end", at)
			is(uint64(tick), "machine.tick", at)
		}
		for signal, n := range high {
			if strings.HasSuffix(signal, ".push") || strings.HasSuffix(signal, ".deliver") || strings.HasSuffix(signal, ".busy") || strings.HasSuffix(signal, ".tick_end") {
				require.Equal(t, count[signal], n, "seed %d: cycles in which %s is high", seed, signal)
			}
		}
	})
}
