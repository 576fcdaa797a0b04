package hdf5

import "fmt"

// Sequences returns the elements of an array of variable-length sequences (h5py's vlen_dtype), each as an array of one
// dimension whose values are read when they are asked for. Sequences of strings or of sequences are refused.
func (a *Array) Sequences() ([]*Array, error) {
	element := a.typ.Element
	if element == nil {
		return nil, a.wrong("variable-length sequences")
	}
	switch element.Kind {
	case KindInt, KindUint, KindFloat, KindBool, KindEnum:
	default:
		return nil, fmt.Errorf("%s: %w: variable-length sequences of %v", a.where, ErrUnsupported, *element)
	}
	b, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	size, heap := a.typ.Size, a.file.heap
	out := make([]*Array, a.Len())
	for i := range out {
		c := a.file.s.cursor(b[i*size:(i+1)*size], 0, "sequence reference")
		n, addr, index := c.u32(), c.addr(), c.u32()
		if c.err != nil {
			return nil, fmt.Errorf("%s: element %d: %w", a.where, i, c.err)
		}
		out[i] = &Array{
			file: a.file, where: fmt.Sprintf("%s[%d]", a.where, i), typ: *element,
			space: dataspace{dims: []int{int(n)}, count: uint64(n)},
			load: func() ([]byte, error) {
				if n == 0 {
					return nil, nil
				}
				want := uint64(n) * uint64(element.Size)
				o, err := heap.find(addr, index, want)
				if err != nil {
					return nil, err
				}
				return heap.s.read(o.addr, want, "variable-length sequence")
			},
		}
	}
	return out, nil
}
