package link

import (
	"fmt"
	"slices"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/regmap"
)

// request is a frame to send and what becomes of its answer.
type request struct {
	Frame
	to    []uint32 // where the words of a read go: those still to come
	op    *host.Op // the poll that this read is, or nil
	value uint32   // that the poll gave
	busy  uint32   // times the device has answered BUSY
}

// shorten makes a read whose answer does not come through ask for fewer words:
// the device executes a repeated read by what it says now.
func (r *request) shorten() {
	if !r.write() {
		r.Count = max(min(4, r.Count), r.Count/2)
	}
}

// fill takes the words of an answer and moves on to those that are left.
func (r *request) fill(words []uint32) {
	r.to = r.to[copy(r.to, words):]
	if r.Kind&regmap.RequestSame == 0 {
		r.Addr += uint32(r.Count)
	}
	r.Count = min(r.Count, len(r.to))
}

// asks tells a poll that the device does not wait for: nothing goes out behind it.
func (r *request) asks() bool { return r.op != nil && r.Kind&regmap.RequestWait == 0 }

func (r *request) write() bool { return r.Kind&regmap.RequestWrite != 0 }

// source cuts the operations of a batch into requests, one at a time, so that
// their size can follow the line's quality.
type source struct {
	ops []host.Op
	op  int
	at  int // word of the operation
}

// check refuses what the link has no frame for, before anything is sent.
func check(b *host.Batch) error {
	for i := range b.Ops {
		op := &b.Ops[i]
		switch {
		case op.Kind < host.OpWrite || op.Kind > host.OpPoll:
			return fmt.Errorf("operation %d: unknown kind %d", i, op.Kind)
		case op.Kind == host.OpPoll && len(op.Data) < 1:
			return fmt.Errorf("operation %d: a poll without a place for its value", i)
		case uint64(op.Addr)+uint64(len(op.Data)) > 1<<regmap.AddressBits && op.Span == 0 || op.Addr >= 1<<regmap.AddressBits:
			return fmt.Errorf("operation %d: address %#x with %d words; the bus has %d address bits", i, op.Addr, len(op.Data), regmap.AddressBits)
		}
	}
	return nil
}

// merged joins writes that follow each other in order and in address: a frame
// costs ten bytes and its reply ten more.
func merged(ops []host.Op) []host.Op {
	joins := func(a, b *host.Op) bool {
		return a.Kind == host.OpWrite && b.Kind == host.OpWrite && a.Span == 0 && b.Span == 0 && b.Addr == a.Addr+uint32(len(a.Data))
	}
	out, own := make([]host.Op, 0, len(ops)), -1 // own: the operation whose words are a copy
	for i := range ops {
		if n := len(out); n > 0 && joins(&out[n-1], &ops[i]) {
			last := &out[n-1]
			if own != n-1 {
				last.Data, own = slices.Clip(last.Data), n-1 // the caller's are not written to
			}
			last.Data = append(last.Data, ops[i].Data...)
			continue
		}
		out = append(out, ops[i])
	}
	return out
}

// peek returns the operation that the next request comes from; nil at the end.
func (s *source) peek() *host.Op {
	for s.op < len(s.ops) && s.ops[s.op].Kind != host.OpPoll && s.at >= len(s.ops[s.op].Data) {
		s.op, s.at = s.op+1, 0
	}
	if s.op == len(s.ops) {
		return nil
	}
	return &s.ops[s.op]
}

// next returns a request of at most most words.
func (s *source) next(most int) *request {
	op := s.peek()
	r := &request{Frame: Frame{Kind: regmap.LinkRequest << 4, Addr: op.Addr}}
	if op.Kind == host.OpPoll {
		s.op, s.at = s.op+1, 0
		r.Count, r.to, r.op = 1, op.Data[:1], op
		if op.Addr == regmap.Status && op.Mask == regmap.StatusRunning && op.Want == 0 {
			r.Kind |= regmap.RequestWait
		}
		return r
	}
	n := min(len(op.Data)-s.at, most)
	switch {
	case op.Span == 1:
		r.Kind |= regmap.RequestSame
	case op.Span > 1: // as far as it goes up
		at := uint32(s.at) % op.Span
		r.Addr += at
		n = min(n, int(op.Span-at))
	default:
		r.Addr += uint32(s.at)
	}
	if op.Span != 1 {
		n = min(n, regmap.LinkBurst-int(r.Addr%regmap.LinkBurst))
	}
	r.Count = n
	data := op.Data[s.at : s.at+n]
	if op.Kind == host.OpWrite {
		r.Kind |= regmap.RequestWrite
		r.Words = data
	} else {
		r.to = data
	}
	s.at += n
	return r
}
