package verilator

import (
	"context"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	content "github.com/snnc/snnc/internal/cache"
)

//go:embed harness/harness.h harness/harness.cpp harness/model.cpp harness/serial.cpp
var harnessFiles embed.FS

func harnessFile(name string) string {
	b, err := harnessFiles.ReadFile("harness/" + name)
	if err != nil {
		panic(err) // embedded: cannot be absent
	}
	return string(b)
}

// prefixHeader is precompiled: parsing Verilator's headers takes longer than
// compiling a small design.
func prefixHeader(p Profile) string {
	h := "#include \"verilated.h\"\n#include \"harness.h\"\n"
	if p.Waves {
		h += "#include \"verilated_vcd_c.h\"\n"
	}
	return h
}

// runtimeSources are Verilator's own files that every model of a profile links.
func runtimeSources(p Profile) []string {
	s := []string{"verilated.cpp", "verilated_threads.cpp"}
	if p.Waves {
		s = append(s, "verilated_vcd_c.cpp")
	}
	return s
}

// runtime is what models of a profile share.
type runtime struct {
	objects []string // Verilator's library and the harness
	include string   // folder of harness.h and the precompiled prefix.h
}

// runtimeOf makes both parts once for each set of tools. The objects do not
// depend on how hard the model is optimised, the precompiled header does.
func runtimeOf(ctx context.Context, c *Cache, t *Tools, p Profile) (runtime, error) {
	include := []string{"-I", ".", "-isystem", filepath.Join(t.Root, "include")}
	tools := []string{t.VerilatorVersion, t.CXXVersion, t.Root, harnessFile("harness.h")}
	write := func(dir string, files map[string]string) error {
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				return err
			}
		}
		return nil
	}
	var rt runtime
	var objectDir string
	library := append(p.commonFlags(), "-O1")
	sources := runtimeSources(p)
	err := together([]func() error{
		func() (err error) {
			flags := p.cxxFlags()
			key := "header-" + content.Key(append(tools, strings.Join(flags, " "), prefixHeader(p))...)
			rt.include, _, err = c.Entry(ctx, key, func(dir string) error {
				if err := write(dir, map[string]string{"harness.h": harnessFile("harness.h"), "prefix.h": prefixHeader(p)}); err != nil {
					return err
				}
				args := append(append(flags, include...), "-x", "c++-header", "-c", "prefix.h", "-o", "prefix.h.gch")
				return runTool(ctx, dir, t.CXX, args...)
			})
			return err
		},
		func() (err error) {
			key := "runtime-" + content.Key(append(tools, strings.Join(library, " "), harnessFile("harness.cpp"))...)
			objectDir, _, err = c.Entry(ctx, key, func(dir string) error {
				if err := write(dir, map[string]string{"harness.h": harnessFile("harness.h"), "harness.cpp": harnessFile("harness.cpp")}); err != nil {
					return err
				}
				args := append(append(append([]string{}, library...), include...), "-c", "harness.cpp")
				for _, s := range sources {
					args = append(args, filepath.Join(t.Root, "include", s))
				}
				return runTool(ctx, dir, t.CXX, args...)
			})
			return err
		},
	})
	if err != nil {
		return rt, fmt.Errorf("compiling the Verilated runtime (%s): %w", p, err)
	}
	for _, s := range append(sources, "harness.cpp") {
		rt.objects = append(rt.objects, filepath.Join(objectDir, strings.TrimSuffix(s, ".cpp")+".o"))
	}
	return rt, nil
}

// together runs jobs side by side and returns the first error in their order.
func together(jobs []func() error) error {
	errs := make([]error, len(jobs))
	var wg sync.WaitGroup
	for i, job := range jobs {
		wg.Go(func() { errs[i] = job() })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
