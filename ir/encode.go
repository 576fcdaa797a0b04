package ir

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// The program file: a magic line, the length of a JSON header, the header (all
// but the images, and a list of sections), then the sections as raw
// little-endian integers. docs/program.md describes it.
const (
	programMagic   = "snnc program\n"
	programVersion = 2
	// maxHeader bounds what a reader takes for JSON: 4096 cores need some 10 MB.
	maxHeader = 1 << 26
)

type programHeader struct {
	Version  int
	Program  Program
	Sections []section
}

type section struct {
	Core   int
	Name   string
	Type   string // int16 or int32
	Length int    // elements
	SHA256 string
}

// images lists the arrays of a core that lie in sections.
func (c *Core) images() []struct {
	name string
	wide *[]int32
} {
	return []struct {
		name string
		wide *[]int32
	}{{"threshold", &c.Threshold}, {"bias", &c.Bias}, {"membrane bias", &c.VBias}, {"decay", &c.Decay}, {"current decay", &c.SynDecay}, {"reset", &c.Reset}}
}

// Encode writes the program; its bytes depend on its value alone.
func (p *Program) Encode(w io.Writer) error {
	header, raw, err := p.header()
	if err != nil {
		return err
	}
	var size [4]byte
	binary.LittleEndian.PutUint32(size[:], uint32(len(header)))
	for _, b := range append([][]byte{[]byte(programMagic), size[:], header}, raw...) {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// header returns the JSON header and the sections that follow it.
func (p *Program) header() (header []byte, raw [][]byte, err error) {
	h := programHeader{Version: programVersion, Program: *p}
	h.Program.Cores = append([]Core(nil), p.Cores...)
	add := func(core int, name, typ string, n int, b []byte) {
		if n == 0 {
			return
		}
		sum := sha256.Sum256(b)
		h.Sections = append(h.Sections, section{core, name, typ, n, hex.EncodeToString(sum[:])})
		raw = append(raw, b)
	}
	for i := range p.Cores {
		c := &h.Program.Cores[i]
		b := make([]byte, 0, 2*len(c.Weights))
		for _, v := range c.Weights {
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		}
		add(i, "weights", "int16", len(c.Weights), b)
		c.Weights = nil
		for _, im := range c.images() {
			b := make([]byte, 0, 4*len(*im.wide))
			for _, v := range *im.wide {
				b = binary.LittleEndian.AppendUint32(b, uint32(v))
			}
			add(i, im.name, "int32", len(*im.wide), b)
			*im.wide = nil
		}
	}
	header, err = json.Marshal(h)
	return header, raw, err
}

// Digest identifies a program: the SHA-256 of its encoding. The program must
// be valid: JSON holds no NaN.
func (p *Program) Digest() [32]byte {
	h := sha256.New()
	if err := p.Encode(h); err != nil {
		panic(err) // a hash takes every write, and a valid Program has nothing JSON cannot hold
	}
	return [32]byte(h.Sum(nil))
}

// ReadProgram reads and validates a program file.
func ReadProgram(path string) (*Program, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := DecodeProgram(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// DecodeProgram is the inverse of Encode: it accepts what Encode writes of a
// valid program and nothing else, so that a program has one file and one
// digest. It takes memory in proportion to the file.
func DecodeProgram(b []byte) (*Program, error) {
	text, rest, err := cutHeader(b)
	if err != nil {
		return nil, err
	}
	h, err := decodeHeader(text)
	if err != nil {
		return nil, err
	}
	p := &h.Program
	for _, s := range h.Sections {
		if rest, err = p.readSection(s, rest); err != nil {
			return nil, fmt.Errorf("section %q of core %d: %w", s.Name, s.Core, err)
		}
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow the last section; the file is damaged", len(rest))
	}
	if err := errors.Join(p.Validate()...); err != nil {
		return nil, err
	}
	again, _, err := p.header()
	if err != nil {
		return nil, err
	}
	if at := firstDifference(again, text); at >= 0 {
		return nil, fmt.Errorf("the program header is not as snnc writes it from byte %d on (%s); write it with snnc compile", at, around(text, at))
	}
	return p, nil
}

// cutHeader takes a file apart into the header and the sections.
func cutHeader(b []byte) (header, rest []byte, err error) {
	rest, ok := bytes.CutPrefix(b, []byte(programMagic))
	if !ok && len(b) < len(programMagic) && len(b) > 0 && bytes.HasPrefix([]byte(programMagic), b) {
		return nil, nil, errors.New("the program file is cut short in its first line")
	}
	if !ok {
		return nil, nil, errors.New("not a program file of snnc; snnc compile writes one")
	}
	if len(rest) < 4 {
		return nil, nil, errors.New("the program file is cut short before its header")
	}
	n, have := int64(binary.LittleEndian.Uint32(rest)), len(rest)-4
	if n > maxHeader {
		return nil, nil, fmt.Errorf("the program header has %d bytes; at most %d, so the file is damaged", n, maxHeader)
	}
	if n > int64(have) {
		return nil, nil, fmt.Errorf("the program file is cut short in its header: %d of %d bytes", have, n)
	}
	return rest[4 : 4+n], rest[4+n:], nil
}

func decodeHeader(text []byte) (*programHeader, error) {
	// The version first: another version may have other fields.
	var v struct{ Version int }
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, fmt.Errorf("program header: %w", err)
	}
	if v.Version != programVersion {
		return nil, fmt.Errorf("the program file has version %d; this snnc reads version %d, so compile the model again", v.Version, programVersion)
	}
	h := new(programHeader)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(h); err != nil {
		return nil, fmt.Errorf("program header: %w", err)
	}
	return h, nil
}

// readSection fills one image from the head of rest and returns what follows.
func (p *Program) readSection(s section, rest []byte) ([]byte, error) {
	if s.Core < 0 || s.Core >= len(p.Cores) {
		return nil, fmt.Errorf("the program has cores 0..%d", len(p.Cores)-1)
	}
	c := &p.Cores[s.Core]
	want := "int16"
	var wide *[]int32
	if s.Name != "weights" {
		for _, im := range c.images() {
			if im.name == s.Name {
				want, wide = "int32", im.wide
			}
		}
		if wide == nil {
			return nil, errors.New("there is no such section; a core has weights, threshold, bias, decay and reset")
		}
	}
	if s.Type != want {
		return nil, fmt.Errorf("its type is %q; want %q", s.Type, want)
	}
	width := map[string]int{"int16": 2, "int32": 4}[want]
	if s.Length < 0 || s.Length > len(rest)/width {
		return nil, fmt.Errorf("%d elements of %s do not fit the %d bytes that follow; the file is cut short or damaged", s.Length, s.Type, len(rest))
	}
	raw, rest := rest[:s.Length*width], rest[s.Length*width:]
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != s.SHA256 {
		return nil, errors.New("its SHA-256 differs from the header's; the file is damaged")
	}
	if wide == nil {
		c.Weights = make([]int16, s.Length)
		for i := range c.Weights {
			c.Weights[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
		return rest, nil
	}
	*wide = make([]int32, s.Length)
	for i := range *wide {
		(*wide)[i] = int32(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return rest, nil
}

// firstDifference returns where a and b part, -1 where they are equal.
func firstDifference(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) == len(b) {
		return -1
	}
	return n
}

// around quotes a little of a text for a message.
func around(text []byte, at int) string {
	return fmt.Sprintf("%q", text[max(0, min(at, len(text))-12):min(len(text), at+12)])
}
