package cosim_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// anyNetwork is an overlay that holds most drawn networks: on a mesh, with
// currents.
func anyNetwork() *ir.Overlay {
	return &ir.Overlay{Name: "any", WordBits: 16, Net: ir.Net{Kind: ir.NetMesh, Cols: 3, Rows: 3, AddrBits: 12, FIFODepth: 2, HostDepth: 512}, Cores: 8,
		Lanes: 8, Update: 4, WeightBits: 8, AccBits: 24, StateBits: 28, Frac: 3, DecayBits: 12, Current: true,
		Groups: 256, Params: 256, WeightRows: 4096, Segments: 64, AcrossRows: 512, DownRows: 512, Spikes: 512, SpikeSlot: 2, Inputs: 1024, Routes: 16}
}

// ontoBus is a small one on a bus, without currents, of other widths.
func ontoBus() *ir.Overlay {
	return &ir.Overlay{Name: "bus", WordBits: 32, Net: ir.Net{Kind: ir.NetBus, Cols: 1, Rows: 5, AddrBits: 10, FIFODepth: 2, HostDepth: 256}, Cores: 4,
		Lanes: 4, Update: 4, WeightBits: 5, AccBits: 22, StateBits: 26, Frac: 2, DecayBits: 9,
		Groups: 128, Params: 64, WeightRows: 2048, Segments: 32, AcrossRows: 128, DownRows: 128, Spikes: 256, SpikeSlot: 3, Inputs: 512, Routes: 8}
}

// forOverlay compiles a drawn network for an overlay, with the integers that
// such a machine has. nil: it has what the overlay lacks.
func forOverlay(t *testing.T, o *ir.Overlay, seed uint64) (*compiler.Compiled, randnet.Drawn) {
	t.Helper()
	c := randnet.Draw(seed)
	switch d := c.(type) {
	case *randnet.Case:
		old := d.Options
		d.Options = compiler.Options{From: old.From, DT: old.DT, Steps: old.Steps, Reset: old.Reset, ResetDelay: old.ResetDelay, Compare: old.Compare, Input: old.Input, ThresholdBits: old.ThresholdBits, Overlay: o}
	case *randnet.Mapped:
		d.Options = compiler.Options{Overlay: o}
		for i := range d.Network.Populations {
			p := &d.Network.Populations[i]
			p.Graded, p.Refractory, p.Rounding = false, 0, o.Rounding
			q := p.Q
			for _, list := range [][]int32{q.Decay, q.SynDecay} {
				for k := range list {
					list[k] = int32(int64(list[k]) << o.DecayBits >> q.DecayBits)
				}
			}
			q.Frac, q.StateBits, q.DecayBits, q.Reset = o.Frac, o.StateBits, o.DecayBits, q.Reset[:1]
		}
	}
	out, err := c.Compile(context.Background())
	if err != nil {
		require.True(t, strings.Contains(err.Error(), "overlay") || strings.Contains(err.Error(), "refractory"), "seed %d: refused for a reason that is none: %v", seed, err)
		return nil, nil
	}
	return out, c
}

// Whatever the networks, one Verilated model of an overlay that runs one after
// another agrees with the simulator, and so does the fixed-point reference, in
// every spike word, delivery, tick end, membrane and memory.
func TestOverlayRunsOneNetworkAfterAnother(t *testing.T) {
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	for _, o := range []*ir.Overlay{anyNetwork(), ontoBus()} {
		t.Run(o.Name, func(t *testing.T) {
			t.Parallel()
			networks := 30
			if soak() {
				networks = 500
			}
			var r *verilator.Runner
			dir := t.TempDir()
			ran, cores, seed := 0, 0, uint64(0)
			for ; ran < networks; seed++ {
				require.Less(t, seed, uint64(20*networks), "most drawn networks must fit")
				out, c := forOverlay(t, o, seed)
				if out == nil {
					continue
				}
				ran++
				cores += len(out.Program.Cores)
				if r == nil {
					d, err := rtl.Emit(out.Program, rtl.Options{Digest: out.Program.DesignDigest(), Tool: compiler.Version})
					require.NoError(t, err)
					require.NoError(t, d.Write(dir))
					digest := out.Program.DesignDigest()
					r, err = verilator.Open(t.Context(), out.Program, dir, verilator.FastBuild, verilator.Options{Digest: &digest})
					require.NoError(t, err)
					defer r.Close()
				} else {
					require.NoError(t, r.Load(t.Context(), out.Program), "seed %d", seed)
				}
				ref, err := cosim.New(out.Program)
				require.NoError(t, err)
				report, err := r.Verify(t.Context(), dir, ref, verilator.Samples{N: samples, At: func(i int) ([]*ir.Frames, error) { return c.Stimuli(out, i), nil }}, verilator.VerifyOptions{NoWaves: true})
				require.NoError(t, err, "seed %d", seed)
				require.Nil(t, report.Difference, "seed %d: %v", seed, report.Difference)
				require.Equal(t, samples, report.Samples)
				sameAsFixed(t, out, c, fmt.Sprintf("seed %d", seed))
			}
			t.Logf("%d networks of %d drawn on one model, %.1f cores each", ran, seed, float64(cores)/float64(ran))
		})
	}
}

