package trainer

// tile is four rows of a product: c[r] (+)= Σ a[r][l]·b[l] over l = 0..k−1, in
// this order, each product and each sum rounded. That is what gonum's Sgemm
// computes, but for its leaving out products with a zero, which change no bit of
// a sum of finite values that began at +0.
type tile struct {
	a    [4]*float32 // element 0 of each row
	c    [4]*float32
	b    *float32
	step int // bytes from an element of a row of a to the next
	next int // bytes from a row of b to the next
	k    int // at least 1
	mask [8]int32
	add  bool
}

// tileDepth is how many terms are summed before the tile moves on: 16 columns of
// so many rows of b stay in the first-level cache.
const tileDepth = 256

// tiles does c = a·b or c += a·b, where the element l of row i of a is
// a[i·row + l·col]. Rows past the end repeat the last one: written twice, the
// same.
func tiles(m, n, k int, a []float32, row, col int, b []float32, ldb int, c []float32, ldc int, add bool) {
	// The last elements that are touched, so that a short slice panics here.
	_, _, _ = a[(m-1)*row+(k-1)*col], b[(k-1)*ldb+n-1], c[(m-1)*ldc+n-1]
	t := tile{step: 4 * col, next: 4 * ldb}
	for l := 0; l < k; l += tileDepth {
		t.k, t.add = min(tileDepth, k-l), add || l > 0
		for j := 0; j < n; {
			width := 16
			switch {
			case n-j >= 32 && hasWide:
				width = 32
			case n-j < 16:
				width = min(8, n-j)
				for i := range t.mask {
					t.mask[i] = 0
					if i < width {
						t.mask[i] = -1
					}
				}
			}
			t.b = &b[l*ldb+j]
			for i := 0; i < m; i += len(t.a) {
				for r := range t.a {
					at := min(i+r, m-1)
					t.a[r], t.c[r] = &a[at*row+l*col], &c[at*ldc+j]
				}
				switch width {
				case 32:
					tile32(&t)
				case 16:
					tile16(&t)
				default:
					tile8(&t)
				}
			}
			j += width
		}
	}
}
