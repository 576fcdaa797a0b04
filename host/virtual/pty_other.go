//go:build !linux

package virtual

import "errors"

func openPTY() (Listener, error) {
	return nil, errors.New("pseudo-terminals are served on Linux only; use tcp:HOST:PORT")
}
