package learn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/learn"
	"github.com/snnc/snnc/numerics"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
	"github.com/snnc/snnc/verilator"
)

// compiled draws plastic networks until n compile.
func compiled(t *testing.T, from, n int, each func(seed uint64, c *randnet.Plastic, out *compiler.Compiled)) {
	t.Helper()
	ran := 0
	for seed := uint64(from); ran < n; seed++ {
		c := randnet.NewPlastic(seed)
		out, err := c.Compile(context.Background())
		if err != nil {
			t.Logf("seed %d: %v", seed, err)
			require.Less(t, int(seed)-from, 3*n+20, "most drawn networks compile")
			continue
		}
		ran++
		each(seed, c, out)
	}
}

// heard makes a rule's samples of what crosses the network of a machine.
type heard struct {
	p     *ir.Program
	fired [][]bool // [core][t·slots + slot]
}

func (h *heard) observer() sim.Observer {
	return &sim.Callbacks{
		OnTickStart: func(tick int, _ int64) {
			if tick == 0 {
				h.fired = make([][]bool, len(h.p.Cores))
				for i := range h.fired {
					h.fired[i] = make([]bool, h.p.Steps*h.p.Cores[i].N)
				}
			}
		},
		OnPush: func(e sim.Push) {
			c := &h.p.Cores[e.Core]
			t, _ := h.p.Active(c, e.Tick)
			for b := range h.p.WordBits {
				if e.Bits>>b&1 != 0 {
					h.fired[e.Core][t*c.N+e.Word*h.p.WordBits+b] = true
				}
			}
		},
	}
}

// sample is what the plastic core's synapses and neurons saw: its sources in
// the order of the weight rows.
func (h *heard) sample(rule dassdp.Rule, core int, frames *ir.Frames) (s dassdp.Sample) {
	c := &h.p.Cores[core]
	post, err := rule.CaptureSpikes(h.fired[core], c.N)
	if err != nil {
		panic(err)
	}
	pre := make([]bool, h.p.Steps*c.Rows)
	at := 0
	for i := range h.p.Cores {
		src := &h.p.Cores[i]
		if src.Level != c.Level-1 {
			continue
		}
		for t := range h.p.Steps {
			copy(pre[t*c.Rows+at:], h.fired[i][t*src.N:(t+1)*src.N])
		}
		at += src.N
	}
	if c.Level == 0 {
		for t := range h.p.Steps {
			for n, v := range frames.At(t) {
				pre[t*c.Rows+n] = v != 0
			}
		}
	}
	s.Post = post
	if s.Pre, err = rule.CaptureSpikes(pre, c.Rows); err != nil {
		panic(err)
	}
	return s
}

// The simulator's unit is the integer rule of package dassdp on the spikes
// that pass: pairs, gates, sums and weights.
func TestUnitFollowsTheRule(t *testing.T) {
	ctx := context.Background()
	changed := 0
	var several, hidden, large, mesh int // of the drawn networks
	compiled(t, 0, 100, func(seed uint64, c *randnet.Plastic, out *compiler.Compiled) {
		p := out.Program
		plastics := learn.PlasticCores(p)
		if len(plastics) > 1 {
			several++
		}
		for _, core := range plastics {
			k := &p.Cores[core]
			if k.Level < p.Ticks-p.Steps {
				hidden++
			}
			if k.N > c.Options.CoreNeurons {
				large++
			}
		}
		if p.Net.Kind == ir.NetMesh {
			mesh++
		}
		h := &heard{p: p}
		m, err := sim.New(p, sim.Options{Observer: h.observer()})
		require.NoError(t, err)
		cores := learn.PlasticCores(p)
		rules, stored, batches := map[int]*dassdp.Fixed{}, map[int][]int32{}, map[int][]dassdp.Sample{}
		sums := map[int]*numerics.WarmupSums{}
		for _, core := range cores {
			f, err := learn.Fixed(p, core, c.Rule, c.Gate, c.Batch, uint32(seed))
			require.NoError(t, err)
			rules[core], sums[core] = f, &numerics.WarmupSums{}
			require.NoError(t, m.Configure(ctx, core, learn.Config(c.Rule, f)))
			k := &p.Cores[core]
			w, err := m.Stored(ctx, core)
			require.NoError(t, err)
			for n := range k.N { // [post][row]
				for r := range k.Rows {
					stored[core] = append(stored[core], w[(n/k.Lanes*k.Rows+r)*k.Lanes+n%k.Lanes])
				}
			}
		}
		r := rand.New(rand.NewPCG(seed, 3))
		for i := range 6 * c.Batch {
			frames := c.Stimuli(out, i)
			_, err := m.Run(ctx, frames)
			require.NoError(t, err)
			for _, core := range cores {
				s := h.sample(c.Rule, core, frames[0])
				s.Reward = r.Float64()*4 - 2
				if i < 2*c.Batch { // warm-up
					loss := int32(r.IntN(1<<24)) - 1<<23
					got, err := m.End(ctx, core, ir.LearnCommand{Record: true, Loss: loss})
					require.NoError(t, err)
					sums[core].Add(s.Pairs(), int64(loss))
					require.Equal(t, s.Pairs(), got.Pairs, "seed %d", seed)
					require.Equal(t, sums[core].NL, int64(got.Sums[4]), "seed %d", seed)
					continue
				}
				batch := append(batches[core], s)
				f := rules[core]
				last := len(batch) == c.Batch
				got, err := m.End(ctx, core, ir.LearnCommand{Sweep: last, Factor: numerics.QuantiseReward(s.Reward)})
				require.NoError(t, err)
				require.Equal(t, s.Pairs(), got.Pairs, "seed %d sample %d", seed, i)
				require.Equal(t, f.GateOf(s), got.Gate, "seed %d sample %d", seed, i)
				if !last {
					batches[core] = batch
					continue
				}
				batches[core] = nil
				before := slices.Clone(stored[core])
				require.NoError(t, f.Update(stored[core], batch))
				k := &p.Cores[core]
				w, err := m.Stored(ctx, core)
				require.NoError(t, err)
				for n := range k.N {
					for r := range k.Rows {
						at := (n/k.Lanes*k.Rows+r)*k.Lanes + n%k.Lanes
						require.Equal(t, stored[core][n*k.Rows+r], w[at], "seed %d sample %d neuron %d row %d", seed, i, n, r)
					}
				}
				if !slices.Equal(before, stored[core]) {
					changed++
				}
			}
		}
	})
	require.Greater(t, changed, 200, "most updates change something")
	require.Greater(t, min(several, hidden, large, mesh), 5, "%d networks with several plastic layers, %d hidden ones, %d on one core although others hold fewer, %d meshes", several, hidden, large, mesh)
}

