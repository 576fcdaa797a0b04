package regmap

import (
	"bytes"
	"fmt"
)

// Verilog returns the contents of rtl/lib/snnc_regs.vh: macros, because a
// module that includes the file uses only some of them and unused localparams
// are lint warnings.
func Verilog() []byte {
	var b bytes.Buffer
	b.WriteString("// Register map of the host bus (docs/machine.md, section 7).\n")
	b.WriteString("// Generated from host/regmap by go generate; do not edit.\n\n")
	b.WriteString("`ifndef SNNC_REGS_VH\n`define SNNC_REGS_VH\n\n")
	fmt.Fprintf(&b, "`define SNNC_ID_VALUE      32'h%08X\n", IDValue)
	fmt.Fprintf(&b, "`define SNNC_VERSION_VALUE 32'd%d\n\n", VersionValue)
	b.WriteString("// Regions: the upper bits of the 24-bit word address.\n")
	fmt.Fprintf(&b, "`define SNNC_REGION_CONTROL 16'h%04X // bits 23..8\n", ControlBase>>ControlOffsetBits)
	fmt.Fprintf(&b, "`define SNNC_REGION_EVENTS  3'h%X     // bits 23..21\n", EventsBase>>EventsOffsetBits)
	fmt.Fprintf(&b, "`define SNNC_REGION_INPUT   2'h%X     // bits 23..22\n", InputBase>>InputOffsetBits)
	fmt.Fprintf(&b, "`define SNNC_REGION_WINDOW  1'h%X     // bit 23\n\n", WindowBase>>WindowOffsetBits)
	b.WriteString("// Control registers: bits 7..0 of the word address.\n")
	for _, r := range Registers() {
		fmt.Fprintf(&b, "`define SNNC_REG_%-11s 8'h%02X\n", r.Name, r.Offset)
	}
	b.WriteString("\n// Bit positions.\n")
	for _, r := range Registers() {
		if r.Name != "CTRL" && r.Name != "STATUS" {
			continue
		}
		for _, f := range r.Fields {
			fmt.Fprintf(&b, "`define SNNC_%s_%s %d\n", r.Name, upper(f.Name), f.Low)
		}
	}
	b.WriteString("\n// Memories of a core, as SELECT[7:0] numbers them.\n")
	for _, m := range Memories() {
		fmt.Fprintf(&b, "`define SNNC_MEM_%-8s 8'd%d\n", m.Name, m.ID)
	}
	b.WriteString("\n// Configuration of an overlay's core: words, and bit positions in the first.\n")
	fmt.Fprintf(&b, "`define SNNC_CONFIGS          %d\n", Configs)
	for _, r := range ConfigWords() {
		fmt.Fprintf(&b, "`define SNNC_CFG_%-12s %d\n", r.Name, r.Offset)
	}
	for _, f := range ConfigWords()[0].Fields {
		fmt.Fprintf(&b, "`define SNNC_CFG_%-12s %d\n", upper(f.Name), f.Low)
	}
	b.WriteString("\n// Plasticity unit: bits 22..10 of the window offset, or bits 5..0 where those are 0.\n")
	fmt.Fprintf(&b, "`define SNNC_LEARN_TABLE 13'd%d\n", LearnTable>>10)
	fmt.Fprintf(&b, "`define SNNC_LEARN_SEEDS 13'd%d\n", LearnSeeds>>10)
	for _, r := range LearnRegisters() {
		if r.Offset < LearnSums {
			fmt.Fprintf(&b, "`define SNNC_LEARN_%-10s 6'h%02X\n", r.Name, r.Offset)
		}
	}
	for _, r := range LearnRegisters()[:2] {
		for _, f := range r.Fields {
			fmt.Fprintf(&b, "`define SNNC_LEARN_%s %d\n", upper(f.Name), f.Low)
		}
	}
	linkMacros(&b)
	b.WriteString("\n`endif\n")
	return b.Bytes()
}

