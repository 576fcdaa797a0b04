package hdf5

// Message types (IV.A.2) that are read or written.
const (
	msgNil          = 0x00
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgFillValue    = 0x05
	msgLink         = 0x06
	msgExternal     = 0x07
	msgLayout       = 0x08
	msgGroupInfo    = 0x0a
	msgFilters      = 0x0b
	msgAttribute    = 0x0c
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
	msgAttrInfo     = 0x15
)

var messageNames = map[uint16]string{
	msgDataspace: "dataspace message", msgLinkInfo: "link info message", msgDatatype: "datatype message",
	msgFillValue: "fill value message", msgLink: "link message", msgLayout: "data layout message",
	msgFilters: "filter pipeline message", msgAttribute: "attribute message", msgContinuation: "continuation message",
	msgSymbolTable: "symbol table message", msgAttrInfo: "attribute info message",
}

const (
	msgFlagShared   = 0x02
	msgFlagUnknown  = 0x80 // fail if the type is unknown
	msgTypeLastKnow = 0x18
)

type message struct {
	typ    uint16
	flags  byte
	body   []byte
	offset int64 // absolute offset of body
}

// objectHeader is the list of messages that describes a group, a dataset or a committed datatype (IV.A.1).
type objectHeader struct {
	addr     uint64
	messages []message
}

// readHeader reads all messages of the object header at addr, following continuations.
func (s *source) readHeader(addr uint64) (*objectHeader, error) {
	const what = "object header"
	if err := s.check(addr, 4, what); err != nil {
		return nil, err
	}
	// Either form has a prefix of at most 34 bytes, but a small header may be the last thing in the file.
	head, err := s.cursorAt(addr, min(34, uint64(s.size-s.base)-addr), what)
	if err != nil {
		return nil, err
	}
	p := &headerParser{s: s, h: &objectHeader{addr: addr}}
	if string(head.b[:4]) == "OHDR" {
		err = p.parseV2(head, addr)
	} else {
		err = p.parseV1(head, addr)
	}
	if err != nil {
		return nil, err
	}
	return p.h, nil
}

type continuation struct{ addr, size uint64 }

type headerParser struct {
	s       *source
	h       *objectHeader
	guard   walkGuard
	pending []continuation
}

// parseV1 follows IV.A.1.a.
func (p *headerParser) parseV1(head *cursor, addr uint64) error {
	if v := head.u8(); v != 1 {
		head.pos = 0
		head.fail("expected version 1 or the signature OHDR, found byte 0x%02x", v)
	}
	head.skip(1 + 2 + 4)
	size := head.u32()
	if head.err != nil {
		return head.err
	}
	p.pending = []continuation{{addr + 16, uint64(size)}}
	for len(p.pending) > 0 {
		c, err := p.nextBlock("object header block")
		if err != nil {
			return err
		}
		for c.err == nil && c.left() >= 8 {
			typ, n, flags := c.u16(), int(c.u16()), c.u8()
			c.skip(3)
			p.add(c, typ, n, flags)
		}
		if c.err != nil {
			return c.err
		}
	}
	return nil
}

// parseV2 follows IV.A.1.b.
func (p *headerParser) parseV2(head *cursor, addr uint64) error {
	head.signature("OHDR")
	head.version(2, 2)
	flags := head.u8()
	if flags&0x20 != 0 {
		head.skip(16) // times
	}
	if flags&0x10 != 0 {
		head.skip(4) // attribute phase change values
	}
	size := head.uint(1 << (flags & 3))
	if head.err != nil {
		return head.err
	}
	prefix := uint64(head.pos)
	if size > uint64(p.s.size) { // before it is added to anything
		return formatErr(head.here(), "object header: expected a size within the file's %d bytes, found %d", p.s.size, size)
	}
	p.pending = []continuation{{addr, prefix + size + 4}}
	for first := true; len(p.pending) > 0; first = false {
		c, err := p.nextBlock("object header block")
		if err != nil {
			return err
		}
		if len(c.b) < 8 {
			c.fail("expected at least 8 bytes, found %d", len(c.b))
			return c.err
		}
		c.pos = len(c.b) - 4
		if c.checksum(); c.err != nil {
			return c.err
		}
		c.b, c.pos = c.b[:len(c.b)-4], 0
		if first {
			c.pos = int(prefix)
		} else {
			c.signature("OCHK")
		}
		prefixLen := 4
		if flags&0x04 != 0 {
			prefixLen = 6 // with creation order
		}
		for c.err == nil && c.left() >= prefixLen { // a shorter rest is a gap
			typ, n, mflags := uint16(c.u8()), int(c.u16()), c.u8()
			c.skip(prefixLen - 4)
			p.add(c, typ, n, mflags)
		}
		if c.err != nil {
			return c.err
		}
	}
	return nil
}

