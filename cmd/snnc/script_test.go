package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/snnc/snnc/internal/hdf5"
)

// TestMain makes the test binary serve as snnc in scripts and subprocesses.
func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"snnc": main}) }

// The command line as its users see it: each file of testdata/script is a
// case, with its input and what must come out side by side. SNNC_UPDATE=1
// writes what came out into the files.
func TestScripts(t *testing.T) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("SNNC_UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_CACHE_HOME", cache) // models built before are used again
			return nil
		},
		Condition: func(cond string) (bool, error) {
			_, err := exec.LookPath(cond)
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":       exits,
			"refuses":     refuses,
			"bare":        bare,
			"sed":         sed,
			"cut":         cut,
			"npy":         npy,
			"served":      served,
			"silent":      silent,
			"torn":        torn,
			"empty":       empty,
			"interrupted": interrupted,
			"pretend":     pretend,
			"hdf5":        hdf5File,
			"labelled":    labelled,
		},
	})
}

// exits CODE COMMAND ARGS… runs a command that must end with a code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS…")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s\n%s", code, args[0], ts.ReadFile("stderr"))
	}
}

// refuses ARGS… runs snnc with bad input: exit code 2, one line that says
// what is wrong, and nothing else.
func refuses(ts *testscript.TestScript, neg bool, args []string) {
	exits(ts, neg, append([]string{"2", "snnc"}, args...))
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("stdout is not empty: %s", out)
	}
	if e := ts.ReadFile("stderr"); !strings.HasPrefix(e, "snnc: ") || strings.Count(e, "\n") != 1 {
		ts.Fatalf("want one line that begins with snnc:, got\n%s", e)
	}
}

// bare CODE ARGS… runs snnc where no other program is in PATH.
func bare(ts *testscript.TestScript, neg bool, args []string) {
	path, err := exec.LookPath("snnc")
	ts.Check(err)
	old := ts.Getenv("PATH")
	ts.Setenv("PATH", ts.MkAbs("nothing"))
	defer ts.Setenv("PATH", old)
	exits(ts, neg, append([]string{args[0], path}, args[1:]...))
}

// sed FILE TEXT NEW replaces a text that is there once; ^. is the first byte.
func sed(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	text := string(b)
	if args[1] == "^." {
		text = args[2] + text[1:]
	} else if strings.Count(text, args[1]) != 1 {
		ts.Fatalf("%s holds %q %d times", args[0], args[1], strings.Count(text, args[1]))
	} else {
		text = strings.Replace(text, args[1], args[2], 1)
	}
	ts.Check(os.WriteFile(path, []byte(text), 0o644))
}

// cut FILE BYTES keeps the first bytes of a file.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

// npy FILE SAMPLES SIZE writes bytes in a NumPy array of two dimensions.
func npy(ts *testscript.TestScript, _ bool, args []string) {
	rows, err := strconv.Atoi(args[1])
	ts.Check(err)
	size, err := strconv.Atoi(args[2])
	ts.Check(err)
	head := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%d, %d), }", rows, size)
	b := fmt.Appendf([]byte("\x93NUMPY\x01\x00\x76\x00"), "%-117s\n", head)
	for i := range rows * size {
		if v := byte(i*89 + i/size*40); args[0] != "zeros.npy" {
			b = append(b, v)
		} else {
			b = append(b, 0)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

// labelled FILE.npz SAMPLES SIZE writes a training and a test set of as many
// samples: class c has its bright values where the index modulo 3 is c.
func labelled(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	size, err := strconv.Atoi(args[2])
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	z := zip.NewWriter(f)
	for _, split := range []string{"train", "test"} {
		x, y := []byte(nil), []byte(nil)
		for i := range n {
			y = append(y, byte(i*i%3))
			for k := range size {
				v := byte(20 + (i*37+k*11)%60)
				if k%3 == i*i%3 {
					v += 150
				}
				x = append(x, v)
			}
		}
		for name, a := range map[string]struct {
			shape string
			data  []byte
		}{"x_" + split: {fmt.Sprintf("(%d, %d)", n, size), x}, "y_" + split: {fmt.Sprintf("(%d,)", n), y}} {
			w, err := z.Create(name + ".npy")
			ts.Check(err)
			head := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': %s, }", a.shape)
			_, err = w.Write(append(fmt.Appendf([]byte("\x93NUMPY\x01\x00\x76\x00"), "%-117s\n", head), a.data...))
			ts.Check(err)
		}
	}
	ts.Check(z.Close())
}

// hdf5 FILE TREE.json writes what no correct exporter would: objects are
// groups, texts and numbers scalars, lists datasets of float32 (or of texts),
// {"ints": [...]} datasets of int64. "NaN" and "Inf" count as numbers.
func hdf5File(ts *testscript.TestScript, _ bool, args []string) {
	var tree map[string]any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &tree))
	b := hdf5.NewBuilder()
	putTree(ts, b.Root(), tree)
	bytes, err := b.Bytes()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes, 0o644))
}

func putTree(ts *testscript.TestScript, g *hdf5.GroupBuilder, tree map[string]any) {
	var names []string
	for n := range tree {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, name := range names {
		switch v := tree[name].(type) {
		case string:
			hdf5.PutScalar(g, name, v)
		case float64:
			hdf5.PutScalar(g, name, float32(v))
		case []any:
			shape, numbers, texts := flatten(ts, v)
			if len(texts) > 0 {
				hdf5.Put(g, name, shape, texts)
			} else {
				hdf5.Put(g, name, shape, numbers)
			}
		case map[string]any:
			if ints, ok := v["ints"]; ok {
				shape, numbers, _ := flatten(ts, ints.([]any))
				var x []int64
				for _, n := range numbers {
					x = append(x, int64(n))
				}
				hdf5.Put(g, name, shape, x)
				continue
			}
			putTree(ts, g.Group(name), v)
		default:
			ts.Fatalf("%s: %T", name, v)
		}
	}
}

// flatten returns the shape and the elements of nested lists.
func flatten(ts *testscript.TestScript, list []any) (shape []int, numbers []float32, texts []string) {
	shape = []int{len(list)}
	for _, v := range list {
		switch v := v.(type) {
		case []any:
			inner, n, t := flatten(ts, v)
			shape = append(shape[:1], inner...)
			numbers, texts = append(numbers, n...), append(texts, t...)
		case float64:
			numbers = append(numbers, float32(v))
		case string:
			switch v {
			case "NaN":
				numbers = append(numbers, float32(math.NaN()))
			case "Inf":
				numbers = append(numbers, float32(math.Inf(1)))
			default:
				texts = append(texts, v)
			}
		default:
			ts.Fatalf("%T in a list", v)
		}
	}
	return shape, numbers, texts
}
