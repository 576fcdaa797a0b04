package randnet

import (
	"math/rand/v2"

	"github.com/snnc/snnc/rtl"
)

// EmitOptions draws which parts of the hardware case seed has besides what its
// program asks for. Digest and Tool are left to the caller.
func EmitOptions(seed uint64) rtl.Options {
	r := rand.New(rand.NewPCG(seed, 0xe317))
	var o rtl.Options
	if r.IntN(2) == 0 {
		o.SinglePort = 1 << 20 // for every core that can have it
	}
	o.NoReadback, o.NoRewrite = r.IntN(4) == 0, r.IntN(2) == 0
	return o
}
