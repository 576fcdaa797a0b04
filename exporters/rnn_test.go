package exporters_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/sbinet/npyio/npz"
	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	oracles "github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// The recurrent networks of the NIR paper give in float the spikes that
// snnTorch gives, on 100 random inputs (rnn.py).
func TestRecurrentNetworksGiveSnnTorchsSpikes(t *testing.T) {
	delayed := true
	for name, o := range map[string]compiler.Options{
		"braille_noDelay_bias_zero":       {Reset: "zero"},
		"braille_noDelay_noBias_subtract": {Reset: "subtract", ResetDelay: &delayed},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := nir.ReadFile(oracles.Path(t, "models", "nir", "03_rnn", name+".nir"))
			require.NoError(t, err)
			archive, err := npz.Open(filepath.Join("testdata", "rnn_"+name+".npz"))
			require.NoError(t, err)
			defer archive.Close()
			var input, spikes []uint8
			var shape []int64
			require.NoError(t, archive.Read("input.npy", &input))
			require.NoError(t, archive.Read("spikes.npy", &spikes))
			require.NoError(t, archive.Read("shape.npy", &shape))
			samples, steps, n, m := int(shape[0]), int(shape[1]), int(shape[2]), int(shape[3])
			o.From, o.Steps, o.Input = "snntorch", steps, ir.Encoding{Bits: 1, Scale: 1}
			c, err := compiler.Compile(context.Background(), g, name, o, compiler.Hooks{})
			require.NoError(t, err)
			f, err := reference.NewFloat(c.Network)
			require.NoError(t, err)
			bit := func(b []uint8, i int) uint8 { return b[i/8] >> (7 - i%8) & 1 }
			for s := range samples {
				frames := &ir.Frames{Steps: steps, N: n, Bits: 1, Scale: 1, Values: make([]int32, steps*n)}
				for i := range frames.Values {
					frames.Values[i] = int32(bit(input, s*steps*n+i))
				}
				r, err := f.Run(context.Background(), []*ir.Frames{frames})
				require.NoError(t, err)
				for i, got := range r.Outputs[0].Spikes {
					require.Equal(t, bit(spikes, s*steps*m+i), got, "sample %d, step %d, neuron %d", s, i/m, i%m)
				}
			}
		})
	}
}

// Files whose edges lead nowhere are refused by the name of the edge, and
// every file found in the frameworks' repositories imports or says why not.
func TestFilesOfOthers(t *testing.T) {
	for name, want := range map[string]string{
		"03_rnn/extras/braille_noDelay_bias_zero_subgraph.nir":       `edge "lif1.input" -> "lif1.lif": node "lif1.lif" does not exist`,
		"03_rnn/extras/braille_noDelay_noBias_subtract_subgraph.nir": `edge "lif1.input" -> "lif1.lif": node "lif1.lif" does not exist`,
		"others/jeshraghian_snntorch_lif.nir":                        "",
		"others/jeshraghian_snntorch_scnn_mnist.nir":                 "",
		"others/norse_norse_braille.nir":                             "",
		"others/synsense_rockpool_braille.nir":                       "",
		"others/synsense_sinabs_scnn_mnist.nir":                      "",
	} {
		t.Run(name, func(t *testing.T) {
			g, err := nir.ReadFile(oracles.Path(t, "models", "nir", filepath.FromSlash(name)))
			if err == nil {
				_, err = compiler.Compile(context.Background(), g, "x", compiler.Options{Steps: 8, DT: 1e-4, Input: ir.Encoding{Bits: 1, Scale: 1}}, compiler.Hooks{})
			}
			if want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, want)
		})
	}
}
