package dassdp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/numerics"
)

var testGate = Gate{K: 0.7, Mean: 0.3, Std: 0.2}

type ruleCase struct {
	name        string
	rule        Rule
	both, other func(float64) float64
}

func ruleCases(T int) []ruleCase {
	a, w := PaperDefaults(), Windows{Plus: 2e-3, Minus: 1.5e-3, TauPlus: 2, TauMinus: 3}
	gauss := func(x float64) float64 { return math.Exp(-x * x / 2) }
	pot := func(x float64) float64 { return a.Plus * gauss(x) }
	dep := func(x float64) float64 { return -a.Base * gauss(x) }
	window := func(x float64) float64 {
		switch {
		case x > 0:
			return w.Plus * math.Exp(-x/w.TauPlus)
		case x < 0:
			return -w.Minus * math.Exp(x/w.TauMinus)
		}
		return 0
	}
	zero := func(float64) float64 { return 0 }
	last := DASSDP(T, a)
	last.Latency = Last
	return []ruleCase{
		{"DA-SSDP", DASSDP(T, a), pot, dep}, {"DA-SSDP last", last, pot, dep}, {"SSDP", SSDP(T, a), pot, dep},
		{"STDP", STDP(T, w), window, zero}, {"R-STDP", RewardSTDP(T, w), window, zero},
	}
}

// Every rule equals its plain pairwise definition; the integers stay within
// their proven bound, which is at most half a fraction step.
func TestRulesMeetTheirDefinitions(t *testing.T) {
	for _, T := range []int{1, 4, 10} {
		for _, c := range ruleCases(T) {
			rng := rand.New(rand.NewPCG(7, uint64(T)))
			worst, bound := 0.0, 0.0
			for _, B := range []int{1, 3, 8, 19} {
				no, ni := 1+rng.IntN(40), 1+rng.IntN(600)
				batch := randomBatch(c.rule, rng, B, no, ni)
				want := plainDelta(c.rule, batch, testGate, c.both, c.other)
				got := make([]float64, no*ni)
				require.NoError(t, c.rule.Delta(got, batch, no, ni, testGate))
				require.InDeltaSlice(t, want, got, 1e-16, c.name)
				f, err := NewFixed(c.rule, testGate, FixedConfig{NPost: no, NPre: ni, Width: 8, Frac: 9, Scale: 0.01, Lanes: 4, KernelFrac: 7, MaxBatch: B + B/2, Batch: B})
				require.NoError(t, err)
				require.LessOrEqual(t, f.ErrorBound(), 0.5)
				dw := make([]int64, no*ni)
				require.NoError(t, f.Delta(dw, batch))
				for i, d := range dw {
					e := math.Abs(math.Ldexp(float64(d), -numerics.RandomBits) - want[i]/f.Step())
					require.LessOrEqual(t, e, f.ErrorBound(), c.name)
					worst = max(worst, e)
				}
				bound = max(bound, f.ErrorBound())
			}
			t.Logf("%s T=%d: worst %.4f of a step, bound %.4f", c.name, T, worst, bound)
		}
	}
}

// Permuting neurons permutes Δw, and the batch gives the mean of its samples.
func TestPermutationAndMean(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	r, no, ni, B := DASSDP(6, CodeDefaults()), 9, 17, 5
	batch := randomBatch(r, rng, B, no, ni)
	all, one, moved := make([]float64, no*ni), make([]float64, no*ni), make([]float64, no*ni)
	require.NoError(t, r.Delta(all, batch, no, ni, testGate))
	sum, perm, shuffled := make([]float64, no*ni), rng.Perm(ni), []Sample{}
	for _, s := range batch {
		require.NoError(t, r.Delta(one, []Sample{s}, no, ni, testGate))
		for i, x := range one {
			sum[i] += x / float64(B)
		}
		p := Capture{Class: make([]uint8, ni), Fired: s.Pre.Fired}
		for i, j := range perm {
			p.Class[i] = s.Pre.Class[j]
		}
		shuffled = append(shuffled, Sample{Pre: p, Post: s.Post})
	}
	require.InDeltaSlice(t, sum, all, 1e-17)
	require.NoError(t, r.Delta(moved, shuffled, no, ni, testGate))
	for o := range no {
		for i, j := range perm {
			require.Equal(t, all[o*ni+j], moved[o*ni+i])
		}
	}
}

// The mean over 10,000 stochastic updates lies within four standard errors of
// the change before rounding, and within the integers' bound more of the float
// rule's: also where 16 lanes draw from one register.
func TestStochasticRoundingIsUnbiased(t *testing.T) {
	t.Run("4 lanes", func(t *testing.T) { unbiased(t, 4, 7, 11) })
	t.Run("32 lanes", func(t *testing.T) { unbiased(t, 32, 45, 3) })
}

func unbiased(t *testing.T, lanes, posts, pres int) {
	rng := rand.New(rand.NewPCG(3, 4))
	r := DASSDP(5, CodeDefaults())
	f, err := NewFixed(r, testGate, FixedConfig{NPost: posts, NPre: pres, Width: 8, Frac: 6, Scale: 0.02, Lanes: lanes, KernelFrac: 7, Batch: 2, Seed: 9})
	require.NoError(t, err)
	batch := randomBatch(r, rng, 2, posts, pres)
	dw, w, sum, real := make([]int64, posts*pres), make([]int32, posts*pres), make([]float64, posts*pres), make([]float64, posts*pres)
	require.NoError(t, f.Delta(dw, batch))
	require.NoError(t, r.Delta(real, batch, posts, pres, testGate))
	const n = 10000
	for range n {
		clear(w)
		require.NoError(t, f.Update(w, batch))
		for i, x := range w {
			sum[i] += float64(x)
		}
	}
	fractional := 0
	for i, d := range dw {
		want := math.Ldexp(float64(d), -numerics.RandomBits)
		p := want - math.Floor(want)
		if p > 0 {
			fractional++
		}
		interval := 4*math.Sqrt(p*(1-p)/n) + 1e-4
		require.InDelta(t, want, sum[i]/n, interval, "synapse %d", i)
		require.InDelta(t, real[i]/f.Step(), sum[i]/n, interval+f.ErrorBound(), "synapse %d", i)
	}
	require.Greater(t, fractional, 20)
}

