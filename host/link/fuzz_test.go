package link_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/link"
	"github.com/snnc/snnc/host/link/linktest"
	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/verilator"
)

// Whatever comes over the line, a frame that the decoder gives is one that
// encodes to what a decoder takes again, and a good frame after an END is found.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte("\xC0\xDB\xDC\xDB\xDDabc\xC0"))
	f.Add((&link.Frame{Kind: 0xA1, Count: 2, Seq: 0xC0, Addr: 0xDBC0DB, Words: []uint32{0xC0C0DBDB, 1}}).Append(nil))
	f.Add((&link.Frame{Kind: 0xA0, Count: 255, Seq: 1}).Append([]byte{0xC0}))
	f.Fuzz(func(t *testing.T, line []byte) {
		var d link.Decoder
		for _, b := range line {
			checkFrame(t, &d, b)
		}
		d.Feed(regmap.SlipEnd)
		want := link.Frame{Kind: 0xA1, Count: len(line) % 7, Seq: 7, Addr: 0x123456, Words: make([]uint32, len(line)%7)}
		for i, b := range line {
			if len(want.Words) > 0 {
				want.Words[i%len(want.Words)] += uint32(b) << (i % 25)
			}
		}
		var got []link.Frame
		for _, b := range want.Append(nil) {
			if g, ok := d.Feed(b); ok {
				got = append(got, g)
			}
		}
		require.Equal(t, []link.Frame{want}, got)
	})
}

func checkFrame(t *testing.T, d *link.Decoder, b byte) {
	g, ok := d.Feed(b)
	if !ok {
		return
	}
	e := link.Decoder{From: g.Kind >> 4}
	for i, b := range g.Append(nil) {
		h, ok := e.Feed(b)
		if ok != (i == len(g.Append(nil))-1) || ok && !reflect.DeepEqual(g, h) {
			t.Fatalf("%+v comes back as %+v", g, h)
		}
	}
}

// stream makes bytes of a line from bytes of a fuzzer: frames that are good but
// for what the fuzzer does to them, and noise. At most 1,900 bytes, so that no
// device's ring overflows; no write goes to the fixture's registers.
func stream(data []byte, seq byte) []byte {
	next := func() byte {
		if len(data) == 0 {
			return 0
		}
		b := data[0]
		data = data[1:]
		return b
	}
	var line []byte
	for len(data) > 0 && len(line) < 1900 {
		start := len(line)
		op := next()
		switch {
		case op < 24: // noise
			for range op {
				line = append(line, next())
			}
			continue
		case op < 32:
			line = append(line, regmap.SlipEnd)
			continue
		}
		f := link.Frame{Kind: regmap.LinkRequest<<4 | next()&7, Count: int(next() % 12), Seq: seq, Addr: uint32(next())<<16 | uint32(next())<<8 | 0x80 | uint32(next()&0x3F)}
		if op&1 != 0 {
			f.Kind = next() // anything
		}
		if f.Kind&regmap.RequestWrite != 0 {
			f.Words = make([]uint32, f.Count)
			for i := range f.Words {
				f.Words[i] = uint32(next()) * 0x01010101
			}
		}
		switch op >> 1 & 7 {
		case 1:
			f.Seq += next()
		default:
			seq++
		}
		line = f.Append(line)
		for range op >> 4 & 3 { // spoilt
			at := start + int(next())%(len(line)-start)
			switch k := next(); k % 4 {
			case 0:
				line[at] ^= 1 << (k >> 2 & 7)
			case 1:
				line = append(line[:at], line[at+1:]...)
			case 2:
				line = append(line[:at+1], line[at:]...)
			default:
				line[at] = regmap.SlipEnd
			}
			if len(line) == start {
				break
			}
		}
	}
	return line[:min(len(line), 1900)]
}

// pair is the RTL and the device in Go on the same bytes.
type pair struct {
	rtl   *verilator.SerialProcess
	back  chan []byte
	ref   *linktest.Device
	bus   *fixture
	nonce uint32
	bads  int // 1: a BAD of the last round may be late: the RTL tells several at once, after what it has to execute
	dec   link.Decoder
}