func sameAsFixed(t *testing.T, out *compiler.Compiled, c randnet.Drawn, name string) {
	t.Helper()
	fixed, err := reference.NewFixed(out.Network)
	require.NoError(t, err, name)
	m, err := sim.New(out.Program, sim.Options{})
	require.NoError(t, err, name)
	for i := range samples {
		a, err := fixed.Run(t.Context(), c.Stimuli(out, i))
		require.NoError(t, err, name)
		b, err := m.Run(t.Context(), c.Stimuli(out, i))
		require.NoError(t, err, name)
		require.True(t, backend.SameOutputs(a, b), "%s sample %d: fixed and simulator differ", name, i)
		require.Equal(t, a.Spikes, b.Spikes, "%s sample %d", name, i)
	}
}

// Three trained networks, a dense one, a convolutional one and a recurrent one
// of synaptic currents, on one model, and the first once more. The convolutional
// one takes a minute and is left to the soak; drawn ones are in the test above.
func TestOverlayRunsTrainedNetworks(t *testing.T) {
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	t.Parallel()
	o := &ir.Overlay{Name: "trained", WordBits: 32, Net: ir.Net{Kind: ir.NetMesh, Cols: 3, Rows: 2, AddrBits: 12, FIFODepth: 2, HostDepth: 512}, Cores: 5,
		Lanes: 8, Update: 4, WeightBits: 8, AccBits: 26, StateBits: 32, Frac: 4, DecayBits: 12, Current: true,
		Groups: 784, Params: 16, WeightRows: 3136, Segments: 128, AcrossRows: 512, DownRows: 512, Spikes: 1024, SpikeSlot: 3, Inputs: 256, Routes: 16}
	require.NoError(t, o.Validate())
	type run struct {
		name string
		c    *compiler.Compiled
		n    int
		at   func(i int) ([]*ir.Frames, error)
	}
	open := func(opt compiler.Options, path ...string) *compiler.Compiled {
		g, err := nir.ReadFile(oracle.Path(t, append([]string{"models"}, path...)...))
		require.NoError(t, err)
		opt.From, opt.Overlay = "snntorch", o
		c, err := compiler.Compile(t.Context(), g, path[len(path)-1], opt, compiler.Hooks{})
		require.NoError(t, err)
		return c
	}
	mlp := open(compiler.Options{Steps: 8}, "snntorch", "mnist_mlp_128.nir")
	cnn := open(compiler.Options{Steps: 6}, "snntorch", "fashion_cnn_16_32.nir")
	rnn := open(compiler.Options{Steps: 64, Input: ir.Encoding{Bits: 1, Scale: 1}}, "nir", "03_rnn", "braille_noDelay_bias_zero.nir")
	mnist, fashion := held(t, openSet(t, "mnist"), 8), held(t, openSet(t, "fashion-mnist"), 6)
	var r *verilator.Runner
	dir := t.TempDir()
	for _, k := range []run{
		{"dense", mlp, 10, mnist.Input}, {"convolutional", cnn, 1, fashion.Input},
		{"recurrent", rnn, 5, func(i int) ([]*ir.Frames, error) { return cosim.RandomFrames(rnn.Program, uint64(i)), nil }}, {"dense again", mlp, 3, mnist.Input},
	} {
		if k.c == cnn && !soak() {
			continue // a minute
		}
		p := k.c.Program
		if r == nil {
			d, err := rtl.Emit(p, rtl.Options{Digest: p.DesignDigest(), Tool: compiler.Version})
			require.NoError(t, err)
			require.NoError(t, d.Write(dir))
			r, err = verilator.Open(t.Context(), p, dir, verilator.FastBuild, verilator.Options{})
			require.NoError(t, err)
			defer r.Close()
		} else {
			require.NoError(t, r.Load(t.Context(), p), k.name)
		}
		ref, err := cosim.New(p)
		require.NoError(t, err)
		report, err := r.Verify(t.Context(), dir, ref, verilator.Samples{N: k.n, At: k.at}, verilator.VerifyOptions{NoWaves: true})
		require.NoError(t, err, k.name)
		require.Nil(t, report.Difference, "%s: %v", k.name, report.Difference)
		require.Equal(t, k.n, report.Samples)
		fixed, err := reference.NewFixed(k.c.Network)
		require.NoError(t, err)
		m, err := sim.New(p, sim.Options{})
		require.NoError(t, err)
		for i := range k.n {
			in, err := k.at(i)
			require.NoError(t, err)
			a, err := fixed.Run(t.Context(), in)
			require.NoError(t, err)
			b, err := m.Run(t.Context(), in)
			require.NoError(t, err)
			require.True(t, backend.SameOutputs(a, b), "%s sample %d: fixed and simulator differ", k.name, i)
		}
		t.Logf("%s: %d cores, %d samples, %d words, deliveries and ticks over %d cycles", k.name, len(p.Cores), k.n, report.Events, report.Cycles)
	}
}