func (p *headerParser) nextBlock(what string) (*cursor, error) {
	next := p.pending[0]
	p.pending = p.pending[1:]
	if err := p.guard.enter(p.s, next.addr, next.size, what); err != nil {
		return nil, err
	}
	return p.s.cursorAt(next.addr, next.size, what)
}

func (p *headerParser) add(c *cursor, typ uint16, n int, flags byte) {
	m := message{typ: typ, flags: flags, offset: c.here()}
	m.body = c.bytes(n)
	switch {
	case c.err != nil, typ == msgNil:
	case typ == msgContinuation:
		b := c.over(m, "continuation message")
		next := continuation{b.addr(), b.length()}
		if c.err = b.err; c.err == nil {
			p.pending = append(p.pending, next)
		}
	case typ > msgTypeLastKnow && flags&msgFlagUnknown != 0:
		c.unsupported("message type 0x%x, which readers must understand", typ)
	default:
		p.h.messages = append(p.h.messages, m)
	}
}

// over is a cursor over a message that has been taken from c.
func (c *cursor) over(m message, what string) *cursor {
	return &cursor{b: m.body, offset: m.offset, what: what, offSize: c.offSize, lenSize: c.lenSize}
}

// has reports whether the header holds a message of a type.
func (h *objectHeader) has(typ uint16) bool {
	for _, m := range h.messages {
		if m.typ == typ {
			return true
		}
	}
	return false
}

// find returns a cursor over the first message of a type, or nil if there is none.
func (h *objectHeader) find(s *source, typ uint16) (*cursor, error) {
	for _, m := range h.messages {
		if m.typ == typ {
			return s.messageBody(m)
		}
	}
	return nil, nil
}

// require is find for a message that must be there.
func (h *objectHeader) require(s *source, typ uint16) (*cursor, error) {
	c, err := h.find(s, typ)
	if err == nil && c == nil {
		err = formatErr(s.at(h.addr), "object header: expected a %s, found none", messageNames[typ])
	}
	return c, err
}

// messageBody returns a cursor over a message; for a shared one, over the message that it points to (IV.A.2, "shared
// message"), which is how datasets refer to committed datatypes.
func (s *source) messageBody(m message) (*cursor, error) {
	c := s.cursor(m.body, m.offset, messageNames[m.typ])
	if m.flags&msgFlagShared == 0 {
		return c, nil
	}
	return s.resolveShared(c, m.typ)
}

func (s *source) resolveShared(c *cursor, typ uint16) (*cursor, error) {
	version := c.version(1, 3)
	kind := c.u8()
	if version == 1 {
		c.skip(6)
	}
	if version == 3 && kind == 1 {
		c.unsupported("message in the shared message heap (SOHM)")
	}
	addr := c.addr()
	if c.err != nil {
		return nil, c.err
	}
	h, err := s.readHeader(addr)
	if err != nil {
		return nil, err
	}
	for _, m := range h.messages {
		if m.typ == typ {
			if m.flags&msgFlagShared != 0 {
				return nil, formatErr(m.offset, "%s: a shared message points to another shared message", messageNames[typ])
			}
			return s.cursor(m.body, m.offset, messageNames[typ]), nil
		}
	}
	return nil, formatErr(s.at(addr), "object header: expected the shared %s, found none", messageNames[typ])
}
