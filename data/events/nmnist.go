package events

import "fmt"

// readNMNIST reads records of five bytes: x, y, then 24 bits, most significant
// first: polarity and 23 bits of microseconds (G. Orchard et al., "Converting
// static image datasets to spiking neuromorphic datasets using saccades",
// 2015). The field of view is 34 × 34.
func readNMNIST(b []byte) (*Recording, error) {
	if len(b)%5 != 0 {
		return nil, fmt.Errorf("%d bytes are no whole number of N-MNIST records of 5; the file is cut short, or of another kind", len(b))
	}
	r := &Recording{Width: 34, Height: 34, Events: make([]Event, 0, len(b)/5)}
	wraps := int64(0)
	for i := 0; i < len(b); i += 5 {
		t := int64(b[i+2]&0x7F)<<16 | int64(b[i+3])<<8 | int64(b[i+4])
		if b[i+1] == 240 { // Orchard's mark of a timer that wrapped, no event
			wraps += 1 << 13
			continue
		}
		r.Events = append(r.Events, Event{T: t + wraps, X: uint16(b[i]), Y: uint16(b[i+1]), On: b[i+2]&0x80 != 0})
	}
	return r, nil
}
