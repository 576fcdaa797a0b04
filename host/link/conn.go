package link

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/regmap"
)

// Options of New. The zero value is for a board on a cable.
type Options struct {
	Port string // what messages call the line
	// Timeout is how long an answer may take before its request is sent again;
	// it doubles when nothing comes, and shrinks again while answers do. Default
	// 300 ms: longer than a device holds a request for an idle machine.
	Timeout time.Duration
	// Silence is how long nothing at all may come before the link gives up.
	// Default 10 s; 3 s before the first answer.
	Silence time.Duration
	// Words of a frame at most, 1 to 255; 0: 64.
	Words int
	// Window bounds the frames under way; 0: what the device's buffer holds.
	Window int
}

// Stats counts what went over the line.
type Stats struct {
	Requests  int64 // each once
	Sent      int64 // frames, repeated ones too
	Replies   int64 // good frames that came
	Discarded int64 // of those: stale, or after one that was lost
	GoneBack  int64 // times that frames were sent again
	TimedOut  int64 // of those: because nothing came
	Dropped   int64 // frames that came broken
}

// Conn is a link to a device over a line of bytes. Its methods may be called
// from one goroutine at a time, Close from any.
type Conn struct {
	line io.ReadWriteCloser
	opt  Options

	replies chan Frame
	noise   chan int // bytes since the last good frame
	down    error    // why the line ended; valid when replies is closed
	quit    chan struct{}
	close   sync.Once
	closed  error

	synced bool
	begun  bool          // a device has answered once
	seq    byte          // of the next request
	buffer int           // bytes of the device's ring
	wait   time.Duration // for an answer, now
	words  int           // most words of a frame now: fewer while the line is bad
	most   int           // of words: what was asked for and the ring holds
	clean  int           // answers since the last loss
	out    []byte
	stats  Stats
	drops  int
}

// New makes a link of a line. It sends nothing. The Conn owns the line.
func New(line io.ReadWriteCloser, opt Options) *Conn {
	if opt.Port == "" {
		opt.Port = "link"
	}
	if opt.Timeout <= 0 {
		opt.Timeout = 300 * time.Millisecond
	}
	if opt.Silence <= 0 {
		opt.Silence = 10 * time.Second
	}
	if opt.Words <= 0 || opt.Words > regmap.LinkMaxWords {
		opt.Words = 64
	}
	if opt.Window <= 0 || opt.Window > regmap.LinkWindow {
		opt.Window = regmap.LinkWindow
	}
	c := &Conn{line: line, opt: opt, replies: make(chan Frame, 2*regmap.LinkSpace), noise: make(chan int, 1), quit: make(chan struct{}), words: opt.Words, wait: opt.Timeout}
	go c.read()
	return c
}

// Close closes the line.
func (c *Conn) Close() error {
	c.close.Do(func() {
		close(c.quit)
		c.closed = c.line.Close()
	})
	return c.closed
}

// Stats returns the counts so far.
func (c *Conn) Stats() Stats {
	s := c.stats
	select {
	case c.drops = <-c.noise:
		c.noise <- c.drops
	default:
	}
	s.Dropped = int64(c.drops)
	return s
}

// read turns bytes into replies until the line ends.
func (c *Conn) read() {
	defer close(c.replies)
	var d Decoder
	buf := make([]byte, 4096)
	for {
		n, err := c.line.Read(buf)
		for _, b := range buf[:n] {
			dropped := d.Dropped
			f, ok := d.Feed(b)
			if !ok && d.Dropped == dropped {
				continue
			}
			select { // a broken frame is told as one of no kind

			case c.replies <- f:
			case <-c.quit:
				return
			}
		}
		if n > 0 {
			select { // only the newest count is kept
			case <-c.noise:
			default:
			}
			c.noise <- d.Dropped + min(1, len(d.buf))
		}
		if err != nil {
			c.down = err
			return
		}
	}
}

// Do executes a batch. An error other than *host.PollError leaves open which
// of the operations were executed.
func (c *Conn) Do(ctx context.Context, b *host.Batch) error {
	if err := check(b); err != nil {
		return err
	}
	if !c.synced {
		if err := c.hello(ctx); err != nil {
			return err
		}
	}
	x := exchange{c: c, src: source{ops: merged(b.Ops)}}
	err := x.run(ctx)
	if err != nil {
		c.synced = false // what is still under way belongs to nobody
	}
	return err
}

// hello begins a session: whatever was under way has been executed, or never
// will be, when its answer comes.
func (c *Conn) hello(ctx context.Context) error {
	c.seq = byte(rand.Uint32())
	nonce := rand.Uint32() & (1<<regmap.AddressBits - 1)
	f := Frame{Kind: regmap.LinkRequest<<4 | regmap.RequestHello, Seq: c.seq, Addr: nonce}
	start, wait := time.Now(), min(c.opt.Timeout, 100*time.Millisecond)
	silence := c.opt.Silence
	if !c.begun {
		silence = min(silence, 3*time.Second)
	}
	for {
		c.out = f.Append(append(c.out[:0], regmap.SlipEnd))
		if err := c.send(); err != nil {
			return err
		}
		c.stats.Sent++
		timer := time.NewTimer(wait)
		for waiting := true; waiting; {
			select {
			case r, ok := <-c.replies:
				if !ok {
					return c.ended()
				}
				if r.Kind != 0 {
					c.stats.Replies++
				}
				if r.Kind == regmap.LinkReply<<4|regmap.ReplyHello && r.Addr == nonce && r.Seq == c.seq &&
					r.Count >= regmap.MinBuffer && r.Count <= regmap.MaxBuffer {
					timer.Stop()
					c.synced, c.begun, c.buffer = true, true, 1<<r.Count
					c.most = min(c.opt.Words, (c.buffer-1-regmap.LinkHeader-regmap.LinkTrailer)/4)
					c.words = min(c.words, c.most)
					c.seq++
					return nil
				}
				c.stats.Discarded++
			case <-timer.C:
				waiting = false
			case <-ctx.Done():
				timer.Stop()
				return ctx.Err()
			}
		}
		if time.Since(start) > silence {
			return c.silent(time.Since(start))
		}
		wait = min(2*wait, time.Second)
	}
}

func (c *Conn) silent(after time.Duration) error {
	return &SilentError{Port: c.opt.Port, After: after, Begun: c.begun, Noise: int(c.Stats().Dropped)}
}

// send writes c.out.
func (c *Conn) send() error {
	if len(c.out) == 0 {
		return nil
	}
	_, err := c.line.Write(c.out)
	c.out = c.out[:0]
	if err != nil {
		return &LineError{c.opt.Port, err}
	}
	return nil
}

// ended is the error of a line whose reader has stopped.
func (c *Conn) ended() error {
	err := c.down
	if err == nil {
		err = io.ErrClosedPipe
	}
	if errors.Is(err, io.EOF) {
		err = errors.New("the other side closed the connection")
	}
	return &LineError{c.opt.Port, err}
}

// lost remembers a loss: frames become shorter.
func (c *Conn) lost() {
	c.clean = 0
	c.words = max(min(4, c.most), c.words/2)
}

// answered remembers a request that was answered: frames become longer again.
func (c *Conn) answered() {
	c.stats.Requests++
	if c.clean++; c.clean >= 16 && c.words < c.most {
		c.clean = 0
		c.words = min(2*c.words, c.most)
	}
}
