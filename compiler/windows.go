package compiler

import "github.com/snnc/snnc/ir"

// region is a source as one core's memory holds it: a part of a population's
// or input's pixels, pitch slots apart.
type region struct {
	part  ir.Part
	width int // pixels of a row
	pitch int
}

func (r *region) pixels() int { return r.part.Rows * r.width }

// words of the region. Windows may reach into the last pixel's silent slots.
func (r *region) words(wordBits int) int {
	return ceilDiv((r.pixels()-1)*r.pitch+max(r.part.Channels, min(r.pitch, wordBits)), wordBits)
}

// kernelRows says where the weights of a projection from sources with the same
// channels lie in a core: row (ky·KW + kx)·span + slot of those that start at
// base.
type kernelRows struct {
	base    int
	span    int
	channel int  // source channel of slot 0 in block 0
	grouped bool // the blocks of the core see different channels
	step    int  // by so many
}

// layRows chooses the form of a projection's weights in a core. Where channels
// are grouped and the blocks are whole groups, each block keeps only the rows
// of its own source channels; else a row for every source channel, with zeros
// where there is no synapse.
func layRows(pr *ir.Projection, c *ir.Core, src *region, base, step int) kernelRows {
	plain := kernelRows{base: base, span: src.pitch, channel: src.part.Channel}
	if src.pixels() == 1 {
		plain.span = src.part.Channels
	}
	if pr.Groups == 1 {
		return plain
	}
	in, out := pr.Pre.C/pr.Groups, pr.Post.C/pr.Groups
	if c.Lanes%out != 0 || c.Part.Channel%out != 0 {
		return plain
	}
	k := kernelRows{base: base, channel: c.Part.Channel / out * in, grouped: c.Blocks > 1, step: c.Lanes / out * in}
	k.span = min(c.Lanes, c.Part.Channels) / out * in
	first := k.channel - src.part.Channel
	if min(c.Lanes, c.Part.Channels)%out != 0 || first < 0 || first+(c.Blocks-1)*k.step+k.span > src.pitch || step != 0 && k.grouped && step != k.step {
		return plain
	}
	return k
}

// windows lists what the columns and rows of a core's part see of a region
// through a projection: across[x] and down[y] have as many spans for every x
// and y, and every pair of one of each is a segment's window.
func windows(pr *ir.Projection, c *ir.Core, src *region, k kernelRows) (across, down [][]ir.Span) {
	whole := k.channel == src.part.Channel && !k.grouped && k.span >= src.part.Channels && (k.span == src.pitch || src.pixels() == 1)
	first := k.channel - src.part.Channel
	if pr.Dense() && whole {
		// One window from the first to the last pixel.
		bits := (src.pixels()-1)*src.pitch + src.part.Channels
		return [][]ir.Span{{{Bits: bits}}}, [][]ir.Span{{{Bits: 1, Row: src.part.Row * pr.KW * k.span}}}
	}
	across, down = make([][]ir.Span, pr.Post.W), make([][]ir.Span, c.Part.Rows)
	for x, taps := range pr.Cols {
		for i := 0; i < len(taps); {
			n := 1
			for whole && i+n < len(taps) && taps[i+n].Source == taps[i].Source+n && taps[i+n].Kernel == taps[i].Kernel+n {
				n++
			}
			bits := k.span
			if whole {
				bits = (n-1)*src.pitch + src.part.Channels
			}
			across[x] = append(across[x], ir.Span{First: taps[i].Source*src.pitch + first, Bits: bits, Row: taps[i].Kernel * k.span})
			i += n
		}
	}
	for y := range down {
		for _, t := range pr.Rows[c.Part.Row+y] {
			if at := t.Source - src.part.Row; at >= 0 && at < src.part.Rows {
				down[y] = append(down[y], ir.Span{First: at * src.width * src.pitch, Bits: 1, Row: t.Kernel * pr.KW * k.span})
			}
		}
	}
	return level(across), level(down)
}

// level gives all lists the length of the longest, with empty spans.
func level(lists [][]ir.Span) [][]ir.Span {
	most := 0
	for _, l := range lists {
		most = max(most, len(l))
	}
	for i := range lists {
		for len(lists[i]) < most {
			lists[i] = append(lists[i], ir.Span{})
		}
	}
	return lists
}
