package numerics

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// updateExact is section 4 in unbounded arithmetic, in its own words: which
// conditions hold, then what each reset stores.
func updateExact(m *Model, p Params, first bool, v, acc int64) (before int64, spike bool, after int64) {
	exceeds := func(x *big.Int) bool {
		c := x.Cmp(big.NewInt(int64(p.Threshold)))
		return !m.Graded && (c > 0 || c == 0 && m.AtLeast)
	}
	x := new(big.Int).Mul(big.NewInt(acc), power(m.Frac))
	x.Add(x, big.NewInt(int64(p.Bias)))
	if !first {
		x.Add(x, big.NewInt(leakExact(v, int64(p.Decay), m.DecayBits, m.TowardZero)))
		if m.Reset == ResetDelayed && exceeds(big.NewInt(v)) {
			x.Sub(x, big.NewInt(int64(p.Threshold)))
		}
	}
	top := new(big.Int).Sub(power(m.StateBits-1), big.NewInt(1))
	bottom := new(big.Int).Neg(power(m.StateBits - 1))
	if x.Cmp(top) > 0 {
		x = top
	}
	if x.Cmp(bottom) < 0 {
		x = bottom
	}
	before = x.Int64()
	spike = exceeds(x)
	switch {
	case spike && m.Reset == ResetValue:
		return before, spike, int64(p.Reset)
	case spike && m.Reset == ResetSubtract:
		return before, spike, before - int64(p.Threshold)
	}
	return before, spike, before
}

func TestUpdateExhaustive(t *testing.T) {
	if testing.Short() {
		t.Skip("2 million cases")
	}
	const width = 3
	for reset := ResetNone; reset <= ResetDelayed; reset++ {
		for flags := range 16 {
			m := Model{StateBits: width, Frac: flags >> 3, DecayBits: 2, TowardZero: flags&1 != 0,
				AtLeast: flags&2 != 0, Graded: flags&4 != 0, Reset: reset}
			for _, decay := range []int32{0, 1, 2, 3, 4} {
				for threshold := int32(-4); threshold <= 3; threshold++ {
					for _, bias := range []int32{-1, 0, 2} {
						for v := int32(-4); v <= 3; v++ {
							for acc := int32(-5); acc <= 5; acc++ {
								p := Params{Decay: decay, Threshold: threshold, Bias: bias, Reset: -1}
								before, spike, after := m.Update(p, false, Memory{V: v}, acc)
								b, s, a := updateExact(&m, p, false, int64(v), int64(acc))
								if int64(before) != b || spike != s || int64(after.V) != a {
									t.Fatalf("%+v %+v v %d acc %d: %d %v %d, want %d %v %d", m, p, v, acc, before, spike, after.V, b, s, a)
								}
							}
						}
					}
				}
			}
		}
	}
}

func drawModel(t *rapid.T) Model {
	return Model{
		StateBits:  rapid.IntRange(2, 32).Draw(t, "SB"),
		Frac:       rapid.IntRange(0, 15).Draw(t, "F"),
		DecayBits:  rapid.IntRange(0, 16).Draw(t, "DB"),
		TowardZero: rapid.Bool().Draw(t, "toward zero"),
		AtLeast:    rapid.Bool().Draw(t, "at least"),
		Graded:     rapid.Bool().Draw(t, "graded"),
		Reset:      Reset(rapid.IntRange(0, 3).Draw(t, "reset")),
	}
}

func drawState(t *rapid.T, m Model, label string) int32 {
	return rapid.Int32Range(int32(Min(m.StateBits)), int32(Max(m.StateBits))).Draw(t, label)
}

