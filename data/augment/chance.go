package augment

import "math/bits"

// chance is Vigna's splitmix64 (prng.di.unimi.it/splitmix64.c).
type chance struct{ state uint64 }

func (c *chance) next() uint64 {
	c.state += 0x9E3779B97F4A7C15
	return mix(c.state)
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below is a number from 0 to n−1, each as likely as the other (D. Lemire, "Fast
// random integer generation in an interval", 2019).
func (c *chance) below(n int) int {
	limit := uint64(n)
	high, low := bits.Mul64(c.next(), limit)
	for low < limit && low < -limit%limit {
		high, low = bits.Mul64(c.next(), limit)
	}
	return int(high)
}

// around is a number from −n to n.
func (c *chance) around(n int) int { return c.below(2*n+1) - n }

// unit is from 0 to 1, without 1.
func (c *chance) unit() float64 { return float64(c.next()>>11) * 0x1p-53 }

// Seed makes a sample's seed of the run's seed, the epoch and the sample's number.
func Seed(run uint64, epoch, sample int) uint64 {
	return mix(mix(mix(run+1)+uint64(epoch)+1) + uint64(sample) + 1)
}
