package events

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// cutText splits lines that begin with # from what follows them.
func cutText(b []byte) (text string, rest []byte) {
	at := 0
	for at < len(b) && b[at] == '#' {
		end := bytes.IndexByte(b[at:], '\n')
		if end < 0 {
			return string(b), nil
		}
		at += end + 1
	}
	return string(b[:at]), b[at:]
}

// Upright turns a recording of CIFAR10-DVS, whose camera lay on its side, as
// SpikingJelly and the data set's authors do: column 127 − y, row x.
func (r *Recording) Upright() error {
	if r.Width != 128 || r.Height != 128 {
		return fmt.Errorf("CIFAR10-DVS is of 128 × 128 pixels; this recording has %d × %d", r.Width, r.Height)
	}
	for i := range r.Events {
		e := &r.Events[i]
		e.X, e.Y = 127-e.Y, e.X
	}
	return nil
}

// readAEDAT2 reads pairs of 32 bits, big-endian: address and microseconds
// (iniVation, "AEDAT file formats", 2.0). How a pixel lies in the address
// depends on the chip that the header names: DVS128, or a DAVIS.
func readAEDAT2(b []byte) (*Recording, error) {
	text, rest := cutText(b)
	if len(rest)%8 != 0 {
		return nil, fmt.Errorf("%d bytes after the header are no whole number of AEDAT 2.0 records of 8; the file is cut short", len(rest))
	}
	chip := ""
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, "# AEChip:"); ok {
			chip = strings.ToLower(strings.TrimSpace(name))
		}
	}
	r := &Recording{}
	davis := strings.Contains(chip, "davis")
	switch {
	case strings.Contains(chip, "davis346") || strings.Contains(chip, "davis 346"):
		r.Width, r.Height = 346, 260
	case strings.Contains(chip, "davis240") || strings.Contains(chip, "davis 240"):
		r.Width, r.Height = 240, 180
	case davis:
	case chip == "" || strings.Contains(chip, "dvs128"):
		r.Width, r.Height = 128, 128
	default:
		return nil, fmt.Errorf("the header names the chip %q; addresses of DVS128 and DAVIS are read", chip)
	}
	for i := 0; i < len(rest); i += 8 {
		a, t := binary.BigEndian.Uint32(rest[i:]), int64(binary.BigEndian.Uint32(rest[i+4:]))
		switch {
		case !davis && a&0x8000 == 0: // else a special event
			r.Events = append(r.Events, Event{T: t, X: uint16(127 - a>>1&0x7F), Y: uint16(a >> 8 & 0x7F), On: a&1 == 0})
		case davis && a>>31 == 0 && a&(1<<10) == 0: // neither a frame's nor a special event
			r.Events = append(r.Events, Event{T: t, X: uint16(a >> 12 & 0x3FF), Y: uint16(a >> 22 & 0x1FF), On: a&(1<<11) != 0})
		}
	}
	return r, nil
}
