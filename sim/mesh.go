package sim

import (
	"math/bits"

	"github.com/snnc/snnc/ir"
)

// mesh is a grid of dimension-ordered routers (machine.md section 5). Cycles
// are visited only while a flit is under way, and in them only the routers
// that hold one.
type mesh struct {
	cols    int
	depth   int
	fifos   []fifo     // [node·5 + input]
	flits   []flit     // [fifo·depth]
	pointer []uint8    // [node·5 + output]
	load    []int32    // flits in each router
	active  bitmap     // routers with any
	place   [][2]int32 // x, y of each node
	cores   []int      // node of each core

	moves   []move
	inserts []int
}

// fifo is a ring of flits.
type fifo struct{ head, count int32 }

type flit struct {
	node int32
	addr int32
	bits uint32
}

type move struct{ node, in, out int }

// Inputs and outputs of a router. An output leads into the opposite input of
// its neighbour.
const (
	local = iota
	north
	east
	south
	west
	ports
)

var opposite = [ports]int{local, south, west, north, east}

func newMesh(n *ir.Net, cores []*core) *mesh {
	nodes := n.Cols * n.Rows
	m := &mesh{cols: n.Cols, depth: n.FIFODepth, fifos: make([]fifo, nodes*ports), flits: make([]flit, nodes*ports*n.FIFODepth),
		pointer: make([]uint8, nodes*ports), load: make([]int32, nodes), active: newBitmap(nodes)}
	for i := range nodes {
		m.place = append(m.place, [2]int32{int32(i % n.Cols), int32(i / n.Cols)})
	}
	for _, c := range cores {
		m.cores = append(m.cores, c.Node)
	}
	return m
}

func (m *mesh) reset() { clear(m.pointer) }

func (m *mesh) run(s *senders, deliver func(node, addr int, bits uint32, cycle int64) error) (int64, error) {
	last := int64(0)
	for c := int64(0); ; c++ {
		if m.active.empty() {
			var ok bool
			if c, ok = s.wait(c); !ok {
				return last, nil
			}
		} else {
			s.admit(c)
		}
		// Decide everything on the state at the start of the cycle, then move.
		m.moves, m.inserts = m.moves[:0], m.inserts[:0]
		for n := m.active.from(0); n >= 0; n = m.active.from(n + 1) {
			m.arbitrate(n)
		}
		for i := s.ready.from(0); i >= 0; i = s.ready.from(i + 1) {
			if int(m.fifos[m.cores[i]*ports+local].count) < m.depth {
				m.inserts = append(m.inserts, i)
			}
		}
		for _, v := range m.moves {
			f := m.pop(v.node, v.in)
			if v.out != local {
				m.push(m.neighbour(v.node, v.out), opposite[v.out], f)
				continue
			}
			last = c
			if err := deliver(v.node, int(f.addr), f.bits, c); err != nil {
				m.clear()
				return 0, err
			}
		}
		for _, i := range m.inserts {
			node, addr, word := s.offer(i)
			s.take(i)
			m.push(m.cores[i], local, flit{int32(node), int32(addr), word})
		}
	}
}

// arbitrate lists the moves that router n makes.
func (m *mesh) arbitrate(n int) {
	var wants [ports]uint8 // inputs that request each output
	for in := range ports {
		f := m.fifos[n*ports+in]
		if f.count > 0 {
			wants[m.route(n, int(m.flits[(n*ports+in)*m.depth+int(f.head)].node))] |= 1 << in
		}
	}
	for out, w := range wants {
		if w == 0 {
			continue
		}
		if out != local && int(m.fifos[m.neighbour(n, out)*ports+opposite[out]].count) >= m.depth {
			continue
		}
		p := &m.pointer[n*ports+out]
		after := w >> *p << *p
		if after == 0 {
			after = w
		}
		in := bits.TrailingZeros8(after)
		*p = uint8((in + 1) % ports)
		m.moves = append(m.moves, move{n, in, out})
	}
}

// route returns the output that leads from node n towards a destination: x
// first, then y.
func (m *mesh) route(n, to int) int {
	here, there := m.place[n], m.place[to]
	switch {
	case there[0] > here[0]:
		return east
	case there[0] < here[0]:
		return west
	case there[1] < here[1]:
		return north
	case there[1] > here[1]:
		return south
	}
	return local
}

func (m *mesh) neighbour(n, out int) int {
	switch out {
	case north:
		return n - m.cols
	case south:
		return n + m.cols
	case east:
		return n + 1
	default:
		return n - 1
	}
}

func (m *mesh) pop(n, in int) flit {
	at := n*ports + in
	f := &m.fifos[at]
	out := m.flits[at*m.depth+int(f.head)]
	if f.head++; int(f.head) == m.depth {
		f.head = 0
	}
	f.count--
	if m.load[n]--; m.load[n] == 0 {
		m.active.unset(n)
	}
	return out
}

// push relies on a free place, which the start of the cycle had: a FIFO takes
// at most one flit a cycle.
func (m *mesh) push(n, in int, x flit) {
	at := n*ports + in
	f := &m.fifos[at]
	tail := int(f.head + f.count)
	if tail >= m.depth {
		tail -= m.depth
	}
	m.flits[at*m.depth+tail] = x
	f.count++
	m.load[n]++
	m.active.set(n)
}

// clear drops what an abandoned tick left in the FIFOs.
func (m *mesh) clear() {
	clear(m.fifos)
	clear(m.load)
	clear(m.active)
}
