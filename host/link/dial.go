package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"go.bug.st/serial"
)

// DefaultBaud is the line's speed where nobody says otherwise.
const DefaultBaud = 1000000

// AddressError says that no line could be opened at an address.
type AddressError struct {
	Address string
	Err     error
	Advice  string
}

func (e *AddressError) Error() string {
	if e.Advice == "" {
		return fmt.Sprintf("%s: %v", e.Address, e.Err)
	}
	return fmt.Sprintf("%s: %v: %s", e.Address, e.Err, e.Advice)
}

// Unwrap returns the cause.
func (e *AddressError) Unwrap() error { return e.Err }

// Dial opens a line: "tcp:HOST:PORT", or the name of a serial port or
// pseudo-terminal, which takes a baud rate (0: DefaultBaud).
func Dial(ctx context.Context, address string, baud int) (io.ReadWriteCloser, error) {
	if at, ok := strings.CutPrefix(address, "tcp:"); ok {
		d := net.Dialer{Timeout: 5 * time.Second}
		c, err := d.DialContext(ctx, "tcp", at)
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			var op *net.OpError
			if errors.As(err, &op) {
				err = op.Err
			}
			advice := "give tcp:HOST:PORT of a running snnc serve"
			if errors.Is(err, syscall.ECONNREFUSED) {
				err, advice = errors.New("connection refused"), "is snnc serve running there?"
			}
			return nil, &AddressError{address, err, advice}
		}
		return c, nil
	}
	if baud == 0 {
		baud = DefaultBaud
	}
	p, err := serial.Open(strings.TrimPrefix(address, "pty:"), &serial.Mode{BaudRate: baud})
	if err != nil {
		return nil, serialError(address, baud, err)
	}
	// A read gives up at times, so that it notices that the port was closed.
	if err := p.SetReadTimeout(200 * time.Millisecond); err != nil {
		p.Close()
		return nil, serialError(address, baud, err)
	}
	p.ResetInputBuffer()
	return &serialLine{Port: p}, nil
}

func serialError(address string, baud int, err error) error {
	code := serial.PortErrorCode(-1)
	var port *serial.PortError
	switch {
	case errors.As(err, &port):
		code = port.Code()
	case errors.Is(err, fs.ErrNotExist): // some come as the system gives them
		code = serial.PortNotFound
	case errors.Is(err, fs.ErrPermission):
		code = serial.PermissionDenied
	case errors.Is(err, syscall.ENOTTY):
		code = serial.InvalidSerialPort
	}
	switch code {
	case serial.PortNotFound:
		return &AddressError{address, errors.New("there is no such port"), "snnc doctor lists those that there are; a virtual board's is tcp:HOST:PORT"}
	case serial.PortBusy:
		return &AddressError{address, errors.New("the port is in use"), "end the program that has it open"}
	case serial.PermissionDenied:
		return &AddressError{address, errors.New("permission denied"), "be in the group that owns it (Debian: adduser $USER dialout, then log in again)"}
	case serial.InvalidSpeed:
		return &AddressError{address, fmt.Errorf("the port cannot do %d baud", baud), "build with another --baud"}
	case serial.InvalidSerialPort:
		return &AddressError{address, errors.New("this is no serial port"), "snnc doctor lists those that there are"}
	}
	return &AddressError{Address: address, Err: err}
}

// serialLine is a serial port as an io.ReadWriteCloser: the library's Read
// returns 0 bytes and no error when its time is over.
type serialLine struct {
	serial.Port
	closed atomic.Bool
}

func (s *serialLine) Read(p []byte) (int, error) {
	for {
		n, err := s.Port.Read(p)
		if s.closed.Load() {
			return n, io.EOF
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (s *serialLine) Close() error {
	s.closed.Store(true)
	return s.Port.Close()
}
