package reference

import (
	"math/rand/v2"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
	"pgregory.net/rapid"
)

// drawNetwork draws a small network with real and integer parameters: several
// inputs of all kinds, 1-4 populations on levels with skips, all resets.
// Shapes come from rapid so that failures shrink; weights from a seed.
func drawNetwork(t *rapid.T) *ir.Network {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	net := &ir.Network{Name: "random", Steps: rapid.IntRange(1, 5).Draw(t, "steps")}
	for range rapid.IntRange(1, 3).Draw(t, "inputs") {
		e := ir.Encoding{Bits: rapid.SampledFrom([]int{1, 2, 4, 8}).Draw(t, "bits"), Held: rapid.Bool().Draw(t, "held"), Scale: 1}
		e.Signed = e.Bits > 1 && rapid.Bool().Draw(t, "signed")
		if rapid.Bool().Draw(t, "scaled") {
			e.Scale = 0.25
		}
		net.Inputs = append(net.Inputs, ir.Source{Name: "in", N: rapid.IntRange(1, 20).Draw(t, "N"), Input: e})
	}
	for p := range rapid.IntRange(1, 4).Draw(t, "populations") {
		drawPopulation(t, rng, net, p)
	}
	for p := range net.Populations {
		net.Outputs = append(net.Outputs, ir.Sink{Name: net.Populations[p].Name, Population: p})
	}
	return net
}

func drawPopulation(t *rapid.T, rng *rand.Rand, net *ir.Network, p int) {
	n := rapid.IntRange(1, 70).Draw(t, "neurons")
	pop := ir.Population{Name: string(rune('a' + p)), N: n, Neuron: ir.Neuron{
		Reset:    ir.Reset(rapid.IntRange(0, 3).Draw(t, "reset")),
		AtLeast:  rapid.Bool().Draw(t, "at least"),
		Rounding: ir.Rounding(rapid.IntRange(0, 1).Draw(t, "rounding")),
		Graded:   rapid.IntRange(0, 4).Draw(t, "graded") == 0,
	}}
	q := &ir.QuantPopulation{Frac: rapid.IntRange(0, 3).Draw(t, "F"), WeightBits: 5, AccBits: 24, StateBits: 20, DecayBits: 8}
	for range n {
		unit := float64(int(1)<<rng.IntN(4)) / 16
		q.Unit = append(q.Unit, unit)
		q.Bias = append(q.Bias, int32(rng.IntN(21)-10))
		q.Threshold = append(q.Threshold, int32(1+rng.IntN(60)))
		q.Reset = append(q.Reset, int32(rng.IntN(11)-5))
		q.Decay = append(q.Decay, int32(rng.IntN(257)))
	}
	if rapid.Bool().Draw(t, "uniform") {
		q.Decay, q.Reset = q.Decay[:1], q.Reset[:1]
	}
	for k := range n {
		pop.Decay = append(pop.Decay, float64(ir.At(q.Decay, k))/256)
		pop.Bias = append(pop.Bias, rng.NormFloat64())
		pop.Threshold = append(pop.Threshold, rng.Float64()*3)
		pop.VReset = append(pop.VReset, rng.NormFloat64())
	}
	pop.Q = q
	// Sources: any input, any spiking population; the level is one past the highest.
	var sources []int
	for i := range net.Inputs {
		sources = append(sources, -1-i)
	}
	for i := range net.Populations {
		if !net.Populations[i].Graded {
			sources = append(sources, i)
		}
	}
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom(sources), 1, min(3, len(sources)), rapid.ID[int]).Draw(t, "sources") {
		j := ir.Projection{Name: "w", Target: p, NPost: n, FromInput: s < 0, Source: s}
		if s < 0 {
			j.Source = -1 - s
			j.NPre = net.Inputs[j.Source].N
		} else {
			j.NPre = net.Populations[s].N
			pop.Level = max(pop.Level, net.Populations[s].Level+1)
		}
		for range j.NPost * j.NPre {
			j.Weight = append(j.Weight, rng.NormFloat64())
			j.Q = append(j.Q, int16(rng.IntN(31)-15))
		}
		net.Projections = append(net.Projections, j)
	}
	if p > 0 { // keep level order: a population that could come earlier is put on its predecessor's level
		pop.Level = max(pop.Level, net.Populations[p-1].Level)
	}
	net.Populations = append(net.Populations, pop)
}

