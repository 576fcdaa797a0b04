package link_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/link"
	"github.com/snnc/snnc/host/link/linktest"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/verilator"
)

// The registers of testdata/link_fixture.v.
const (
	regRun   = regmap.Ctrl
	regFold  = 0x13
	regCount = 0x14
)

// fixture is testdata/link_fixture.v in Go: a device's bus, and the soak's
// own account of what it must hold.
type fixture struct {
	words map[uint32]uint32
	fold  uint32
	count uint32
	left  atomic.Int64
}

func newFixture() *fixture { return &fixture{words: map[uint32]uint32{}} }

func (f *fixture) Write(addr, v uint32) {
	f.words[addr&0xFFF] = v
	f.fold = f.fold*16777619 ^ v ^ addr
	f.count++
	if addr&0xFFF == regRun {
		f.left.Store(int64(v))
	}
}

func (f *fixture) Read(addr uint32) uint32 {
	switch addr & 0xFFF {
	case regmap.Status:
		if f.left.Load() > 0 {
			return regmap.StatusRunning
		}
		return 0
	case regFold:
		return f.fold
	case regCount:
		return f.count
	}
	return f.words[addr&0xFFF]
}

// Running lets a hundred cycles pass.
func (f *fixture) Running() bool { return f.left.Add(-100) > 0 }

// machine is a peer that can be killed.
type machine struct {
	start func() io.ReadWriteCloser // after reset
	opt   link.Options
}

// goMachine is the device in Go.
func goMachine() machine {
	return machine{opt: link.Options{Timeout: 2 * time.Millisecond, Silence: 20 * time.Second}, start: func() io.ReadWriteCloser {
		a, b := linktest.Pipe()
		d := &linktest.Device{Bus: newFixture()}
		go d.Serve(b)
		return a
	}}
}

// buildFixture verilates the fixture.
func buildFixture(t testing.TB, divisor int, params ...string) *verilator.SerialModel {
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	lib, err := filepath.Abs("../../rtl/lib")
	require.NoError(t, err)
	d := &verilator.SerialDesign{Dir: "testdata", Files: []string{"link_fixture.v"}, Include: []string{lib}, Top: "link_fixture",
		Params: append(params, fmt.Sprintf("DIVISOR=%d", divisor)), Clock: "i_clk", Reset: "i_rst", Rx: "i_rx", Tx: "o_tx", Divisor: divisor, Noise: true}
	for _, f := range []string{"snnc_link", "snnc_link_rx", "snnc_link_tx", "snnc_uart_rx", "snnc_uart_tx", "snnc_crc", "snnc_ram"} {
		d.Files = append(d.Files, filepath.Join(lib, f+".v"))
	}
	m, err := verilator.BuildSerial(t.Context(), nil, d)
	require.NoError(t, err)
	return m
}

// rtlMachine is the RTL under Verilator, bit by bit.
func rtlMachine(t *testing.T) machine {
	m := buildFixture(t, 4)
	return machine{opt: link.Options{Timeout: 20 * time.Millisecond, Silence: 20 * time.Second}, start: func() io.ReadWriteCloser {
		p, err := verilator.StartSerial(t.Context(), m, verilator.SerialOptions{Quiet: 1 << 14})
		require.NoError(t, err)
		return killed{p}
	}}
}

// killed ends the process instead of letting it finish.
type killed struct{ *verilator.SerialProcess }

func (k killed) Close() error { k.Kill(); return nil }

// Frames of a soak: SNNC_SOAK_LINK of the whole one.
func soakFrames(short int64) int64 {
	if n, err := strconv.ParseInt(os.Getenv("SNNC_SOAK_LINK"), 10, 64); err == nil {
		return n
	}
	return short
}

// One byte in a hundred is lost, doubled or changed, hosts are killed in the
// middle of a batch, and so is the device. Nothing that a batch wrote is
// missing when it has succeeded, nothing is there twice ever, reads give what
// was there, and nothing hangs.
func TestSoak(t *testing.T) {
	t.Run("go", func(t *testing.T) { soak(t, goMachine(), soakFrames(6000)) })
	t.Run("rtl", func(t *testing.T) { soak(t, rtlMachine(t), soakFrames(1500)) })
}

