package cosim_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
)

// A program read back is the program that was written, whatever the network,
// and any cut of the file is refused.
func TestProgramFileLosesNothing(t *testing.T) {
	for seed := uint64(0); seed < 100; seed++ {
		out := compileCase(t, seed, randnet.Draw(seed))
		if out == nil {
			continue
		}
		var b bytes.Buffer
		require.NoError(t, out.Program.Encode(&b))
		back, err := ir.DecodeProgram(b.Bytes())
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, out.Program, back, "seed %d", seed)
		require.Equal(t, out.Program.Digest(), back.Digest())
		for cut := 0; cut < b.Len(); cut += 1 + b.Len()/7 {
			_, err := ir.DecodeProgram(b.Bytes()[:cut])
			require.Error(t, err, "seed %d cut at %d", seed, cut)
		}
	}
}
