package modeljson

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/snnc/snnc/ir"
)

// maxDepth bounds nested subgraphs, as in package nir.
const maxDepth = 64

// ReadFile reads a model.json. Weight files are looked up in its directory.
func ReadFile(path string) (*ir.Graph, ir.Hints, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, ir.Hints{}, err
	}
	root, err := os.OpenRoot(filepath.Dir(path)) // refuses links that lead out of it too
	if err != nil {
		return nil, ir.Hints{}, err
	}
	defer root.Close()
	g, h, err := Decode(b, root.FS())
	if err != nil {
		return nil, h, prefix(path, err)
	}
	return g, h, nil
}

// ReadUntrained is ReadFile for training: tensors may have initialisers in
// place of values.
func ReadUntrained(path string) (*ir.Graph, ir.Hints, []Init, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, ir.Hints{}, nil, err
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, ir.Hints{}, nil, err
	}
	defer root.Close()
	g, h, inits, err := DecodeUntrained(b, root.FS())
	if err != nil {
		return nil, h, nil, prefix(path, err)
	}
	return g, h, inits, nil
}

// prefix names the file in each line of a joined error.
func prefix(path string, err error) error {
	return errors.New(path + ": " + strings.ReplaceAll(err.Error(), "\n", "\n"+path+": "))
}

// Decode reads a document; dir holds the files it refers to.
func Decode(b []byte, dir fs.FS) (*ir.Graph, ir.Hints, error) {
	return decode(b, &reader{dir: dir, sums: map[string]string{}, checked: map[string]bool{}})
}

// DecodeUntrained is Decode for training, see ReadUntrained.
func DecodeUntrained(b []byte, dir fs.FS) (*ir.Graph, ir.Hints, []Init, error) {
	r := &reader{dir: dir, sums: map[string]string{}, checked: map[string]bool{}, untrained: true}
	g, h, err := decode(b, r)
	return g, h, r.inits, err
}

func decode(b []byte, r *reader) (*ir.Graph, ir.Hints, error) {
	var h ir.Hints
	doc, err := parse(b)
	if err != nil {
		return nil, h, err
	}
	if err := checkNumbers(doc, ""); err != nil {
		return nil, h, err
	}
	if err := validate(doc); err != nil {
		return nil, h, err
	}
	top := doc.(map[string]any)
	if v, ok := top["hints"]; ok {
		if err := json.Unmarshal([]byte(show(v)), &h); err != nil {
			return nil, h, fmt.Errorf("at /hints: %w", err)
		}
	}
	if files, ok := top["files"].(map[string]any); ok {
		for name, sum := range files {
			r.sums[name] = sum.(string)
		}
	}
	g, err := r.graph(top, "", "", 0)
	if err != nil {
		return nil, h, err
	}
	g.Version, _ = top["nir_version"].(string)
	g.Normalise()
	if in := r.inits; len(in) > 0 && !r.untrained {
		return nil, h, fmt.Errorf("node %q: field %q has no values, only the initialiser %q, and so have %d fields in all: the network is not trained yet; snnc train makes a model with values of it",
			in[0].Node, in[0].Field, in[0].Kind, len(in))
	}
	if err := errors.Join(append(r.errs, g.Validate()...)...); err != nil {
		return nil, h, err
	}
	return g, h, nil
}

// checkNumbers refuses numbers out of float64's range before the schema
// library turns them into fractions of unbounded size.
func checkNumbers(v any, at string) error {
	switch v := v.(type) {
	case json.Number:
		_, err := v.Float64()
		if i := strings.IndexAny(string(v), "eE"); err != nil || len(v) > 400 || (i >= 0 && len(v)-i > 5) {
			return fmt.Errorf("at %s: number %.40s is out of range", at, v)
		}
	case []any:
		for i, x := range v {
			if err := checkNumbers(x, fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, k := range sorted(v) {
			if err := checkNumbers(v[k], at+"/"+k); err != nil {
				return err
			}
		}
	}
	return nil
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

type reader struct {
	dir     fs.FS
	errs    []error
	sums    map[string]string // SHA-256 of files, where the document says
	checked map[string]bool

	inits     []Init // fields without values
	untrained bool   // which are allowed
}

func (r *reader) graph(m map[string]any, name, full string, depth int) (*ir.Graph, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("node %q: subgraphs are nested more than %d deep", strings.TrimSuffix(full, "."), maxDepth)
	}
	g := &ir.Graph{Name: name}
	nodes := m["nodes"].(map[string]any)
	for _, k := range sorted(nodes) {
		n := nodes[k].(map[string]any)
		op, _ := ir.NewOp(n["type"].(string)) // the schema admits known types alone
		node := ir.Node{Name: k, Op: op}
		if sub, ok := op.(*ir.Subgraph); ok {
			var err error
			if sub.Graph, err = r.graph(n, k, full+k+".", depth+1); err != nil {
				return nil, err
			}
		}
		node.Metadata = r.metadata(n, full+k)
		for _, f := range op.Fields() {
			v, ok := n[f.Name]
			if !ok {
				continue
			}
			t, err := r.initialiser(v, full+k, f.Name)
			if t == nil && err == nil {
				t, err = r.tensor(v)
			}
			if err != nil {
				r.errs = append(r.errs, fmt.Errorf("node %q (%s): field %q: %w", full+k, op.Kind(), f.Name, err))
				t = nil
			}
			*f.Value = t
		}
		g.Nodes = append(g.Nodes, node)
	}
	for _, e := range m["edges"].([]any) {
		p := e.([]any)
		g.Edges = append(g.Edges, ir.Edge{From: p[0].(string), To: p[1].(string)})
	}
	g.Metadata = r.metadata(m, strings.TrimSuffix(full, "."))
	return g, nil
}

func (r *reader) metadata(m map[string]any, node string) []ir.KeyValue {
	md, _ := m["metadata"].(map[string]any)
	var out []ir.KeyValue
	for _, k := range sorted(md) {
		t, err := r.tensor(md[k])
		if err != nil {
			r.errs = append(r.errs, fmt.Errorf("node %q: metadata %q: %w", node, k, err))
			continue
		}
		out = append(out, ir.KeyValue{Key: k, Value: t})
	}
	return out
}

// load reads a file of the document's directory.
func (r *reader) load(name string) (*bytes.Reader, error) {
	if !fs.ValidPath(name) || strings.Contains(name, `\`) || filepath.IsAbs(name) {
		return nil, fmt.Errorf("file %q: it must lie in the directory of model.json: a relative path with / and without ..", name)
	}
	b, err := fs.ReadFile(r.dir, name)
	if err != nil {
		return nil, fmt.Errorf("file %q: %w", name, err)
	}
	if want := r.sums[name]; want != "" && !r.checked[name] {
		if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != want {
			return nil, fmt.Errorf("file %q: its SHA-256 is %.16s…, model.json was written with %.16s…; the two do not belong together, so convert the model again", name, got, want)
		}
		r.checked[name] = true
	}
	return bytes.NewReader(b), nil
}
