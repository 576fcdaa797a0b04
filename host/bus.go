package host

import (
	"context"
	"fmt"
)

// OpKind is what an operation of a batch does.
type OpKind uint8

// The operations. The numbers go over links; they do not change.
const (
	OpWrite OpKind = 1
	OpRead  OpKind = 2
	OpPoll  OpKind = 3
)

// Op is one operation on the bus. Word i of Data is at address Addr + i, or
// at Addr + i mod Span where Span is not 0: Span 1 is one address again and
// again.
type Op struct {
	Kind OpKind
	Addr uint32
	Span uint32
	Data []uint32 // what is written, or where the words read go

	// A poll reads Addr until value & Mask == Want, at most Limit times, and
	// leaves the last value in Data[0].
	Mask, Want uint32
	Limit      uint32
}

// Batch is a list of operations in order.
type Batch struct{ Ops []Op }

// Write appends a burst of writes to ascending addresses.
func (b *Batch) Write(addr uint32, data ...uint32) *Batch {
	b.Ops = append(b.Ops, Op{Kind: OpWrite, Addr: addr, Data: data})
	return b
}

// Read appends reads of ascending addresses; dst is filled when the batch has
// been executed.
func (b *Batch) Read(addr uint32, dst []uint32) *Batch {
	b.Ops = append(b.Ops, Op{Kind: OpRead, Addr: addr, Data: dst})
	return b
}

// ReadSame appends reads that go round span addresses from addr on.
func (b *Batch) ReadSame(addr, span uint32, dst []uint32) *Batch {
	b.Ops = append(b.Ops, Op{Kind: OpRead, Addr: addr, Span: span, Data: dst})
	return b
}

// Poll appends a bounded wait for value & mask == want.
func (b *Batch) Poll(addr, mask, want, limit uint32) *Batch {
	b.Ops = append(b.Ops, Op{Kind: OpPoll, Addr: addr, Mask: mask, Want: want, Limit: limit, Data: make([]uint32, 1)})
	return b
}

// Words counts the data words that the batch moves in either direction.
func (b *Batch) Words() int {
	n := 0
	for _, op := range b.Ops {
		n += len(op.Data)
	}
	return n
}

// Bus executes batches: in order, one round trip each. After an error the
// operations before the one that failed have been executed and those after it
// have not; a poll that was not met is a *PollError.
type Bus interface {
	Do(ctx context.Context, b *Batch) error
}

// PollError is a wait that was not met within its bound.
type PollError struct {
	Addr, Mask, Want, Got uint32
	Limit                 uint32
}

func (e *PollError) Error() string {
	return fmt.Sprintf("address %#06x reads %#x after %d polls; waited for %#x under mask %#x",
		e.Addr, e.Got, e.Limit, e.Want, e.Mask)
}
