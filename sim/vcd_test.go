package sim

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/snnc/snnc/ir"
	"github.com/stretchr/testify/require"
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
			_, used := names[f[3]]
			require.False(t, used, "identifier %q is used twice", f[3])
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
	for _, kind := range []ir.NetKind{ir.NetBus, ir.NetMesh} {
		m, frames := mnistLike(t, 8, 32, kind)
		var text bytes.Buffer
		seen := newEvents()
		vcd := NewVCD(&text, m.program)
		m.options.Observer = vcd
		r, err := m.Run(context.Background(), frames)
		require.NoError(t, err)
		_, err = m.Run(context.Background(), frames)
		require.NoError(t, err)
		require.NoError(t, vcd.Close())
		m.options.Observer = seen
		_, err = m.Run(context.Background(), frames)
		require.NoError(t, err)

		values, end := readVCD(t, text.String())
		require.EqualValues(t, 2*r.Cycles, end)
		name := func(core int) string {
			c := &m.program.Cores[core]
			return fmt.Sprintf("machine.core%d_%s_%d.", core, m.program.Layers[c.Layer].Name, c.First)
		}
		high := func(signal string) int {
			n := 0
			for _, v := range values[signal] {
				n += int(v)
			}
			return n
		}
		pushes, delivers := map[int]int{}, map[string]int{}
		for _, p := range seen.pushes {
			pushes[p.Core]++
			for _, at := range []int64{p.Cycle, p.Cycle + r.Cycles} {
				require.EqualValues(t, 1, values[name(p.Core)+"push"][at])
				require.EqualValues(t, p.Word, values[name(p.Core)+"push_word"][at])
				require.EqualValues(t, p.Bits, values[name(p.Core)+"push_bits"][at])
			}
		}
		for _, d := range seen.delivers {
			at := "machine.host."
			for i := range m.program.Cores {
				if m.program.Cores[i].Node == d.Node {
					at = name(i)
				}
			}
			delivers[at]++
			require.EqualValues(t, 1, values[at+"deliver"][d.Cycle])
			require.EqualValues(t, d.Addr, values[at+"deliver_addr"][d.Cycle])
			require.EqualValues(t, d.Bits, values[at+"deliver_bits"][d.Cycle])
		}
		busy := map[int]int{}
		for _, s := range seen.steps {
			busy[s.Core] += int(s.Last - s.First + 1)
			require.EqualValues(t, s.Step, values[name(s.Core)+"step"][s.First])
			require.EqualValues(t, 1, values[name(s.Core)+"busy"][s.First])
			require.EqualValues(t, 0, values[name(s.Core)+"busy"][s.First-1])
			require.EqualValues(t, 0, values[name(s.Core)+"busy"][s.Last+1])
		}
		for i := range m.program.Cores {
			require.Equal(t, 2*pushes[i], high(name(i)+"push"))
			require.Equal(t, 2*delivers[name(i)], high(name(i)+"deliver"))
			require.Equal(t, 2*busy[i], high(name(i)+"busy"))
		}
		require.Equal(t, 2*delivers["machine.host."], high("machine.host.deliver"))
		require.Equal(t, 2*m.program.Ticks, high("machine.tick_end"))
		for tick, at := range r.TickEnds {
			require.EqualValues(t, 1, values["machine.tick_end"][at])
			require.EqualValues(t, tick, values["machine.tick"][at])
		}
	}
}

// GTKWave's own converter reads the dump.
func TestVCDOpensInGTKWave(t *testing.T) {
	tool, err := exec.LookPath("vcd2fst")
	if err != nil {
		t.Skip("vcd2fst (Debian: gtkwave) is not installed")
	}
	m, frames := mnistLike(t, 8, 32, ir.NetMesh)
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "a.vcd"))
	require.NoError(t, err)
	vcd := NewVCD(file, m.program)
	m.options.Observer = vcd
	_, err = m.Run(context.Background(), frames)
	require.NoError(t, err)
	require.NoError(t, vcd.Close())
	require.NoError(t, file.Close())
	out, err := exec.Command(tool, filepath.Join(dir, "a.vcd"), filepath.Join(dir, "a.fst")).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NotContains(t, strings.ToLower(string(out)), "error")
	if back, err := exec.LookPath("fst2vcd"); err == nil {
		text, err := exec.Command(back, filepath.Join(dir, "a.fst")).Output()
		require.NoError(t, err)
		require.Contains(t, string(text), "core0_p0_0")
	}
}
