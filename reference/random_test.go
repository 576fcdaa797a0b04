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
		net.Inputs = append(net.Inputs, source(t, e))
	}
	for p := range rapid.IntRange(1, 4).Draw(t, "populations") {
		drawPopulation(t, rng, net, p)
	}
	for p := range net.Populations {
		net.Outputs = append(net.Outputs, ir.Sink{Name: net.Populations[p].Name, Population: p})
	}
	return net
}

func source(t *rapid.T, e ir.Encoding) ir.Source {
	shape := []int{rapid.IntRange(1, 20).Draw(t, "N")}
	if rapid.Bool().Draw(t, "image") {
		shape = []int{rapid.IntRange(1, 3).Draw(t, "C"), rapid.IntRange(1, 4).Draw(t, "H"), rapid.IntRange(1, 4).Draw(t, "W")}
	}
	return ir.Source{Name: "in", Shape: shape, N: ir.Size(shape), Input: e}
}

func drawPopulation(t *rapid.T, rng *rand.Rand, net *ir.Network, p int) {
	grid := ir.Grid{C: rapid.IntRange(1, 70).Draw(t, "neurons"), H: 1, W: 1}
	if rapid.Bool().Draw(t, "image") {
		grid = ir.Grid{C: rapid.IntRange(1, 4).Draw(t, "channels"), H: rapid.IntRange(1, 4).Draw(t, "rows"), W: rapid.IntRange(1, 4).Draw(t, "columns")}
	}
	n := grid.Size()
	pop := ir.Population{Name: string(rune('a' + p)), N: n, Grid: grid, Neuron: ir.Neuron{
		Reset:    ir.Reset(rapid.IntRange(0, 3).Draw(t, "reset")),
		AtLeast:  rapid.Bool().Draw(t, "at least"),
		Rounding: ir.Rounding(rapid.IntRange(0, 1).Draw(t, "rounding")),
		Graded:   rapid.IntRange(0, 4).Draw(t, "graded") == 0,
		Current:  rapid.IntRange(0, 2).Draw(t, "current") == 0,
	}}
	if pop.Reset != ir.ResetDelayed && !pop.Graded {
		pop.Refractory = max(0, rapid.IntRange(-3, 3).Draw(t, "refractory"))
	}
	q := &ir.QuantPopulation{Frac: rapid.IntRange(0, 3).Draw(t, "F"), WeightBits: 5, AccBits: 24, StateBits: 20, DecayBits: 8}
	for range n {
		unit := float64(int(1)<<rng.IntN(4)) / 16
		q.Unit = append(q.Unit, unit)
		q.Bias = append(q.Bias, int32(rng.IntN(21)-10))
		q.Threshold = append(q.Threshold, int32(1+rng.IntN(60)))
		q.Reset = append(q.Reset, int32(rng.IntN(11)-5))
		q.Decay = append(q.Decay, int32(rng.IntN(257)))
		if pop.Current {
			q.SynDecay = append(q.SynDecay, int32(rng.IntN(257)))
			q.VBias = append(q.VBias, int32(rng.IntN(11)-5))
			pop.SynDecay = append(pop.SynDecay, float64(q.SynDecay[len(q.SynDecay)-1])/256)
			pop.VBias = append(pop.VBias, rng.NormFloat64())
		}
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
	// Sources: any input, any spiking population, itself one or two steps late;
	// the level is one past the highest source of the same step.
	var sources []int
	for i := range net.Inputs {
		sources = append(sources, -1-i)
	}
	for i := range net.Populations {
		if !net.Populations[i].Graded {
			sources = append(sources, i)
		}
	}
	if !pop.Graded {
		sources = append(sources, p)
	}
	if p > 0 { // keep level order: a population that could come earlier is put on its predecessor's level
		pop.Level = net.Populations[p-1].Level
	}
	net.Populations = append(net.Populations, pop)
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom(sources), 1, min(3, len(sources)), rapid.ID[int]).Draw(t, "sources") {
		j := ir.Projection{Name: "w", Target: p, FromInput: s < 0, Source: s, Delay: max(0, rapid.IntRange(-3, 2).Draw(t, "delay"))}
		if s < 0 {
			j.Source = -1 - s
			j.Pre = ir.GridOf(net.Inputs[j.Source].Shape)
		} else {
			j.Pre = net.Populations[s].Grid
			if s == p {
				j.Delay = max(1, j.Delay)
			}
			if j.Delay == 0 {
				net.Populations[p].Level = max(net.Populations[p].Level, net.Populations[s].Level+1)
			}
		}
		drawKernel(t, rng, &j, grid)
		net.Projections = append(net.Projections, j)
	}
}

