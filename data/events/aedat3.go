package events

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// readAEDAT31 reads packets of a 28-byte header and events, little-endian
// (iniVation, "AEDAT file formats", 3.1). Only polarity events are taken, and of
// them the valid ones.
func readAEDAT31(b []byte) (*Recording, error) {
	const end = "#!END-HEADER\r\n"
	at := bytes.Index(b, []byte(end))
	if at < 0 {
		return nil, fmt.Errorf("the header has no line %q; the file is cut short", end[:len(end)-2])
	}
	at += len(end)
	r := &Recording{}
	for at < len(b) {
		if len(b)-at < 28 {
			return nil, fmt.Errorf("the packet at byte %d is cut short in its header", at)
		}
		h := b[at:]
		kind := binary.LittleEndian.Uint16(h)
		size, offset, overflow := int64(binary.LittleEndian.Uint32(h[4:])), int64(binary.LittleEndian.Uint32(h[8:])), int64(binary.LittleEndian.Uint32(h[12:]))
		number := int64(binary.LittleEndian.Uint32(h[20:]))
		if size < 1 || number*size > int64(len(h)-28) {
			return nil, fmt.Errorf("the packet at byte %d has %d events of %d bytes; %d bytes follow: the file is cut short or damaged", at, number, size, len(h)-28)
		}
		body := h[28 : 28+number*size]
		at += 28 + int(number*size)
		if kind != 1 {
			continue
		}
		if size != 8 || offset != 4 {
			return nil, fmt.Errorf("a packet of polarity events of %d bytes with the time at byte %d; AEDAT 3.1 has 8 and 4", size, offset)
		}
		for i := 0; i < len(body); i += 8 {
			d, t := binary.LittleEndian.Uint32(body[i:]), binary.LittleEndian.Uint32(body[i+4:])
			if d&1 == 1 {
				r.Events = append(r.Events, Event{T: overflow<<31 | int64(t), X: uint16(d >> 17 & 0x7FFF), Y: uint16(d >> 2 & 0x7FFF), On: d&2 != 0})
			}
		}
	}
	return r, nil
}
