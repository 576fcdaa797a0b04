package trainer

import (
	"gonum.org/v1/gonum/blas"
	blasgo "gonum.org/v1/gonum/blas/gonum"
)

var engine blasgo.Implementation

// block bounds rows and columns of one call, so that gonum neither starts
// goroutines of its own (it does from four blocks of 64 × 64) nor sums in an
// order that depends on how the rows were shared out.
const block = 64

// multiply does c = a·b, or c += a·b: a is [m][k], b [k][n]. The bits are
// gonum's, with the tiles and without.
func multiply(m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, add bool) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	if hasVectors {
		tiles(m, n, k, a, lda, 1, b, ldb, c, ldc, add)
		return
	}
	for j := 0; j < n; j += 3 * block {
		w := min(3*block, n-j)
		for i := 0; i < m; i += block {
			h := min(block, m-i)
			engine.Sgemm(blas.NoTrans, blas.NoTrans, h, w, k, 1, a[i*lda:], lda, b[j:], ldb, beta(add), c[i*ldc+j:], ldc)
		}
	}
}

// multiplyT does c = aᵀ·b or c += aᵀ·b: a is [k][m], b [k][n].
func multiplyT(m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, add bool) {
	if m == 0 || n == 0 || k == 0 {
		return
	}
	if hasVectors {
		tiles(m, n, k, a, 1, lda, b, ldb, c, ldc, add)
		return
	}
	for j := 0; j < n; j += 3 * block {
		w := min(3*block, n-j)
		for i := 0; i < m; i += block {
			h := min(block, m-i)
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
	const side = 32
	for i := 0; i < m; i += side {
		for j := 0; j < n; j += side {
			for r := i; r < min(i+side, m); r++ {
				for c := j; c < min(j+side, n); c++ {
					dst[c*m+r] = src[r*n+c]
				}
			}
		}
	}
}
