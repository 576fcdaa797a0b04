package sim

import (
	"fmt"
	"math/bits"
	"slices"
)

// fabric is a network of one kind. run carries a tick's pushes to their
// destinations through senders and deliver, and returns the tick-relative
// cycle of the last delivery (0: none).
type fabric interface {
	// reset puts the arbitration where a sample starts.
	reset()
	run(s *senders, deliver func(node, addr int, bits uint32, cycle int64) error) (int64, error)
}

// senders is the send FIFOs of all cores in one tick.
type senders struct {
	cores []*core
	tick  int
	// order holds the pushes of all cores as cycle<<20 | core, ascending; those
	// before next have entered their FIFOs.
	order []uint64
	next  int
	queue []queue
	ready bitmap // cores whose FIFO is not empty
	nodes []int32
}

// queue is one core's send FIFO: pushes [head, head+held) of its list, the
// head's packets before route having left.
type queue struct{ head, held, route int }

const coreBits = 20

func (s *senders) start(tick int) {
	s.tick, s.next, s.order = tick, 0, s.order[:0]
	for i, c := range s.cores {
		s.queue[i] = queue{}
		if len(c.Routes) == 0 {
			continue // nobody reads this part
		}
		for _, p := range c.pushes {
			s.order = append(s.order, uint64(p.cycle)<<coreBits|uint64(i))
		}
	}
	slices.Sort(s.order)
}

// wait returns the first cycle from c on in which a core can offer a packet,
// or false if none will. Cores that offer one before or at that cycle are ready.
func (s *senders) wait(c int64) (int64, bool) {
	if s.ready.empty() {
		if s.next == len(s.order) {
			return 0, false
		}
		c = max(c, int64(s.order[s.next]>>coreBits)+1)
	}
	s.admit(c)
	return c, true
}

// admit puts pushes that the FIFOs show in cycle c into them.
func (s *senders) admit(c int64) {
	for s.next < len(s.order) && int64(s.order[s.next]>>coreBits) < c {
		core := int(s.order[s.next] & (1<<coreBits - 1))
		s.queue[core].held++
		s.ready.set(core)
		s.next++
	}
}

// offer returns the packet at the head of a ready core's FIFO.
func (s *senders) offer(core int) (node, addr int, word uint32) {
	c, q := s.cores[core], &s.queue[core]
	r, p := &c.Routes[q.route], &c.pushes[q.head]
	return r.Node, r.Base + (s.tick&r.Mask)<<r.Shift + int(p.word), p.bits
}

// take moves the head's packet out.
func (s *senders) take(core int) {
	q := &s.queue[core]
	if q.route++; q.route < len(s.cores[core].Routes) {
		return
	}
	q.route = 0
	q.head++
	if q.held--; q.held == 0 {
		s.ready.unset(core)
	}
}

// bitmap is a set of small integers.
type bitmap []uint64

func newBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

func (b bitmap) set(i int)   { b[i>>6] |= 1 << (i & 63) }
func (b bitmap) unset(i int) { b[i>>6] &^= 1 << (i & 63) }

func (b bitmap) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// from returns the first member at or after i, or -1.
func (b bitmap) from(i int) int {
	if i>>6 >= len(b) {
		return -1
	}
	w := b[i>>6] >> (i & 63) << (i & 63)
	for k := i >> 6; ; w = b[k] {
		if w != 0 {
			return k<<6 | bits.TrailingZeros64(w)
		}
		if k++; k == len(b) {
			return -1
		}
	}
}

// HostFullError reports a tick whose words do not fit the host's event FIFO.
// The machine would then wait for the host, whose speed is not part of a
// program, so the simulator can tell no cycle for it.
type HostFullError struct{ Tick, Depth int }

// Error implements error.
func (e *HostFullError) Error() string {
	return fmt.Sprintf("tick %d sends the host more words than the %d of its event FIFO; the cycles would depend on the host: compile with a deeper event FIFO",
		e.Tick, e.Depth)
}
