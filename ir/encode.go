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
	programVersion = 1
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
	}{{"threshold", &c.Threshold}, {"bias", &c.Bias}, {"decay", &c.Decay}, {"reset", &c.Reset}}
}

// Encode writes the program; its bytes depend on its value alone.
func (p *Program) Encode(w io.Writer) error {
	h := programHeader{Version: programVersion, Program: *p}
	h.Program.Cores = append([]Core(nil), p.Cores...)
	var raw [][]byte
	add := func(core int, name, typ string, n int, data any) error {
		if n == 0 {
			return nil
		}
		var b bytes.Buffer
		if err := binary.Write(&b, binary.LittleEndian, data); err != nil {
			return err
		}
		sum := sha256.Sum256(b.Bytes())
		h.Sections = append(h.Sections, section{core, name, typ, n, hex.EncodeToString(sum[:])})
		raw = append(raw, b.Bytes())
		return nil
	}
	for i := range p.Cores {
		c := &h.Program.Cores[i]
		if err := add(i, "weights", "int16", len(c.Weights), c.Weights); err != nil {
			return err
		}
		c.Weights = nil
		for _, im := range c.images() {
			if err := add(i, im.name, "int32", len(*im.wide), *im.wide); err != nil {
				return err
			}
			*im.wide = nil
		}
	}
	header, err := json.Marshal(h)
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

// Digest identifies a program: the SHA-256 of its encoding.
func (p *Program) Digest() [32]byte {
	h := sha256.New()
	if err := p.Encode(h); err != nil {
		panic(err) // a hash takes every write, and a Program has nothing JSON cannot hold
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

// DecodeProgram is the inverse of Encode, and checks hashes and invariants.
func DecodeProgram(b []byte) (*Program, error) {
	rest, ok := bytes.CutPrefix(b, []byte(programMagic))
	if !ok {
		return nil, errors.New("not a program file of snnc; snnc compile writes one")
	}
	if len(rest) < 4 || uint64(binary.LittleEndian.Uint32(rest)) > uint64(len(rest)-4) {
		return nil, errors.New("the program file is cut short in its header")
	}
	n := int(binary.LittleEndian.Uint32(rest))
	var h programHeader
	d := json.NewDecoder(bytes.NewReader(rest[4 : 4+n]))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return nil, fmt.Errorf("program header: %w", err)
	}
	if h.Version != programVersion {
		return nil, fmt.Errorf("the program file has version %d; this snnc reads version %d, so compile the model again", h.Version, programVersion)
	}
	p := &h.Program
	rest = rest[4+n:]
	for _, s := range h.Sections {
		width := map[string]int{"int16": 2, "int32": 4}[s.Type]
		if width == 0 || s.Core < 0 || s.Core >= len(p.Cores) || s.Length < 0 || s.Length > len(rest)/width {
			return nil, fmt.Errorf("section %q of core %d: %d elements of %s do not fit the file; it is cut short or damaged", s.Name, s.Core, s.Length, s.Type)
		}
		raw := rest[:s.Length*width]
		rest = rest[s.Length*width:]
		if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != s.SHA256 {
			return nil, fmt.Errorf("section %q of core %d: its SHA-256 differs from the header's; the file is damaged", s.Name, s.Core)
		}
		c := &p.Cores[s.Core]
		known := false
		if s.Name == "weights" && width == 2 {
			known = true
			c.Weights = make([]int16, s.Length)
			for i := range c.Weights {
				c.Weights[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
			}
		}
		for _, im := range c.images() {
			if im.name == s.Name && width == 4 {
				known = true
				*im.wide = make([]int32, s.Length)
				for i := range *im.wide {
					(*im.wide)[i] = int32(binary.LittleEndian.Uint32(raw[4*i:]))
				}
			}
		}
		if !known {
			return nil, fmt.Errorf("section %q of core %d, type %s, is not known", s.Name, s.Core, s.Type)
		}
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes follow the last section; the file is damaged", len(rest))
	}
	if err := errors.Join(p.Validate()...); err != nil {
		return nil, err
	}
	return p, nil
}