// Property: UpdateAll and Update both do what exact arithmetic does.
func TestUpdateAllAgreesWithExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		first := rapid.Bool().Draw(t, "first")
		n := rapid.SampledFrom([]int{1, 2, 63, 64, 65, 130}).Draw(t, "n")
		c := Columns{Decay: make([]int32, n), Threshold: make([]int32, n), Bias: make([]int32, n), Reset: make([]int32, n)}
		v, acc, before := make([]int32, n), make([]int32, n), make([]int32, n)
		want := make([]int64, n)
		wantBefore := make([]int64, n)
		wantSpike := make([]bool, n)
		seed := Params{
			Decay:     rapid.Int32Range(0, 1<<m.DecayBits).Draw(t, "decay"),
			Threshold: drawState(t, m, "threshold"),
			Bias:      drawState(t, m, "bias"),
			Reset:     drawState(t, m, "reset value"),
		}
		if m.Reset == ResetSubtract && seed.Threshold <= 0 {
			seed.Threshold = 1
		}
		count := 0
		for i := range n {
			p := seed
			if m.Reset != ResetSubtract && i%3 == 1 {
				p.Threshold = int32(Saturate(m.StateBits, int64(p.Threshold)+int64(i)))
			}
			c.Decay[i], c.Threshold[i], c.Bias[i], c.Reset[i] = p.Decay, p.Threshold, p.Bias, p.Reset
			v[i] = drawState(t, m, "v")
			acc[i] = rapid.Int32().Draw(t, "acc")
			wantBefore[i], wantSpike[i], want[i] = updateExact(&m, p, first, int64(v[i]), int64(acc[i]))
			b, s, a := m.Update(p, first, Memory{V: v[i]}, acc[i])
			if int64(b) != wantBefore[i] || s != wantSpike[i] || int64(a.V) != want[i] {
				t.Fatalf("Update(%+v, %+v, first %v, v %d, acc %d) = %d %v %d, want %d %v %d", m, p, first, v[i], acc[i],
					b, s, a.V, wantBefore[i], wantSpike[i], want[i])
			}
			if s {
				count++
			}
		}
		spikes := make([]uint64, (n+63)/64)
		for i := range spikes {
			spikes[i] = ^uint64(0)
		}
		if got := m.UpdateAll(&c, first, acc, &Memories{V: v}, before, spikes); got != count {
			t.Fatalf("%d spikes counted, want %d", got, count)
		}
		for i := range n {
			if s := spikes[i/64]>>(i%64)&1 == 1; int64(before[i]) != wantBefore[i] || s != wantSpike[i] || int64(v[i]) != want[i] {
				t.Fatalf("neuron %d of %d, %+v: %d %v %d, want %d %v %d", i, n, m, before[i], s, v[i], wantBefore[i], wantSpike[i], want[i])
			}
		}
		if n%64 != 0 && spikes[n/64]>>(n%64) != 0 {
			t.Fatalf("bits past the last neuron are set: %x", spikes[n/64])
		}
	})
}

// Property: the first step does not depend on what the memory held.
func TestFirstStepIgnoresMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		p := Params{Decay: rapid.Int32Range(0, 1<<m.DecayBits).Draw(t, "decay"), Threshold: max(1, drawState(t, m, "threshold"))}
		acc := rapid.Int32().Draw(t, "acc")
		b1, s1, a1 := m.Update(p, true, Memory{V: drawState(t, m, "v")}, acc)
		b2, s2, a2 := m.Update(p, true, Memory{}, acc)
		if b1 != b2 || s1 != s2 || a1 != a2 {
			t.Fatalf("%d %v %v, want %d %v %v", b1, s1, a1, b2, s2, a2)
		}
	})
}

func TestDelayedResetTakesTheThresholdOffOneStepLater(t *testing.T) {
	m := Model{StateBits: 8, DecayBits: 4, Reset: ResetDelayed}
	p := Params{Decay: 8, Threshold: 10} // halves
	var trace []int32
	v := int32(0)
	for step := range 3 {
		_, spike, next := m.Update(p, step == 0, Memory{V: v}, 12)
		require.Equal(t, next.V > 10, spike)
		v = next.V
		trace = append(trace, v)
	}
	require.Equal(t, []int32{12, 8, 16}, trace) // 12; 6+12−10; 4+12
}

