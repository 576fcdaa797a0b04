package verilator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	content "github.com/snnc/snnc/internal/cache"
	"github.com/snnc/snnc/ir"
)

// cacheBytes is what the cache may hold after a build.
const cacheBytes = 2 << 30

// Shape is what the harness must know of a design to read its trace ports.
type Shape struct {
	Cores    int // NC
	Nodes    int // NN: node 0 is the host
	WordBits int // W
}

// ShapeOf returns the shape of a program's design.
func ShapeOf(p *ir.Program) Shape {
	p = p.Hardware()
	s := Shape{Cores: len(p.Cores), WordBits: p.WordBits, Nodes: len(p.Cores) + 1}
	if p.Net.Kind == ir.NetMesh {
		s.Nodes = p.Net.Cols * p.Net.Rows
	}
	return s
}

// Model is a built executable and the design directory it runs in.
type Model struct {
	Exe       string
	DesignDir string
	Shape     Shape
	Profile   Profile
	Cached    bool // found in the cache
}

// Build verilates the design in a directory: the Verilog files that its
// files.f lists, top module snnc_top. Executables are kept in the cache by
// content; cache nil is the default one. A missing program is a
// *MissingToolError.
func Build(ctx context.Context, cache *Cache, designDir string, shape Shape, p Profile) (*Model, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	t, err := FindTools()
	if err != nil {
		return nil, err
	}
	if cache == nil {
		if cache, err = DefaultCache(); err != nil {
			return nil, err
		}
	}
	designDir, err = filepath.Abs(designDir)
	if err != nil {
		return nil, err
	}
	files, err := sources(designDir)
	if err != nil {
		return nil, err
	}
	shapeHeader := fmt.Sprintf("#define SNNC_CORES %d\n#define SNNC_NODES %d\n#define SNNC_WORD_BITS %d\n",
		shape.Cores, shape.Nodes, shape.WordBits)
	parts := []string{t.VerilatorVersion, t.CXXVersion, t.Root, strings.Join(p.verilatorFlags(), " "),
		strings.Join(p.cxxFlags(), " "), prefixHeader(p), shapeHeader,
		harnessFile("harness.h"), harnessFile("harness.cpp"), harnessFile("model.cpp")}
	headers, err := filepath.Glob(filepath.Join(designDir, "*.vh")) // included, so not in files.f
	if err != nil {
		return nil, err
	}
	hashed := slices.Clone(files)
	for _, h := range headers {
		hashed = append(hashed, filepath.Base(h))
	}
	for _, f := range hashed {
		text, err := os.ReadFile(filepath.Join(designDir, f))
		if err != nil {
			return nil, fmt.Errorf("%s: files.f: %w", designDir, err)
		}
		for _, image := range imageName.FindAllSubmatch(text, -1) {
			// $readmemh only warns, and the memory would hold noise.
			if _, err := os.Stat(filepath.Join(designDir, string(image[1]))); err != nil {
				return nil, fmt.Errorf("%s: the memory image that %s reads: %w", designDir, f, err)
			}
		}
		parts = append(parts, f, string(withoutComments(text)))
	}
	dir, built, err := cache.Entry(ctx, content.Key(parts...), func(dir string) error {
		return compileModel(ctx, cache, t, p, designDir, files, shapeHeader, dir)
	})
	if err != nil {
		return nil, fmt.Errorf("Verilated model of %s (%s): %w", designDir, p, err)
	}
	if built {
		if err := cache.Trim(cacheBytes); err != nil {
			return nil, fmt.Errorf("cache of Verilated models: %w", err)
		}
	}
	return &Model{Exe: filepath.Join(dir, "model"), DesignDir: designDir, Shape: shape, Profile: p, Cached: !built}, nil
}

// sources reads files.f: a path a line, relative to the directory; lines that
// begin with //, # or + are for other tools.
func sources(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "files.f"))
	if err != nil {
		return nil, fmt.Errorf("%s is not a design directory: %w", dir, err)
	}
	var out []string
	for _, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "+") {
			continue
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: files.f lists no file", dir)
	}
	return out, nil
}

var imageName = regexp.MustCompile(`"([^"\n]+\.hex)"`)

var lineComment = regexp.MustCompile(`(?m)^[ \t]*//[^\n]*\n`)

// withoutComments drops the lines that are comments, so that a header with
// other options or another name does not cost a build.
func withoutComments(text []byte) []byte { return lineComment.ReplaceAll(text, nil) }

// compileModel runs Verilator and compiles what it wrote as one translation
// unit, which with a precompiled header is several times as fast as the
// generated makefile on a small design.
func compileModel(ctx context.Context, cache *Cache, t *Tools, p Profile, designDir string, files []string, shapeHeader, dir string) error {
	var rt runtime
	jobs := []func() error{
		func() (err error) {
			rt, err = runtimeOf(ctx, cache, t, p)
			return err
		},
		func() error {
			args := append(p.verilatorFlags(), "--Mdir", dir)
			return runTool(ctx, designDir, t.Verilator, append(args, files...)...)
		},
	}
	if err := together(jobs); err != nil {
		return err
	}
	return compileUnit(ctx, t, p, rt, dir, "#include \"model.cpp\"\n", map[string]string{
		"model.cpp":     "#include \"Vsnnc_top.h\"\n" + harnessFile("model.cpp"),
		"model_shape.h": shapeHeader,
	})
}

// compileUnit compiles what Verilator wrote into a directory, with the harness
// that the includes and files add, as one translation unit, and leaves the
// executable "model" alone there.
func compileUnit(ctx context.Context, t *Tools, p Profile, rt runtime, dir, includes string, files map[string]string) error {
	generated, err := filepath.Glob(filepath.Join(dir, "*.cpp"))
	if err != nil {
		return err
	}
	var unit strings.Builder
	for _, g := range generated { // Glob sorts
		fmt.Fprintf(&unit, "#include %q\n", filepath.Base(g))
	}
	files["unit.cc"] = unit.String() + includes
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	args := append(p.cxxFlags(), "-I", rt.include, "-I", ".", "-isystem", filepath.Join(t.Root, "include"),
		"-include", "prefix.h", "-c", "unit.cc", "-o", "unit.o")
	if err := runTool(ctx, dir, t.CXX, args...); err != nil {
		return err
	}
	link := append([]string{"-no-pie", "-s", "-o", "model", "unit.o"}, rt.objects...)
	if err := runTool(ctx, dir, t.CXX, append(link, "-pthread", "-latomic")...); err != nil {
		return err
	}
	return keepOnly(dir, "model")
}

// keepOnly removes everything but one file: the generated C++ is many times
// the executable.
func keepOnly(dir, name string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == name {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
