package events

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	npyFields = regexp.MustCompile(`\(\s*(?:\('[^']*',\s*)?'([^']*)'\)?\s*,\s*'([^']*)'\s*\)`)
	npyShape  = regexp.MustCompile(`'shape':\s*\((\d+),?\s*\)`)
)

// names that the fields of an event go by in tonic, dv-processing and others.
var names = map[string]string{"t": "t", "ts": "t", "timestamp": "t", "x": "x", "y": "y", "p": "p", "on": "p", "polarity": "p"}

// readNPY reads a structured array with fields t (microseconds), x, y and p by
// name, in any order and of any integer type. A plain array of four columns is
// refused: which is which is not in the file.
func readNPY(b []byte) (*Recording, error) {
	if len(b) < 10 {
		return nil, errors.New("the .npy file is cut short in its header")
	}
	n, at := int(binary.LittleEndian.Uint16(b[8:])), 10
	if b[6] >= 2 {
		if len(b) < 12 {
			return nil, errors.New("the .npy file is cut short in its header")
		}
		n, at = int(binary.LittleEndian.Uint32(b[8:])), 12
	}
	if n > len(b)-at {
		return nil, errors.New("the .npy file is cut short in its header")
	}
	header, body := string(b[at:at+n]), b[at+n:]
	shape := npyShape.FindStringSubmatch(header)
	fields := npyFields.FindAllStringSubmatch(header, -1)
	if shape == nil || len(fields) == 0 {
		return nil, fmt.Errorf("%s: want a one-dimensional structured array with fields t, x, y and p: which column of a plain array is which is not in the file", strings.TrimSpace(header))
	}
	count, err := strconv.Atoi(shape[1])
	if err != nil {
		return nil, fmt.Errorf("a .npy array of %s elements", shape[1])
	}
	type field struct {
		offset, width int
		signed        bool
	}
	found, width := map[string]field{}, 0
	for _, f := range fields {
		kind := strings.TrimLeft(f[2], "<|=")
		size := 0
		if len(kind) == 2 {
			size = int(kind[1] - '0')
		}
		if size != 1 && size != 2 && size != 4 && size != 8 || !strings.Contains("iub", kind[:1]) {
			return nil, fmt.Errorf("field %q has the type %q; little-endian integers and bools are read", f[1], f[2])
		}
		if name := names[f[1]]; name != "" {
			found[name] = field{width, size, kind[0] == 'i'}
		}
		width += size
	}
	for _, name := range []string{"t", "x", "y", "p"} {
		if _, ok := found[name]; !ok {
			return nil, fmt.Errorf("the structured array has no field %s; t, x, y and p are needed", name)
		}
	}
	if count > len(body)/width {
		return nil, fmt.Errorf("%d events of %d bytes, but %d bytes follow the header; the file is cut short", count, width, len(body))
	}
	r := &Recording{Events: make([]Event, count)}
	get := func(i int, name string) int64 {
		f := found[name]
		raw := body[i*width+f.offset:]
		var v uint64
		for k := range f.width {
			v |= uint64(raw[k]) << (8 * k)
		}
		if f.signed {
			return int64(v<<(64-8*f.width)) >> (64 - 8*f.width)
		}
		return int64(v)
	}
	for i := range r.Events {
		x, y, p := get(i, "x"), get(i, "y"), get(i, "p")
		if x < 0 || x > math.MaxUint16 || y < 0 || y > math.MaxUint16 || p < -1 || p > 1 {
			return nil, fmt.Errorf("event %d is at pixel (%d, %d) with polarity %d; pixels are 0 to 65535, polarities 0 or -1, and 1", i, x, y, p)
		}
		r.Events[i] = Event{T: get(i, "t"), X: uint16(x), Y: uint16(y), On: p == 1}
	}
	return r, nil
}
