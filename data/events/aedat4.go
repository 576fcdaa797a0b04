package events

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// maxPacket bounds what a packet may unfold to.
const maxPacket = 1 << 28

// readAEDAT4 reads FlatBuffers, each packet compressed by itself (iniVation,
// "AEDAT 4.0 file format"): IOHeader {compression, dataTablePosition, infoNode},
// then packets {stream id, size, data}, of which those of events are taken.
func readAEDAT4(b []byte) (*Recording, error) {
	const magic = "#!AER-DAT4.0\r\n"
	if len(b) < len(magic)+4 {
		return nil, errors.New("the file is cut short before its header")
	}
	at := len(magic)
	size := int(binary.LittleEndian.Uint32(b[at:]))
	if size < 8 || size > len(b)-at-4 {
		return nil, fmt.Errorf("the header has %d bytes; %d follow: the file is cut short or damaged", size, len(b)-at-4)
	}
	head, err := flat(b[at+4 : at+4+size]).root("IOHE")
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	at += 4 + size
	compression, table := int32(0), int64(-1)
	if f := head.field(0, 4); f != nil {
		compression = int32(binary.LittleEndian.Uint32(f))
	}
	if f := head.field(1, 8); f != nil {
		table = int64(binary.LittleEndian.Uint64(f))
	}
	end := len(b)
	if table > int64(at) && table <= int64(len(b)) {
		end = int(table) // an index follows the packets
	}
	r := &Recording{}
	r.Width, r.Height = sensor(head.text(2))
	for at < end {
		if end-at < 8 {
			return nil, fmt.Errorf("the packet at byte %d is cut short in its header", at)
		}
		n := int(int32(binary.LittleEndian.Uint32(b[at+4:])))
		if n < 0 || n > end-at-8 {
			return nil, fmt.Errorf("the packet at byte %d has %d bytes; %d follow: the file is cut short or damaged", at, n, end-at-8)
		}
		body, err := unfold(b[at+8:at+8+n], compression)
		if err == nil {
			err = r.packet(body)
		}
		if err != nil {
			return nil, fmt.Errorf("the packet at byte %d: %w", at, err)
		}
		at += 8 + n
	}
	return r, nil
}

func unfold(b []byte, compression int32) ([]byte, error) {
	var r io.Reader
	switch compression {
	case 0:
		return b, nil
	case 1, 2:
		r = lz4.NewReader(bytes.NewReader(b))
	case 3, 4:
		z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderMaxMemory(maxPacket), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		r = z
	default:
		return nil, fmt.Errorf("compression %d is not known; 0 none, 1 and 2 LZ4, 3 and 4 Zstandard are", compression)
	}
	out, err := io.ReadAll(io.LimitReader(r, maxPacket))
	if err != nil {
		return nil, fmt.Errorf("cannot be decompressed: %w", err)
	}
	return out, nil
}

// packet takes in a packet of events; others are passed over.
func (r *Recording) packet(b []byte) error {
	if len(b) < 12 || string(b[8:12]) != "EVTS" {
		return nil
	}
	p, err := flat(b[4:]).root("EVTS")
	if err != nil {
		return err
	}
	const size = 16 // struct Event {timestamp:int64, x:int16, y:int16, on:bool}
	list, n, err := p.vector(0, size)
	if err != nil {
		return err
	}
	for i := range n {
		e := list[i*size:]
		r.Events = append(r.Events, Event{T: int64(binary.LittleEndian.Uint64(e)), X: binary.LittleEndian.Uint16(e[8:]), Y: binary.LittleEndian.Uint16(e[10:]), On: e[12] != 0})
	}
	return nil
}

var attribute = regexp.MustCompile(`key="size(X|Y)" type="int">(\d+)<`)

// sensor finds the size of the first stream that has one in the XML of the header.
func sensor(xml string) (width, height int) {
	for _, m := range attribute.FindAllStringSubmatch(xml, -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			continue
		}
		if m[1] == "X" && width == 0 {
			width = n
		}
		if m[1] == "Y" && height == 0 {
			height = n
		}
	}
	if width == 0 || height == 0 {
		return 0, 0
	}
	return width, height
}

// flat is a FlatBuffer without its size: what of the format is needed here.
type flat []byte

// table is a FlatBuffers table at an offset.
type table struct {
	b  flat
	at int
}

func (b flat) root(kind string) (table, error) {
	if len(b) < 8 || string(b[4:8]) != kind {
		return table{}, fmt.Errorf("no FlatBuffer of kind %s", kind)
	}
	at := int(binary.LittleEndian.Uint32(b))
	if at < 4 || at > len(b)-4 {
		return table{}, errors.New("a FlatBuffer whose root lies outside of it; the file is damaged")
	}
	return table{b, at}, nil
}

// field returns size bytes of a field, or nil where the table has its default.
func (t table) field(number, size int) []byte {
	f, _ := t.locate(number, size)
	return f
}

// locate is field, with where the bytes are.
func (t table) locate(number, size int) ([]byte, int) {
	v := t.at - int(int32(binary.LittleEndian.Uint32(t.b[t.at:])))
	if v < 0 || v > len(t.b)-4 {
		return nil, 0
	}
	entry := 4 + 2*number
	if entry+2 > int(binary.LittleEndian.Uint16(t.b[v:])) || v+entry+2 > len(t.b) {
		return nil, 0
	}
	offset := int(binary.LittleEndian.Uint16(t.b[v+entry:]))
	if offset == 0 || t.at+offset > len(t.b)-size {
		return nil, 0
	}
	return t.b[t.at+offset:][:size], t.at + offset
}

// vector returns the elements of a vector field.
func (t table) vector(number, size int) ([]byte, int, error) {
	f, where := t.locate(number, 4)
	if f == nil {
		return nil, 0, nil
	}
	at := where + int(binary.LittleEndian.Uint32(f))
	if at < 0 || at > len(t.b)-4 {
		return nil, 0, errors.New("a vector lies outside of its FlatBuffer; the file is damaged")
	}
	n := int(binary.LittleEndian.Uint32(t.b[at:]))
	if n > (len(t.b)-at-4)/size {
		return nil, 0, fmt.Errorf("a vector of %d elements of %d bytes in %d bytes; the file is damaged", n, size, len(t.b)-at-4)
	}
	return t.b[at+4:], n, nil
}

func (t table) text(number int) string {
	b, n, err := t.vector(number, 1)
	if err != nil {
		return ""
	}
	return string(b[:n])
}
