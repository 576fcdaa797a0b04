package testbench

import (
	"fmt"
	"math/big"
	mathbits "math/bits"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/snnc/snnc/numerics"
)

// The arithmetic benches: what a parameter set is as a numerics.Model, and
// vectors whose results package numerics computes.

func neuronSets() []set {
	var sets []set
	for reset := range 4 {
		for decay := range 4 {
			s := set{"RESET_MODE": fmt.Sprint(reset), "DECAY_MODE": fmt.Sprint(decay), "AT_LEAST": fmt.Sprint(reset & 1), "ROUND_ZERO": fmt.Sprint((decay + reset) & 1),
				"DECAY": "3277", "RESET_EACH": fmt.Sprint(decay & 1)}
			if reset != 1 || decay&1 == 0 {
				s["RESET_EACH"], s["RESET"] = "0", "-1234"
			}
			sets = append(sets, s)
		}
	}
	return append(sets,
		set{"CURRENT": "1", "SYN_MODE": "2", "SYN_DECAY": "3000", "DECAY_MODE": "2", "DECAY": "4000"},
		set{"CURRENT": "1", "SYN_MODE": "3", "DECAY_MODE": "3", "RESET_MODE": "1", "RESET_EACH": "1", "REFRACTORY": "5"},
		set{"CURRENT": "1", "SYN_MODE": "0", "DECAY_MODE": "1", "RESET_MODE": "3", "ROUND_ZERO": "1"},
		set{"STATE_BITS": "24", "FRAC": "6", "CURRENT": "1", "SYN_MODE": "1", "DECAY_MODE": "2", "DECAY": "3973", "ROUND_ZERO": "1", "RESET_MODE": "1", "REFRACTORY": "1"},
		set{"REFRACTORY": "3", "DECAY_MODE": "3", "RESET_MODE": "2"},
		set{"GRADED": "1", "RESET_MODE": "0", "DECAY_MODE": "2", "DECAY": "4095"},
		set{"STATE_BITS": "32", "ACC_BITS": "32", "FRAC": "15", "DECAY_BITS": "16", "DECAY_MODE": "3"},
		set{"STATE_BITS": "32", "ACC_BITS": "20", "FRAC": "0", "DECAY_BITS": "16", "DECAY_MODE": "2", "DECAY": "65535", "RESET_MODE": "3"},
		set{"STATE_BITS": "2", "ACC_BITS": "2", "FRAC": "0", "DECAY_BITS": "4", "DECAY_MODE": "3", "AT_LEAST": "1"},
		set{"STATE_BITS": "8", "ACC_BITS": "24", "FRAC": "7", "DECAY_BITS": "4", "DECAY_MODE": "2", "DECAY": "9", "RESET_MODE": "3", "AT_LEAST": "1"})
}

func updateSets() []set {
	return []set{
		{},
		{"WORD": "8", "LANES": "4", "UPDATE": "2", "GROUPS": "3", "CURRENT": "1", "SYN_MODE": "3", "DECAY_MODE": "3", "RESET_MODE": "1", "RESET_EACH": "1", "REFRACTORY": "2"},
		{"WORD": "8", "LANES": "4", "UPDATE": "1", "GROUPS": "5", "DECAY_MODE": "3", "RESET_MODE": "1", "RESET_EACH": "1"},
		{"WORD": "8", "LANES": "16", "UPDATE": "8", "DECAY_MODE": "2", "DECAY": "3000", "RESET_MODE": "3", "AT_LEAST": "1"},
		{"WORD": "32", "LANES": "8", "UPDATE": "4", "GROUPS": "3", "DECAY_MODE": "3"},
		{"WORD": "16", "LANES": "2", "UPDATE": "2", "GROUPS": "1", "DECAY_MODE": "0", "RESET_MODE": "0"},
		{"WORD": "32", "LANES": "4", "UPDATE": "1", "GROUPS": "3", "NEURONS": "10", "GRADED": "1", "STATE_BITS": "20", "DECAY_MODE": "2", "DECAY": "4000", "RESET_MODE": "0"},
		{"WORD": "16", "LANES": "1", "UPDATE": "1", "GROUPS": "1", "NEURONS": "1", "GRADED": "1", "DECAY_MODE": "1", "RESET_MODE": "0"},
	}
}