func drawFrames(t *rapid.T, net *ir.Network) []*ir.Frames {
	var out []*ir.Frames
	for i := range net.Inputs {
		in := &net.Inputs[i]
		n := in.N
		f := &ir.Frames{Steps: net.Steps, N: n, Bits: in.Input.Bits, Signed: in.Input.Signed, Held: in.Input.Held, Scale: in.Input.Scale}
		if !f.Held {
			n *= net.Steps
		}
		lo, hi := in.Input.Range()
		f.Values = rapid.SliceOfN(rapid.OneOf(rapid.Just(int32(0)), rapid.Int32Range(lo, hi)), n, n).Draw(t, "values")
		out = append(out, f)
	}
	return out
}

// naive executes a network with dense sums and one neuron at a time, in
// either arithmetic, and returns membranes and spikes as [step][population][neuron].
type naive[T float64 | int32] struct {
	membrane [][][]T
	spikes   [][][]bool
}

func runNaive[T float64 | int32](net *ir.Network, frames []*ir.Frames, weight func(j, k int) T,
	input func(i int, x int32) T, update func(p, n int, first bool, v, acc T) (bool, T)) naive[T] {
	var out naive[T]
	for t := range net.Steps {
		var vs [][]T
		var ss [][]bool
		for p := range net.Populations {
			v, s := make([]T, net.Populations[p].N), make([]bool, net.Populations[p].N)
			for n := range v {
				var acc T
				for j := range net.Projections {
					pj := &net.Projections[j]
					if pj.Target != p {
						continue
					}
					var row T
					for m := range pj.NPre {
						var x T
						if pj.FromInput {
							x = input(pj.Source, frames[pj.Source].At(t)[m])
						} else if ss[pj.Source][m] {
							x = 1
						}
						product := weight(j, n*pj.NPre+m) * x
						row += product
					}
					acc += row
				}
				var old T
				if t > 0 {
					old = out.membrane[t-1][p][n]
				}
				s[n], v[n] = update(p, n, t == 0, old, acc)
			}
			vs, ss = append(vs, v), append(ss, s)
		}
		out.membrane, out.spikes = append(out.membrane, vs), append(out.spikes, ss)
	}
	return out
}

func naiveFixed(net *ir.Network, frames []*ir.Frames) naive[int32] {
	return runNaive(net, frames,
		func(j, k int) int32 { return int32(net.Projections[j].Q[k]) },
		func(_ int, x int32) int32 { return x },
		func(p, n int, first bool, v, acc int32) (bool, int32) {
			pop := &net.Populations[p]
			q := pop.Q
			m := numerics.Model{StateBits: q.StateBits, Frac: q.Frac, DecayBits: q.DecayBits, TowardZero: pop.Rounding == ir.RoundZero,
				AtLeast: pop.AtLeast, Graded: pop.Graded, Reset: numerics.Reset(pop.Reset)}
			_, s, after := m.Update(numerics.Params{Decay: ir.At(q.Decay, n), Threshold: q.Threshold[n], Bias: q.Bias[n], Reset: ir.At(q.Reset, n)}, first, v, acc)
			return s, after
		})
}

func naiveFloat(net *ir.Network, frames []*ir.Frames) naive[float64] {
	return runNaive(net, frames,
		func(j, k int) float64 { return net.Projections[j].Weight[k] },
		func(i int, x int32) float64 { return float64(x) * net.Inputs[i].Input.Scale },
		func(p, n int, first bool, v, acc float64) (bool, float64) {
			pop := &net.Populations[p]
			theta := ir.At(pop.Threshold, n)
			above := func(v float64) bool { return !pop.Graded && (v > theta || v == theta && pop.AtLeast) }
			x := float64(ir.At(pop.Decay, n)*v) + acc + ir.At(pop.Bias, n)
			if pop.Reset == ir.ResetDelayed && above(v) && !first {
				x -= theta
			}
			switch {
			case above(x) && pop.Reset == ir.ResetValue:
				return true, ir.At(pop.VReset, n)
			case above(x) && pop.Reset == ir.ResetSubtract:
				return true, x - theta
			}
			return above(x), x
		})
}
