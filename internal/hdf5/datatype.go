package hdf5

import (
	"fmt"
	"strings"
)

// Kind says which family of Go values the elements of a dataset or attribute have.
type Kind int

// The kinds of elements. KindOther stands for types that this package can name but not read.
const (
	KindOther Kind = iota
	KindInt
	KindUint
	KindFloat
	KindString
	KindBool // h5py's bool: an enumeration FALSE = 0, TRUE = 1 of int8
	KindEnum // any other enumeration
)

func (k Kind) String() string {
	return [...]string{"other", "int", "uint", "float", "string", "bool", "enum"}[k]
}

// StringPad says how a fixed-length string is filled up to its size.
type StringPad byte

// String paddings (IV.A.2.d, class 3).
const (
	NullTerminated StringPad = iota // cut at the first NUL
	NullPadded                      // NULs at the end are not part of the string
	SpacePadded                     // spaces at the end are not part of the string
)

// EnumMember is a name of an enumeration and the integer that it stands for.
type EnumMember struct {
	Name  string
	Value int64
}

// Type is the exact type of an element in the file.
type Type struct {
	Kind      Kind
	Size      int          // bytes of one element in the file; 16 for a variable-length string
	BigEndian bool         // for numbers and enumerations
	Signed    bool         // for enumerations: whether the values are signed
	Variable  bool         // for strings: length differs from element to element
	UTF8      bool         // for strings: declared as UTF-8 and not ASCII
	Pad       StringPad    // for strings of fixed length
	Members   []EnumMember // for KindEnum and KindBool, in file order
	Name      string       // for KindOther: what it is
	Element   *Type        // for a variable-length sequence, which is KindOther: the type of its elements ([Array.Sequences])
}

// String gives the type in NumPy's words: float32, int64, uint8, bool, string, string[10] (fixed length), enum[int8],
// with " (big-endian)" where that holds.
func (t Type) String() string {
	var s string
	switch t.Kind {
	case KindInt, KindUint, KindFloat:
		s = fmt.Sprintf("%s%d", t.Kind, 8*t.Size)
	case KindString:
		if t.Variable {
			return "string"
		}
		return fmt.Sprintf("string[%d]", t.Size)
	case KindBool:
		return "bool"
	case KindEnum:
		base := KindUint
		if t.Signed {
			base = KindInt
		}
		s = fmt.Sprintf("enum[%s%d]", base, 8*t.Size)
	default:
		return t.Name
	}
	if t.BigEndian && t.Size > 1 {
		s += " (big-endian)"
	}
	return s
}

var otherClasses = map[byte]string{
	2: "time", 4: "bit field", 5: "opaque", 6: "compound", 7: "reference", 9: "variable-length sequence", 10: "array",
	11: "complex",
}

// decodeDatatype follows IV.A.2.d. A type that this package does not read comes back as KindOther, so that the rest of
// its file stays readable.
func decodeDatatype(c *cursor) (Type, error) {
	start := c.pos
	cv := c.u8()
	class, version := cv&0x0f, cv>>4
	bits := uint32(c.uint(3))
	size := c.u32()
	if c.err != nil {
		return Type{}, c.err
	}
	if version < 1 || version > 5 || class > 11 {
		c.pos = start
		c.fail("expected datatype version 1 to 5 and class 0 to 11, found version %d and class %d", version, class)
		return Type{}, c.err
	}
	if size == 0 || size > 1<<31-1 {
		c.fail("expected an element size of 1 to 2147483647 bytes, found %d", size)
		return Type{}, c.err
	}
	t := Type{Size: int(size)}
	switch class {
	case 0:
		decodeFixedPoint(c, bits, &t)
	case 1:
		decodeFloat(c, bits, &t)
	case 3:
		t.Kind = KindString
		t.UTF8 = bits>>4&0xf == 1
		if t.Pad = StringPad(bits & 0xf); t.Pad > SpacePadded {
			c.fail("expected string padding 0 to 2, found %d", t.Pad)
		}
	case 8:
		decodeEnum(c, version, int(bits&0xffff), &t)
	case 9:
		if bits&0xf == 1 {
			// Its size is a length, an address and an index into the global heap.
			if want := 4 + c.offSize + 4; t.Size != want {
				c.fail("expected a variable-length string reference of %d bytes, found %d", want, t.Size)
			}
			t.Kind, t.Variable, t.UTF8 = KindString, true, bits>>8&0xf == 1
			break
		}
		t.Name = otherClasses[class]
		if t.Size != 4+c.offSize+4 {
			c.fail("expected a reference to a variable-length sequence of %d bytes, found %d", 4+c.offSize+4, t.Size)
			break
		}
		if element, err := decodeDatatype(c); err == nil {
			t.Element = &element
		}
	default:
		t.Name = otherClasses[class]
	}
	return t, c.err
}

