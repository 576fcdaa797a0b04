package compiler

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/snnc/snnc/ir"
)

// naive is a convolution as a text book writes it, on [c, h, w] values.
func naive(in ir.Grid, x, w []float64, out, groups int, y, z slide) []float64 {
	h := (in.H+y.before+y.after-y.dilation*(y.size-1)-1)/y.stride + 1
	v := (in.W+z.before+z.after-z.dilation*(z.size-1)-1)/z.stride + 1
	each := in.C / groups
	var res []float64
	for o := range out {
		for i := range h {
			for j := range v {
				sum := 0.0
				for c := range each {
					for a := range y.size {
						for b := range z.size {
							r, s := i*y.stride-y.before+a*y.dilation, j*z.stride-z.before+b*z.dilation
							if r >= 0 && r < in.H && s >= 0 && s < in.W {
								sum += w[((o*each+c)*y.size+a)*z.size+b] * x[in.Index(o/(out/groups)*each+c, r, s)]
							}
						}
					}
				}
				res = append(res, sum)
			}
		}
	}
	return res
}

func drawSlide(t *rapid.T, n int) slide {
	size := rapid.IntRange(1, min(3, n)).Draw(t, "size")
	s := slide{size: size, stride: rapid.IntRange(1, 2).Draw(t, "stride"), before: rapid.IntRange(0, size-1).Draw(t, "before"), after: rapid.IntRange(0, size-1).Draw(t, "after"), dilation: 1}
	if 2*(size-1)+1 <= n {
		s.dilation = rapid.IntRange(1, 2).Draw(t, "dilation")
	}
	return s
}

func drawWhole(t *rapid.T, n int, label string) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(rapid.IntRange(-4, 4).Draw(t, label))
	}
	return v
}

// Property: a chain of convolutions, pools, scales and matrices merged into one
// kernel maps every vector as the maps one after the other do. Weights are
// whole numbers, so that sums are exact.
func TestMergedKernelsAreTheChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := ir.Grid{C: rapid.IntRange(1, 3).Draw(t, "c"), H: rapid.IntRange(1, 6).Draw(t, "h"), W: rapid.IntRange(1, 6).Draw(t, "w")}
		x := drawWhole(t, g.Size(), "x")
		all, at := identity(g), x
		for range rapid.IntRange(1, 3).Draw(t, "maps") {
			var k kernel
			var err error
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				groups := 1
				if all.post.C%2 == 0 {
					groups = rapid.IntRange(1, 2).Draw(t, "groups")
				}
				out := groups * rapid.IntRange(1, 2).Draw(t, "out")
				y, z := drawSlide(t, all.post.H), drawSlide(t, all.post.W)
				w := drawWhole(t, out*all.post.C/groups*y.size*z.size, "weight")
				k, err = convolution(all.post, w, out, groups, y, z)
				require.NoError(t, err)
				want := naive(all.post, at, w, out, groups, y, z)
				require.Equal(t, want, k.apply(at))
			case 1:
				k, err = pooling(all.post, 0.25, drawSlide(t, all.post.H), drawSlide(t, all.post.W))
				require.NoError(t, err)
			case 2:
				k = identity(all.post).withGain(drawWhole(t, all.post.Size(), "gain"))
			case 3:
				n := rapid.IntRange(1, 4).Draw(t, "n")
				k = matrixKernel(drawWhole(t, n*all.post.Size(), "matrix"), n, all.post)
			}
			at = k.apply(at)
			all, err = k.over(all)
			require.NoError(t, err)
		}
		require.Equal(t, at, all.apply(x))
		m, err := all.matrix()
		require.NoError(t, err)
		require.Len(t, m, all.post.Size()*all.pre.Size())
	})
}
