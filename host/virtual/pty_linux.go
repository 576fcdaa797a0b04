package virtual

import (
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// openPTY makes a pseudo-terminal that passes bytes as they are.
func openPTY() (Listener, error) {
	fail := func(err error) (Listener, error) { return nil, fmt.Errorf("cannot make a pseudo-terminal: %w", err) }
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return fail(err)
	}
	var number int
	raw, err := master.SyscallConn()
	if err == nil {
		var inner error
		err = raw.Control(func(fd uintptr) {
			if inner = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); inner == nil {
				number, inner = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
			}
		})
		if err == nil {
			err = inner
		}
	}
	if err != nil {
		master.Close()
		return fail(err)
	}
	name := fmt.Sprintf("/dev/pts/%d", number)
	// Held open, so that the master does not end when a host goes.
	slave, err := unix.Open(name, unix.O_RDWR|unix.O_NOCTTY, 0)
	if err == nil {
		var t *unix.Termios
		if t, err = unix.IoctlGetTermios(slave, unix.TCGETS); err == nil {
			t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
			t.Oflag &^= unix.OPOST
			t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
			t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
			err = unix.IoctlSetTermios(slave, unix.TCSETS, t)
		}
		if err != nil {
			unix.Close(slave)
		}
	}
	if err != nil {
		master.Close()
		return fail(err)
	}
	return &pty{master: master, slave: slave, name: name, gone: make(chan struct{})}, nil
}

// pty is one line that is always there: who opens the other side is the host.
type pty struct {
	master *os.File
	slave  int
	name   string
	once   sync.Once
	close  sync.Once
	gone   chan struct{}
}

func (p *pty) Address() string { return p.name }

func (p *pty) Accept() (h io.ReadWriteCloser, err error) {
	p.once.Do(func() { h = p.master })
	if h != nil {
		return h, nil
	}
	<-p.gone
	return nil, os.ErrClosed
}

func (p *pty) Close() error {
	p.close.Do(func() {
		close(p.gone)
		p.master.Close()
		unix.Close(p.slave)
	})
	return nil
}
