package chip

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/numerics"
)

// coarse is the smallest threshold, in integers of the membrane, that is still
// resolved well: a step of it is 0.4 %.
const coarse = 256

// limit is what a design no longer holds of a network whose weights have grown
// or shrunk a great deal. The training goes on with the machine as it is.
type limit struct{ population, text string }

func limits(net *ir.Network) []limit {
	var list []limit
	for i := range net.Populations {
		p := &net.Populations[i]
		if p.Graded {
			continue
		}
		least, beyond := int32(math.MaxInt32), 0
		for n, th := range p.Q.Threshold {
			if th == int32(numerics.Max(p.Q.StateBits)) {
				beyond++
			} else if th > 0 && ir.At(p.Threshold, n) > 0 {
				least = min(least, th)
			}
		}
		switch {
		case beyond > 0:
			list = append(list, limit{p.Name, fmt.Sprintf("node %q: the thresholds of %d neurons exceed the %d bits of the design's membranes, so that they cannot fire: the weights have become too small for it", p.Name, beyond, p.Q.StateBits)})
		case least < coarse:
			list = append(list, limit{p.Name, fmt.Sprintf("node %q: the design resolves its smallest threshold in %d parts: the weights have become large for it; trained on from here as MODEL, the network gets a design of its own", p.Name, least)})
		}
	}
	return list
}
