package virtual

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// Listener is where hosts come: one after the other.
type Listener interface {
	// Accept waits for the next host.
	Accept() (io.ReadWriteCloser, error)
	// Address is what a host is given as its port.
	Address() string
	Close() error
}

// Listen opens a place for hosts: "tcp:HOST:PORT" (port 0: any free one), or
// "pty" for a new pseudo-terminal.
func Listen(address string) (Listener, error) {
	if at, ok := strings.CutPrefix(address, "tcp:"); ok {
		l, err := net.Listen("tcp", at)
		if err != nil {
			var op *net.OpError
			if errors.As(err, &op) {
				err = op.Err
			}
			return nil, fmt.Errorf("cannot listen at %s: %w", address, err)
		}
		return tcp{l}, nil
	}
	if address == "pty" {
		return openPTY()
	}
	return nil, fmt.Errorf("%q is no place to listen at; allowed are tcp:HOST:PORT and pty", address)
}

type tcp struct{ net.Listener }

func (t tcp) Address() string                     { return "tcp:" + t.Addr().String() }
func (t tcp) Accept() (io.ReadWriteCloser, error) { return t.Listener.Accept() }

// Serve joins hosts to a board until ctx ends or the board does. Where a host
// comes while another is there, the new one takes over: the old one is most
// likely dead. report, which may be nil, is called when a host comes or goes.
func Serve(ctx context.Context, board io.ReadWriter, l Listener, report func(what string)) error {
	if report == nil {
		report = func(string) {}
	}
	s := &server{report: report}
	ended := make(chan error, 2)
	go func() { ended <- s.fromBoard(board) }()
	go func() { ended <- s.accept(board, l) }()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = ctx.Err()
	}
	l.Close()
	s.take(nil)
	return err
}

type server struct {
	mu     sync.Mutex
	host   io.ReadWriteCloser
	report func(string)
}

// take makes a host the one that is heard.
func (s *server) take(host io.ReadWriteCloser) {
	s.mu.Lock()
	old := s.host
	s.host = host
	s.mu.Unlock()
	if old != nil {
		old.Close()
	}
}

func (s *server) current() io.ReadWriteCloser {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.host
}

// fromBoard hands the board's bytes to whoever listens; without one they are
// lost, as on a cable that ends in the air.
func (s *server) fromBoard(board io.Reader) error {
	buf := make([]byte, 4096)
	for {
		n, err := board.Read(buf)
		if h := s.current(); h != nil && n > 0 {
			h.Write(buf[:n]) // its end shows when it is read from
		}
		if err != nil {
			return fmt.Errorf("the board's model ended: %w", err)
		}
	}
}

func (s *server) accept(board io.Writer, l Listener) error {
	for {
		h, err := l.Accept()
		if err != nil {
			return err
		}
		s.take(h)
		s.report("a host has come")
		go func() {
			io.Copy(struct{ io.Writer }{board}, h)
			s.mu.Lock()
			mine := s.host == h
			if mine {
				s.host = nil
			}
			s.mu.Unlock()
			h.Close()
			if mine {
				s.report("the host has gone")
			}
		}()
	}
}
