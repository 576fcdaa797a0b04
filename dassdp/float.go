package dassdp

import (
	"fmt"
	"math/bits"
)

// Sizes of a Kernel's work: a block of samples shares one pass over Δw, and a tile
// of columns keeps the rows of that block in the second-level cache.
const (
	blockSamples = 8
	tileColumns  = 512
)

// Delta writes into dw, [nPost·nPre], the mean over the batch of gate · table(Δt), clamped to ±1.
func (r Rule) Delta(dw []float64, batch []Sample, nPost, nPre int, g Gate) error {
	if err := r.checkDelta(dw, batch, nPost, nPre); err != nil {
		return err
	}
	gates := make([]float64, len(batch))
	for b, s := range batch {
		gates[b] = r.gateOf(g, s)
	}
	NewKernel(r).Delta(dw, batch, gates, 0, nPre, new(Scratch))
	return nil
}

// Kernel is a rule made ready for update after update: its table for every pair of classes.
type Kernel struct {
	table [][MaxT + 1]float64 // of each post class, by the pre class
}

// Scratch is what one Delta of a Kernel needs beside its arguments; the zero
// value is ready. Two at a time need one each.
type Scratch struct{ rows []float64 }

// NewKernel takes a rule that Validate has nothing against.
func NewKernel(r Rule) *Kernel {
	k := &Kernel{table: make([][MaxT + 1]float64, r.T+1)}
	for post := range k.table {
		for pre := range r.T + 1 {
			k.table[post][pre] = entry(&r, r.Both, r.Else, uint8(post), uint8(pre))
		}
	}
	return k
}

// Delta is Rule.Delta for the presynaptic neurons from..to−1 alone, with the
// samples' gates given: dw is [nPost·(to−from)]. It checks nothing: the batch must
// be one that the rule's captures made.
//
// All post neurons of one latency get the same row of changes from a sample,
// so that row is built once for each latency that occurs (at most T+1) and
// added to the neurons. Scratch is blockSamples·(T+1)·tileColumns values,
// whatever the size of the batch and of the layer.
func (k *Kernel) Delta(dw []float64, batch []Sample, gates []float64, from, to int, s *Scratch) {
	clear(dw)
	classes, all := len(k.table), to-from
	width := min(tileColumns, all)
	if size := (blockSamples*classes + 1) * width; len(s.rows) < size {
		s.rows = make([]float64, size)
	}
	rows, zero := s.rows, s.rows[blockSamples*classes*width:][:width]
	clear(zero)
	var pick [blockSamples][]float64
	for left := 0; left < all; left += width {
		n := min(width, all-left)
		for first := 0; first < len(batch); first += blockSamples {
			block := batch[first:min(first+blockSamples, len(batch))]
			var posts [blockSamples][]uint8
			for b := range block {
				pre, gate := block[b].Pre.Class[from+left:][:n], gates[first+b]
				posts[b] = block[b].Post.Class
				for w, set := range occurring(posts[b]) {
					for ; set != 0; set &= set - 1 {
						post := 64*w + bits.TrailingZeros64(set)
						gated(rows[(b*classes+post)*width:][:n], &k.table[post], gate, pre, classes)
					}
				}
			}
			for b := len(block); b < len(pick); b++ {
				pick[b] = zero[:n]
			}
			for o := range len(dw) / all {
				for b := range block {
					pick[b] = rows[(b*classes+int(posts[b][o]))*width:][:n]
				}
				addEight(dw[o*all+left:][:n], &pick)
			}
		}
	}
	samples := float64(len(batch))
	for i, x := range dw {
		x /= samples
		if x > 1 {
			x = 1
		} else if x < -1 {
			x = -1
		}
		dw[i] = x
	}
}

// gated writes gate · table for each class, of so many.
func gated(dst []float64, table *[MaxT + 1]float64, gate float64, class []uint8, classes int) {
	class = class[:len(dst)]
	if n := len(dst) &^ 7; hasWide && classes <= 16 && n > 0 {
		gatedLanes(&dst[0], &table[0], gate, &class[0], n)
		dst, class = dst[n:], class[n:]
	}
	for i := range dst {
		dst[i] = float64(gate * table[class[i]])
	}
}

// addEight adds eight rows to dst in one pass over it.
func addEight(dst []float64, rows *[blockSamples][]float64) {
	done := addEightVector(dst, rows)
	if done == len(dst) {
		return
	}
	n := len(dst)
	a, b, c, d := rows[0][:n], rows[1][:n], rows[2][:n], rows[3][:n]
	e, f, g, h := rows[4][:n], rows[5][:n], rows[6][:n], rows[7][:n]
	for i := done; i < n; i++ {
		dst[i] += ((a[i] + b[i]) + (c[i] + d[i])) + ((e[i] + f[i]) + (g[i] + h[i]))
	}
}

// addEightVector does as many values as the vector unit can, with the same sums.
func addEightVector(dst []float64, rows *[blockSamples][]float64) int {
	n := len(dst) &^ 3
	if !hasVectors || n == 0 {
		return 0
	}
	var at [blockSamples]*float64
	for b, row := range rows {
		_ = row[n-1]
		at[b] = &row[0]
	}
	addEightLanes(&dst[0], &at, n)
	return n
}

func (r *Rule) checkDelta(dw []float64, batch []Sample, nPost, nPre int) error {
	if err := r.Validate(); err != nil {
		return err
	}
	if nPost < 1 || nPre < 1 || len(dw) != nPost*nPre {
		return fmt.Errorf("delta: %d values for %d × %d neurons", len(dw), nPost, nPre)
	}
	return r.checkBatch(batch, nPost, nPre)
}

// occurring tells which classes some neuron has, a bit each.
func occurring(class []uint8) (set [(MaxT + 1) / 64]uint64) {
	for _, c := range class {
		set[c>>6] |= 1 << (c & 63)
	}
	return set
}
