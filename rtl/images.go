package rtl

import (
	"bytes"
	"fmt"

	"github.com/snnc/snnc/ir"
)

func weightsPath(core int) string { return fmt.Sprintf("mem/core%d_weights.hex", core) }
func paramsPath(core int) string  { return fmt.Sprintf("mem/core%d_params.hex", core) }

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

// weightsImage holds Groups·Rows words of Lanes weights, lane 0 lowest.
func weightsImage(c *ir.Core) []byte {
	var b bytes.Buffer
	var r row
	for at := 0; at < len(c.Weights); at += c.Lanes {
		for _, w := range c.Weights[at : at+c.Lanes] {
			r.put(int64(w), c.WeightBits)
		}
		r.line(&b)
	}
	return b.Bytes()
}

// paramsImage holds Groups·Lanes/Update words of Update neurons each, laid
// out as docs/machine.md, section 2, says.
func paramsImage(c *ir.Core) []byte {
	var b bytes.Buffer
	var r row
	for n := range c.Threshold {
		r.put(int64(c.Threshold[n]), c.StateBits)
		r.put(int64(c.Bias[n]), c.StateBits)
		if c.DecayMode == ir.DecayPerNeuron {
			r.put(int64(c.Decay[n]), c.DecayBits)
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
