package sim

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// plastic is the plasticity unit of a core: section 8 of docs/machine.md, with
// the arithmetic of package numerics. Which pre neuron a weight row belongs to
// does not matter here: classes, random draws and changes go by row.
type plastic struct {
	*ir.Plastic
	core   *core
	steps  int
	stored []int32 // [B·Rows·P] as the weight memory holds them

	capture   bool
	last      bool
	source    ir.GateSource
	gate      numerics.GateConstants
	both      []int32
	other     []int32
	random    []numerics.LFSR // of the lanes
	sums      numerics.WarmupSums
	preFired  int
	postFired int
	pre       [][]uint8 // [samples of the update so far][Rows] classes
	post      [][]uint8 // [the same][B·P]
	gates     []int32
	state     ir.LearnState
}

func newPlastic(c *core, steps int) *plastic {
	u := &plastic{Plastic: c.Plastic, core: c, steps: steps, both: make([]int32, 2*steps+1), other: make([]int32, 2*steps+1),
		random: make([]numerics.LFSR, c.RandomRegisters())}
	for _, w := range c.Weights {
		u.stored = append(u.stored, c.StoredWeight(w))
	}
	u.clear()
	return u
}

// clear makes all classes silent and begins a new update.
func (u *plastic) clear() {
	u.pre, u.post, u.gates = nil, nil, nil
	u.open()
}

// open prepares the classes of the next sample of the update.
func (u *plastic) open() {
	silent := func(n int) []uint8 {
		c := make([]uint8, n)
		for i := range c {
			c[i] = uint8(u.steps)
		}
		return c
	}
	u.pre, u.post = append(u.pre, silent(u.core.Rows)), append(u.post, silent(u.core.Groups*u.core.Lanes))
}

// begin is the start of a sample.
func (u *plastic) begin() { u.preFired, u.postFired = 0, 0 }

// listen takes in what the core did in a step: the weight rows it added and
// the neurons that fired.
func (u *plastic) listen(step int) {
	if !u.capture {
		return
	}
	k := len(u.pre) - 1
	if step == 0 {
		clear(u.post[k])
		for i := range u.post[k] {
			u.post[k][i] = uint8(u.steps)
		}
	}
	see := func(classes []uint8, n int, fired *int) {
		if first := int(classes[n]) == u.steps; first || u.last {
			classes[n] = uint8(step)
			if first {
				*fired++
			}
		}
	}
	for _, r := range u.core.restWalk.rows {
		see(u.pre[k], int(r), &u.preFired)
	}
	for i, x := range u.core.fired {
		for ; x != 0; x &= x - 1 {
			see(u.post[k], i*64+bits.TrailingZeros64(x), &u.postFired)
		}
	}
}

// end is the command after a sample.
func (u *plastic) end(cmd ir.LearnCommand) ir.LearnState {
	if cmd.Forget {
		u.sums = numerics.WarmupSums{}
	}
	n := u.preFired * u.postFired
	gate := min(max(cmd.Factor, -numerics.GateMax), numerics.GateMax)
	if u.source == ir.GateFormula {
		gate = u.gate.Gate(n)
	}
	u.gates = append(u.gates, gate)
	cycles := u.core.LearnCycles(cmd.Sweep, cmd.Record, len(u.gates))
	if cmd.Record {
		u.sums.Add(n, int64(cmd.Loss))
	}
	switch {
	case cmd.Sweep:
		u.sweep()
		u.clear()
	case cmd.Record:
		u.clear()
	case len(u.gates) < u.Batch:
		u.open()
	default: // no room for another sample: it takes this one's place
		u.gates = u.gates[:len(u.gates)-1]
	}
	u.state = ir.LearnState{Pairs: n, Gate: gate, Cycles: cycles, Count: int(u.sums.Count),
		Sums: [5]uint64{u.sums.N, uint64(u.sums.L), u.sums.NN, u.sums.LL, uint64(u.sums.NL)}}
	return u.state
}

