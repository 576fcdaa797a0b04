package trainer

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

// The tiles give gonum's bits, for every remainder of rows and columns, depths
// about the cut, zeros in a, rows that are longer than what is taken of them,
// and touch nothing beside.
func TestTilesAreGonumsProduct(t *testing.T) {
	if !hasVectors {
		t.Skip("no AVX2 here: the products are gonum's")
	}
	r := rand.New(rand.NewPCG(3, 1))
	fill := func(n int, zeros bool) []float32 {
		v := make([]float32, n)
		for i := range v {
			if !zeros || r.IntN(3) == 0 {
				v[i] = float32(r.NormFloat64() * math.Pow(10, float64(r.IntN(8)-4)))
			}
		}
		return v
	}
	check := func(m, n, k int, transposed, add bool) {
		rows, cols, trans := m, k, blas.NoTrans
		if transposed {
			rows, cols, trans = k, m, blas.Trans
		}
		lda, ldb, ldc := cols+r.IntN(3), n+r.IntN(3), n+r.IntN(3)
		a, b, want := fill(rows*lda, true), fill(k*ldb, false), fill(m*ldc, false)
		if add { // sums begin at +0 and may then be any value
			for i := range want {
				want[i] += 0
			}
		}
		got := append([]float32(nil), want...)
		engine.Sgemm(trans, blas.NoTrans, m, n, k, 1, a, lda, b, ldb, beta(add), want, ldc)
		if transposed {
			multiplyT(m, n, k, a, lda, b, ldb, got, ldc, add)
		} else {
			multiply(m, n, k, a, lda, b, ldb, got, ldc, add)
		}
		for i := range want {
			require.Equal(t, math.Float32bits(want[i]), math.Float32bits(got[i]), "%d × %d × %d, transposed %t, add %t: value %d", m, n, k, transposed, add, i)
		}
	}
	defer func(was bool) { hasWide = was }(hasWide)
	wide := hasWide
	for i := range 400 {
		hasWide = wide && i%4 != 0
		check(1+r.IntN(20), 1+r.IntN(80), 1+r.IntN(30), r.IntN(2) == 0, r.IntN(2) == 0)
	}
	for k := tileDepth - 1; k <= tileDepth+1; k++ {
		check(5, 27, k, false, false)
		check(5, 27, 2*k, true, true)
	}
}
