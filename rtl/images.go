package rtl

import (
	"bytes"
	"fmt"

	"github.com/snnc/snnc/ir"
)

func weightsPath(core int) string { return fmt.Sprintf("mem/core%d_weights.hex", core) }
func paramsPath(core int) string  { return fmt.Sprintf("mem/core%d_params.hex", core) }

func segmentsPath(core int) string { return fmt.Sprintf("mem/core%d_segments.hex", core) }
func acrossPath(core int) string   { return fmt.Sprintf("mem/core%d_across.hex", core) }
func downPath(core int) string     { return fmt.Sprintf("mem/core%d_down.hex", core) }

// row is a wide memory word under construction, least significant bit first.
type row struct {
	bits []byte // one a byte
}

func (r *row) put(v int64, width int) {
	for i := 0; i < width; i++ {
		r.bits = append(r.bits, byte(v>>i&1))
	}
}

// line writes the word as one line of a $readmemh image and empties it.
func (r *row) line(b *bytes.Buffer) {
	const digits = "0123456789abcdef"
	for i := (len(r.bits) + 3) / 4; i > 0; i-- {
		d := 0
		for k := 4*i - 1; k >= 4*(i-1); k-- {
			d <<= 1
			if k < len(r.bits) {
				d |= int(r.bits[k])
			}
		}
		b.WriteByte(digits[d])
	}
	b.WriteByte('\n')
	r.bits = r.bits[:0]
}

// words gives the word in columns of 32 bits.
func (r *row) words() []uint32 {
	w := make([]uint32, (len(r.bits)+31)/32)
	for i, b := range r.bits {
		w[i/32] |= uint32(b) << (i % 32)
	}
	return w
}

// weightsImage holds Blocks·Rows words of Lanes weights, lane 0 lowest.
func weightsImage(c *ir.Core) []byte {
	var b bytes.Buffer
	eachWeightRow(c, func(_ int, r *row) { r.line(&b) })
	return b.Bytes()
}

func eachWeightRow(c *ir.Core, do func(n int, r *row)) {
	var r row
	for n := 0; n*c.Lanes < len(c.Weights); n++ {
		for _, w := range c.Weights[n*c.Lanes : (n+1)*c.Lanes] {
			r.put(int64(c.StoredWeight(w)), c.StoredBits())
		}
		do(n, &r)
		r.bits = r.bits[:0]
	}
}

// paramsImage holds the words of Update neurons each, laid
// out as docs/machine.md, section 2, says.
func paramsImage(c *ir.Core) []byte {
	var b bytes.Buffer
	var r row
	for n := range c.Threshold {
		r.put(int64(c.Threshold[n]), c.StateBits)
		r.put(int64(c.Bias[n]), c.StateBits)
		if c.Current {
			r.put(int64(c.VBias[n]), c.StateBits)
		}
		if c.DecayMode == ir.DecayPerNeuron {
			r.put(int64(c.Decay[n]), c.DecayBits)
		}
		if c.Current && c.SynDecayMode == ir.DecayPerNeuron {
			r.put(int64(c.SynDecay[n]), c.DecayBits)
		}
		if resetEach(c) {
			r.put(int64(c.Reset[n]), c.StateBits)
		}
		if (n+1)%c.Update == 0 {
			r.line(&b)
		}
	}
	return b.Bytes()
}

// resetEach tells whether the parameter word has a reset field.
func resetEach(c *ir.Core) bool { return c.ResetPerNeuron }

// tableWidths are the field widths of snnc_segments.
type tableWidths struct{ word, first, weight, x, y int }

func widthsOf(c *ir.Core, wordBits int) tableWidths {
	w := tableWidths{word: max(1, ir.Clog2(c.SpikeDepth), ir.Clog2(c.InputDepth)), weight: max(1, ir.Clog2(c.Blocks*c.Rows)),
		x: max(1, ir.Clog2(len(c.Across[0]))), y: max(1, ir.Clog2(len(c.Down[0])))}
	w.first = w.word + ir.Clog2(wordBits)
	return w
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// segmentsImage holds a word for each segment (snnc_segments.v).
func segmentsImage(c *ir.Core, wordBits int) []byte {
	var b bytes.Buffer
	var r row
	w := widthsOf(c, wordBits)
	for i := range c.Segments {
		s := &c.Segments[i]
		mask, shift := s.Mask, s.Shift
		if !s.External {
			mask, shift = c.RingMask, c.RingShift
		}
		for _, f := range []struct {
			v     int64
			width int
		}{{bit(s.External), 1}, {bit(s.Negate), 1}, {bit(s.Double), 1}, {bit(s.Grouped), 1}, {int64(s.Base), w.word}, {int64(mask), w.word},
			{int64(shift), 5}, {int64(s.Delay), 16}, {int64(s.Row), w.weight}, {int64(s.Across), w.x}, {int64(s.Down), w.y}} {
			r.put(f.v, f.width)
		}
		r.line(&b)
	}
	return b.Bytes()
}

// acrossImage holds what segments see at each column, downImage at each line.
func acrossImage(c *ir.Core, wordBits int) []byte {
	w := widthsOf(c, wordBits)
	return spanImage(c.Across, w, w.first+1)
}

func downImage(c *ir.Core, wordBits int) []byte { return spanImage(c.Down, widthsOf(c, wordBits), 1) }

func spanImage(table [][]ir.Span, w tableWidths, count int) []byte {
	var b bytes.Buffer
	var r row
	for _, spans := range table {
		for _, s := range spans {
			r.put(int64(s.First), w.first)
			r.put(int64(s.Bits), count)
			r.put(int64(s.Row), w.weight)
			r.line(&b)
		}
	}
	return b.Bytes()
}
