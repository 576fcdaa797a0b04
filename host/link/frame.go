package link

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/snnc/snnc/host/regmap"
)

// Frame is a request or a reply without stuffing and CRC.
type Frame struct {
	Kind  byte // who and what: regmap.LinkRequest or LinkReply << 4 | bits
	Count int  // words that follow, or that are to be read
	Seq   byte
	Addr  uint32
	Words []uint32 // Count of them where bit 0 of Kind is set
}

// payload tells whether words follow.
func payload(kind byte) bool { return kind&1 != 0 }

// Size is the length of the frame in a receiver's buffer.
func (f *Frame) Size() int {
	n := regmap.LinkHeader + regmap.LinkTrailer
	if payload(f.Kind) {
		n += 4 * f.Count
	}
	return n
}

// Append appends the frame as it goes on the line: stuffed, with CRC and END.
func (f *Frame) Append(to []byte) []byte {
	var head [regmap.LinkHeader]byte
	head[0], head[1], head[2] = f.Kind, byte(f.Count), f.Seq
	head[3], head[4], head[5] = byte(f.Addr), byte(f.Addr>>8), byte(f.Addr>>16)
	sum := crc32.ChecksumIEEE(head[:])
	to = appendStuffed(to, head[:])
	var w [4]byte
	if payload(f.Kind) {
		for _, v := range f.Words {
			binary.LittleEndian.PutUint32(w[:], v)
			sum = crc32.Update(sum, crc32.IEEETable, w[:])
			to = appendStuffed(to, w[:])
		}
	}
	binary.LittleEndian.PutUint32(w[:], sum)
	return append(appendStuffed(to, w[:]), regmap.SlipEnd)
}

func appendStuffed(to, from []byte) []byte {
	for _, b := range from {
		switch b {
		case regmap.SlipEnd:
			to = append(to, regmap.SlipEsc, regmap.SlipEscEnd)
		case regmap.SlipEsc:
			to = append(to, regmap.SlipEsc, regmap.SlipEscEsc)
		default:
			to = append(to, b)
		}
	}
	return to
}

// Decoder takes frames out of a stream of bytes. The zero value waits for
// replies of any length.
type Decoder struct {
	From  byte // upper half of a frame's first byte; 0: regmap.LinkReply
	Limit int  // bytes of a frame, unstuffed; 0: the longest there is
	// Dropped counts what ended with END and was no frame.
	Dropped int

	buf  []byte
	esc  bool
	bad  bool
	some bool
}

// maxFrame is the longest frame, unstuffed.
const maxFrame = regmap.LinkHeader + 4*regmap.LinkMaxWords + regmap.LinkTrailer

// Feed takes a byte. It returns a frame when the byte ends a good one.
func (d *Decoder) Feed(b byte) (Frame, bool) {
	if b == regmap.SlipEnd {
		f, ok := d.frame()
		if d.some && !ok {
			d.Dropped++
		}
		d.buf, d.esc, d.bad, d.some = d.buf[:0], false, false, false
		return f, ok
	}
	d.some = true
	if d.esc {
		switch b {
		case regmap.SlipEscEnd:
			b = regmap.SlipEnd
		case regmap.SlipEscEsc:
			b = regmap.SlipEsc
		default:
			d.bad = true
		}
		d.esc = false
	} else if b == regmap.SlipEsc {
		d.esc = true
		return Frame{}, false
	}
	limit := d.Limit
	if limit == 0 {
		limit = maxFrame
	}
	if len(d.buf) >= limit {
		d.bad = true
	}
	if !d.bad {
		d.buf = append(d.buf, b)
	}
	return Frame{}, false
}

// frame takes the buffer apart.
func (d *Decoder) frame() (f Frame, ok bool) {
	from := d.From
	if from == 0 {
		from = regmap.LinkReply
	}
	b := d.buf
	if d.bad || d.esc || len(b) < regmap.LinkHeader+regmap.LinkTrailer || b[0]>>4 != from {
		return f, false
	}
	if from == regmap.LinkRequest && b[0]&regmap.RequestHello != 0 && b[0]&regmap.RequestWrite != 0 {
		return f, false
	}
	f = Frame{Kind: b[0], Count: int(b[1]), Seq: b[2], Addr: uint32(b[3]) | uint32(b[4])<<8 | uint32(b[5])<<16}
	body := b[:len(b)-regmap.LinkTrailer]
	if len(b) != f.Size() || crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(b[len(body):]) {
		return Frame{}, false
	}
	if payload(f.Kind) {
		f.Words = make([]uint32, f.Count)
		for i := range f.Words {
			f.Words[i] = binary.LittleEndian.Uint32(body[regmap.LinkHeader+4*i:])
		}
	}
	return f, true
}