// number reads a parameter; what a set leaves out is the bench's default.
func (s set) number(name string, def int) int {
	if v, ok := s[name]; ok {
		n, err := strconv.Atoi(v)
		if err != nil {
			panic(err)
		}
		return n
	}
	return def
}

func (s set) model() numerics.Model {
	return numerics.Model{StateBits: s.number("STATE_BITS", 16), Frac: s.number("FRAC", 8), DecayBits: s.number("DECAY_BITS", 12),
		TowardZero: s.number("ROUND_ZERO", 0) != 0, AtLeast: s.number("AT_LEAST", 0) != 0, Graded: s.number("GRADED", 0) != 0,
		Reset: numerics.Reset(s.number("RESET_MODE", 2)), Current: s.number("CURRENT", 0) != 0, Refractory: s.number("REFRACTORY", 0)}
}

// corner draws a signed integer of a width, often at an edge of its range.
func corner(r *rand.Rand, width int) int32 {
	lo, hi := numerics.Min(width), numerics.Max(width)
	switch r.IntN(8) {
	case 0:
		return int32(lo)
	case 1:
		return int32(hi)
	case 2:
		return int32(max(lo, min(int64(r.IntN(5)-2), hi)))
	case 3:
		return int32(max(lo, min(int64(r.IntN(401)-200), hi)))
	}
	return int32(lo + r.Int64N(hi-lo+1))
}

// params draws a neuron. A subtracting one has a threshold above 0, as the
// compiler requires.
func (s set) params(r *rand.Rand) numerics.Params {
	m := s.model()
	p := numerics.Params{Threshold: corner(r, m.StateBits), Bias: corner(r, m.StateBits), Reset: int32(s.number("RESET", 0))}
	if m.Reset == numerics.ResetSubtract {
		p.Threshold = int32(1 + r.Int64N(numerics.Max(m.StateBits)))
	}
	decay := func(mode, value int) int32 {
		switch mode {
		case 1:
			return 1 << m.DecayBits
		case 2:
			return int32(value)
		case 3:
			return int32(r.IntN(1 << m.DecayBits))
		}
		return 0
	}
	p.Decay = decay(s.number("DECAY_MODE", 1), s.number("DECAY", 0))
	if m.Current {
		p.SynDecay, p.VBias = decay(s.number("SYN_MODE", 1), s.number("SYN_DECAY", 0)), corner(r, m.StateBits)
	}
	if s.number("RESET_EACH", 0) != 0 {
		p.Reset = corner(r, m.StateBits)
	}
	return p
}

const neuronVectors = 1500

