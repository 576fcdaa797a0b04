package modeljson

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/snnc/snnc/ir"
)

//go:embed model.schema.json
var base []byte

const schemaURL = "https://github.com/snnc/snnc/compiler/modeljson/model.schema.json"

// Schema returns the JSON Schema: the embedded frame with a definition for
// each node type of package ir, so that a new type is in it at once.
func Schema() []byte {
	b, err := json.MarshalIndent(schemaTree(), "", "  ")
	if err != nil {
		panic("modeljson: embedded schema: " + err.Error())
	}
	return b
}

func schemaTree() map[string]any {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(base))
	if err != nil {
		panic("modeljson: embedded schema: " + err.Error())
	}
	root := tree.(map[string]any)
	defs := root["$defs"].(map[string]any)
	ref := func(name string) any { return map[string]any{"$ref": "#/$defs/" + name} }
	var allOf, allowed []any
	for _, k := range ir.Kinds() {
		op, _ := ir.NewOp(k)
		props := map[string]any{"type": map[string]any{"const": k}, "metadata": ref("metadata")}
		required := []any{"type"}
		if _, sub := op.(*ir.Subgraph); sub {
			props["nodes"], props["edges"] = ref("nodes"), ref("edges")
			required = append(required, "nodes", "edges")
		}
		for _, f := range op.Fields() {
			props[f.Name] = ref("tensor")
			if len(f.Words) > 0 {
				words := make([]any, len(f.Words))
				for i, w := range f.Words {
					words[i] = w
				}
				props[f.Name] = map[string]any{"if": map[string]any{"type": "string"}, "then": map[string]any{"enum": words}, "else": ref("tensor")}
			}
			if !f.Optional {
				required = append(required, f.Name)
			}
		}
		def := "node_" + k
		defs[def] = map[string]any{"additionalProperties": false, "properties": props, "required": required}
		is := map[string]any{"properties": map[string]any{"type": map[string]any{"const": k}}}
		allOf = append(allOf, map[string]any{"if": is, "then": ref(def)})
		allowed = append(allowed, k)
	}
	node := defs["node"].(map[string]any)
	node["properties"] = map[string]any{"type": map[string]any{"enum": allowed}}
	node["allOf"] = allOf
	return root
}

var compiled = sync.OnceValue(func() *jsonschema.Schema {
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaURL, schemaTree()); err != nil {
		panic("modeljson: embedded schema: " + err.Error())
	}
	return c.MustCompile(schemaURL)
})

// validate checks a document against the schema; one line for each mistake.
func validate(doc any) error {
	err := compiled().Validate(doc)
	var v *jsonschema.ValidationError
	if err == nil || !errors.As(err, &v) {
		return err
	}
	var errs []error
	leaves(v, &errs)
	return errors.Join(errs...)
}

func leaves(v *jsonschema.ValidationError, out *[]error) {
	for _, c := range v.Causes {
		leaves(c, out)
	}
	if len(v.Causes) > 0 {
		return
	}
	msg := ""
	switch k := v.ErrorKind.(type) {
	case *kind.Type:
		msg = fmt.Sprintf("found %s; allowed is %s", k.Got, strings.Join(k.Want, " or "))
	case *kind.Enum:
		msg = fmt.Sprintf("found %s; allowed are %s", show(k.Got), strings.Trim(show(k.Want), "[]"))
	case *kind.Const:
		msg = fmt.Sprintf("found %s; allowed is %s", show(k.Got), show(k.Want))
	case *kind.Required:
		msg = fmt.Sprintf("missing: %s", strings.Join(k.Missing, ", "))
	case *kind.AdditionalProperties:
		msg = fmt.Sprintf("unknown key: %s; docs/model.md lists the keys", strings.Join(k.Properties, ", "))
	default:
		msg = strings.TrimPrefix(v.Error(), "jsonschema validation failed with ")
		if i := strings.Index(msg, "': "); i >= 0 {
			msg = msg[i+3:]
		}
	}
	*out = append(*out, fmt.Errorf("at /%s: %s", strings.Join(v.InstanceLocation, "/"), msg))
}

func show(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// checkKeys refuses a key that an object has twice: encoding/json keeps the
// last silently, so of two nodes with one name one would vanish.
func checkKeys(d *json.Decoder, path string) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for i := 0; d.More(); i++ {
		at := fmt.Sprintf("%s/%d", path, i)
		if delim == '{' {
			k, err := d.Token()
			if err != nil {
				return err
			}
			if at = path + "/" + k.(string); seen[k.(string)] {
				return fmt.Errorf("at %s: the key is there twice; names must be unique", at)
			}
			seen[k.(string)] = true
		}
		if err := checkKeys(d, at); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func parse(b []byte) (any, error) {
	if !json.Valid(b) {
		var v any
		err := json.Unmarshal(b, &v)
		var s *json.SyntaxError
		if errors.As(err, &s) {
			n := min(int(s.Offset), len(b))
			return nil, fmt.Errorf("line %d: not valid JSON: %w", 1+bytes.Count(b[:n], []byte("\n")), err)
		}
		return nil, fmt.Errorf("not valid JSON: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := checkKeys(d, ""); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(b))
}
