package verilator

import (
	"encoding/binary"
	"fmt"
)

// EventKind is what a trace port showed.
type EventKind uint8

// The kinds; harness.h has the same numbers.
const (
	TickStart EventKind = 1
	TickEnd   EventKind = 2
	Push      EventKind = 3 // a word entered a core's send FIFO
	Delivery  EventKind = 4 // a word reached a node
)

func (k EventKind) String() string {
	switch k {
	case TickStart:
		return "tick start"
	case TickEnd:
		return "tick end"
	case Push:
		return "push"
	case Delivery:
		return "delivery"
	}
	return fmt.Sprintf("event kind %d", uint8(k))
}

// Event is one thing that happened in a cycle of a sample.
type Event struct {
	Cycle int64 // START of the sample's tick 0 is 0
	Kind  EventKind
	Tick  int
	Index int // core of a push, node of a delivery
	Addr  int // word or neuron index of a push, address of a delivery
	Bits  uint32
	Idle  bool // seen while no tick ran
}

const eventBytes = 20

// decodeEvents takes the payload of an event frame apart.
func decodeEvents(dst []Event, payload []byte) ([]Event, error) {
	if len(payload)%eventBytes != 0 {
		return dst, fmt.Errorf("event frame of %d bytes; records have %d", len(payload), eventBytes)
	}
	for ; len(payload) > 0; payload = payload[eventBytes:] {
		dst = append(dst, Event{
			Cycle: int64(binary.LittleEndian.Uint64(payload)),
			Bits:  binary.LittleEndian.Uint32(payload[8:]),
			Addr:  int(binary.LittleEndian.Uint16(payload[12:])),
			Tick:  int(binary.LittleEndian.Uint16(payload[14:])),
			Index: int(binary.LittleEndian.Uint16(payload[16:])),
			Kind:  EventKind(payload[18]),
			Idle:  payload[19]&1 != 0,
		})
	}
	return dst, nil
}
