package ir_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

func encode(t testing.TB, p *ir.Program) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, p.Encode(&b))
	return b.Bytes()
}

const magic = "snnc program\n"

// headerEnd is where the sections begin.
func headerEnd(b []byte) int {
	return len(magic) + 4 + int(binary.LittleEndian.Uint32(b[len(magic):]))
}

// withHeader replaces text of the header and corrects its length.
func withHeader(b []byte, old, new string) []byte {
	end := headerEnd(b)
	text := strings.Replace(string(b[len(magic)+4:end]), old, new, 1)
	out := binary.LittleEndian.AppendUint32([]byte(magic), uint32(len(text)))
	return append(append(out, text...), b[end:]...)
}

func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	for name, p := range map[string]*ir.Program{"pair": pair(), "small": compileSmall(t).Program} {
		b := encode(t, p)
		q, err := ir.DecodeProgram(b)
		require.NoError(t, err, name)
		require.Equal(t, b, encode(t, q), name)
		require.Equal(t, p.Digest(), q.Digest(), name)
	}
}

// What is wrong with a file, in one line each.
func TestDecodeRefuses(t *testing.T) {
	b := encode(t, pair())
	cut := func(n int) []byte { return bytes.Clone(b[:n]) }
	flip := func(at int) []byte { c := bytes.Clone(b); c[at] ^= 1; return c }
	end := headerEnd(b)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "not a program file of snnc; snnc compile writes one"},
		{"another file", []byte("\x89HDF\r\n\x1a\n"), "not a program file of snnc; snnc compile writes one"},
		{"cut in the magic", cut(5), "the program file is cut short in its first line"},
		{"cut before the length", cut(len(magic)), "the program file is cut short before its header"},
		{"cut in the length", cut(len(magic) + 3), "the program file is cut short before its header"},
		{"cut before the header", cut(len(magic) + 4), fmt.Sprintf("the program file is cut short in its header: 0 of %d bytes", end-len(magic)-4)},
		{"cut in the header", cut(end - 1), fmt.Sprintf("the program file is cut short in its header: %d of %d bytes", end-len(magic)-5, end-len(magic)-4)},
		{"cut after the header", cut(end), `section "weights" of core 0: 108 elements of int16 do not fit the 0 bytes that follow; the file is cut short or damaged`},
		{"cut after the weights", cut(end + 216), `section "threshold" of core 0: 12 elements of int32 do not fit the 0 bytes that follow; the file is cut short or damaged`},
		{"cut after the thresholds", cut(end + 216 + 48), `section "bias" of core 0: 12 elements of int32 do not fit the 0 bytes that follow; the file is cut short or damaged`},
		{"cut after the first core", cut(end + 216 + 96), `section "weights" of core 1: 18 elements of int16 do not fit the 0 bytes that follow; the file is cut short or damaged`},
		{"cut in the last section", cut(len(b) - 1), `section "bias" of core 1: 2 elements of int32 do not fit the 7 bytes that follow; the file is cut short or damaged`},
		{"too long", append(bytes.Clone(b), 0), "1 bytes follow the last section; the file is damaged"},
		{"header of 4 GB", append([]byte(magic), 0xff, 0xff, 0xff, 0xff), "the program header has 4294967295 bytes; at most 67108864, so the file is damaged"},
		{"a weight changed", flip(end), `section "weights" of core 0: its SHA-256 differs from the header's; the file is damaged`},
		{"another version", withHeader(b, `{"Version":1`, `{"Version":2`), "the program file has version 2; this snnc reads version 1, so compile the model again"},
		{"another version with other fields", withHeader(b, `{"Version":1`, `{"Version":9,"New":[]`), "the program file has version 9; this snnc reads version 1, so compile the model again"},
		{"unknown field", withHeader(b, `"Steps":2`, `"Steps":2,"Extra":1`), `program header: json: unknown field "Extra"`},
		{"unknown section", withHeader(b, `"Name":"weights"`, `"Name":"currents"`),
			`section "currents" of core 0: there is no such section; a core has weights, threshold, bias, decay and reset`},
		{"type of a section", withHeader(b, `"Type":"int16"`, `"Type":"int32"`), `section "weights" of core 0: its type is "int32"; want "int16"`},
		{"core of a section", withHeader(b, `"Sections":[{"Core":0`, `"Sections":[{"Core":7`), `section "weights" of core 7: the program has cores 0..1`},
		{"an invalid program", withHeader(b, `"Steps":2`, `"Steps":3`), `program "pair": Ticks is 3; want 4: 3 steps and the highest level, 1`},
		{"another writer", withHeader(b, `"Steps":2`, `"Steps": 2`), `the program header is not as snnc writes it from byte 69 on ("\":8,\"Steps\": 2,\"Ticks\":3"); write it with snnc compile`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ir.DecodeProgram(c.file)
			require.EqualError(t, err, c.want)
		})
	}
	path := filepath.Join(t.TempDir(), "p.snnc")
	require.NoError(t, os.WriteFile(path, cut(5), 0o644))
	_, err := ir.ReadProgram(path)
	require.EqualError(t, err, path+": the program file is cut short in its first line")
}

