package flow

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/snnc/snnc/rtl"
)

// Design is what a build starts from: an emitted design's sources and images,
// and the library modules of the system around it.
type Design struct {
	Name    string // of the program
	Digest  string // as the design's DIGEST parameter has it, 32 hexadecimal digits
	Sources []string
	Files   []rtl.File // sources, headers and images, sorted by path
}

var (
	digestOf   = regexp.MustCompile(`\.DIGEST\s*\(128'h([0-9a-f]{1,32})\)`)
	topComment = regexp.MustCompile(`(?m)^// snnc_top: (.*)$`)
	reference  = regexp.MustCompile(`\bsnnc_[a-z0-9_]+\b`)
	imageFile  = regexp.MustCompile(`"([^"\n]+\.hex)"`)
	comments   = regexp.MustCompile(`//[^\n]*`)
)

// ReadDesign reads a directory that snnc compile wrote, and adds the modules
// that the board's top level needs from the library.
func ReadDesign(dir string) (*Design, error) {
	list, err := os.ReadFile(filepath.Join(dir, "files.f"))
	if err != nil {
		if _, e := os.Stat(dir); e != nil {
			return nil, e
		}
		return nil, fmt.Errorf("%s is no design: it has no files.f; make one by snnc compile MODEL -o %[1]s", dir)
	}
	d := &Design{}
	seen := map[string]bool{}
	add := func(name string, text []byte) {
		seen[name] = true
		d.Files = append(d.Files, rtl.File{Path: name, Data: text})
	}
	for line := range strings.Lines(string(list)) {
		name := strings.TrimSpace(line)
		if name == "" || strings.HasPrefix(name, "//") || strings.HasPrefix(name, "#") || strings.HasPrefix(name, "+") {
			continue
		}
		if !fs.ValidPath(name) || seen[name] {
			return nil, fmt.Errorf("%s: files.f: %q is not a new path inside the directory", dir, name)
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, fmt.Errorf("%s: files.f: %w", dir, err)
		}
		d.Sources = append(d.Sources, name)
		add(name, text)
	}
	if !seen["snnc_top.v"] {
		return nil, fmt.Errorf("%s: files.f lists no snnc_top.v; make the design by snnc compile", dir)
	}
	headers, err := filepath.Glob(filepath.Join(dir, "*.vh"))
	if err != nil {
		return nil, err
	}
	for _, h := range headers {
		text, err := os.ReadFile(h)
		if err != nil {
			return nil, err
		}
		add(filepath.Base(h), text)
	}
	// Modules by their use, from the system down, each after what it uses.
	for _, name := range closure(d.file, "snnc_reset", "snnc_soc") {
		if seen[name] {
			continue
		}
		text, err := rtl.Library(name)
		if err != nil {
			return nil, err
		}
		d.Sources = append(d.Sources, name)
		add(name, text)
		if h := "snnc_regs.vh"; strings.Contains(string(text), h) && !seen[h] {
			text, err := rtl.Library(h)
			if err != nil {
				return nil, err
			}
			add(h, text)
		}
	}
	for _, f := range slices.Clone(d.Files) {
		for _, m := range imageFile.FindAllSubmatch(f.Data, -1) {
			name := string(m[1])
			if seen[name] {
				continue
			}
			if !fs.ValidPath(name) {
				return nil, fmt.Errorf("%s: %s reads %q, which is not a path inside the directory", dir, f.Path, name)
			}
			text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				return nil, fmt.Errorf("%s: the memory image that %s reads: %w", dir, f.Path, err)
			}
			add(path.Clean(name), text)
		}
	}
	sort.Slice(d.Files, func(a, b int) bool { return d.Files[a].Path < d.Files[b].Path })
	top := d.file("snnc_top.v")
	if m := digestOf.FindSubmatch(top); m != nil {
		d.Digest = fmt.Sprintf("%032s", m[1])
	}
	if m := topComment.FindSubmatch(top); m != nil {
		d.Name = string(m[1])
	}
	return d, nil
}

// Lacks tells whether a parameter of the design's cores is 0 in all of them:
// READBACK and REWRITE are what snnc compile --no-readback and --no-rewrite leave out.
func (d *Design) Lacks(parameter string) bool {
	all := d.values(parameter)
	return len(all) > 0 && !slices.ContainsFunc(all, notZero)
}

// values of a parameter in the design's cores.
func (d *Design) values(parameter string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`\.`+parameter+`\s*\((\d+)\)`).FindAllSubmatch(d.file("snnc_top.v"), -1) {
		all = append(all, string(m[1]))
	}
	return all
}

func notZero(value string) bool { return value != "0" }

// without lists the options of snnc compile that would leave out what only lets
// the host look into the memories: over wide rows it costs much wiring.
func (d *Design) without() []string {
	var options []string
	for _, o := range []struct{ parameter, option string }{{"READBACK", "--no-readback"}, {"REWRITE", "--no-rewrite"}} {
		if slices.ContainsFunc(d.values(o.parameter), notZero) {
			options = append(options, o.option)
		}
	}
	return options
}

// Emitted is the design of a program as rtl.Emit gives it, with the library
// modules that the board's top level needs.
func Emitted(e *rtl.Design) (*Design, error) {
	dir, err := os.MkdirTemp("", "snnc-design-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := e.Write(dir); err != nil {
		return nil, err
	}
	return ReadDesign(dir)
}

func (d *Design) file(name string) []byte {
	for _, f := range d.Files {
		if f.Path == name {
			return f.Data
		}
	}
	return nil
}

// closure lists the files of some modules and all library modules that they use,
// each after those that it uses. A design's own file takes the place of the library's.
func closure(own func(name string) []byte, modules ...string) []string {
	library := rtl.LibraryFiles()
	var order []string
	done := map[string]bool{}
	var visit func(module string)
	visit = func(module string) {
		name := module + ".v"
		text := own(name)
		if done[name] || text == nil && !slices.Contains(library, name) {
			return
		}
		done[name] = true
		if text == nil {
			var err error
			if text, err = rtl.Library(name); err != nil {
				panic(err) // it is in the list
			}
		}
		for _, m := range reference.FindAllString(string(comments.ReplaceAll(text, nil)), -1) {
			if m != module {
				visit(m)
			}
		}
		order = append(order, name)
	}
	for _, m := range modules {
		visit(m)
	}
	return order
}

// write puts files below a directory.
func write(dir string, files []rtl.File) error { return (&rtl.Design{Files: files}).Write(dir) }
