package ir

// Frames is the stimulus of one inference for one input: integers, each worth
// Scale. A held stimulus has one vector for all the steps.
type Frames struct {
	Steps  int
	N      int
	Bits   int // 1: spikes, values 0 or 1; 2..16: graded
	Signed bool
	Held   bool
	Scale  float64
	Values []int32 // [N] if held, else [Steps·N]
}

// At returns the integers of a step.
func (f *Frames) At(step int) []int32 {
	if f.Held {
		return f.Values[:f.N]
	}
	return f.Values[step*f.N : (step+1)*f.N]
}

// Result is what one inference gave, in the same form from every execution.
type Result struct {
	Outputs []Trace
	Spikes  []int64 // emitted by each population (Network) or layer (Program), the same order
	// Cycles and the ticks' ends are of executions that have a clock; else nil and 0.
	Cycles   int64
	TickEnds []int64 // cycle of tick_end of each tick, the sample's first cycle being 0
}

// Trace is what one sink gave over the steps.
type Trace struct {
	Name   string
	N      int
	Steps  int
	Graded bool
	Spikes []uint8   // [Steps·N] 0 or 1; nil if graded
	State  []int32   // [Steps·N] membrane integers; nil if spiking or float
	Value  []float64 // [Steps·N] real membranes; nil if spiking
}

// Counts adds up the spikes of each neuron.
func (o *Trace) Counts() []int {
	c := make([]int, o.N)
	for i, s := range o.Spikes {
		c[i%o.N] += int(s)
	}
	return c
}
