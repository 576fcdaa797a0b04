package linktest

import (
	"io"
	"math/rand/v2"
	"sync"
)

// Pipe is a line between two ends in memory, each direction with room for as
// much as is written.
func Pipe() (a, b io.ReadWriteCloser) {
	x, y := newQueue(), newQueue()
	return &end{in: x, out: y}, &end{in: y, out: x}
}

type end struct{ in, out *queue }

func (e *end) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *end) Write(p []byte) (int, error) { return e.out.write(p) }
func (e *end) Close() error {
	e.in.close()
	e.out.close()
	return nil
}

type queue struct {
	mu     sync.Mutex
	ready  *sync.Cond
	bytes  []byte
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.ready = sync.NewCond(&q.mu)
	return q
}

func (q *queue) read(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.bytes) == 0 && !q.closed {
		q.ready.Wait()
	}
	if len(q.bytes) == 0 {
		return 0, io.EOF
	}
	n := copy(p, q.bytes)
	q.bytes = q.bytes[n:]
	return n, nil
}

func (q *queue) write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return 0, io.ErrClosedPipe
	}
	q.bytes = append(q.bytes, p...)
	q.ready.Signal()
	return len(p), nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.ready.Broadcast()
}

// Faulty is a line that loses, doubles and flips bytes in both directions.
type Faulty struct {
	io.ReadWriteCloser
	rate float64
	mu   sync.Mutex
	rng  *rand.Rand
	// Faults counts what was done.
	Faults int
}

// NewFaulty makes a line bad: each byte meets a fault with probability rate.
func NewFaulty(line io.ReadWriteCloser, rate float64, seed uint64) *Faulty {
	return &Faulty{ReadWriteCloser: line, rate: rate, rng: rand.New(rand.NewPCG(seed, seed))}
}

func (f *Faulty) spoil(to, from []byte) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range from {
		if f.rng.Float64() >= f.rate {
			to = append(to, b)
			continue
		}
		f.Faults++
		switch f.rng.IntN(3) {
		case 0: // lost
		case 1:
			to = append(to, b, b)
		default:
			to = append(to, b^1<<f.rng.IntN(8))
		}
	}
	return to
}

// Write spoils what goes out.
func (f *Faulty) Write(p []byte) (int, error) {
	if _, err := f.ReadWriteCloser.Write(f.spoil(nil, p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Read spoils what comes in.
func (f *Faulty) Read(p []byte) (int, error) {
	half := make([]byte, max(1, len(p)/2)) // it may double
	n, err := f.ReadWriteCloser.Read(half)
	return copy(p, f.spoil(nil, half[:n])), err
}