// Markdown returns the contents of docs/registers.md.
func Markdown() []byte {
	var b bytes.Buffer
	b.WriteString("# Registers\n\n")
	b.WriteString("<!-- Generated from host/regmap by go generate; do not edit. -->\n\n")
	b.WriteString("The host bus has 24-bit word addresses and 32-bit data; docs/machine.md, section 7, says how it moves.\n")
	b.WriteString("What has no register reads 0 and ignores writes.\n\n## Regions\n\n")
	b.WriteString("| addresses | region | contents |\n|---|---|---|\n")
	for _, r := range Regions() {
		fmt.Fprintf(&b, "| 0x%06X … 0x%06X | %s | %s |\n", r.First, r.Last, r.Name, r.Description)
	}
	b.WriteString("\n## Control registers\n\n")
	registerTable(&b, "0x%02X", Registers())
	b.WriteString("\n## Memories behind the window\n\n")
	b.WriteString("SELECT = core << 8 | memory. The window offset of a column is row << CB | column, CB = clog2(ceil(bits/32)).\n")
	b.WriteString("Rows and columns that do not exist read 0 and ignore writes.\n\n")
	b.WriteString("| memory | name | bits of a row | rows | contents |\n|---:|---|---|---|---|\n")
	for _, m := range Memories() {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s |\n", m.ID, m.Name, m.Row, m.Rows, m.Description)
	}
	b.WriteString("\n## Configuration of an overlay's core\n\nWords of memory CONFIG; docs/machine.md, section 9, says what they mean.\n\n")
	registerTable(&b, "0x%02X", ConfigWords())
	b.WriteString("\n## Plasticity unit\n\nOffsets in memory LEARN; docs/machine.md, section 8, says what the unit does.\n\n")
	registerTable(&b, "0x%03X", LearnRegisters())
	fmt.Fprintf(&b, "- 0x%03X … 0x%03X, write only: table of 16-bit signed entries: that of d = t_post − t_pre lies at d + T − 1 modulo 2^clog2(4T), and with the upper bit of that turned over for pairs with a silent neuron.\n", LearnTable, LearnSeeds-1)
	fmt.Fprintf(&b, "- 0x%03X … 0x%03X, write only: random register of each 16 lanes, not 0.\n", LearnSeeds, LearnSeeds+63)
	return b.Bytes()
}

// registerTable writes registers and the notes on them.
func registerTable(b *bytes.Buffer, address string, list []Register) {
	b.WriteString("| address | name | access | after reset | bits | meaning |\n|---:|---|---|---|---:|---|\n")
	for _, r := range list {
		for i, f := range r.Fields {
			bits := fmt.Sprintf("%d..%d", f.High, f.Low)
			if f.High == f.Low {
				bits = fmt.Sprint(f.Low)
			}
			meaning := f.Description
			if f.Name != "value" {
				meaning = f.Name + ": " + meaning
			}
			if i > 0 {
				fmt.Fprintf(b, "| | | | | %s | %s |\n", bits, meaning)
				continue
			}
			fmt.Fprintf(b, "| "+address+" | %s | %s | %s | %s | %s |\n", r.Offset, r.Name, r.Access, r.Reset, bits, meaning)
		}
	}
	b.WriteString("\nNotes.\n\n")
	for _, r := range list {
		if r.Description != "" {
			fmt.Fprintf(b, "- %s: %s\n", r.Name, r.Description)
		}
	}
}

func upper(s string) string { return string(bytes.ToUpper([]byte(s))) }

// Files returns the generated files by their path from the repository root.
func Files() []struct {
	Path string
	Data []byte
} {
	return []struct {
		Path string
		Data []byte
	}{
		{"docs/registers.md", Markdown()},
		{"docs/link.md", LinkMarkdown()},
		{"rtl/lib/snnc_regs.vh", Verilog()},
	}
}