func (s set) neuronHex(r *rand.Rand) string {
	m := s.model()
	var b strings.Builder
	for range neuronVectors {
		p, v, acc, first := s.params(r), corner(r, m.StateBits), corner(r, s.number("ACC_BITS", 16)), r.IntN(8) == 0
		if r.IntN(4) == 0 { // near the threshold, where a wrong comparison shows
			acc, p.Bias = 0, 0
			if first || p.Decay == 0 {
				p.Bias = p.Threshold
			} else if p.Decay == 1<<m.DecayBits {
				v = p.Threshold
			}
		}
		before := numerics.Memory{V: v}
		if m.Current {
			before.I = corner(r, m.StateBits)
		}
		if m.Refractory > 0 {
			before.Wait = uint8(r.IntN(m.Refractory + 1))
		}
		_, spike, after := m.Update(p, first, before, acc)
		flags := uint32(0)
		if first {
			flags |= 1
		}
		if spike {
			flags |= 16
		}
		for _, x := range []uint32{flags, uint32(v), uint32(before.I), uint32(before.Wait), uint32(acc), uint32(p.Threshold), uint32(p.Bias), uint32(p.VBias),
			uint32(p.Decay), uint32(p.SynDecay), uint32(p.Reset), uint32(after.V), uint32(after.I), uint32(after.Wait)} {
			fmt.Fprintf(&b, "%08x", x)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

const updateTicks = 40

// packer joins fields of a wide row, lowest first.
type packer struct {
	row big.Int
	at  uint
}

func (p *packer) add(v int32, width int) {
	x := big.NewInt(int64(v))
	x.And(x, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(width)), big.NewInt(1)))
	p.row.Or(&p.row, x.Lsh(x, p.at))
	p.at += uint(width)
}

func (p *packer) line(b *strings.Builder) { fmt.Fprintf(b, "%x\n", &p.row) }

func (s set) updateHex(r *rand.Rand) string {
	m := s.model()
	word, neurons := s.number("WORD", 16), s.number("NEURONS", 16)
	groups, lanes, update, accBits := s.number("GROUPS", 2), s.number("LANES", 16), s.number("UPDATE", 4), s.number("ACC_BITS", 16)
	padded, rows := groups*lanes, groups*lanes/update
	var b strings.Builder
	params := make([]numerics.Params, padded)
	for row := range rows {
		var p packer
		for u := range update {
			n := row*update + u
			params[n] = s.params(r)
			// Within what a few random sums reach.
			params[n].Threshold = 1 + r.Int32N(1<<(m.StateBits-2))
			params[n].Bias /= 4
			p.add(params[n].Threshold, m.StateBits)
			p.add(params[n].Bias, m.StateBits)
			if m.Current {
				params[n].VBias /= 4
				p.add(params[n].VBias, m.StateBits)
			}
			if s.number("DECAY_MODE", 1) == 3 {
				p.add(params[n].Decay, m.DecayBits)
			}
			if m.Current && s.number("SYN_MODE", 1) == 3 {
				p.add(params[n].SynDecay, m.DecayBits)
			}
			if s.number("RESET_EACH", 0) != 0 {
				p.add(params[n].Reset, m.StateBits)
			}
		}
		p.line(&b)
	}
	state := make([]numerics.Memory, padded)
	for tick := range updateTicks {
		first := tick == 0 || r.IntN(8) == 0
		var head, writes, pushes strings.Builder
		if first {
			head.WriteString("1\n")
		} else {
			head.WriteString("0\n")
		}
		quiet := r.IntN(4) == 0 // nothing fires: no words
		bits := uint32(0)
		var accs, row packer
		for n := range padded {
			acc := (r.Int32N(1<<(m.StateBits-1)) - 1<<(m.StateBits-2)) >> m.Frac
			if quiet {
				acc = int32(numerics.Min(accBits))
			}
			accs.add(acc, accBits)
			_, spike, after := m.Update(params[n], first, state[n], acc)
			state[n] = after
			row.add(after.V, m.StateBits)
			if m.Current {
				row.add(after.I, m.StateBits)
			}
			if m.Refractory > 0 {
				row.add(int32(after.Wait), mathbits.Len(uint(m.Refractory)))
			}
			if spike {
				bits |= 1 << (n % word)
			}
			if (n+1)%lanes == 0 {
				accs.line(&head)
				accs = packer{}
			}
			if (n+1)%update != 0 {
				continue
			}
			row.line(&writes)
			row = packer{}
			index, out, push := n/word, bits, false
			if m.Graded {
				index, out, push = n, uint32(after.V)&uint32(1<<word-1), n < neurons
			} else if (n+1)%word == 0 || n == padded-1 {
				push, bits = bits != 0, 0
			}
			if !push {
				index, out = 0, 0
			} else {
				index |= 1 << 31
			}
			fmt.Fprintf(&pushes, "%08x%08x\n", index, out)
		}
		b.WriteString(head.String() + writes.String() + pushes.String())
	}
	return b.String()
}
