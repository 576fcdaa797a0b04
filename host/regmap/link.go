package regmap

import (
	"bytes"
	"fmt"
)

// Bytes of the line that have a meaning of their own (SLIP, RFC 1055).
const (
	SlipEnd    = 0xC0
	SlipEsc    = 0xDB
	SlipEscEnd = 0xDC
	SlipEscEsc = 0xDD
)

// The first byte of a frame: who sends it in the upper half, what it is in
// the lower.
const (
	LinkRequest = 0x5
	LinkReply   = 0xA

	// Bits of a request.
	RequestWrite = 1 << 0 // words follow; else the words are read
	RequestSame  = 1 << 1 // all at one address
	RequestWait  = 1 << 2 // not before the machine is idle
	RequestHello = 1 << 3

	// Replies. Bit 0 says that words follow, as in a request.
	ReplyAck   = 0x0
	ReplyData  = 0x1
	ReplyGap   = 0x2
	ReplyBusy  = 0x4
	ReplyLost  = 0x6
	ReplyBad   = 0x8
	ReplyHello = 0xA
)

// Sizes of a frame, unstuffed.
const (
	LinkHeader   = 6   // kind, count, sequence number, three of the address
	LinkTrailer  = 4   // CRC-32
	LinkMaxWords = 255 // of a frame
	LinkBurst    = 256 // addresses of a frame share all bits above these
	LinkSpace    = 256 // sequence numbers
	LinkWindow   = 127 // most frames under way
	MinBuffer    = 9   // log2 of the device's buffer
	MaxBuffer    = 11
)

// LinkCode is a code of the first byte of a frame, for the document and the
// Verilog header.
type LinkCode struct {
	Name    string
	Value   int
	Meaning string
}

// RequestBits returns the bits of a request's kind.
func RequestBits() []LinkCode {
	return []LinkCode{
		{"WRITE", 0, "count words follow and are written; without it count words are read"},
		{"SAME", 1, "all words go to, or come from, one address; without it bits 7..0 of the address count up"},
		{"WAIT", 2, "executed only while STATUS.running is 0; the device waits for that, and answers BUSY when it has waited long"},
		{"HELLO", 3, "begins a session: the sequence number of this frame is the one expected; nothing is written or read. With WRITE the frame is dropped"},
	}
}

// Replies returns the codes of a reply's kind.
func Replies() []LinkCode {
	return []LinkCode{
		{"ACK", ReplyAck, "a write, or a read of no words, was executed, now or before"},
		{"DATA", ReplyData, "count words that were read follow"},
		{"GAP", ReplyGap, "not executed: a request before it is missing"},
		{"BUSY", ReplyBusy, "not executed: WAIT, and the machine still runs"},
		{"LOST", ReplyLost, "not executed: no session; the device was reset"},
		{"BAD", ReplyBad, "a frame was dropped; the other fields mean nothing"},
		{"HELLO", ReplyHello, "session begun; count is log2 of the bytes of the device's buffer"},
	}
}

func linkMacros(b *bytes.Buffer) {
	b.WriteString("\n// Serial link: docs/link.md.\n")
	for _, d := range []LinkCode{{"END", SlipEnd, ""}, {"ESC", SlipEsc, ""}, {"ESC_END", SlipEscEnd, ""}, {"ESC_ESC", SlipEscEsc, ""}} {
		fmt.Fprintf(b, "`define SNNC_SLIP_%-7s 8'h%02X\n", d.Name, d.Value)
	}
	fmt.Fprintf(b, "`define SNNC_LINK_REQUEST 4'h%X // bits 7..4 of a frame's first byte\n", LinkRequest)
	fmt.Fprintf(b, "`define SNNC_LINK_REPLY   4'h%X\n", LinkReply)
	for _, d := range RequestBits() {
		fmt.Fprintf(b, "`define SNNC_LINK_%s %d\n", d.Name, d.Value)
	}
	b.WriteString("`define SNNC_LINK_DATA 0 // of a reply: words follow\n")
	for _, d := range Replies() {
		fmt.Fprintf(b, "`define SNNC_LINK_REPLY_%-5s 4'h%X\n", d.Name, d.Value)
	}
}

// LinkMarkdown returns the contents of docs/link.md.
func LinkMarkdown() []byte {
	var b bytes.Buffer
	b.WriteString("# Link\n\n")
	b.WriteString("<!-- Generated from host/regmap by go generate; do not edit. -->\n\n")
	b.WriteString(linkIntroduction)
	b.WriteString("## Frames\n\n")
	b.WriteString("A byte is 8 data bits without parity and 1 stop bit. Between two frames stands at least one END; bytes of a frame that are\n" +
		"END or ESC go as two (SLIP, RFC 1055):\n\n| byte | on the line |\n|---|---|\n")
	fmt.Fprintf(&b, "| END 0x%02X, ends a frame | 0x%02X |\n| 0x%02X in a frame | 0x%02X 0x%02X |\n| 0x%02X (ESC) in a frame | 0x%02X 0x%02X |\n\n",
		SlipEnd, SlipEnd, SlipEnd, SlipEsc, SlipEscEnd, SlipEsc, SlipEsc, SlipEscEsc)
	b.WriteString("Unstuffed, a request and a reply are alike:\n\n| bytes | field | |\n|---|---|---|\n")
	fmt.Fprintf(&b, "| 0 | kind | bits 7..4: 0x%X in a request, 0x%X in a reply; bits 3..0: below |\n", LinkRequest, LinkReply)
	fmt.Fprintf(&b, "| 1 | count | words, 0 to %d |\n", LinkMaxWords)
	b.WriteString("| 2 | sequence number | of the request; a reply has that of its request |\n")
	fmt.Fprintf(&b, "| 3 … 5 | address | low byte first. All words of a frame lie in the same %d addresses. In the reply to a HELLO it is the HELLO's; bits 7..0 of any other mean nothing |\n", LinkBurst)
	b.WriteString("| 6 … | words | only if bit 0 of kind is 1: 4·count bytes, low byte first |\n")
	b.WriteString("| last 4 | CRC-32 | of all before it, as in IEEE 802.3 (zlib's), low byte first |\n\n")
	b.WriteString("A frame is dropped if its length is not the one that kind and count give, if its CRC is wrong, if an ESC is not followed by one\nof the two bytes above, " +
		"if bits 7..4 of kind are not those of the sender, or if it does not fit the buffer.\n\n")
	b.WriteString("| bit of a request | name | meaning |\n|---:|---|---|\n")
	for _, d := range RequestBits() {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", d.Value, d.Name, d.Meaning)
	}
	b.WriteString("\n| reply | name | meaning |\n|---:|---|---|\n")
	for _, d := range Replies() {
		fmt.Fprintf(&b, "| 0x%X | %s | %s |\n", d.Value, d.Name, d.Meaning)
	}
	b.WriteString("\n")
	b.WriteString(linkRules)
	return b.Bytes()
}
