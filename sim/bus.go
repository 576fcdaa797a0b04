package sim

// bus is one shared link with round-robin grants (machine.md section 5). A
// packet granted in cycle c is delivered in c + 1. Only cycles in which a core
// has something to send are visited; there every visit grants one packet.
type bus struct{ pointer int }

func (b *bus) reset() { b.pointer = 0 }

func (b *bus) run(s *senders, deliver func(node, addr int, bits uint32, cycle int64) error) (int64, error) {
	last := int64(0)
	for c := int64(0); ; c++ {
		var ok bool
		if c, ok = s.wait(c); !ok {
			return last, nil
		}
		core := s.ready.from(b.pointer)
		if core < 0 {
			core = s.ready.from(0)
		}
		node, addr, word := s.offer(core)
		s.take(core)
		if b.pointer = core + 1; b.pointer == len(s.cores) {
			b.pointer = 0
		}
		last = c + 1
		if err := deliver(node, addr, word, last); err != nil {
			return 0, err
		}
	}
}
