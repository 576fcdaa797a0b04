package testbench

import (
	"fmt"
	"math"
	mathbits "math/bits"
	"math/rand/v2"
	"strings"

	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

func plasticSets() []set {
	return []set{
		{},
		{"STEPS": "8", "NEURONS": "21", "GROUPS": "3", "LANES": "8", "UPDATE": "2", "ROWS": "19", "STORED": "12", "FRACTION": "4", "SHIFT": "11", "BATCH": "5"},
		{"STEPS": "1", "NEURONS": "3", "GROUPS": "3", "LANES": "1", "UPDATE": "1", "ROWS": "7", "STORED": "8", "FRACTION": "6", "SHIFT": "9", "BATCH": "2"},
		{"STEPS": "255", "NEURONS": "4", "LANES": "4", "UPDATE": "4", "ROWS": "1", "STORED": "24", "FRACTION": "14", "SHIFT": "5"},
		{"STEPS": "3", "NEURONS": "1", "LANES": "2", "UPDATE": "1", "ROWS": "1", "STORED": "8", "FRACTION": "3"},
		{"STEPS": "6", "NEURONS": "35", "LANES": "40", "UPDATE": "8", "ROWS": "9", "STORED": "10", "FRACTION": "2", "BATCH": "3", "SHIFT": "8"},
	}
}

// episode writes the script of tb_plastic.
type episode struct {
	strings.Builder
	rng     *rand.Rand
	stored  []int32 // as the rule has them, [post][pre]
	lanes   int
	groups  int
	rows    int
	posts   int
	bits    int
	columns int
	turn    int // neurons updated at once
	slots   int // samples that the unit can keep
}

func (e *episode) line(kind, where int, data uint32) {
	fmt.Fprintf(e, "%016x\n", uint64(kind)<<60|uint64(where)<<32|uint64(data))
}

func (e *episode) write(offset int, data uint32) { e.line(1, offset, data) }
func (e *episode) read(offset int, want uint32)  { e.line(2, offset, want) }

// weights sets the memory to the stored weights, or compares it with them;
// lanes without a neuron hold 5.
func (e *episode) weights(kind int) {
	for g := range e.groups {
		for r := range e.rows {
			row := make([]uint32, e.columns+1)
			for l := range e.lanes {
				v := int32(5)
				if n := g*e.lanes + l; n < e.posts {
					v = e.stored[n*e.rows+r]
				}
				field := uint64(uint32(v)&(1<<e.bits-1)) << (l * e.bits % 32)
				row[l*e.bits/32] |= uint32(field)
				row[l*e.bits/32+1] |= uint32(field >> 32)
			}
			for c := range e.columns {
				e.line(kind, (g*e.rows+r)*e.columns+c, row[c])
			}
		}
	}
}

// plasticHex is an episode for every kind of rule: warm-up, updates of as many
// samples as the unit takes and of fewer.
func (s set) plasticHex(r *rand.Rand) string {
	T, batch := s.number("STEPS", 4), s.number("BATCH", 1)
	frac, shift := s.number("FRACTION", 8), s.number("SHIFT", 7)
	e := &episode{rng: r, lanes: s.number("LANES", 16), groups: s.number("GROUPS", 1), rows: s.number("ROWS", 16),
		posts: s.number("NEURONS", 10), bits: s.number("STORED", 16), turn: s.number("UPDATE", 4), slots: batch}
	e.columns = (e.lanes*e.bits + 31) / 32
	width := e.bits - frac
	low, high := numerics.PlasticMin(width, frac), numerics.PlasticMax(width, frac)
	for range e.posts * e.rows {
		e.stored = append(e.stored, low+int32(r.Int64N(int64(high)-int64(low)+1)))
	}
	e.weights(8)
	log := mathbits.Len(uint(batch - 1))
	kernel := shift - log
	scale := 1.2 * math.Ldexp(1, log+frac+kernel-15) // the largest entries take a quarter of their range
	amplitudes := dassdp.Amplitudes{Plus: 0.3, Base: 0.05, Sigma: 1.5}
	windows := dassdp.Windows{Plus: 0.3, Minus: 0.2, TauPlus: 2, TauMinus: 3}
	last := dassdp.DASSDP(T, amplitudes)
	last.Latency = dassdp.Last
	e.write(regmap.LearnCommand, regmap.LearnClear|regmap.LearnForget)
	e.line(7, 0, 0)
	e.read(regmap.LearnCycles, uint32(batch*e.rows))
	e.warmup(dassdp.DASSDP(T, amplitudes))
	for k, rule := range []dassdp.Rule{dassdp.DASSDP(T, amplitudes), last, dassdp.SSDP(T, amplitudes), dassdp.RewardSTDP(T, windows)} {
		samples := 1 + (batch-1)*(k%2)
		f, err := dassdp.NewFixed(rule, dassdp.Gate{K: 0.8, Mean: 0.2, Std: 0.3}, dassdp.FixedConfig{NPost: e.posts, NPre: e.rows, Width: width, Frac: frac,
			Scale: scale, Lanes: e.lanes, KernelFrac: kernel, MaxBatch: batch, Batch: samples, Seed: r.Uint32()})
		if err != nil {
			panic(err)
		}
		e.configure(rule, f)
		for range 6 {
			e.update(rule, f, samples)
		}
	}
	return e.String() + "0000000000000000\n"
}

func (e *episode) configure(rule dassdp.Rule, f *dassdp.Fixed) {
	for i := range f.Both {
		d := i - rule.T
		if d > -rule.T && d < rule.T {
			e.write(regmap.LearnTable+regmap.TablePlace(rule.T, d, false), uint32(f.Both[i])&(1<<16-1))
		}
		e.write(regmap.LearnTable+regmap.TablePlace(rule.T, d, true), uint32(f.Else[i])&(1<<16-1))
	}
	for k, x := range f.Random {
		e.write(regmap.LearnSeeds+k, uint32(x))
	}
	e.gate(f.Gate)
	ctrl := uint32(regmap.LearnCapture)
	if rule.Gate == dassdp.GateReward {
		ctrl |= regmap.LearnReward
	}
	if rule.Latency == dassdp.Last {
		ctrl |= regmap.LearnLast
	}
	e.write(regmap.LearnCtrl, ctrl)
}

func (e *episode) gate(g numerics.GateConstants) {
	e.write(regmap.LearnGateA, uint32(g.A))
	e.write(regmap.LearnGateB, uint32(g.B))
}

// sample runs a sample of random spikes past the unit.
func (e *episode) sample(rule dassdp.Rule) dassdp.Sample {
	draw := func(n int) ([]bool, dassdp.Capture) {
		spikes := make([]bool, rule.T*n)
		for i := range n {
			rate := e.rng.Float64() * e.rng.Float64()
			for t := range rule.T {
				spikes[t*n+i] = e.rng.Float64() < rate
			}
		}
		c, err := rule.CaptureSpikes(spikes, n)
		if err != nil {
			panic(err)
		}
		return spikes, c
	}
	var s dassdp.Sample
	var pre, post []bool
	pre, s.Pre = draw(e.rows)
	post, s.Post = draw(e.posts)
	update := e.turn
	e.line(3, 0, 0)
	for t := range rule.T {
		e.line(6, 0, uint32(t))
		for g := range e.groups {
			for i := range e.rows {
				if pre[t*e.rows+i] {
					e.line(4, g*e.rows+i, 0)
				}
			}
			for u := range e.lanes / update {
				spikes := uint32(0)
				for k := range update {
					if n := g*e.lanes + u*update + k; n < e.posts && post[t*e.posts+n] {
						spikes |= 1 << k
					}
				}
				e.line(5, g*e.lanes/update+u, spikes)
			}
			for range 3 { // GROUP, SEG and DRAIN at least
				e.line(6, 0, uint32(t))
			}
		}
	}
	return s
}

// end is the command after a sample and what the unit then shows.
func (e *episode) end(command uint32, s dassdp.Sample, cycles int, gate int32) {
	e.write(regmap.LearnCommand, regmap.LearnEnd|command)
	e.line(7, 0, 0)
	e.read(regmap.LearnPairs, uint32(s.Pairs()))
	e.read(regmap.LearnGate, uint32(gate))
	e.read(regmap.LearnCycles, uint32(cycles))
}

// cycles is the closed form of docs/machine.md, section 8.
func (e *episode) cycles(sweep, record bool, samples int) int {
	c := ir.Core{N: e.posts, Rows: e.rows, Groups: e.groups, Lanes: e.lanes, Plastic: &ir.Plastic{Batch: e.slots}}
	return int(c.LearnCycles(sweep, record, samples))
}

func (e *episode) warmup(rule dassdp.Rule) {
	e.gate(numerics.ConstantGate(numerics.GateOne))
	e.write(regmap.LearnCtrl, regmap.LearnCapture)
	var sums numerics.WarmupSums
	for range 5 {
		s := e.sample(rule)
		loss := int32(e.rng.Uint32()) >> (8 + e.rng.IntN(20))
		word := uint32(max(loss, -loss))
		if loss < 0 {
			word |= regmap.LearnLossSign
		}
		e.write(regmap.LearnLoss, word)
		sums.Add(s.Pairs(), int64(loss))
		e.end(regmap.LearnRecord, s, e.cycles(false, true, 1), numerics.GateOne)
		for k, v := range []uint64{sums.N, uint64(sums.L), sums.NN, sums.LL, uint64(sums.NL), uint64(sums.Count)} {
			for w := range 4 {
				e.read(regmap.LearnSums+4*k+w, uint32(v>>(16*w))&0xFFFF)
			}
		}
	}
}

func (e *episode) update(rule dassdp.Rule, f *dassdp.Fixed, samples int) {
	var batch []dassdp.Sample
	for k := range samples {
		s := e.sample(rule)
		if rule.Gate == dassdp.GateReward {
			s.Reward = e.rng.Float64()*4 - 2
			e.write(regmap.LearnGateA, uint32(numerics.QuantiseReward(s.Reward))<<4)
		}
		batch = append(batch, s)
		if k < samples-1 {
			e.end(0, s, e.cycles(false, false, k+1), f.GateOf(s))
			continue
		}
		e.end(regmap.LearnSweep, s, e.cycles(true, false, samples), f.GateOf(s))
	}
	if err := f.Update(e.stored, batch); err != nil {
		panic(err)
	}
	e.weights(9)
}
