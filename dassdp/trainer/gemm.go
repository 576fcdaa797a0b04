package trainer

import (
	"gonum.org/v1/gonum/blas"
	blasgo "gonum.org/v1/gonum/blas/gonum"
)

var engine blasgo.Implementation

// tile bounds rows and columns of one call, so that gonum neither starts
// goroutines of its own (it does from four blocks of 64 × 64) nor sums in an
// order that depends on how the rows were shared out.
const tile = 64

// multiply does c = a·b, or c += a·b: a is [m][k], b [k][n]. gonum skips zeros
// of a, so spikes are cheap on that side.
func multiply(m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, add bool) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	for j := 0; j < n; j += 3 * tile {
		w := min(3*tile, n-j)
		for i := 0; i < m; i += tile {
			h := min(tile, m-i)
			engine.Sgemm(blas.NoTrans, blas.NoTrans, h, w, k, 1, a[i*lda:], lda, b[j:], ldb, beta(add), c[i*ldc+j:], ldc)
		}
	}
}

// multiplyT does c = aᵀ·b or c += aᵀ·b: a is [k][m], b [k][n]. Zeros of a are skipped.
func multiplyT(m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, add bool) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	for j := 0; j < n; j += 3 * tile {
		w := min(3*tile, n-j)
		for i := 0; i < m; i += tile {
			h := min(tile, m-i)
			engine.Sgemm(blas.Trans, blas.NoTrans, h, w, k, 1, a[i:], lda, b[j:], ldb, beta(add), c[i*ldc+j:], ldc)
		}
	}
}

func beta(add bool) float32 {
	if add {
		return 1
	}
	return 0
}

// transpose writes the [n][m] transpose of src, [m][n].
func transpose(dst, src []float32, m, n int) {
	const block = 32
	for i := 0; i < m; i += block {
		for j := 0; j < n; j += block {
			for r := i; r < min(i+block, m); r++ {
				for c := j; c < min(j+block, n); c++ {
					dst[c*m+r] = src[r*n+c]
				}
			}
		}
	}
}
