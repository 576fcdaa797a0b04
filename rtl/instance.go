package rtl

import (
	"bytes"
	"fmt"
	"strings"
)

// param is a named parameter or port connection.
type param struct{ name, value string }

func num(n int) string { return fmt.Sprint(n) }

// signed prints an integer of 32 bits as a Verilog constant.
func signed(n int32) string {
	if n == -1<<31 {
		return "32'sh80000000" // its magnitude is no 32-bit integer
	}
	return fmt.Sprint(n)
}

func flag(v bool) string {
	if v {
		return "1"
	}
	return "0"
}

// slice is field i of a packed vector.
func slice(name string, i, width int) string {
	if width == 1 {
		return fmt.Sprintf("%s[%d]", name, i)
	}
	return fmt.Sprintf("%s[%d:%d]", name, (i+1)*width-1, i*width)
}

// table is a packed vector of 32-bit fields, entry 0 lowest.
func table(n int, field func(int) int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[n-1-i] = fmt.Sprintf("32'd%d", field(i))
	}
	return wrapped(parts)
}

// flags is a packed vector of bits, entry 0 lowest.
func flags(n int, bit func(int) bool) string {
	s := make([]byte, n)
	for i := range s {
		s[n-1-i] = '0'
		if bit(i) {
			s[n-1-i] = '1'
		}
	}
	return fmt.Sprintf("%d'b%s", n, s)
}

// wrapped is a concatenation, eight fields a line.
func wrapped(parts []string) string {
	const perLine = 8
	if len(parts) <= perLine {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	var b strings.Builder
	b.WriteString("{")
	for i := 0; i < len(parts); i += perLine {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n      " + strings.Join(parts[i:min(i+perLine, len(parts))], ", "))
	}
	return b.String() + "\n    }"
}

// instance prints a module instance with aligned names.
func instance(b *bytes.Buffer, module, name string, params, ports []param) {
	fmt.Fprintf(b, "  %s ", module)
	if len(params) > 0 {
		b.WriteString("#(\n")
		connections(b, params)
		b.WriteString("  ) ")
	}
	fmt.Fprintf(b, "%s (\n", name)
	connections(b, ports)
	b.WriteString("  );\n\n")
}

func connections(b *bytes.Buffer, list []param) {
	width := 0
	for _, c := range list {
		width = max(width, len(c.name))
	}
	for i, c := range list {
		comma := ","
		if i == len(list)-1 {
			comma = ""
		}
		fmt.Fprintf(b, "    .%-*s (%s)%s\n", width, c.name, c.value, comma)
	}
}

// oneLine keeps text from a file inside the comment it is printed in.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, strings.ReplaceAll(s, "\\", "/"))
}

// identifier makes a name from a file part of a Verilog identifier.
func identifier(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s)
}