// Property: no file makes the reader panic, and what it accepts is valid and
// is written back byte for byte. With -fuzzminimizetime 20x: shrinking files that
// are interesting would else take the time.
func FuzzDecodeProgram(f *testing.F) {
	b := encode(f, pair())
	f.Add(b)
	f.Add(encode(f, compileSmall(f).Program))
	f.Add(b[:headerEnd(b)])
	f.Add(withHeader(b, `"SpikeDepth":4`, `"SpikeDepth":4611686018427387904`))
	f.Add(withHeader(b, `"Lanes":4`, `"Lanes":4611686018427387904`))
	f.Add(withHeader(b, `"Mask":1`, `"Mask":-1`))
	f.Fuzz(func(t *testing.T, file []byte) {
		// The fuzzer's own length of the header would rarely be right.
		if len(file) > len(magic)+4 && bytes.HasPrefix(file, []byte(magic)) {
			d := json.NewDecoder(bytes.NewReader(file[len(magic)+4:]))
			if d.Decode(new(json.RawMessage)) == nil {
				file = bytes.Clone(file)
				binary.LittleEndian.PutUint32(file[len(magic):], uint32(d.InputOffset()))
			}
		}
		p, err := ir.DecodeProgram(file)
		if err != nil {
			return
		}
		require.Empty(t, p.Validate())
		require.Equal(t, file, encode(t, p))
		require.NoError(t, p.Text(new(bytes.Buffer)))
	})
}

// The reader that docs/program.md shows reads what Encode writes.
func TestPythonReader(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-c", "import numpy").Run() != nil {
		t.Skip("needs python3 with numpy on the PATH")
	}
	page, err := os.ReadFile("../docs/program.md")
	require.NoError(t, err)
	_, code, ok := strings.Cut(string(page), "```python\n")
	require.True(t, ok)
	code, _, _ = strings.Cut(code, "```")
	dir := t.TempDir()
	script, file := filepath.Join(dir, "read.py"), filepath.Join(dir, "p.snnc")
	require.NoError(t, os.WriteFile(script, []byte(code), 0o644))
	p := pair()
	require.NoError(t, os.WriteFile(file, encode(t, p), 0o644))
	out, err := exec.Command(python, script, file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, "pair 2 cores\n0 a[0:9] weights (3, 9, 4) sum 81 thresholds [3 3 3 3 3 3 3 3 3]\n1 b[0:2] weights (1, 9, 2) sum 36 thresholds [3 3]\n", string(out))
	bad := encode(t, p)
	bad[len(bad)-1] ^= 1
	require.NoError(t, os.WriteFile(file, bad, 0o644))
	out, err = exec.Command(python, script, file).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "core 1 bias is damaged")
}
