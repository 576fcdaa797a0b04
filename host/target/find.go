package target

import (
	"fmt"
	"slices"
	"strings"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
)

// NoPortError says that a board's port is not there, or which it is cannot be
// told.
type NoPortError struct {
	Board string
	Found []string // that it may be
	Chips []string // that the board has
}

func (e *NoPortError) Error() string {
	switch {
	case len(e.Chips) == 0:
		return fmt.Sprintf("%s has no serial port of its own: name your adapter's with --port (snnc doctor lists the ports)", e.Board)
	case len(e.Found) == 0:
		return fmt.Sprintf("no serial port of %s is here (USB %s): is it connected? snnc doctor lists the ports; --port names one", e.Board, strings.Join(e.Chips, ", "))
	}
	return fmt.Sprintf("%s may be at %s: name one with --port", e.Board, strings.Join(e.Found, " or "))
}

// FindPort returns the serial port of a connected board by its USB chip. Of a
// chip with several ports it is the one that the board's data says.
func FindPort(b *board.Board) (string, error) {
	ports, err := flow.Ports()
	if err != nil {
		return "", err
	}
	return choosePort(b, ports)
}

func choosePort(b *board.Board, ports []flow.Port) (string, error) {
	e := &NoPortError{Board: b.Name, Chips: b.UART.USB}
	chips := map[string][]string{} // ports by chip, in the order of their names
	var order []string
	for _, p := range ports {
		if !slices.Contains(p.Boards, b.Name) {
			continue
		}
		chip := p.USB + " " + p.Serial
		if chips[chip] == nil {
			order = append(order, chip)
		}
		chips[chip] = append(chips[chip], p.Name)
	}
	for _, chip := range order {
		if at := b.UART.Port; at < len(chips[chip]) {
			e.Found = append(e.Found, chips[chip][at])
		}
	}
	if len(e.Found) != 1 {
		return "", e
	}
	return e.Found[0], nil
}