// sweep changes the weights, a row of all lanes at a time.
func (u *plastic) sweep() {
	c := u.core
	frac := numerics.GateFrac + u.KernelFrac + u.BatchLog()
	step := func(class uint8) int {
		if u.last && int(class) == u.steps {
			return 0
		}
		return int(class)
	}
	for g := range c.Groups {
		for r := range c.Rows {
			for l := range min(c.Lanes, c.N-g*c.Lanes) {
				random := u.random[l/numerics.LFSRLanes].Lane(l)
				slot := g*c.Lanes + l
				var sum int64
				for k, gate := range u.gates {
					pre, post := u.pre[k][r], u.post[k][slot]
					table := u.both
					if int(pre) == u.steps || int(post) == u.steps {
						table = u.other
					}
					sum += int64(gate) * int64(table[step(post)-step(pre)+u.steps])
				}
				at := (g*c.Rows+r)*c.Lanes + l
				u.stored[at] = numerics.PlasticApply(u.stored[at], numerics.StochasticRound(numerics.RoundDelta(sum, frac), random), c.WeightBits, u.Fraction)
			}
			for k := range u.random {
				u.random[k].Next()
			}
		}
	}
	c.load(u.stored)
}

// load makes the core read new weights.
func (c *core) load(stored []int32) {
	row := make([]int16, c.N)
	for i, w := range stored {
		c.Weights[i] = int16(numerics.PlasticRead(w, c.Plastic.Fraction))
	}
	for r := range c.Rows {
		for n := range row {
			row[n] = c.Weights[(n/c.Lanes*c.Rows+r)*c.Lanes+n%c.Lanes]
		}
		pack(c.matrix[r*c.stride:][:c.stride], row, c.lanes)
	}
}

// unit finds the plasticity unit of a core.
func (m *Machine) unit(core int) (*plastic, error) {
	if core < 0 || core >= len(m.cores) || m.cores[core].plastic == nil {
		return nil, fmt.Errorf("core %d of program %q has no plasticity unit", core, m.program.Name)
	}
	return m.cores[core].plastic, nil
}

// Configure loads a rule into the plasticity unit of a core, begins a new
// update and lets it listen.
func (m *Machine) Configure(_ context.Context, core int, cfg *ir.LearnConfig) error {
	u, err := m.unit(core)
	if err != nil {
		return err
	}
	if err := m.program.CheckLearn(core, cfg); err != nil {
		return err
	}
	u.both, u.other = append(u.both[:0], cfg.Both...), append(u.other[:0], cfg.Else...)
	u.last, u.source = cfg.Last, cfg.Source
	u.gate = numerics.GateConstants{A: cfg.GateA, B: cfg.GateB, Bits: u.core.PairBits()}
	for l, s := range cfg.Seeds {
		u.random[l] = numerics.LFSR(s)
	}
	u.clear()
	u.capture = true
	return nil
}

// End ends the sample of the last Run for the plasticity unit of a core.
func (m *Machine) End(_ context.Context, core int, cmd ir.LearnCommand) (ir.LearnState, error) {
	u, err := m.unit(core)
	if err != nil {
		return ir.LearnState{}, err
	}
	if err := ir.CheckRecord(cmd, int(u.sums.Count)); err != nil {
		return ir.LearnState{}, fmt.Errorf("core %d: %w", core, err)
	}
	return u.end(cmd), nil
}

// Stored returns the weight memory of a plastic core, [B·Rows·P]. It is the
// machine's own.
func (m *Machine) Stored(_ context.Context, core int) ([]int32, error) {
	u, err := m.unit(core)
	if err != nil {
		return nil, err
	}
	return u.stored, nil
}

// SetStored writes the weight memory of a plastic core.
func (m *Machine) SetStored(_ context.Context, core int, w []int32) error {
	u, err := m.unit(core)
	if err != nil {
		return err
	}
	lo, hi := numerics.PlasticMin(u.core.WeightBits, u.Fraction), numerics.PlasticMax(u.core.WeightBits, u.Fraction)
	if len(w) != len(u.stored) {
		return fmt.Errorf("core %d: %d stored weights; its memory holds %d", core, len(w), len(u.stored))
	}
	for i, x := range w {
		if x < lo || x > hi {
			return fmt.Errorf("core %d: stored weight %d is %d; allowed are %d to %d", core, i, x, lo, hi)
		}
	}
	copy(u.stored, w)
	u.core.load(u.stored)
	return nil
}
