package testbench

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/verilator"
)

// instance names a bench with one of its parameter sets.
func instance(module string, i int) string { return fmt.Sprintf("%s_%d", module, i) }

// spread is the distance of the parameter sets that Verilator builds: two of
// a bench. Its builds cost most of the time, and Icarus runs them all.
func (b bench) spread() int { return (len(b.sets) + 1) / 2 }

// prepare fills a directory with the library, the benches, their vectors, a
// top level for each bench, top_NAME.v, and one with some sets of all, top.v.
func prepare(t testing.TB, dir string) {
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	for _, name := range rtl.LibraryFiles() {
		text, err := rtl.Library(name)
		require.NoError(t, err)
		write(name, string(text))
	}
	sources, err := filepath.Glob("tb*.v*")
	require.NoError(t, err)
	for _, name := range sources {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		write(name, string(text))
	}
	write("one.hex", "c0ffee1234\n")
	write("ram.hex", "0123456789\nffffffffff\n0000000000\n8000000001\n00000000ff\ndeadbeef42\n7f7f7f7f7f\n5555555555\n")
	all := ""
	for _, b := range benches {
		var instances strings.Builder
		for i, s := range b.sets {
			given := set{"SEED": fmt.Sprint(i + 1)}
			for k, v := range s {
				given[k] = v
			}
			r := rand.New(rand.NewPCG(uint64(i), 7))
			vectors := instance(b.module, i) + ".hex"
			switch b.module {
			case "neuron":
				write(vectors, s.neuronHex(r))
				given["VECTORS"], given["COUNT"] = `"`+vectors+`"`, fmt.Sprint(neuronVectors)
			case "segments", "walk", "core":
				segments, across, down := s.tables(r)
				for name, text := range map[string]string{"SEGMENTS_INIT": segments, "ACROSS_INIT": across, "DOWN_INIT": down} {
					file := instance(b.module, i) + "_" + strings.ToLower(name) + ".hex"
					write(file, text)
					given[name] = `"` + file + `"`
				}
				delete(given, "EXTERNALS")
				if b.module != "core" {
					delete(given, "NEGATE")
				}
			case "plastic":
				write(vectors, s.plasticHex(r))
				given["SCRIPT"] = `"` + vectors + `"`
			case "update":
				write(vectors, s.updateHex(r))
				given["VECTORS"], given["TICKS"] = `"`+vectors+`"`, fmt.Sprint(updateTicks)
			}
			var list []string
			for k, v := range given {
				list = append(list, fmt.Sprintf(".%s(%s)", k, v))
			}
			sort.Strings(list)
			line := fmt.Sprintf("  tb_%s #(%s) %s ();\n", b.module, strings.Join(list, ", "), instance(b.module, i))
			instances.WriteString(line)
			if i%b.spread() == 0 {
				all += line
			}
		}
		write("top_"+b.module+".v", top("top_"+b.module, instances.String()))
	}
	write("top.v", top("top", all))
}

func top(name, instances string) string {
	return "module " + name + ";\n" + instances + "endmodule\n"
}

// in runs a command in a directory and returns what it printed.
func in(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func tool(t *testing.T, name string) {
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed: its benches do not run", name)
	}
}

// icarus compiles and runs all parameter sets of a bench, with the library of
// dir except for a file given instead of the one of its name; plus are vvp's arguments.
func icarus(t *testing.T, dir, module, instead string, plus ...string) string {
	sources, err := filepath.Glob(filepath.Join(dir, "snnc_*.v"))
	require.NoError(t, err)
	for i, name := range sources {
		if filepath.Base(name) == filepath.Base(instead) {
			sources[i] = instead
		}
	}
	vvp := filepath.Join(t.TempDir(), "tb.vvp")
	out, err := in(dir, "iverilog", append([]string{"-g2005", "-Wall", "-s", "top_" + module, "-o", vvp,
		"top_" + module + ".v", "tb_" + module + ".v"}, sources...)...)
	require.NoError(t, err, out)
	require.Empty(t, out)
	out, err = in(dir, "vvp", append([]string{"-n", vvp}, plus...)...)
	require.NoError(t, err, out)
	return out
}

// requirePassed wants a PASS line of every spread-th parameter set.
func requirePassed(t *testing.T, b bench, out string, spread int) {
	for i := 0; i < len(b.sets); i += spread {
		s := b.sets[i]
		path := `[. ]` + instance(b.module, i) + `[.:]`
		require.NotRegexp(t, `FAIL: [^\n]*`+path[4:], out, "parameters %v", s)
		require.Regexp(t, `PASS: [^\n]*`+path, out, "parameters %v", s)
	}
}

