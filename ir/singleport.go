package ir

import "sort"

// A memory with one port and no initial contents, as the iCE40 UltraPlus has
// four: SB_SPRAM256KA of 16,384 words of 16 bits.
const (
	singlePortWidth = 16
	singlePortDepth = 1 << 14
)

// SinglePortBlocks counts the memories of one port that the weights of a core
// take.
func (c *Core) SinglePortBlocks() int {
	up := func(a, b int) int { return (a + b - 1) / b }
	return up(c.Lanes*c.StoredBits(), singlePortWidth) * up(c.Blocks*c.Rows, singlePortDepth)
}

// SinglePort chooses the cores whose weights lie in a device's n memories of
// one port: those with the most weights first, as far as there are memories. A
// plasticity unit reads and writes weights in one cycle, so plastic cores are
// left out, and cores whose weights would fit one small block RAM.
func (p *Program) SinglePort(n int) []bool {
	const small = 4096 // bits
	chosen := make([]bool, len(p.Cores))
	bits := func(i int) int { c := &p.Cores[i]; return c.Lanes * c.StoredBits() * c.Blocks * c.Rows }
	order := make([]int, len(p.Cores))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return bits(order[a]) > bits(order[b]) })
	for _, i := range order {
		c := &p.Cores[i]
		if need := c.SinglePortBlocks(); c.Plastic == nil && bits(i) > small && need <= n {
			chosen[i] = true
			n -= need
		}
	}
	return chosen
}
