// Package linktest is the device's side of the link in Go, for tests: what
// rtl/lib/snnc_link.v does with bytes, and lines that do to bytes what bad
// cables do.
package linktest

import (
	"io"

	"github.com/snnc/snnc/host/link"
	"github.com/snnc/snnc/host/regmap"
)

// Bus is what the device is the master of.
type Bus interface {
	Read(addr uint32) uint32
	Write(addr, value uint32)
	// Running is asked while a request waits for an idle machine.
	Running() bool
}

// Device executes requests. The zero value with a Bus is one after reset.
type Device struct {
	Bus      Bus
	Buffer   int // log2 of the ring's bytes; 0: 11
	Patience int // times that Running is asked before BUSY; 0: 64

	dec    link.Decoder
	synced bool
	next   byte
	// Executed counts requests that were executed for the first time.
	Executed int
}

// Feed takes a byte of the line and appends what the device answers.
func (d *Device) Feed(to []byte, b byte) []byte {
	d.dec.From = regmap.LinkRequest
	if d.Buffer == 0 {
		d.Buffer = regmap.MaxBuffer
	}
	d.dec.Limit = 1<<d.Buffer - 1
	dropped := d.dec.Dropped
	f, ok := d.dec.Feed(b)
	if !ok {
		if d.dec.Dropped != dropped {
			f = link.Frame{Kind: regmap.LinkReply<<4 | regmap.ReplyBad}
			return f.Append(to)
		}
		return to
	}
	r := d.execute(f)
	return r.Append(to)
}

// execute does what the table in docs/link.md says.
func (d *Device) execute(f link.Frame) link.Frame {
	r := link.Frame{Seq: f.Seq, Addr: f.Addr}
	code := func(c byte) link.Frame {
		r.Kind = regmap.LinkReply<<4 | c
		return r
	}
	write, ahead := f.Kind&regmap.RequestWrite != 0, f.Seq-d.next
	switch {
	case f.Kind&regmap.RequestHello != 0:
		d.synced, d.next = true, f.Seq+1
		r.Count = d.Buffer
		return code(regmap.ReplyHello)
	case !d.synced:
		return code(regmap.ReplyLost)
	case ahead != 0 && ahead < 128:
		return code(regmap.ReplyGap)
	}
	if f.Kind&regmap.RequestWait != 0 && ahead == 0 {
		n := d.Patience
		if n == 0 {
			n = 64
		}
		for d.Bus.Running() {
			if n--; n < 0 {
				return code(regmap.ReplyBusy)
			}
		}
	}
	if ahead == 0 {
		d.next++
		d.Executed++
	}
	at := func(i int) uint32 {
		if f.Kind&regmap.RequestSame != 0 {
			return f.Addr
		}
		return f.Addr&^0xFF | (f.Addr+uint32(i))&0xFF
	}
	if write {
		if ahead == 0 {
			for i, v := range f.Words {
				d.Bus.Write(at(i), v)
			}
		}
		return code(regmap.ReplyAck)
	}
	if f.Count == 0 {
		return code(regmap.ReplyAck)
	}
	r.Count = f.Count
	for i := range f.Count {
		r.Words = append(r.Words, d.Bus.Read(at(i)))
	}
	return code(regmap.ReplyData)
}

// Serve answers what comes over a line until it ends.
func (d *Device) Serve(line io.ReadWriter) error {
	buf, out := make([]byte, 4096), []byte(nil)
	for {
		n, err := line.Read(buf)
		out = out[:0]
		for _, b := range buf[:n] {
			out = d.Feed(out, b)
		}
		if len(out) > 0 {
			if _, err := line.Write(out); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
}
