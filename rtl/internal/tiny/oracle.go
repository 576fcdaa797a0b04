package tiny

import (
	"math/big"
	"math/bits"
	"math/rand/v2"

	"github.com/snnc/snnc/ir"
)

// Push is a word that a core pushed into its send queue.
type Push struct {
	Tick, Cycle int // cycle of the tick
	Core, Index int
	Bits        uint32
}

// Result is what a sample does, as docs/machine.md and docs/numerics.md say:
// slowly, with big integers, and without a network, since the order of arrival
// changes nothing but the ends of ticks.
type Result struct {
	Pushes []Push
	Busy   [][]int     // [tick][core]: cycle of the last update, 0 if inactive
	State  [][]int64   // [core][neuron] after the sample
	Input  []InputWord // what the host writes
}

// InputWord is a word of the input space.
type InputWord struct {
	Addr int
	Data uint32
}

// Stimulus draws the input words of a sample; some words are empty.
func Stimulus(p *ir.Program, seed uint64) []InputWord {
	r := rand.New(rand.NewPCG(seed, 3))
	var out []InputWord
	in := p.Inputs[0]
	for slot := 0; slot < in.Slots; slot++ {
		for w := 0; w < 1<<in.SlotShift; w++ {
			d := uint32(0)
			if w < in.PlaneWords*in.Input.Bits {
				for b := 0; b < p.WordBits && w%in.PlaneWords*p.WordBits+b < in.N; b++ {
					if r.IntN(3) == 0 {
						d |= 1 << b
					}
				}
				if r.IntN(4) == 0 {
					d = 0
				}
			}
			out = append(out, InputWord{in.Base + slot<<in.SlotShift + w, d})
		}
	}
	return out
}

// Run executes a sample.
func Run(p *ir.Program, input []InputWord) *Result {
	res := &Result{Input: input, State: make([][]int64, len(p.Cores)), Busy: make([][]int, p.Ticks)}
	inputs := map[int]uint32{}
	for _, w := range input {
		inputs[w.Addr] = w.Data
	}
	spikes := make([]map[int]uint32, len(p.Cores))
	current := make([][]int64, len(p.Cores))
	at := map[int]int{}
	for i := range p.Cores {
		spikes[i], at[p.Cores[i].Node] = map[int]uint32{}, i
		res.State[i] = make([]int64, p.Cores[i].Groups*p.Cores[i].Lanes)
		current[i] = make([]int64, len(res.State[i]))
	}
	for k := 0; k < p.Ticks; k++ {
		res.Busy[k] = make([]int, len(p.Cores))
		var sent []Push
		for i := range p.Cores {
			c := &p.Cores[i]
			t := k - c.Level
			if t < 0 || t >= p.Steps {
				continue
			}
			pushes, last := step(p, c, t, k, inputs, spikes[i], current[i], res.State[i])
			res.Busy[k][i] = last
			for _, q := range pushes {
				q.Tick, q.Core = k, i
				sent = append(sent, q)
			}
			for _, s := range c.Segments { // all groups have walked
				for w := 0; s.Last && w < s.Words; w++ {
					delete(spikes[i], ringAddr(&s, k)+w)
				}
			}
		}
		for _, q := range sent {
			for _, r := range p.Cores[q.Core].Routes {
				if r.Node != 0 {
					spikes[at[r.Node]][r.Base+(k&r.Mask)<<r.Shift+r.Offset+q.Index] = q.Bits
				}
			}
		}
		res.Pushes = append(res.Pushes, sent...)
	}
	return res
}

func ringAddr(s *ir.Segment, k int) int { return s.Base + ((k-s.Delay)&s.Mask)<<s.Shift }

func step(p *ir.Program, c *ir.Core, t, k int, inputs, spikes map[int]uint32, current, state []int64) ([]Push, int) {
	cost := 2 + c.Lanes/c.Update
	acc := make([]int64, len(state))
	if c.Held > 0 && t > 0 {
		copy(acc, current)
	}
	for j := range c.Segments {
		s := &c.Segments[j]
		if j >= c.Held || t == 0 {
			cost++
			if s.Double {
				for n := range acc {
					acc[n] *= 2
				}
			}
			for w := 0; w < s.Words; w++ {
				word := spikes[ringAddr(s, k)+w]
				if s.External {
					word = inputs[c.InputBase+ringAddr(s, k)+w]
				}
				cost += max(1, bits.OnesCount32(word))
				for b := 0; b < p.WordBits; b++ {
					if word>>b&1 == 0 {
						continue
					}
					for n := range acc {
						x := int64(c.Weights[(n/c.Lanes*c.Rows+s.Row+w*p.WordBits+b)*c.Lanes+n%c.Lanes])
						if s.Negate {
							x = -x
						}
						acc[n] += x
					}
				}
			}
		}
		if c.Held > 0 && t == 0 && j == c.Held-1 {
			cost++
			copy(current, acc)
		}
	}
	var out []Push
	var word uint32
	for n := range state {
		fired := update(c, n, t, acc[n], state)
		g, u := n/c.Lanes, n%c.Lanes/c.Update
		cycle := 1 + g*cost + cost - c.Lanes/c.Update + u + 3
		if c.Graded {
			if n < c.N {
				out = append(out, Push{Cycle: cycle, Index: n, Bits: uint32(state[n]) & uint32(1<<p.WordBits-1)})
			}
			continue
		}
		if fired {
			word |= 1 << (n % p.WordBits)
		}
		if n%p.WordBits == p.WordBits-1 || n == len(state)-1 {
			if word != 0 {
				out = append(out, Push{Cycle: cycle, Index: n / p.WordBits, Bits: word})
			}
			word = 0
		}
	}
	return out, c.Groups * cost
}

// update computes one neuron with rationals instead of shifts.
func update(c *ir.Core, n, t int, acc int64, state []int64) bool {
	v := state[n]
	theta := int64(c.Threshold[n])
	fires := func(x int64) bool { return x > theta || c.AtLeast && x == theta }
	was := t > 0 && fires(v) && !c.Graded
	if t == 0 {
		v = 0
	}
	leak := new(big.Int)
	switch c.DecayMode {
	case ir.DecayOne:
		leak.SetInt64(v)
	case ir.DecayUniform, ir.DecayPerNeuron:
		d := int64(c.DecayConst)
		if c.DecayMode == ir.DecayPerNeuron {
			d = int64(c.Decay[n])
		}
		num := new(big.Int).Mul(big.NewInt(v), big.NewInt(d))
		neg := num.Sign() < 0
		num.Abs(num)
		den := new(big.Int).Lsh(big.NewInt(1), uint(c.DecayBits))
		if c.Rounding == ir.RoundNearest { // floor(x + 1/2) = floor((2 num + den) / (2 den))
			num.Add(num.Lsh(num, 1), den)
			den.Lsh(den, 1)
		}
		leak.Div(num, den)
		if neg {
			leak.Neg(leak)
		}
	}
	sum := leak.Int64() + acc<<c.Frac + int64(c.Bias[n])
	if was && c.Neuron.Reset == ir.ResetDelayed {
		sum -= theta
	}
	lim := int64(1) << (c.StateBits - 1)
	v = max(-lim, min(sum, lim-1))
	spike := fires(v) && !c.Graded
	if spike {
		switch c.Neuron.Reset {
		case ir.ResetSubtract:
			v -= theta
		case ir.ResetValue:
			v = int64(c.ResetConst)
			if c.ResetPerNeuron {
				v = int64(c.Reset[n])
			}
		}
	}
	state[n] = v
	return spike
}