func decodeFixedPoint(c *cursor, bits uint32, t *Type) {
	offset, precision := c.u16(), c.u16()
	t.BigEndian = bits&1 != 0
	t.Signed = bits&8 != 0
	t.Kind = KindUint
	if t.Signed {
		t.Kind = KindInt
	}
	whole := offset == 0 && int(precision) == 8*t.Size
	if !whole || (t.Size != 1 && t.Size != 2 && t.Size != 4 && t.Size != 8) {
		*t = Type{Size: t.Size, Name: fmt.Sprintf("integer of %d bits at bit %d of %d bytes", precision, offset, t.Size)}
	}
}

// ieee holds, for each size, the fields of an IEEE 754 type: sign location, exponent location and size, mantissa
// location and size, exponent bias.
var ieee = map[int][6]uint32{
	2: {15, 10, 5, 0, 10, 15},
	4: {31, 23, 8, 0, 23, 127},
	8: {63, 52, 11, 0, 52, 1023},
}

func decodeFloat(c *cursor, bits uint32, t *Type) {
	offset, precision := c.u16(), c.u16()
	expLoc, expSize, manLoc, manSize, bias := c.u8(), c.u8(), c.u8(), c.u8(), c.u32()
	got := [6]uint32{bits >> 8 & 0xff, uint32(expLoc), uint32(expSize), uint32(manLoc), uint32(manSize), bias}
	const impliedLeadingBit, vaxOrder = 2, 0x40
	want, known := ieee[t.Size]
	if !known || got != want || offset != 0 || int(precision) != 8*t.Size || bits>>4&3 != impliedLeadingBit || bits&vaxOrder != 0 {
		t.Name = fmt.Sprintf("float of %d bytes with %d exponent and %d mantissa bits, not IEEE 754", t.Size, expSize, manSize)
		return
	}
	t.Kind, t.Signed = KindFloat, true
	t.BigEndian = bits&1 != 0
}

func decodeEnum(c *cursor, version byte, n int, t *Type) {
	base, err := decodeDatatype(c)
	if err != nil {
		return
	}
	if base.Kind != KindInt && base.Kind != KindUint {
		t.Name = "enumeration of " + base.String()
		return
	}
	if base.Size != t.Size {
		c.fail("expected an enumeration of %d bytes, found a base type of %d", t.Size, base.Size)
		return
	}
	t.Kind, t.BigEndian, t.Signed = KindEnum, base.BigEndian, base.Signed
	for range n {
		at := c.pos
		name := c.zeroTerminated()
		if version < 3 {
			c.skip((8 - (c.pos-at)%8) % 8)
		}
		if c.err != nil {
			return
		}
		t.Members = append(t.Members, EnumMember{Name: string(name)})
	}
	for i := range t.Members {
		b := c.bytes(t.Size)
		if c.err != nil {
			return
		}
		t.Members[i].Value = integer(b, t.BigEndian, t.Signed)
	}
	if t.Size == 1 && n == 2 && strings.EqualFold(t.Members[0].Name, "false") && t.Members[0].Value == 0 &&
		strings.EqualFold(t.Members[1].Name, "true") && t.Members[1].Value == 1 {
		t.Kind = KindBool
	}
}

// dataspace is the shape of a dataset or attribute (IV.A.2.b).
type dataspace struct {
	null   bool     // no elements and no shape
	dims   []int    // empty for a scalar
	max    []uint64 // nil where it equals dims; all ones for "unlimited"
	count  uint64   // number of elements
	offset int64
}

const maxRank = 32 // H5S_MAX_RANK

func decodeDataspace(c *cursor) (dataspace, error) {
	d := dataspace{offset: c.here()}
	version := c.version(1, 2)
	rank := int(c.u8())
	flags := c.u8()
	if version == 1 {
		c.skip(5)
	} else if kind := c.u8(); kind == 2 {
		d.null = true
		return d, c.err
	} else if kind > 2 || (kind == 0 && rank != 0) {
		c.fail("expected dataspace type 0 to 2 that fits rank %d, found %d", rank, kind)
	}
	if rank > maxRank {
		c.fail("expected a rank of at most %d, found %d", maxRank, rank)
	}
	d.count = 1
	for range rank {
		n := c.length()
		if c.err != nil {
			return d, c.err
		}
		if n > 1<<62 || (n > 0 && d.count > (1<<62)/n) {
			c.fail("the dimensions' product overflows")
			return d, c.err
		}
		d.count *= n
		d.dims = append(d.dims, int(n))
	}
	if flags&1 != 0 {
		for range rank {
			d.max = append(d.max, c.length())
		}
	}
	return d, c.err
}
