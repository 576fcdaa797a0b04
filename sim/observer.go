package sim

// Push is a word entering a core's send FIFO: for a spiking core W neurons of
// which at least one fired, for a graded core one membrane.
type Push struct {
	Core  int
	Tick  int
	Cycle int64  // at the end of which the word enters; -1 in functional mode
	Word  int    // spike word of the core, or neuron of a graded core
	Bits  uint32 // spikes, or the membrane in two's complement of W bits
}

// Delivery is a packet written at its destination.
type Delivery struct {
	Node  int // 0: the host
	Tick  int
	Cycle int64 // at the end of which it is written; -1 in functional mode
	Addr  int   // in the spike memory, or in the host's space
	Bits  uint32
}

// CoreStep is one step of one core.
type CoreStep struct {
	Core  int
	Tick  int
	Step  int   // of the sample: tick − level
	First int64 // cycle of the first GROUP; -1 in functional mode
	Last  int64 // cycle in which the last state word is written
}

// Observer receives the events of a run. Cycles count from the sample's first,
// which is 0. For each tick come TickStart, the steps by core, the pushes by
// cycle and core, the deliveries by cycle and node, and TickEnd.
type Observer interface {
	TickStart(tick int, cycle int64)
	Step(CoreStep)
	Push(Push)
	Deliver(Delivery)
	TickEnd(tick int, cycle int64) // the cycle in which tick_end is high
}

// Callbacks is an Observer of functions; those that are nil are not called.
type Callbacks struct {
	OnTickStart func(tick int, cycle int64)
	OnStep      func(CoreStep)
	OnPush      func(Push)
	OnDeliver   func(Delivery)
	OnTickEnd   func(tick int, cycle int64)
}

// TickStart implements Observer.
func (c *Callbacks) TickStart(tick int, cycle int64) {
	if c.OnTickStart != nil {
		c.OnTickStart(tick, cycle)
	}
}

// Step implements Observer.
func (c *Callbacks) Step(s CoreStep) {
	if c.OnStep != nil {
		c.OnStep(s)
	}
}

// Push implements Observer.
func (c *Callbacks) Push(p Push) {
	if c.OnPush != nil {
		c.OnPush(p)
	}
}

// Deliver implements Observer.
func (c *Callbacks) Deliver(d Delivery) {
	if c.OnDeliver != nil {
		c.OnDeliver(d)
	}
}

// TickEnd implements Observer.
func (c *Callbacks) TickEnd(tick int, cycle int64) {
	if c.OnTickEnd != nil {
		c.OnTickEnd(tick, cycle)
	}
}
