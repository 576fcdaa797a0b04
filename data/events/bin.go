package events

import "fmt"

// Binning turns a recording into frames: counts of events [bins][2][height][width],
// polarity 0 darker and 1 brighter. Time is counted from the first event.
type Binning struct {
	Time  int64 // microseconds of a bin; 0: not by time
	Count int   // events of a bin; 0: not by count
	Bins  int   // bins of a sample; 0: as many as it needs
	// Even makes the bins share the sample's events evenly and not its time, what
	// is left over in the last, as SpikingJelly's split_by="number".
	Even bool
	// Binary counts an event or several as 1; Most stops a count there, 0 at 255.
	Binary bool
	Most   int
	// Pool makes one pixel of Pool × Pool; 0 is 1.
	Pool int
}

// Unset tells that nothing says what a bin is.
func (b Binning) Unset() bool { return b.Time == 0 && b.Count == 0 && b.Bins == 0 }

// Limit is the largest count.
func (b Binning) Limit() int {
	switch {
	case b.Binary:
		return 1
	case b.Most > 0:
		return min(b.Most, 255)
	}
	return 255
}

// Pooled is what is left of a side of pixels; the last pixel may be of fewer.
func (b Binning) Pooled(side int) int {
	p := max(b.Pool, 1)
	return (side + p - 1) / p
}

// Validate returns what is wrong.
func (b Binning) Validate() error {
	if b.Time < 0 || b.Count < 0 || b.Bins < 0 || b.Time > 0 && b.Count > 0 || b.Time == 0 && b.Count == 0 && b.Bins == 0 {
		return fmt.Errorf("bins of %d µs, of %d events, %d in all: give a time, or a number of events, or a number of bins that share the sample's time evenly", b.Time, b.Count, b.Bins)
	}
	if b.Even && (b.Bins == 0 || b.Time > 0 || b.Count > 0) {
		return fmt.Errorf("bins of equal numbers of events: give how many bins, and no time or number of events")
	}
	if b.Pool < 0 || b.Pool > 1<<12 {
		return fmt.Errorf("pixels pooled by %d; give 1 to %d", b.Pool, 1<<12)
	}
	if b.Most < 0 || b.Most > 255 || b.Binary && b.Most > 1 {
		return fmt.Errorf("counts of at most %d, binary %t; give 1 to 255, and not both", b.Most, b.Binary)
	}
	return nil
}

// Needs is how many bins a recording fills; the last may be filled in part.
func (b Binning) Needs(events []Event) int {
	if len(events) == 0 {
		return 0
	}
	return b.bin(events, len(events)-1) + 1
}

// bin of an event. Without a time or a count the bins share the sample's time, or
// its events, evenly.
func (b Binning) bin(events []Event, i int) int {
	t := events[i].T - events[0].T
	switch {
	case b.Count > 0:
		return i / b.Count
	case b.Time > 0:
		return int(min(t/b.Time, 1<<31))
	case b.Even:
		each := len(events) / b.Bins
		if each == 0 {
			return b.Bins - 1
		}
		return min(i/each, b.Bins-1)
	}
	return int(t * int64(b.Bins) / (events[len(events)-1].T - events[0].T + 1))
}

// Frames counts the events of each bin into out, [bins·2·height·width], and
// returns how many fall past the last bin. Width and height are those after
// pooling. A count stops at the limit.
func (b Binning) Frames(events []Event, bins, width, height int, out []uint8) (lost int) {
	clear(out)
	pool, most := max(b.Pool, 1), uint8(b.Limit())
	for i := range events {
		e := &events[i]
		k := b.bin(events, i)
		if k >= bins {
			lost++
			continue
		}
		p := 0
		if e.On {
			p = 1
		}
		at := ((k*2+p)*height+int(e.Y)/pool)*width + int(e.X)/pool
		if out[at] < most {
			out[at]++
		}
	}
	return lost
}

// Lines counts events as Frames does, without polarity and of one row of pixels:
// into out, [bins·width].
func (b Binning) Lines(events []Event, bins, width int, out []uint8) (lost int) {
	clear(out)
	pool, most := max(b.Pool, 1), uint8(b.Limit())
	for i := range events {
		k := b.bin(events, i)
		if k >= bins {
			lost++
			continue
		}
		at := k*width + int(events[i].X)/pool
		if out[at] < most {
			out[at]++
		}
	}
	return lost
}