// Gate zero changes no weight; no weight leaves its range.
func TestNoDriftAndSaturation(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	c := FixedConfig{NPost: 5, NPre: 8, Width: 4, Frac: 4, Scale: 0.1, Lanes: 4, KernelFrac: 7, Batch: 1, Seed: 1}
	still, err := NewFixed(DASSDP(4, CodeDefaults()), Gate{K: 1, Mean: 1e3, Std: 1}, c)
	require.NoError(t, err)
	hot, err := NewFixed(SSDP(4, Amplitudes{Plus: 0.5, Base: 0.5, Sigma: 3}), NoGate(), c)
	require.NoError(t, err)
	w := make([]int32, 40)
	for i := range w {
		w[i] = numerics.PlasticLoad(int32(i%15-7), c.Frac)
		require.Equal(t, int32(i%15-7), numerics.PlasticRead(w[i], c.Frac))
	}
	before := append([]int32(nil), w...)
	low, high := false, false
	for range 300 {
		require.NoError(t, still.Update(w, randomBatch(still.rule, rng, 1, 5, 8)))
	}
	require.Equal(t, before, w)
	for range 300 {
		require.NoError(t, hot.Update(w, randomBatch(hot.rule, rng, 1, 5, 8)))
		for _, x := range w {
			q := numerics.PlasticRead(x, c.Frac)
			require.True(t, q >= -7 && q <= 7)
			low, high = low || q == -7, high || q == 7
		}
	}
	require.True(t, low && high)
}

// The unit's exact sums fit the gate that the float records fit.
func TestSumsFitTheSameGate(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	r := DASSDP(4, PaperDefaults())
	var warm Warmup
	sums := make([]numerics.WarmupSums, 2)
	const unit = 1.0 / 4096
	for n := range 500 {
		batch := randomBatch(r, rng, 1, 10, 30)
		loss := int64(rng.IntN(9000)) - int64(4000*batch[0].Synchrony())
		warm.Record(batch, float64(loss)*unit)
		require.True(t, sums[n%2].Add(batch[0].Pairs(), loss))
	}
	want, got := warm.Fit(), FitSums(sums, 300, unit)
	require.InEpsilon(t, want.K, got.K, 1e-12)
	require.InEpsilon(t, want.Mean, got.Mean, 1e-12)
	require.InEpsilon(t, want.Std, got.Std, 1e-12)
	require.Equal(t, NoGate(), FitSums(nil, 300, unit))
}

func TestSignGate(t *testing.T) {
	require.Equal(t, 1.0, Gate{K: 0.7}.Sign(SignThreshold).K)
	require.Equal(t, -1.0, Gate{K: -0.06}.Sign(SignThreshold).K)
	require.Equal(t, 1.0, Gate{K: 0.04, Mean: 0.1, Std: 0.2}.Sign(SignThreshold).At(0.9))
}

func TestRefusals(t *testing.T) {
	good := FixedConfig{NPost: 2, NPre: 2, Width: 8, Frac: 8, Scale: 0.01, Lanes: 2, KernelFrac: 7, Batch: 1}
	bad := good
	bad.Scale = 0
	_, err := NewFixed(SSDP(4, PaperDefaults()), NoGate(), bad)
	require.ErrorContains(t, err, "Scale")
	_, err = NewFixed(SSDP(4, Amplitudes{Plus: 0.6, Sigma: 1}), NoGate(), good)
	require.ErrorContains(t, err, "clamp of ±1")
	_, err = NewFixed(SSDP(4, Amplitudes{Plus: 0.4, Sigma: 1}), NoGate(), good)
	require.ErrorContains(t, err, "fraction steps")
	_, err = NewFixed(DASSDP(4, PaperDefaults()), Gate{K: math.NaN(), Std: 1}, good)
	require.ErrorContains(t, err, "gate")
	r := SSDP(4, PaperDefaults())
	r.Both = r.Both[1:]
	require.ErrorContains(t, r.Validate(), "Both")
	_, err = r.CaptureSpikes(make([]bool, 7), 2)
	require.ErrorContains(t, err, "want 8")
}

func benchBatch() (Rule, []Sample) {
	r := DASSDP(4, PaperDefaults())
	return r, randomBatch(r, rand.New(rand.NewPCG(1, 1)), 128, 1024, 1024)
}

func BenchmarkDelta(b *testing.B) {
	r, batch := benchBatch()
	b.ReportAllocs()
	for b.Loop() {
		dw := make([]float64, 1024*1024)
		_ = r.Delta(dw, batch, 1024, 1024, testGate)
	}
}

func BenchmarkNaive(b *testing.B) {
	r, batch := benchBatch()
	lp, fp := floats(r, batch, func(s Sample) Capture { return s.Pre })
	lq, fq := floats(r, batch, func(s Sample) Capture { return s.Post })
	b.ReportAllocs()
	for b.Loop() {
		naiveDelta(PaperDefaults(), testGate, lp, lq, fp, fq)
	}
}
