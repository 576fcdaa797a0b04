package modeljson

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/snnc/snnc/ir"
)

// inlineMost is the largest tensor written into the text.
const inlineMost = 64

// Encode writes a graph: the document, and the archive that it calls npzName
// with all tensors of more than 64 elements (nil if there are none). An empty
// npzName puts everything into the text.
func Encode(g *ir.Graph, h ir.Hints, npzName string) (doc, npz []byte, err error) {
	w := &writer{npzName: npzName}
	w.zip = zip.NewWriter(&w.archive)
	fmt.Fprintf(&w.out, "{\n  \"format\": \"snnc-model\",\n  \"format_version\": 1,\n")
	if g.Version != "" {
		fmt.Fprintf(&w.out, "  \"nir_version\": %s,\n", quote(g.Version))
	}
	if hints := show(h); hints != "{}" {
		fmt.Fprintf(&w.out, "  \"hints\": %s,\n", hints)
	}
	w.graph(g, "", "  ")
	if w.err != nil {
		return nil, nil, w.err
	}
	if w.arrays == 0 {
		w.out.WriteString("\n}\n")
		return w.out.Bytes(), nil, nil
	}
	if err := w.zip.Close(); err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(&w.out, ",\n  \"files\": {%s: \"%x\"}\n}\n", quote(npzName), sha256.Sum256(w.archive.Bytes()))
	return w.out.Bytes(), w.archive.Bytes(), nil
}

type writer struct {
	out, archive bytes.Buffer
	zip          *zip.Writer
	npzName      string
	arrays       int
	err          error
}

func (w *writer) graph(g *ir.Graph, full, in string) {
	fmt.Fprintf(&w.out, "%s\"nodes\": {", in)
	for i, n := range g.Nodes {
		comma(&w.out, i)
		fmt.Fprintf(&w.out, "\n%s  %s: {\n%s    \"type\": %s", in, quote(n.Name), in, quote(n.Op.Kind()))
		if sub, ok := n.Op.(*ir.Subgraph); ok {
			w.out.WriteString(",\n")
			w.graph(sub.Graph, full+n.Name+".", in+"    ") // with its metadata, which the node shares
			n.Metadata = nil
		}
		for _, f := range n.Op.Fields() {
			if t := *f.Value; t != nil {
				fmt.Fprintf(&w.out, ",\n%s    %s: ", in, quote(f.Name))
				w.tensor(full+n.Name+"."+f.Name, t)
			}
		}
		w.metadata(n.Metadata, in+"    ")
		fmt.Fprintf(&w.out, "\n%s  }", in)
	}
	fmt.Fprintf(&w.out, "\n%s},\n%s\"edges\": [", in, in)
	for i, e := range g.Edges {
		comma(&w.out, i)
		fmt.Fprintf(&w.out, "\n%s  [%s, %s]", in, quote(e.From), quote(e.To))
	}
	fmt.Fprintf(&w.out, "\n%s]", in)
	w.metadata(g.Metadata, in)
}

func (w *writer) metadata(m []ir.KeyValue, in string) {
	if len(m) == 0 {
		return
	}
	fmt.Fprintf(&w.out, ",\n%s\"metadata\": {", in)
	for i, kv := range m {
		comma(&w.out, i)
		fmt.Fprintf(&w.out, "%s: ", quote(kv.Key))
		w.tensor("metadata."+in+kv.Key, kv.Value)
	}
	w.out.WriteString("}")
}

func comma(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteString(",")
	}
}

func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

func (w *writer) tensor(name string, t *ir.Tensor) {
	if t.DType == ir.Text {
		w.out.WriteString(quote(t.Word))
		return
	}
	if err := t.CheckFinite(); err != nil {
		w.err = fmt.Errorf("%s: %w", name, err)
		return
	}
	shape := strings.ReplaceAll(fmt.Sprint(t.Shape), " ", ", ")
	if w.npzName != "" && len(t.Data) > inlineMost {
		fmt.Fprintf(&w.out, `{"file": %s, "array": %s, "dtype": %q, "shape": %s}`, quote(w.npzName), quote(name), t.DType, shape)
		w.arrays++
		f, err := w.zip.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store}) // no time: bytes depend on values
		if err == nil {
			_, err = f.Write(npy(t))
		}
		if err != nil {
			w.err = err
		}
		return
	}
	fmt.Fprintf(&w.out, `{"dtype": %q, `, t.DType)
	if len(t.Data) == 0 {
		fmt.Fprintf(&w.out, `"shape": %s, "value": []}`, shape)
		return
	}
	w.out.WriteString(`"value": `)
	w.values(t.DType, t.Shape, t.Data)
	w.out.WriteString("}")
}

func (w *writer) values(d ir.DType, shape []int, data []float64) {
	if len(shape) == 0 {
		switch d {
		case ir.Bool:
			w.out.WriteString(strconv.FormatBool(data[0] != 0))
		case ir.Float32:
			w.out.WriteString(strconv.FormatFloat(data[0], 'g', -1, 32))
		default:
			if bits, _ := d.Integer(); bits > 0 {
				w.out.WriteString(strconv.FormatInt(int64(data[0]), 10))
				return
			}
			w.out.WriteString(strconv.FormatFloat(data[0], 'g', -1, 64))
		}
		return
	}
	step := len(data) / shape[0]
	w.out.WriteString("[")
	for i := range shape[0] {
		if i > 0 {
			w.out.WriteString(", ")
		}
		w.values(d, shape[1:], data[i*step:(i+1)*step])
	}
	w.out.WriteString("]")
}

// npy is version 1.0 of NumPy's format (NEP 1), little-endian, C order.
func npy(t *ir.Tensor) []byte {
	descr := map[ir.DType]string{ir.Float32: "<f4", ir.Float64: "<f8", ir.Bool: "|b1"}[t.DType]
	bits, signed := t.DType.Integer()
	if bits > 0 {
		sign := "u"
		if signed {
			sign = "i"
		}
		order := "<"
		if bits == 8 {
			order = "|"
		}
		descr = fmt.Sprintf("%s%s%d", order, sign, bits/8)
	}
	dims := ""
	for _, d := range t.Shape {
		dims += strconv.Itoa(d) + ", "
	}
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, dims)
	pad := 63 - (10+len(head))%64
	head += strings.Repeat(" ", pad) + "\n"
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(head)), byte(len(head)>>8))
	b = append(b, head...)
	for _, v := range t.Data {
		switch {
		case bits > 0:
			for k := range bits / 8 {
				b = append(b, byte(int64(v)>>(8*k)))
			}
		case t.DType == ir.Float32:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		case t.DType == ir.Bool:
			b = append(b, byte(v))
		default:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	return b
}
