package ir_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// The reader in docs/program.md reads what Encode writes.
func TestDocumentedReader(t *testing.T) {
	if err := exec.Command("python3", "-c", "import numpy").Run(); err != nil {
		t.Skip("python3 with numpy is not installed")
	}
	page, err := os.ReadFile("../docs/program.md")
	require.NoError(t, err)
	_, script, found := strings.Cut(string(page), "```python\n")
	require.True(t, found)
	script, _, _ = strings.Cut(script, "```")
	for name, c := range drawn(t) {
		dir, want := t.TempDir(), fmt.Sprintf("%s %d cores\n", c.Program.Name, len(c.Program.Cores))
		var b bytes.Buffer
		require.NoError(t, c.Program.Encode(&b))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "p"), b.Bytes(), 0o644))
		out, err := exec.Command("python3", "-c", script, filepath.Join(dir, "p")).CombinedOutput()
		require.NoError(t, err, "%s: %s", name, out)
		for i := range c.Program.Cores {
			k := &c.Program.Cores[i]
			sum := 0
			for _, w := range k.Weights {
				sum += int(w)
			}
			want += fmt.Sprintf("%d %s channels %d+%d weights (%d, %d, %d) sum %d\n", i, c.Program.Layers[k.Layer].Name, k.Part.Channel, k.Part.Channels, k.Blocks, k.Rows, k.Lanes, sum)
		}
		require.Equal(t, want, string(out), name)
	}
}