// drawKernel draws a dense matrix for a vector, any kernel and any taps for an image.
func drawKernel(t *rapid.T, rng *rand.Rand, j *ir.Projection, grid ir.Grid) {
	j.Post, j.Groups = grid, 1
	if grid.H*grid.W == 1 && rapid.IntRange(0, 3).Draw(t, "dense") > 0 {
		j.KH, j.KW, j.Rows, j.Cols = j.Pre.H, j.Pre.W, ir.StraightTaps(j.Pre.H), ir.StraightTaps(j.Pre.W)
	} else {
		if j.Pre.C == grid.C && rapid.Bool().Draw(t, "depthwise") {
			j.Groups = grid.C
		}
		j.KH, j.KW = rapid.IntRange(1, 3).Draw(t, "KH"), rapid.IntRange(1, 3).Draw(t, "KW")
		taps := func(targets, sources, kernel int) [][]ir.Tap {
			out := make([][]ir.Tap, targets)
			for i := range out {
				for range rng.IntN(4) {
					out[i] = append(out[i], ir.Tap{Source: rng.IntN(sources), Kernel: rng.IntN(kernel)})
				}
			}
			return out
		}
		j.Rows, j.Cols = taps(grid.H, j.Pre.H, j.KH), taps(grid.W, j.Pre.W, j.KW)
	}
	for range j.Post.C * j.Fan() {
		j.Weight = append(j.Weight, rng.NormFloat64())
		j.Q = append(j.Q, int16(rng.IntN(31)-15))
	}
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

// naive executes a network synapse by synapse and one neuron at a time, in
// either arithmetic, and returns membranes and spikes as [step][population][neuron].
type naive[T float64 | int32] struct {
	membrane [][][]T
	spikes   [][][]bool
}

// cell is the memory of one neuron.
type cell[T float64 | int32] struct {
	v, i T
	wait int
}

func runNaive[T float64 | int32](net *ir.Network, frames []*ir.Frames, weight func(j, k int) T,
	input func(i int, x int32) T, update func(p, n int, first bool, c cell[T], acc T) (bool, cell[T])) naive[T] {
	var out naive[T]
	cells := make([][]cell[T], len(net.Populations))
	for p := range cells {
		cells[p] = make([]cell[T], net.Populations[p].N)
	}
	for t := range net.Steps {
		out.membrane, out.spikes = append(out.membrane, make([][]T, len(cells))), append(out.spikes, make([][]bool, len(cells)))
		for p := range net.Populations {
			for n := range cells[p] {
				var acc T
				for j := range net.Projections {
					pj := &net.Projections[j]
					if pj.Target != p {
						continue
					}
					past := t - pj.Delay
					acc += naiveRow(pj, n, func(m int) T {
						switch {
						case past < 0:
							return 0
						case pj.FromInput:
							return input(pj.Source, frames[pj.Source].At(past)[m])
						case out.spikes[past][pj.Source][m]:
							return 1
						}
						return 0
					}, func(k int) T { return weight(j, k) })
				}
				s, c := update(p, n, t == 0, cells[p][n], acc)
				cells[p][n] = c
				out.membrane[t][p], out.spikes[t][p] = append(out.membrane[t][p], c.v), append(out.spikes[t][p], s)
			}
		}
	}
	return out
}

// naiveRow is the sum of one target value, in ascending order of the source.
func naiveRow[T float64 | int32](j *ir.Projection, n int, x func(m int) T, weight func(k int) T) T {
	var row T
	pixels := j.Post.H * j.Post.W
	c, y, col := n/pixels, n/j.Post.W%j.Post.H, n%j.Post.W
	in := j.Pre.C / j.Groups
	for i := range in {
		for sy := range j.Pre.H {
			for sx := range j.Pre.W {
				for _, r := range j.Rows[y] {
					for _, q := range j.Cols[col] {
						if r.Source == sy && q.Source == sx {
							product := weight(((c*in+i)*j.KH+r.Kernel)*j.KW+q.Kernel) * x(j.Pre.Index(c/(j.Post.C/j.Groups)*in+i, sy, sx))
							row += product
						}
					}
				}
			}
		}
	}
	return row
}

func naiveFixed(net *ir.Network, frames []*ir.Frames) naive[int32] {
	return runNaive(net, frames,
		func(j, k int) int32 { return int32(net.Projections[j].Q[k]) },
		func(_ int, x int32) int32 { return x },
		func(p, n int, first bool, c cell[int32], acc int32) (bool, cell[int32]) {
			pop := &net.Populations[p]
			q := pop.Q
			m := numerics.Model{StateBits: q.StateBits, Frac: q.Frac, DecayBits: q.DecayBits, TowardZero: pop.Rounding == ir.RoundZero,
				AtLeast: pop.AtLeast, Graded: pop.Graded, Reset: numerics.Reset(pop.Reset), Current: pop.Current, Refractory: pop.Refractory}
			params := numerics.Params{Decay: ir.At(q.Decay, n), Threshold: q.Threshold[n], Bias: q.Bias[n], Reset: ir.At(q.Reset, n)}
			if pop.Current {
				params.SynDecay, params.VBias = q.SynDecay[n], q.VBias[n]
			}
			_, s, after := m.Update(params, first, numerics.Memory{V: c.v, I: c.i, Wait: uint8(c.wait)}, acc)
			return s, cell[int32]{after.V, after.I, int(after.Wait)}
		})
}

func naiveFloat(net *ir.Network, frames []*ir.Frames) naive[float64] {
	return runNaive(net, frames,
		func(j, k int) float64 { return net.Projections[j].Weight[k] },
		func(i int, x int32) float64 { return float64(x) * net.Inputs[i].Input.Scale },
		func(p, n int, first bool, c cell[float64], acc float64) (bool, cell[float64]) {
			pop := &net.Populations[p]
			theta := ir.At(pop.Threshold, n)
			above := func(v float64) bool { return !pop.Graded && (v > theta || v == theta && pop.AtLeast) }
			drive, bias := acc, ir.At(pop.Bias, n)
			if pop.Current {
				c.i = float64(pop.SynDecay[n]*c.i) + acc + bias
				drive, bias = c.i, pop.VBias[n]
			}
			if c.wait > 0 {
				c.wait--
				return false, c
			}
			x := float64(ir.At(pop.Decay, n)*c.v) + drive + bias
			if pop.Reset == ir.ResetDelayed && above(c.v) && !first {
				x -= theta
			}
			spike := above(x)
			c.v = x
			if spike {
				c.wait = pop.Refractory
				switch pop.Reset {
				case ir.ResetValue:
					c.v = ir.At(pop.VReset, n)
				case ir.ResetSubtract:
					c.v = x - theta
				}
			}
			return spike, c
		})
}
