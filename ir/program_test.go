package ir_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
)

var update = flag.Bool("update", false, "write the golden files")

// drawn compiles networks of every family: dense, mapped, plastic.
func drawn(t testing.TB) map[string]*compiler.Compiled {
	out := map[string]*compiler.Compiled{}
	for name, c := range map[string]randnet.Drawn{"dense": randnet.New(12), "images": randnet.NewMapped(5), "plastic": randnet.NewPlastic(3)} {
		compiled, err := c.Compile(context.Background())
		require.NoError(t, err, name)
		compiled.Program.Tool = "snnc" // of no version
		out[name] = compiled
	}
	return out
}

// Text forms and bytes of the file are products: a change of either shows here.
func TestGoldenForms(t *testing.T) {
	for name, c := range drawn(t) {
		var text bytes.Buffer
		require.NoError(t, c.Network.Text(&text))
		text.WriteString("\n")
		require.NoError(t, c.Program.Text(&text))
		fmt.Fprintf(&text, "\nSHA-256 of the file: %x\n", c.Program.Digest())
		path := filepath.Join("testdata", name+".golden")
		if *update {
			require.NoError(t, os.WriteFile(path, text.Bytes(), 0o644))
			continue
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), text.String(), "go test ./ir -update writes it; a new file format needs a new version")
	}
}

// Whatever the bytes, decoding ends with a program that encodes to the same
// bytes, or with an error.
func FuzzDecodeProgram(f *testing.F) {
	for _, c := range drawn(f) {
		var b bytes.Buffer
		require.NoError(f, c.Program.Encode(&b))
		f.Add(b.Bytes())
		f.Add(b.Bytes()[:b.Len()/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ir.DecodeProgram(b)
		if err != nil {
			return
		}
		var again bytes.Buffer
		require.NoError(t, p.Encode(&again))
		require.Equal(t, b, again.Bytes())
	})
}