func TestEveryModuleHasABench(t *testing.T) {
	var modules, covered []string
	for _, name := range rtl.LibraryFiles() {
		if m, ok := strings.CutSuffix(name, ".v"); ok {
			modules = append(modules, strings.TrimPrefix(m, "snnc_"))
		}
	}
	for _, b := range benches {
		covered = append(covered, b.module)
		require.NotEmpty(t, b.mutants, b.module)
	}
	sort.Strings(covered)
	require.Equal(t, modules, covered)
}

func TestIcarus(t *testing.T) {
	t.Parallel()
	tool(t, "iverilog")
	dir := t.TempDir()
	if keep := os.Getenv("SNNC_TESTBENCH"); keep != "" {
		require.NoError(t, os.MkdirAll(keep, 0o755))
		dir = keep
	}
	prepare(t, dir)
	for _, b := range benches {
		t.Run(b.module, func(t *testing.T) {
			t.Parallel()
			requirePassed(t, b, icarus(t, dir, b.module, ""), 1)
		})
	}
}

// All benches are one simulation: one build instead of sixteen.
func TestVerilator(t *testing.T) {
	t.Parallel()
	tool(t, "verilator")
	dir := t.TempDir()
	prepare(t, dir)
	out, err := in(dir, verilated(t, dir))
	require.NoError(t, err, out)
	for _, b := range benches {
		t.Run(b.module, func(t *testing.T) { requirePassed(t, b, out, b.spread()) })
	}
}

// verilated returns the simulation of top.v, built once for the same sources
// and Verilator. It lies in the project's cache of Verilated models.
func verilated(t *testing.T, dir string) string {
	version, err := in(dir, "verilator", "--version")
	require.NoError(t, err)
	args := []string{"--binary", "--timing", "-j", "2", "--unroll-count", "2", "-MAKEFLAGS", "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0",
		"-Wall", "-Wno-DECLFILENAME", "-Wno-WIDTH", "-Wno-UNUSED", "-Wno-BLKSEQ", "--top-module", "top", "top.v"}
	key := sha256.New()
	fmt.Fprintln(key, version, args)
	for _, pattern := range []string{"tb_*.v", "snnc_*.v", "*.vh", "top.v"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		for _, name := range names {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			fmt.Fprintf(key, "%s %d\n%s", filepath.Base(name), len(text), text)
			if filepath.Ext(name) == ".v" && filepath.Base(name) != "top.v" {
				args = append(args, filepath.Base(name))
			}
		}
	}
	cache, err := verilator.DefaultCache()
	require.NoError(t, err)
	binary := filepath.Join(cache.Dir, fmt.Sprintf("testbench-%x", key.Sum(nil)[:12]), "Vtop")
	if _, err := os.Stat(binary); err == nil {
		return binary
	}
	out, err := in(dir, "verilator", args...)
	require.NoError(t, err, out)
	require.NotContains(t, out, "%Warning")
	require.NoError(t, os.MkdirAll(filepath.Dir(binary), 0o755))
	// Complete when it can be seen.
	text, err := os.ReadFile(filepath.Join(dir, "obj_dir", "Vtop"))
	require.NoError(t, err)
	part := fmt.Sprintf("%s.%d", binary, os.Getpid())
	require.NoError(t, os.WriteFile(part, text, 0o755))
	require.NoError(t, os.Rename(part, binary))
	return binary
}

// Every bench can fail: a module whose text is broken in one place does not pass.
func TestBenchesNoticeBrokenModules(t *testing.T) {
	t.Parallel()
	tool(t, "iverilog")
	dir := t.TempDir()
	prepare(t, dir)
	for _, b := range benches {
		for _, m := range b.mutants {
			t.Run(b.module+"/"+m.find, func(t *testing.T) {
				t.Parallel()
				good, err := os.ReadFile(filepath.Join(dir, m.file))
				require.NoError(t, err)
				find := regexp.MustCompile(m.find)
				require.Regexp(t, find, string(good), "the module has changed: choose another place to break")
				broken := filepath.Join(t.TempDir(), m.file)
				require.NoError(t, os.WriteFile(broken, find.ReplaceAllLiteral(good, []byte(m.put)), 0o644))
				require.Contains(t, icarus(t, dir, b.module, broken, "+first"), "FAIL: ")
			})
		}
	}
}
