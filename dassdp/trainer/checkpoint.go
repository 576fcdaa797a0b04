package trainer

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/snnc/snnc/internal/replace"
)

// checkpointMagic begins a checkpoint: then the length of a JSON header as 8
// bytes, the header, the numbers as the header lists them, little-endian, and
// the SHA-256 of all that.
const checkpointMagic = "SNNCTRN1"

// checkpoint is the header.
type checkpoint struct {
	Training string // what the result depends on, see Identity
	State    State
	Updates  int // of the optimiser
	Rules    []PlasticityState
	Log      int64 // bytes of the log that belong to it
	Sections []section
}

type section struct {
	Name string
	Bits int // of a number: 32 or 64
	Len  int
}

// Identity tells trainings apart: the options, the model and a text for what
// the caller chooses, its data above all.
func (t *Trainer) Identity(also string) string {
	h := sha256.New()
	if err := t.Net.graph.Text(h); err != nil {
		panic(err) // a hash takes everything
	}
	return fmt.Sprintf("%s; model %x; %d training samples; %s", t.opt.text(), h.Sum(nil)[:8], t.train.N, also)
}

// vectors are all numbers of the training, in a fixed order.
func (t *Trainer) vectors() (names []string, f []*[]float32, d []*[]float64) {
	for i, p := range t.Net.params {
		names = append(names, p.name, p.name+" (moment)")
		f = append(f, &p.v, &t.optim.m[i])
		if t.optim.v != nil {
			names = append(names, p.name+" (second moment)")
			f = append(f, &t.optim.v[i])
		}
	}
	for i := range t.Net.graph.Nodes {
		if l := t.Net.norms[t.Net.graph.Nodes[i].Name]; l != nil {
			names = append(names, l.node+".running_mean", l.node+".running_var")
			d = append(d, &l.mean, &l.vari)
		}
	}
	return names, f, d
}

// Save writes a checkpoint, complete or not at all; log is the length of the
// log file at this point.
func (t *Trainer) Save(path, identity string, log int64) error {
	c := checkpoint{Training: identity, State: t.State, Updates: t.optim.steps, Log: log}
	for _, p := range t.rules {
		c.Rules = append(c.Rules, p.State)
	}
	names, f, d := t.vectors()
	var body bytes.Buffer
	for i, v := range f {
		c.Sections = append(c.Sections, section{names[i], 32, len(*v)})
		for _, x := range *v {
			body.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(x)))
		}
	}
	for i, v := range d {
		c.Sections = append(c.Sections, section{names[len(f)+i], 64, len(*v)})
		for _, x := range *v {
			body.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
		}
	}
	head, err := json.Marshal(c)
	if err != nil {
		return err
	}
	b := binary.LittleEndian.AppendUint64([]byte(checkpointMagic), uint64(len(head)))
	b = append(append(b, head...), body.Bytes()...)
	sum := sha256.Sum256(b)
	return replace.File(path, append(b, sum[:]...))
}

// differing cuts two texts to the words from the first to the last that differ.
func differing(a, b string) (string, string) {
	x, y := strings.Fields(a), strings.Fields(b)
	for len(x) > 1 && len(y) > 1 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 1 && len(y) > 1 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	trim := func(w []string) string { return strings.Trim(strings.Join(w, " "), "{},;") }
	return trim(x), trim(y)
}

// Resume takes a checkpoint up. It returns the length that the log had.
func (t *Trainer) Resume(path, identity string) (log int64, err error) {
	fail := func(format string, args ...any) (int64, error) {
		return 0, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...))
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	if len(b) < len(checkpointMagic)+8+sha256.Size || string(b[:len(checkpointMagic)]) != checkpointMagic {
		return fail("it is no checkpoint of snnc train")
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if want := sha256.Sum256(body); !bytes.Equal(want[:], sum) {
		return fail("it is damaged: its SHA-256 is not the one it ends with")
	}
	body = body[len(checkpointMagic):]
	size := binary.LittleEndian.Uint64(body)
	if body = body[8:]; size > uint64(len(body)) {
		return fail("its header is longer than the file")
	}
	var c checkpoint
	if err := json.Unmarshal(body[:size], &c); err != nil {
		return fail("its header: %v", err)
	}
	if c.Training != identity {
		there, here := differing(c.Training, identity)
		return fail("it is of another training, with %s where this has %s; resume with the same model, data and options, or begin anew without --resume", there, here)
	}
	body = body[size:]
	names, f, d := t.vectors()
	if len(c.Sections) != len(names) || len(c.Rules) != len(t.rules) || len(c.State.Gates) != len(t.rules) {
		return fail("it has %d vectors and %d rules; this training has %d and %d", len(c.Sections), len(c.Rules), len(names), len(t.rules))
	}
	for i, s := range c.Sections {
		bits, n := 32, 0
		if i < len(f) {
			n = len(*f[i])
		} else {
			bits, n = 64, len(*d[i-len(f)])
		}
		if s.Name != names[i] || s.Bits != bits || s.Len != n || len(body) < n*bits/8 {
			return fail("vector %q of %d numbers of %d bits; this training has %q of %d of %d", s.Name, s.Len, s.Bits, names[i], n, bits)
		}
		if i < len(f) {
			for k := range *f[i] {
				(*f[i])[k] = math.Float32frombits(binary.LittleEndian.Uint32(body[4*k:]))
			}
		} else {
			for k := range *d[i-len(f)] {
				(*d[i-len(f)])[k] = math.Float64frombits(binary.LittleEndian.Uint64(body[8*k:]))
			}
		}
		body = body[n*bits/8:]
	}
	if len(body) > 0 {
		return fail("%d bytes are left over", len(body))
	}
	t.State, t.optim.steps, t.ordered = c.State, c.Updates, -1
	for i, p := range t.rules {
		p.State = c.Rules[i]
	}
	t.Net.prepare()
	return c.Log, nil
}