func BenchmarkUpdateAll(b *testing.B) {
	const n = 128
	m := Model{StateBits: 24, Frac: 4, DecayBits: 12, Reset: ResetValue}
	c := Columns{Decay: make([]int32, n), Threshold: make([]int32, n), Bias: make([]int32, n), Reset: make([]int32, n)}
	v, acc := make([]int32, n), make([]int32, n)
	for i := range n {
		c.Decay[i], c.Threshold[i], acc[i] = 3700, 40000, int32(i*7)
	}
	spikes := make([]uint64, n/64)
	for b.Loop() {
		m.UpdateAll(&c, false, acc, &Memories{V: v}, nil, spikes)
	}
}

// Property: UpdateAll is Update on each neuron, for models with a current and
// with a refractory time, over several steps.
func TestCurrentsAndRefractoryAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		m.Current = rapid.Bool().Draw(t, "current")
		if m.Reset != ResetDelayed {
			m.Refractory = rapid.IntRange(0, 3).Draw(t, "refractory")
		}
		n := rapid.SampledFrom([]int{1, 64, 65}).Draw(t, "n")
		draw := func(label string) []int32 {
			v := make([]int32, n)
			for i := range v {
				v[i] = drawState(t, m, label)
			}
			return v
		}
		decay := func(label string) []int32 {
			v := make([]int32, n)
			for i := range v {
				v[i] = rapid.Int32Range(0, 1<<m.DecayBits).Draw(t, label)
			}
			return v
		}
		c := Columns{Decay: decay("decay"), SynDecay: decay("current's decay"), Threshold: draw("threshold"), Bias: draw("bias"), VBias: draw("vbias"), Reset: draw("reset")}
		for i, x := range c.Threshold {
			if m.Reset == ResetSubtract {
				c.Threshold[i] = max(1, x)
			}
		}
		all := m.NewMemories(n)
		each := make([]Memory, n)
		spikes := make([]uint64, (n+63)/64)
		for step := range 5 {
			acc := make([]int32, n)
			for i := range acc {
				acc[i] = rapid.Int32().Draw(t, "acc")
			}
			m.UpdateAll(&c, step == 0, acc, &all, nil, spikes)
			for i := range each {
				p := Params{Decay: c.Decay[i], SynDecay: c.SynDecay[i], Threshold: c.Threshold[i], Bias: c.Bias[i], VBias: c.VBias[i], Reset: c.Reset[i]}
				var spike bool
				_, spike, each[i] = m.Update(p, step == 0, each[i], acc[i])
				got := Memory{V: all.V[i]}
				if m.Current {
					got.I = all.I[i]
				}
				if m.Refractory > 0 {
					got.Wait = all.Wait[i]
				}
				if got != each[i] || spike != (spikes[i/64]>>(i%64)&1 == 1) {
					t.Fatalf("step %d, neuron %d, %+v: %+v, want %+v (spike %v)", step, i, m, got, each[i], spike)
				}
			}
		}
	})
}

// Loihi's neuron: the current decays and takes 64 times the sum, the membrane
// decays toward zero, takes the new current, and stays reset while it waits.
func TestLoihiNeuron(t *testing.T) {
	m := Model{StateBits: 24, Frac: 6, DecayBits: 12, TowardZero: true, Reset: ResetValue, Current: true, Refractory: 2}
	p := Params{SynDecay: 4096 - 1024, Decay: 4096 - 123, Threshold: 80 * 64}
	var s Memory
	var spikes []bool
	var v []int32
	for step := range 6 {
		var spike bool
		_, spike, s = m.Update(p, step == 0, s, 50)
		spikes, v = append(spikes, spike), append(v, s.V)
	}
	// u: 3200, 5600, 7400, 8750, 9762, 10521; v: 3200; 3103 + 5600 fires; waits 2; 9762 fires.
	require.Equal(t, []bool{false, true, false, false, true, false}, spikes)
	require.Equal(t, []int32{3200, 0, 0, 0, 0, 0}, v)
	require.Equal(t, int32(10521), s.I)
}
