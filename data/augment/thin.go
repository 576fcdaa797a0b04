package augment

// Thin drops each event of binned counts with the given probability, in place:
// EventDrop's "random drop" (F. Gu et al., IJCAI 2021). Values that are no whole
// numbers of events are kept or dropped as one.
func Thin(x []float32, drop float64, seed uint64) {
	c := chance{seed}
	thin(x, drop, &c)
}

func thin(x []float32, drop float64, c *chance) {
	if drop <= 0 {
		return
	}
	for i, v := range x {
		n := int(v)
		switch {
		case v == 0:
		case v < 0 || float32(n) != v || n > 1<<16:
			if c.unit() < drop {
				x[i] = 0
			}
		default:
			kept := 0
			for range n {
				if c.unit() >= drop {
					kept++
				}
			}
			x[i] = float32(kept)
		}
	}
}
