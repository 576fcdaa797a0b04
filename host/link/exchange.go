package link

import (
	"context"
	"time"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/regmap"
)

// exchange carries the requests of one batch over. docs/link.md, "What the
// host does", is its specification.
type exchange struct {
	c     *Conn
	src   source
	queue []*request // under way, oldest first; their sequence numbers follow each other
	sent  int        // of those: on the line since the last time it went back
	bytes int        // of the queue, in the device's buffer
	deaf  int        // answers still to come to what was sent before it went back
}

func (x *exchange) run(ctx context.Context) error {
	c := x.c
	heard, broken := time.Now(), time.Time{}
	timer := time.NewTimer(c.wait)
	defer timer.Stop()
	for {
		if err := x.fill(); err != nil {
			return err
		}
		if len(x.queue) == 0 {
			return nil
		}
		select {
		case r, ok := <-c.replies:
			if !ok {
				return c.ended()
			}
			if r.Kind == 0 { // an answer came and broke on its way
				broken = time.Now()
				deaf := x.deaf > 0
				x.deaf = max(0, x.deaf-1)
				x.complain(deaf)
				timer.Reset(c.wait)
				continue
			}
			now := time.Now()
			if now.Sub(heard) < c.wait/4 {
				c.wait = max(c.opt.Timeout, c.wait-c.wait/8)
			}
			heard = now
			timer.Reset(c.wait)
			c.stats.Replies++
			if err := x.take(&r); err != nil {
				return err
			}
		case <-timer.C:
			silent := time.Since(heard)
			if silent > 10*c.opt.Silence || silent > c.opt.Silence && time.Since(broken) > c.opt.Silence {
				return c.silent(silent)
			}
			c.stats.TimedOut++
			x.back()
			x.deaf = 0
			c.wait = min(2*c.wait, max(c.opt.Timeout, 5*time.Second))
			timer.Reset(c.wait)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// fill sends what may be under way: as much as the device's buffer takes, and
// no write behind a read without an answer.
func (x *exchange) fill() error {
	c := x.c
	reads, asks := false, false
	for _, r := range x.queue {
		reads = reads || !r.write()
		asks = asks || r.asks()
	}
	for ; x.sent < len(x.queue); x.sent++ {
		x.put(x.queue[x.sent])
	}
	for len(x.queue) < c.opt.Window {
		op := x.src.peek()
		if op == nil || op.Kind == host.OpWrite && reads || asks {
			break
		}
		// A request of a read is short; its answer is as long as a write's request.
		at := x.src
		r := x.src.next(c.words)
		if size := r.Size(); len(x.queue) > 0 && x.bytes+size >= c.buffer {
			x.src = at
			break
		}
		r.Seq = c.seq
		c.seq++
		x.bytes += r.Size()
		x.queue = append(x.queue, r)
		x.put(r)
		x.sent++
		reads, asks = reads || !r.write(), r.asks()
	}
	return c.send()
}

func (x *exchange) put(r *request) {
	x.c.out = r.Append(x.c.out)
	x.c.stats.Sent++
}

// back makes everything under way go out again.
func (x *exchange) back() {
	c := x.c
	c.stats.GoneBack++
	c.lost()
	x.queue[0].shorten()
	x.deaf = x.sent
	x.sent = 0
	c.out = append(c.out, regmap.SlipEnd) // what was half sent ends here
}

// complain handles signs of a loss: the first goes back, those in answers to
// frames that were on the line then do not.
func (x *exchange) complain(deaf bool) {
	if !deaf {
		x.back()
	}
}

// take handles a reply.
func (x *exchange) take(r *Frame) error {
	c := x.c
	kind := r.Kind & 0xF
	deaf := x.deaf > 0
	if deaf {
		x.deaf--
	}
	switch kind {
	case regmap.ReplyLost:
		return &ResetError{c.opt.Port}
	case regmap.ReplyBad:
		x.complain(deaf)
		return nil
	case regmap.ReplyGap, regmap.ReplyBusy, regmap.ReplyAck, regmap.ReplyData:
	default: // HELLO: of a try before the one that was answered
		c.stats.Discarded++
		return nil
	}
	at := int(r.Seq - x.queue[0].Seq)
	if at >= len(x.queue) {
		c.stats.Discarded++
		return nil
	}
	if kind == regmap.ReplyGap {
		x.complain(deaf)
		return nil
	}
	for _, q := range x.queue[:at] {
		if !q.write() { // its answer was lost
			c.stats.Discarded++
			x.complain(deaf)
			return nil
		}
	}
	q := x.queue[at]
	switch {
	case kind == regmap.ReplyBusy && q.Kind&regmap.RequestWait != 0:
		x.done(at)
		q.busy++
		// Each took the device 2^20 cycles; the bound counts single ones.
		if limit := q.op.Limit>>20 + 2; q.busy > limit {
			q.op.Data[0] = regmap.StatusRunning
			return x.unmet(q.op)
		}
		x.deaf, x.sent = max(0, x.sent-1), 0 // no fault; those behind it are refused
		return nil
	case kind == regmap.ReplyAck && q.write():
	case kind == regmap.ReplyData && !q.write() && r.Count == q.Count && r.Addr == q.Addr:
		word := r.Words[len(r.Words)-1]
		q.fill(r.Words)
		if len(q.to) > 0 { // it was asked for in parts; the next has the same number
			x.done(at)
			x.deaf, x.sent = max(0, x.sent-1), 0
			return nil
		}
		if q.op != nil {
			q.value = word
		}
	default:
		c.stats.Discarded++
		return nil
	}
	if q.op == nil || q.value&q.op.Mask == q.op.Want {
		x.done(at + 1)
		return nil
	}
	// A poll of something else than rest: asked again, alone.
	if q.busy++; q.busy >= q.op.Limit {
		return x.unmet(q.op)
	}
	// Nothing is behind it. It takes a new number: the old one is done.
	q.Addr, q.Count, q.to = q.op.Addr, 1, q.op.Data[:1]
	x.done(at)
	q.Seq = x.c.seq
	x.c.seq++
	x.sent = 0
	return nil
}

// done takes the first n requests off the queue.
func (x *exchange) done(n int) {
	for _, q := range x.queue[:n] {
		x.bytes -= q.Size()
		x.c.answered()
	}
	x.queue = x.queue[n:]
	x.sent = max(0, x.sent-n)
}

func (x *exchange) unmet(op *host.Op) error {
	return &host.PollError{Addr: op.Addr, Mask: op.Mask, Want: op.Want, Got: op.Data[0], Limit: op.Limit}
}
