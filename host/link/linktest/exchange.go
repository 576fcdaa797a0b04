package linktest

import (
	"io"
	"sync"
)

// Exchange joins hosts that come and go with a device that stays: a host that
// was killed leaves half a frame on the line, and the next one takes over.
type Exchange struct {
	mu   sync.Mutex
	peer io.ReadWriteCloser
	host *queue
}

// NewExchange joins to a device.
func NewExchange(peer io.ReadWriteCloser) *Exchange {
	x := &Exchange{}
	x.Replace(peer)
	return x
}

// Replace joins to another device, as after a crash; the old one is closed.
func (x *Exchange) Replace(peer io.ReadWriteCloser) {
	x.mu.Lock()
	old := x.peer
	x.peer = peer
	x.mu.Unlock()
	if old != nil {
		old.Close()
	}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := peer.Read(buf)
			x.mu.Lock()
			if x.peer == peer && x.host != nil {
				x.host.write(buf[:n])
			}
			x.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
}

// Attach gives a host the line; the host before it hears nothing more.
func (x *Exchange) Attach() io.ReadWriteCloser {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.host = newQueue()
	return &attached{x, x.host}
}

type attached struct {
	x  *Exchange
	in *queue
}

func (a *attached) Read(p []byte) (int, error) { return a.in.read(p) }

func (a *attached) Write(p []byte) (int, error) {
	a.x.mu.Lock()
	peer, mine := a.x.peer, a.x.host == a.in
	a.x.mu.Unlock()
	if !mine {
		return 0, io.ErrClosedPipe
	}
	if _, err := peer.Write(p); err != nil {
		return len(p), nil // the device is dead: the line does not tell
	}
	return len(p), nil
}

func (a *attached) Close() error {
	a.in.close()
	return nil
}