// Simulator and Verilated RTL learn alike: every result, everything a unit
// shows, its cycles, and every weight after every update. SNNC_LEARN=networks:updates
// chooses how many (make soak: 300:1000, which goes on where it was, soakState).
func TestSimAndRTLLearnAlike(t *testing.T) {
	if _, err := verilator.FindTools(); err != nil {
		t.Skip(err)
	}
	networks, updates := 20, 25
	if s := os.Getenv("SNNC_LEARN"); s != "" {
		_, err := fmt.Sscanf(s, "%d:%d", &networks, &updates)
		require.NoError(t, err, "SNNC_LEARN is networks:updates")
	}
	from, _ := strconv.Atoi(os.Getenv("SNNC_LEARN_FROM"))
	state := loadSoak(t, os.Getenv("SNNC_LEARN_STATE"), updates)
	compiled(t, from, networks, func(seed uint64, c *randnet.Plastic, out *compiler.Compiled) {
		if state.Done[seed] {
			return
		}
		t.Run(fmt.Sprintf("seed_%d", seed), func(t *testing.T) {
			t.Parallel()
			learnBoth(t, seed, c, out, updates)
			state.done(t, seed)
		})
	})
}

func learnBoth(t *testing.T, seed uint64, c *randnet.Plastic, out *compiler.Compiled, updates int) {
	ctx := context.Background()
	p, dir := out.Program, t.TempDir()
	sum := p.Digest()
	digest := [16]byte(sum[:16])
	d, err := rtl.Emit(p, rtl.Options{Digest: digest, Tool: compiler.Version})
	require.NoError(t, err)
	require.NoError(t, d.Write(dir))
	m, err := sim.New(p, sim.Options{})
	require.NoError(t, err)
	r, err := verilator.Open(ctx, p, dir, verilator.FastBuild, verilator.Options{Digest: &digest})
	require.NoError(t, err)
	defer r.Close()
	pair := &learn.Pair{Program: p, Reference: m, Other: r, Same: func(want, got *ir.Result) error {
		if !backend.SameOutputs(want, got) || want.Cycles != got.Cycles || !slices.Equal(want.Spikes, got.Spikes) {
			return errors.New("the sample differs")
		}
		return nil
	}}
	cores := learn.PlasticCores(p)
	configure := func(rule dassdp.Rule) {
		for _, core := range cores {
			f, err := learn.Fixed(p, core, rule, c.Gate, c.Batch, uint32(seed))
			require.NoError(t, err)
			require.NoError(t, pair.Configure(ctx, core, learn.Config(rule, f)))
		}
	}
	rng := rand.New(rand.NewPCG(seed, 4))
	sample := 0
	run := func(cmd ir.LearnCommand) {
		_, err := pair.Run(ctx, c.Stimuli(out, sample%200))
		require.NoError(t, err, "seed %d sample %d", seed, sample)
		for _, core := range cores {
			cmd.Loss, cmd.Factor = int32(rng.IntN(1<<24))-1<<23, int32(rng.IntN(2*numerics.GateMax+1))-numerics.GateMax
			_, err = pair.End(ctx, core, cmd)
			require.NoError(t, err, "seed %d sample %d", seed, sample)
		}
		sample++
	}
	configure(c.Rule)
	for i := range 5 {
		run(ir.LearnCommand{Record: true, Forget: i == 3})
	}
	for range updates {
		for k := range c.Batch {
			run(ir.LearnCommand{Sweep: k == c.Batch-1, Record: rng.IntN(8) == 0 && k == c.Batch-1})
		}
	}
	require.GreaterOrEqual(t, pair.Updates, updates)
}
