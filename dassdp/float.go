package dassdp

import "fmt"

// Tile sizes of Delta: a block of samples shares one pass over Δw, and a tile
// of columns keeps the rows of that block in the second-level cache.
const (
	blockSamples = 8
	tileColumns  = 512
)

// Delta writes into dw, [nPost·nPre], the mean over the batch of gate · table(Δt), clamped to ±1.
//
// All post neurons of one latency get the same row of changes from a sample,
// so that row is built once for each latency that occurs (at most T+1) and
// added to the neurons. Scratch is blockSamples·(T+1)·tileColumns values,
// whatever the size of the batch and of the layer.
func (r Rule) Delta(dw []float64, batch []Sample, nPost, nPre int, g Gate) error {
	if err := r.checkDelta(dw, batch, nPost, nPre); err != nil {
		return err
	}
	clear(dw)
	classes := r.T + 1
	width := min(tileColumns, nPre)
	zero := make([]float64, width)
	rows := make([]float64, blockSamples*classes*width)
	table := make([]float64, classes)
	var pick [blockSamples][]float64
	for from := 0; from < nPre; from += width {
		n := min(width, nPre-from)
		for first := 0; first < len(batch); first += blockSamples {
			block := batch[first:min(first+blockSamples, len(batch))]
			for b, s := range block {
				gate := r.gateOf(g, s)
				for _, post := range occurring(s.Post.Class, classes) {
					for q := range table {
						table[q] = float64(gate * entry(&r, r.Both, r.Else, post, uint8(q)))
					}
					row := rows[(b*classes+int(post))*width:][:n]
					for i, q := range s.Pre.Class[from : from+n] {
						row[i] = table[q]
					}
				}
			}
			for o := 0; o < nPost; o++ {
				for b := range pick {
					pick[b] = zero[:n]
					if b < len(block) {
						pick[b] = rows[(b*classes+int(block[b].Post.Class[o]))*width:][:n]
					}
				}
				addEight(dw[o*nPre+from:][:n], &pick)
			}
		}
	}
	for i, x := range dw {
		dw[i] = min(max(x/float64(len(batch)), -1), 1)
	}
	return nil
}

// addEight adds eight rows to dst in one pass over it.
func addEight(dst []float64, rows *[blockSamples][]float64) {
	n := len(dst)
	a, b, c, d := rows[0][:n], rows[1][:n], rows[2][:n], rows[3][:n]
	e, f, g, h := rows[4][:n], rows[5][:n], rows[6][:n], rows[7][:n]
	for i := range dst {
		dst[i] += ((a[i] + b[i]) + (c[i] + d[i])) + ((e[i] + f[i]) + (g[i] + h[i]))
	}
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

// occurring lists the classes that some neuron has, ascending.
func occurring(class []uint8, classes int) []uint8 {
	var seen [MaxT + 1]bool
	for _, c := range class {
		seen[c] = true
	}
	var list []uint8
	for c := 0; c < classes; c++ {
		if seen[c] {
			list = append(list, uint8(c))
		}
	}
	return list
}
