package sim

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Property: packed sums are the sums of each neuron, as long as the final
// ones fit their lanes, whatever the weights, counts and partial sums.
func TestPackedRowsAgreeWithPlainSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		lanes := rapid.SampledFrom([]int{2, 4}).Draw(t, "lanes")
		n := rapid.IntRange(1, 19).Draw(t, "neurons")
		total := rapid.IntRange(0, 13).Draw(t, "rows")
		scaled := rapid.Bool().Draw(t, "scaled")
		const matrixRows = 20
		weights := make([][]int16, matrixRows)
		stride := (n + lanes - 1) / lanes
		matrix := make([]uint64, matrixRows*stride)
		lo, hi := int64(math.MinInt32), int64(math.MaxInt32)
		if lanes == 4 {
			lo, hi = math.MinInt16, math.MaxInt16
		}
		top := rapid.SampledFrom([]int{1, 100, 1 << 15}).Draw(t, "magnitude")
		var rows []int32
		var counts []int64
		want := make([]int64, n)
		for r := range weights {
			weights[r] = make([]int16, n)
			for i := range weights[r] {
				weights[r][i] = int16(rng.IntN(2*top) - top)
			}
		}
		for range total {
			r, count := rng.IntN(matrixRows-1), int64(1)
			if scaled {
				count = int64(rng.IntN(513) - 256)
			}
			rows, counts = append(rows, int32(r)), append(counts, count)
			for i, w := range weights[r] {
				want[i] += count * int64(w)
			}
		}
		// A correcting row brings sums that left their lanes back inside:
		// partial sums may leave, final ones may not.
		for i := range want {
			last := min(max(-want[i], math.MinInt16), math.MaxInt16)
			if want[i] < lo || want[i] > hi {
				weights[matrixRows-1][i] = int16(last)
				want[i] += last
			} else {
				weights[matrixRows-1][i] = 0
			}
			if want[i] < lo || want[i] > hi {
				t.Skip("out of reach of one weight")
			}
		}
		rows, counts = append(rows, matrixRows-1), append(counts, 1)
		for r := range weights {
			pack(matrix[r*stride:][:stride], weights[r], lanes)
		}
		acc := make([]uint64, stride)
		if scaled {
			addScaledRows(acc, matrix, rows, counts)
		} else {
			addRows(acc, matrix, rows)
		}
		got := make([]int32, n)
		unpack(got, acc, lanes)
		for i := range got {
			if int64(got[i]) != want[i] {
				t.Fatalf("neuron %d: %d, want %d", i, got[i], want[i])
			}
		}
	})
}
