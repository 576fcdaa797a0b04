package events

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// looksLikeText tells whether the first line of numbers has an event's four, or
// names of columns ahead of them do.
func looksLikeText(start []byte) bool {
	for line := range bytes.Lines(start) {
		text := string(line)
		if !strings.HasSuffix(text, "\n") && len(start) >= 256 {
			return false // cut by the reader of the start
		}
		part := columns(text)
		if len(part) == 0 || text[0] == '#' || text[0] == '%' {
			continue
		}
		if _, named := columnOrder(part); named {
			return true
		}
		if len(part) != 4 {
			return false
		}
		for _, p := range part {
			if _, err := strconv.ParseFloat(p, 64); err != nil {
				return false
			}
		}
		return true
	}
	return false
}

// columns splits at commas, spaces and tabs.
func columns(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
}

// columnOrder finds t, x, y and p among names of columns.
func columnOrder(part []string) (order [4]int, ok bool) {
	seen := 0
	for i, name := range part {
		if k := strings.Index("txyp", names[strings.ToLower(name)]); names[strings.ToLower(name)] != "" && k >= 0 {
			order[k] = i
			seen |= 1 << k
		}
	}
	return order, seen == 15
}

// readText reads an event a line: time, x, y, polarity (0 or −1, and 1). A time
// with a point is in seconds, as in the RPG's event-camera data sets, else in
// microseconds. A line of names (t, x, y, p) gives another order; after
// Metavision's "%geometry:W,H" it is x, y, p, t. Lines that begin with # or % are
// notes.
func readText(b []byte) (*Recording, error) {
	r := &Recording{}
	order, width := [4]int{0, 1, 2, 3}, 4
	lines := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if size, ok := strings.CutPrefix(text, "%geometry:"); ok {
			if _, err := fmt.Sscanf(size, "%d,%d", &r.Width, &r.Height); err != nil || r.Width <= 0 || r.Height <= 0 || r.Width > 1<<16 || r.Height > 1<<16 {
				return nil, fmt.Errorf("line %d: %q; want %%geometry:WIDTH,HEIGHT", n, text)
			}
			order = [4]int{3, 0, 1, 2}
			continue
		}
		part := columns(text)
		if len(part) == 0 || text[0] == '#' || text[0] == '%' {
			continue
		}
		if named, ok := columnOrder(part); ok && len(r.Events) == 0 {
			order, width = named, len(part)
			continue
		}
		if len(part) != width {
			return nil, fmt.Errorf("line %d has %d columns; want %d: time, x, y and polarity", n, len(part), width)
		}
		e, err := textEvent(part, order)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		r.Events = append(r.Events, e)
	}
	return r, lines.Err()
}

func textEvent(part []string, order [4]int) (Event, error) {
	var e Event
	at := part[order[0]]
	if strings.ContainsAny(at, ".eE") {
		seconds, err := strconv.ParseFloat(at, 64)
		if err != nil || !(math.Abs(seconds) < 1e12) {
			return e, fmt.Errorf("time %q; want seconds with a point, or whole microseconds", at)
		}
		e.T = int64(math.Round(seconds * 1e6))
	} else {
		t, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return e, fmt.Errorf("time %q; want seconds with a point, or whole microseconds", at)
		}
		e.T = t
	}
	x, errX := strconv.ParseUint(part[order[1]], 10, 16)
	y, errY := strconv.ParseUint(part[order[2]], 10, 16)
	if err := errors.Join(errX, errY); err != nil {
		return e, fmt.Errorf("pixel (%s, %s); want numbers from 0 to 65535", part[order[1]], part[order[2]])
	}
	switch p := part[order[3]]; strings.ToLower(p) {
	case "1", "true":
		e.On = true
	case "0", "-1", "false":
	default:
		return e, fmt.Errorf("polarity %q; want 0 or -1, and 1", p)
	}
	e.X, e.Y = uint16(x), uint16(y)
	return e, nil
}
