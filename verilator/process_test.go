package verilator

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host"
)

var standinShape = Shape{Cores: 35, Nodes: 36, WordBits: 8}

// needTools skips a test where models cannot be built.
func needTools(t *testing.T) {
	t.Helper()
	if _, err := FindTools(); err != nil {
		t.Skipf("not run: %v", err)
	}
}

func startStandin(t *testing.T, p Profile) *Process {
	t.Helper()
	needTools(t)
	begin := time.Now()
	m, err := Build(t.Context(), nil, "testdata/standin", standinShape, p)
	require.NoError(t, err)
	t.Logf("build %s: %v (cached: %v)", p, time.Since(begin), m.Cached)
	pr, err := Start(t.Context(), m)
	require.NoError(t, err)
	t.Cleanup(func() { pr.Close() })
	return pr
}

func TestProcessMovesWords(t *testing.T) {
	pr := startStandin(t, FastBuild)
	ctx := t.Context()
	burst, same, image := make([]uint32, 4), make([]uint32, 6), make([]uint32, 4)
	b := (&host.Batch{}).Write(2, 0xdeadbeef, 7, 8, 9).Read(2, burst).ReadSame(3, 2, same).Read(0xF0, image)
	require.NoError(t, pr.Do(ctx, b))
	require.Equal(t, []uint32{0xdeadbeef, 7, 8, 9}, burst)
	require.Equal(t, []uint32{7, 8, 7, 8, 7, 8}, same)
	require.Equal(t, []uint32{0x11, 0x22, 0x33, 0x44}, image, "image.hex is read in the design directory")
}

func TestProcessStreamsEvents(t *testing.T) {
	pr := startStandin(t, FastBuild)
	var got []Event
	pr.OnEvents = func(e []Event) error { got = append(got, e...); return nil }
	run := func(ticks, ctrl uint32) {
		b := (&host.Batch{}).Write(1, ticks).Write(0x10, ctrl).Poll(0x12, 1, 0, 1000)
		require.NoError(t, pr.Do(t.Context(), b))
	}
	run(1, 3)
	run(1, 1) // the cycles between two runs of a sample do not count
	var want []Event
	for k := 0; k < 2; k++ {
		c := int64(5 * k)
		want = append(want, Event{Cycle: c, Kind: TickStart, Tick: k})
		for _, i := range []int{0, 17, 34} {
			want = append(want, Event{Cycle: c + 1, Kind: Push, Tick: k, Index: i, Addr: k + i, Bits: uint32(0xA0 + i)})
		}
		want = append(want, Event{Cycle: c + 3, Kind: Delivery, Tick: k, Index: 33, Addr: 0x121, Bits: 0x61},
			Event{Cycle: c + 4, Kind: TickEnd, Tick: k})
	}
	require.Equal(t, want, got)

	got = nil
	require.NoError(t, pr.Stream(t.Context(), false))
	run(1, 3)
	require.Empty(t, got)
	require.NoError(t, pr.Stream(t.Context(), true))
	run(1, 3)
	require.Equal(t, want[:6], got, "a new sample counts from 0")
}

func TestProcessPollGivesUp(t *testing.T) {
	pr := startStandin(t, FastBuild)
	var after [1]uint32
	err := pr.Do(t.Context(), (&host.Batch{}).Write(2, 5).Poll(2, 0xF, 6, 3).Write(3, 1))
	var poll *host.PollError
	require.ErrorAs(t, err, &poll)
	require.Equal(t, host.PollError{Addr: 2, Mask: 0xF, Want: 6, Got: 5, Limit: 3}, *poll)
	require.NoError(t, pr.Do(t.Context(), (&host.Batch{}).Read(3, after[:])))
	require.Zero(t, after[0], "operations after a failed poll are not executed")
}

func TestProcessDiesWithItsLastWords(t *testing.T) {
	pr := startStandin(t, FastBuild)
	err := pr.Do(t.Context(), (&host.Batch{}).Write(0x66, 0).Read(0, make([]uint32, 64)))
	require.ErrorContains(t, err, "dying as told")
	require.Equal(t, err, pr.Do(t.Context(), (&host.Batch{}).Read(0, make([]uint32, 1))), "the reason stays")
}

func TestProcessIsKilledWithItsContext(t *testing.T) {
	needTools(t)
	m, err := Build(t.Context(), nil, "testdata/standin", standinShape, FastBuild)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	pr, err := Start(ctx, m)
	require.NoError(t, err)
	defer pr.Close()
	begin := time.Now()
	err = pr.Do(ctx, (&host.Batch{}).Poll(2, 1, 1, 1<<31))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(begin), 5*time.Second)
}

func TestProcessErrorOfObserverEndsIt(t *testing.T) {
	pr := startStandin(t, FastBuild)
	stop := errors.New("seen enough")
	pr.OnEvents = func([]Event) error { return stop }
	require.ErrorIs(t, pr.Do(t.Context(), (&host.Batch{}).Write(1, 1).Write(0x10, 3).Poll(0x12, 1, 0, 1000)), stop)
}

func TestProcessWithoutTracePorts(t *testing.T) {
	pr := startStandin(t, FastRun)
	pr.OnEvents = func([]Event) error { return errors.New("no events in this profile") }
	require.NoError(t, pr.Do(t.Context(), (&host.Batch{}).Write(1, 3).Write(0x10, 3).Poll(0x12, 1, 0, 1000)))
}

func TestProcessDumpsWaves(t *testing.T) {
	pr := startStandin(t, Traced)
	path := filepath.Join(t.TempDir(), "w.vcd")
	require.NoError(t, pr.Waves(t.Context(), path, 1, 3, 6))
	for range 3 {
		require.NoError(t, pr.Do(t.Context(), (&host.Batch{}).Write(1, 2).Write(0x10, 3).Poll(0x12, 1, 0, 1000)))
	}
	require.NoError(t, pr.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var times []string
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "#") {
			times = append(times, line)
		}
	}
	require.Equal(t, []string{"#30", "#35", "#40", "#45", "#50", "#55", "#60", "#65"}, times)
	require.Contains(t, string(text), "phase_q")
}

func TestWavesNeedTheirProfile(t *testing.T) {
	pr := startStandin(t, FastBuild)
	require.ErrorContains(t, pr.Waves(t.Context(), "x.vcd", 0, 0, 1), "no waves")
}

func TestBuildReportsVerilogErrors(t *testing.T) {
	needTools(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "files.f"), []byte("snnc_top.v\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "snnc_top.v"), []byte("module snnc_top(; endmodule\n"), 0o644))
	_, err := Build(t.Context(), nil, dir, standinShape, FastBuild)
	require.ErrorContains(t, err, "snnc_top.v:1")
	_, err = Build(t.Context(), nil, t.TempDir(), standinShape, FastBuild)
	require.ErrorContains(t, err, "not a design directory")
}

func TestBuildMissesAnImage(t *testing.T) {
	needTools(t)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/standin")))
	require.NoError(t, os.Remove(filepath.Join(dir, "image.hex")))
	_, err := Build(t.Context(), nil, dir, standinShape, FastBuild)
	require.ErrorContains(t, err, "image.hex: no such file")
}
