package target_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/host/link/linktest"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/host/target"
	"github.com/snnc/snnc/host/virtual"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/learn"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// board emits a program's design and serves its RTL at a TCP port.
func board(t *testing.T, p *ir.Program) string {
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	d, err := rtl.Emit(p, rtl.Options{Digest: p.DesignDigest(), Tool: compiler.Version})
	require.NoError(t, err)
	require.NoError(t, d.Write(dir))
	m, err := virtual.Build(t.Context(), dir, virtual.RTL, nil, virtual.Options{Quick: true})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	process, err := m.Start(ctx)
	require.NoError(t, err)
	l, err := virtual.Listen("tcp:127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- virtual.Serve(ctx, process, l, nil) }()
	t.Cleanup(func() {
		cancel()
		<-done
		process.Kill()
	})
	return l.Address()
}

// Random networks of all kinds through a virtual board's serial line give the
// simulator's outputs and cycles, loaded over the line or not.
func TestBoardIsTheSimulator(t *testing.T) {
	ran := 0
	for seed := uint64(3); ran < 3; seed++ {
		m := randnet.NewMapped(seed)
		c, err := compiler.Map(t.Context(), m.Network, m.Options, compiler.Hooks{})
		if err != nil {
			continue
		}
		ran++
		t.Run(fmt.Sprintf("seed_%d", seed), func(t *testing.T) {
			b, err := target.Open(t.Context(), board(t, c.Program), c.Program, target.Options{Load: ran == 2})
			require.NoError(t, err)
			defer b.Close()
			ref, err := sim.New(c.Program, sim.Options{})
			require.NoError(t, err)
			require.NoError(t, b.SelfTest(t.Context(), ref, 9))
			s := b.Stats()
			require.Zero(t, s.Dropped)
			t.Logf("%d requests, %d sent, %d by time-out", s.Requests, s.Sent, s.TimedOut)
		})
	}
}

// Fifty updates of the plasticity units through the line leave the simulator's
// weights; all are compared after each.
func TestBoardLearnsAsTheSimulator(t *testing.T) {
	for seed := uint64(1); ; seed++ {
		c := randnet.NewPlastic(seed)
		out, err := c.Compile(t.Context())
		if err != nil {
			continue
		}
		at := board(t, out.Program)
		learnOnce(t, at, seed, c, out)
		learnOnce(t, at, seed, c, out) // another host, after what the first has left
		return
	}
}

func learnOnce(t *testing.T, at string, seed uint64, c *randnet.Plastic, out *compiler.Compiled) {
	p := out.Program
	b, err := target.Open(t.Context(), at, p, target.Options{})
	require.NoError(t, err)
	defer b.Close()
	require.NoError(t, b.Restore(t.Context()))
	ref, err := sim.New(p, sim.Options{})
	require.NoError(t, err)
	pair := &learn.Pair{Program: p, Reference: ref, Other: b, Same: func(want, got *ir.Result) error {
		if !backend.SameOutputs(want, got) || want.Cycles != got.Cycles {
			return errors.New("the sample differs")
		}
		return nil
	}}
	for _, core := range learn.PlasticCores(p) {
		f, err := learn.Fixed(p, core, c.Rule, c.Gate, c.Batch, uint32(seed))
		require.NoError(t, err)
		require.NoError(t, pair.Configure(t.Context(), core, learn.Config(c.Rule, f)))
	}
	end := func(i int, cmd ir.LearnCommand) {
		_, err := pair.Run(t.Context(), c.Stimuli(out, i))
		require.NoError(t, err)
		for _, core := range learn.PlasticCores(p) {
			cmd.Loss, cmd.Factor = int32(i*1000), 2000
			_, err = pair.End(t.Context(), core, cmd)
			require.NoError(t, err)
		}
	}
	for i := range 50 * c.Batch {
		end(i, ir.LearnCommand{Sweep: i%c.Batch == c.Batch-1})
		if i%10 == 9 && i%c.Batch == c.Batch-1 {
			end(i, ir.LearnCommand{Record: true})
		}
	}
	require.GreaterOrEqual(t, pair.Updates, 50)
	t.Logf("seed %d: %d updates, %d weights compared", seed, pair.Updates, pair.Weights)
}

// registers is a board whose identity can be made up.
type registers map[uint32]uint32

func (r registers) Read(a uint32) uint32 { return r[a] }
func (r registers) Write(a, v uint32)    { r[a] = v }
func (r registers) Running() bool        { return false }

func TestOpenSaysWhatIsWrong(t *testing.T) {
	var p *ir.Program
	for seed := uint64(1); p == nil; seed++ {
		m := randnet.NewMapped(seed)
		if c, err := compiler.Map(t.Context(), m.Network, m.Options, compiler.Hooks{}); err == nil {
			p = c.Program
		}
	}
	sum := p.DesignDigest()
	word := func(i int) uint32 {
		return uint32(sum[4*i])<<24 | uint32(sum[4*i+1])<<16 | uint32(sum[4*i+2])<<8 | uint32(sum[4*i+3])
	}
	for _, c := range []struct {
		name   string
		change func(r registers)
		want   string
	}{
		{"right", func(registers) {}, ""},
		{"bitstream of another program", func(r registers) { r[regmap.Digest0] = 0x0badcafe }, ": the board runs program 0badcafe" + hex.EncodeToString(sum[4:8]) + "…, and this is " + hex.EncodeToString(sum[:8]) + "…: build and deploy"},
		{"another number of cores", func(r registers) { r[regmap.Cores]++ }, "the board runs program"},
		{"another snnc", func(r registers) { r[regmap.Version] = 1 }, "register map is version 1, and this snnc speaks 2"},
		{"no machine", func(r registers) { r[regmap.ID] = 7 }, "no machine of snnc (register ID reads 0x7)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := registers{regmap.ID: regmap.IDValue, regmap.Version: regmap.VersionValue, regmap.Cores: uint32(len(p.Cores)), regmap.Steps: uint32(p.Steps),
				regmap.Digest0: word(0), regmap.Digest1: word(1), regmap.Digest2: word(2), regmap.Digest3: word(3)}
			c.change(r)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer l.Close()
			go func() {
				conn, err := l.Accept()
				if err == nil {
					(&linktest.Device{Bus: r}).Serve(conn)
				}
			}()
			b, err := target.Open(t.Context(), "tcp:"+l.Addr().String(), p, target.Options{})
			if c.want == "" {
				require.NoError(t, err)
				require.NoError(t, b.Close())
				return
			}
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "tcp:127.0.0.1:")
			require.NotContains(t, err.Error(), "\n")
		})
	}
}
