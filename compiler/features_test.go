package compiler

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

// TestFeatures prints what the coefficients of cost_family.go multiply, of the programs that
// SNNC_FEATURES names: the left side of a new fit, whose right side is what Yosys counts.
func TestFeatures(t *testing.T) {
	paths := os.Getenv("SNNC_FEATURES")
	if paths == "" {
		t.Skip("for those who fit the estimate anew: SNNC_FEATURES=program.snnp,…")
	}
	for _, path := range strings.Split(paths, ",") {
		p, err := ir.ReadProgram(path)
		require.NoError(t, err)
		for _, f := range Families {
			sum := map[string]float64{"cores": float64(len(p.Cores))}
			add := func(s structure) {
				for name, x := range map[string]float64{"lane": s.lane, "operand": s.operand, "turn": s.turn, "shown": s.shown, "deep": s.deep, "neuron": s.neuron,
					"product": s.product, "writer": s.writer, "router": s.router, "memory_lut": float64(s.cost.LUT), "ff": float64(s.ff), "blocks": float64(s.cost.Blocks)} {
					sum[name] += x
				}
			}
			var s structure
			s.memory(f, hostQueue(p))
			add(s)
			for i := range p.Cores {
				add(f.core(p, &p.Cores[i], false))
			}
			text, err := json.Marshal(map[string]any{"path": path, "family": f.Name, "features": sum, "estimate": f.Estimate(p)})
			require.NoError(t, err)
			fmt.Println(string(text))
		}
	}
}