func newPair(m *verilator.SerialModel) (*pair, error) {
	rtl, err := verilator.StartSerial(context.Background(), m, verilator.SerialOptions{Quiet: 1 << 13})
	if err != nil {
		return nil, err
	}
	p := &pair{rtl: rtl, back: make(chan []byte, 1024), bus: newFixture()}
	p.ref = &linktest.Device{Bus: p.bus}
	go func(rtl io.Reader, to chan []byte) {
		defer close(to)
		for {
			buf := make([]byte, 4096)
			n, err := rtl.Read(buf)
			if n > 0 {
				to <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}(p.rtl, p.back)
	return p, nil
}

// round plays bytes, then a HELLO that both must answer, and compares all that
// came before it.
func (p *pair) round(line []byte) error {
	p.nonce++
	hello := link.Frame{Kind: regmap.LinkRequest<<4 | regmap.RequestHello, Seq: byte(p.nonce * 37), Addr: p.nonce & 0xFFFFFF}
	line = hello.Append(append(append([]byte(nil), line...), regmap.SlipEnd))
	var want []byte
	for _, b := range line {
		want = p.ref.Feed(want, b)
	}
	if _, err := p.rtl.Write(line); err != nil {
		return err
	}
	var d link.Decoder
	var got, ref []link.Frame
	bads, refBads := 0, p.bads
	keep := func(f link.Frame, to *[]link.Frame, bads *int) {
		if f.Kind == regmap.LinkReply<<4|regmap.ReplyBad {
			*bads++
			return
		}
		if f.Kind&1 == 0 { // bits 7..0 of the address then mean nothing, nor does the count of what is no HELLO
			if f.Kind != regmap.LinkReply<<4|regmap.ReplyHello {
				f.Addr, f.Count = f.Addr&^0xFF, 0
			}
		}
		*to = append(*to, f)
	}
	for _, b := range want {
		if f, ok := d.Feed(b); ok {
			keep(f, &ref, &refBads)
		}
	}
	dropped := p.dec.Dropped
	late := func() bool { return refBads > p.bads && bads == 0 }
	for end := time.After(20 * time.Second); late() || len(got) < len(ref) || len(ref) > 0 && !reflect.DeepEqual(got[len(got)-1], ref[len(ref)-1]); {
		select {
		case buf, ok := <-p.back:
			if !ok {
				return errors.New("the model ended")
			}
			for _, b := range buf {
				if f, ok := p.dec.Feed(b); ok {
					keep(f, &got, &bads)
				}
			}
		case <-end:
			return fmt.Errorf("RTL gives %+v\nGo    gives %+v", got, ref)
		}
	}
	p.bads = min(1, refBads-bads)
	if !reflect.DeepEqual(got, ref) || p.dec.Dropped > dropped || bads > refBads {
		return fmt.Errorf("RTL gives %+v, %d BAD\nGo    gives %+v, %d BAD; %d frames of the RTL broken", got, bads, ref, refBads, p.dec.Dropped-dropped)
	}
	return nil
}

// FuzzRTL runs the RTL's frame parser and executor against the Go decoder and
// device: same bytes, same replies, same words written.
func FuzzRTL(f *testing.F) {
	f.Add([]byte("\x40\x01\x03\x00\x00\x00abcdefgh\x40\x00\x03\x00\x00\x00"))
	f.Add([]byte{0x31, 0x58, 3, 0, 0, 0, 0x40, 0, 2, 0x40, 0, 0})
	m := buildFixture(f, 4)
	var p *pair
	f.Cleanup(func() {
		if p != nil {
			p.rtl.Kill()
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		if p == nil {
			var err error
			if p, err = newPair(m); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.round(stream(data, byte(p.nonce*37)+1)); err != nil {
			p.rtl.Kill()
			p = nil
			t.Fatal(err)
		}
	})
}

// TestRTLAgainstGo plays random streams on both; SNNC_FUZZ_LINK says how many.
func TestRTLAgainstGo(t *testing.T) {
	rounds := 400
	if n, err := strconv.Atoi(os.Getenv("SNNC_FUZZ_LINK")); err == nil {
		rounds = n
	}
	p, err := newPair(buildFixture(t, 4))
	require.NoError(t, err)
	defer p.rtl.Kill()
	rng := rand.New(rand.NewPCG(11, 1))
	for i := range rounds {
		data := make([]byte, rng.IntN(400))
		for k := range data {
			data[k] = byte(rng.Uint32())
			if rng.IntN(3) == 0 {
				data[k] = []byte{0x40, 0x44, 0x81, 0xC0, 0x42, 0x40}[rng.IntN(6)]
			}
		}
		require.NoError(t, p.round(stream(data, byte(p.nonce*37)+1)), "round %d", i)
	}
	require.NotZero(t, p.bus.count)
	t.Logf("%d rounds, %d requests executed, %d words written", rounds, p.ref.Executed, p.bus.count)
}
