package hdf5

import (
	"bytes"
	"fmt"
)

// Dataset is an N-dimensional array in a file.
type Dataset struct {
	object
	Array
	layout  layout
	filters []filter
	fill    []byte
	// storage is why the data cannot be read, though the dataset itself could be opened: an unknown filter or layout.
	storage error
}

func newDataset(base object) (*Dataset, error) {
	d := &Dataset{object: base}
	s := base.f.s
	d.Array = Array{file: base.f, where: base.path, load: d.read}
	c, err := d.h.require(s, msgDataspace)
	if err != nil {
		return nil, err
	}
	if d.space, err = decodeDataspace(c); err != nil {
		return nil, err
	}
	if c, err = d.h.require(s, msgDatatype); err != nil {
		return nil, err
	}
	if d.typ, err = decodeDatatype(c); err != nil {
		return nil, err
	}
	if err := d.decodeStorage(); err != nil {
		if !isUnsupported(err) {
			return nil, err
		}
		d.storage = err
	}
	return d, nil
}

// decodeStorage decodes the messages that only reading the data needs.
func (d *Dataset) decodeStorage() error {
	s := d.f.s
	c, err := d.h.require(s, msgLayout)
	if err != nil {
		return err
	}
	if d.layout, err = decodeLayout(c); err != nil {
		return err
	}
	if d.h.has(msgExternal) {
		return unsupported(d.layout.offset, "data in external files")
	}
	if c, err = d.h.find(s, msgFilters); err != nil {
		return err
	} else if c != nil {
		if d.filters, err = decodeFilters(c); err != nil {
			return err
		}
	}
	if c, err = d.h.find(s, msgFillValue); err != nil {
		return err
	} else if c != nil {
		if d.fill, err = decodeFill(c); err != nil {
			return err
		}
	}
	if d.fill != nil && len(d.fill) != d.typ.Size {
		return formatErr(d.layout.offset, "fill value: expected %d bytes, found %d", d.typ.Size, len(d.fill))
	}
	return nil
}

// read returns the elements as they are stored, in row-major order.
func (d *Dataset) read() ([]byte, error) {
	if d.storage != nil {
		return nil, d.storage
	}
	s, l := d.f.s, &d.layout
	n, err := d.byteCount(d.space.count)
	if err != nil || n == 0 {
		return nil, err
	}
	switch l.class {
	case layoutCompact:
		if uint64(len(l.data)) < n {
			return nil, formatErr(l.offset, "compact data: expected %d bytes, found %d", n, len(l.data))
		}
		return bytes.Clone(l.data[:n]), nil
	case layoutContiguous:
		if s.undefined(l.addr) {
			return d.filled(n), nil
		}
		if l.size < n {
			return nil, formatErr(l.offset, "contiguous data: expected %d bytes, found %d", n, l.size)
		}
		return s.read(l.addr, n, "contiguous data")
	default:
		return d.readChunks(n)
	}
}

// byteCount is the size of a number of elements, refused if the file cannot possibly hold them.
func (d *Dataset) byteCount(elements uint64) (uint64, error) {
	limit := d.f.s.dataLimit()
	if size := uint64(d.typ.Size); elements > limit/size {
		return 0, formatErr(d.space.offset, "dataspace: %d elements of %d bytes are more than a file of %d bytes can stand for",
			elements, size, d.f.s.size)
	}
	return elements * uint64(d.typ.Size), nil
}

// filled returns n bytes of fill values.
func (d *Dataset) filled(n uint64) []byte {
	b := make([]byte, n)
	for at := copy(b, d.fill); at > 0 && at < len(b); at *= 2 {
		copy(b[at:], b[:at])
	}
	return b
}

func (d *Dataset) String() string {
	return fmt.Sprintf("%s: %v %v", d.path, d.typ, d.space.dims)
}
