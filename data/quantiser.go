package data

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/snnc/snnc/data/array"
)

// quantiser maps the elements of a set to integers of at most MaxBits bits.
//
// Integers that fit are kept as they are, and so exactly. Else, with the largest
// integer Q = 2^B − 1 (2^(B−1) − 1 where the set has negative values) and the
// largest absolute element M of the set,
//
//	q = round(element · Q / M), halves to even; scale = M · set scale / Q
//
// so that the ends of the range are exact and zero stays zero. For uint8 M is
// 255 and not the set's maximum: an image's range does not depend on the others.
type quantiser struct {
	source *Set
	bits   int
	signed bool
	exact  bool
	factor float64 // Q / M
	scale  float64 // real value of the integer 1
}

// newQuantiser picks the width: at most limit bits, or if limit is 0 what the
// integers of the set need, 8 for floats. counts means that uint8 elements are
// numbers and not an image: their width follows the set's maximum.
func newQuantiser(set *Set, limit int, counts bool) (quantiser, error) {
	low, high := set.Bounds()
	q := quantiser{source: set, signed: low < 0, scale: set.scale}
	image := set.kind == array.Uint8 && !counts
	if counts && !set.scaleSet {
		q.scale = 1
	}
	if !set.kind.Float() {
		q.bits = integerBits(low, high)
		if image {
			q.bits = 8
		}
		if limit == 0 && q.bits > MaxBits {
			return q, fmt.Errorf("values from %v to %v need %d bits; at most %d are allowed: scale the data down, or give the bits to quantise it to", low, high, q.bits, MaxBits)
		}
		if limit == 0 || q.bits <= limit {
			q.exact = true
			return q, nil
		}
	} else if limit == 0 {
		limit = 8
	}
	q.bits = limit
	largest := 1<<q.bits - 1
	if q.signed {
		if q.bits < 2 {
			return q, fmt.Errorf("1 bit cannot hold negative values (the smallest is %v); give at least 2 bits", low)
		}
		largest = 1<<(q.bits-1) - 1
	}
	m := max(-low, high)
	if image {
		m = math.MaxUint8
	}
	if m == 0 {
		m = 1
	}
	q.factor = float64(largest) / m
	q.scale *= m / float64(largest)
	if math.IsInf(q.factor, 0) || math.IsInf(q.scale, 0) || q.scale == 0 {
		return q, fmt.Errorf("the largest absolute value, %g, is outside of what can be scaled; rescale the data", m)
	}
	return q, nil
}

// integerBits returns the bits that hold all integers from low to high, in two's
// complement where low is negative; at least 1.
func integerBits(low, high float64) int {
	if low >= 0 {
		return max(1, bits.Len64(saturate(high)))
	}
	return max(bits.Len64(saturate(-low-1)), bits.Len64(saturate(high))) + 1
}

func saturate(v float64) uint64 {
	if v >= 1<<63 {
		return math.MaxUint64
	}
	return uint64(max(v, 0))
}

// values quantises all elements of a sample, in order, into dst.
func (q *quantiser) values(sample int, dst []int32) {
	s := q.source.Sample(sample)
	if q.exact {
		if s.Kind == array.Uint8 {
			for j, b := range s.raw {
				dst[j] = int32(b)
			}
			return
		}
		for j := range dst {
			dst[j] = int32(s.Int(j))
		}
		return
	}
	width := s.Kind.Size()
	for j := range dst {
		dst[j] = int32(math.RoundToEven(s.Kind.Real(s.raw[j*width:]) * q.factor))
	}
}

// QuantError implements [Encoder].
func (q *quantiser) QuantError() QuantError {
	if q.exact {
		return QuantError{}
	}
	var worst, sum float64
	values := make([]int32, q.source.size)
	for i := range q.source.n {
		q.values(i, values)
		s := q.source.Sample(i)
		for j, v := range values {
			d := math.Abs(float64(float64(v)*q.scale) - s.Real(j)) // the conversions keep every processor from fusing
			worst = max(worst, d)
			sum += float64(d * d)
		}
	}
	return QuantError{Max: worst, RMS: math.Sqrt(sum / float64(q.source.n*q.source.size))}
}

// String tells the width and how it came about.
func (q *quantiser) String() string {
	sign, how := "unsigned", "quantised"
	if q.signed {
		sign = "signed"
	}
	if q.exact {
		how = "exact"
	}
	return fmt.Sprintf("%d bits %s, %s", q.bits, sign, how)
}