func soak(t *testing.T, m machine, frames int64) {
	const seed = 5
	rng := rand.New(rand.NewPCG(seed, 1))
	x := linktest.NewExchange(m.start())
	defer func() { x.Replace(closed{}) }()
	var sum link.Stats
	var faults, hosts, devices, batches, failed int
	bad := linktest.NewFaulty(x.Attach(), 0.01, seed)
	c := link.New(bad, m.opt)
	retire := func() {
		s := c.Stats()
		sum.Requests, sum.Sent, sum.Replies = sum.Requests+s.Requests, sum.Sent+s.Sent, sum.Replies+s.Replies
		sum.GoneBack, sum.TimedOut, sum.Discarded = sum.GoneBack+s.GoneBack, sum.TimedOut+s.TimedOut, sum.Discarded+s.Discarded
		faults += bad.Faults
		c.Close()
	}
	session := false // one that a reset would end
	want := newFixture()
	for sum.Sent+c.Stats().Sent < frames {
		// A batch, and the account after each of its writes.
		type state struct{ fold, count uint32 }
		after := []state{{want.fold, want.count}}
		next := newFixture()
		next.words, next.fold, next.count = maps.Clone(want.words), want.fold, want.count
		b := &host.Batch{}
		var expect [][]uint32
		for range 1 + rng.IntN(6) {
			addr := 0x400000 + uint32(rng.IntN(16))<<8 + 0x80 + uint32(rng.IntN(64)) // away from the registers
			n := 1 + rng.IntN(6)
			if rng.IntN(8) == 0 {
				n = 1 + rng.IntN(60)
			}
			switch k := rng.IntN(8); {
			case k < 4:
				data := make([]uint32, n)
				for i := range data {
					data[i] = rng.Uint32()
					if rng.IntN(4) == 0 {
						data[i] = 0xC0DBC0DB
					}
					next.Write(addr+uint32(i), data[i])
					after = append(after, state{next.fold, next.count})
				}
				b.Write(addr, data...)
			case k < 7:
				w := make([]uint32, n)
				for i := range w {
					w[i] = next.Read(addr + uint32(i))
				}
				expect = append(expect, w)
				b.Read(addr, make([]uint32, n))
			default:
				run := uint32(rng.IntN(9000))
				next.Write(regRun, run)
				after = append(after, state{next.fold, next.count})
				b.Write(regRun, run).Poll(regmap.Status, regmap.StatusRunning, 0, 1<<31)
				expect = append(expect, []uint32{0})
			}
		}
		// The device's own account, in the same batch.
		b.Read(regFold, make([]uint32, 2))
		expect = append(expect, []uint32{next.fold, next.count})

		ctx, cancel := t.Context(), context.CancelFunc(func() {})
		what := rng.IntN(30)
		if what == 0 { // the host is killed in the middle
			ctx, cancel = context.WithTimeout(ctx, time.Duration(rng.IntN(3000))*time.Microsecond)
		}
		if what == 1 && !session {
			what = 2 // there is nothing to lose
		}
		if what == 1 { // the device is
			x.Replace(m.start())
			devices++
			want = newFixture()
		}
		err := c.Do(ctx, b)
		cancel()
		batches++
		session = what != 1
		if what == 1 {
			var reset *link.ResetError
			require.True(t, errors.As(err, &reset), "a device that was reset is told: %v", err)
			continue
		}
		if err == nil {
			k := 0
			for i := range b.Ops {
				if op := &b.Ops[i]; op.Kind != host.OpWrite {
					require.Equal(t, expect[k], op.Data, "batch %d, operation %d", batches, i)
					k++
				}
			}
			want = next
			continue
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		failed++
		hosts++
		retire()
		bad = linktest.NewFaulty(x.Attach(), 0.01, seed+uint64(hosts))
		c = link.New(bad, m.opt)
		// Some first part of its writes is there, each once and in order.
		var got [2]uint32
		require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Poll(regmap.Status, regmap.StatusRunning, 0, 1<<31).Read(regFold, got[:])))
		at := -1
		for i, s := range after {
			if s.fold == got[0] && s.count == got[1] {
				at = i
			}
		}
		require.GreaterOrEqual(t, at, 0, "batch %d: what is there is no beginning of what was sent", batches)
		for i := range b.Ops {
			op := &b.Ops[i]
			for k := 0; op.Kind == host.OpWrite && k < len(op.Data) && at > 0; k++ {
				want.Write(op.Addr+uint32(k), op.Data[k])
				at--
			}
		}
		require.Equal(t, got[:], []uint32{want.fold, want.count})
	}
	retire()
	t.Logf("%d frames sent for %d requests in %d batches, %d bytes spoilt, %d times gone back (%d by time-out), %d replies of %d discarded; %d hosts and %d devices killed, %d batches cut",
		sum.Sent, sum.Requests, batches, faults, sum.GoneBack, sum.TimedOut, sum.Discarded, sum.Replies, hosts, devices, failed)
	require.Greater(t, faults, int(frames)/20)
}

type closed struct{}

func (closed) Read([]byte) (int, error)  { return 0, io.EOF }
func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
func (closed) Close() error              { return nil }
