package rtl_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/rtl"
)

// sources of a design in the order of its list.
func sources(t *testing.T, dir string) string {
	return strings.Join(strings.Fields(in(t, dir, "grep", "^snnc", "files.f")), " ")
}

func TestYosysFindsNoProblemAndNoLatch(t *testing.T) {
	tool(t, "yosys")
	dir := emitted(t, 1)
	in(t, dir, "yosys", "-q", "-p", "read_verilog "+sources(t, dir)+
		"; hierarchy -check -top snnc_top; proc; check -assert; select -assert-none t:$dlatch t:$_DLATCH_*")
}

// The embedded network on 8 lanes: weights of 12,544 rows of 64 bits and every
// other memory of a core. As flip-flops the weights would fill the largest device
// of the family. Flip-flops are right for memories of up to 8 words only.
func TestMemoriesBecomeRAM(t *testing.T) {
	tool(t, "yosys")
	model := examples.FashionMLP()
	g, err := nir.Read(bytes.NewReader(model), int64(len(model)), "fashion_mlp.nir")
	require.NoError(t, err)
	c, err := compiler.Compile(context.Background(), g, "fashion_mlp", compiler.Options{Steps: 8, Lanes: 8}, compiler.Hooks{})
	require.NoError(t, err)
	d, err := rtl.Emit(c.Program, rtl.Options{})
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, d.Write(dir))
	// What synth_ecp5 and synth_ice40 do up to this step, without what takes long.
	out := in(t, dir, "yosys", "-p", "read_verilog "+sources(t, dir)+"; hierarchy -top snnc_top; proc; flatten; opt_expr; opt_clean; opt_dff; opt_clean; memory -nomap; design -push-copy; "+
		"log FAMILY; memory_libmap -lib +/ecp5/lutrams.txt -lib +/ecp5/brams.txt; design -pop; log FAMILY; memory_libmap -lib +/ice40/brams.txt")
	const fewRows = `(u_segments\.g_constant\.u_rom\.(genblk1\.)?g_(few|one)|g_queue\.g_small|u_core1_3\.(g_params\.u_params|u_state))\.mem$`
	logs := strings.Split(out, "\nFAMILY\n")
	require.Len(t, logs, 3)
	for k, f := range []struct {
		name, block string
		blocks      []string // memories of core 0 in block RAM
	}{
		{"ecp5", "$__ECP5_", []string{"g_ram.u_weights", "g_input.u_input"}},
		{"ice40", "$__ICE40_RAM4K_", []string{"g_ram.u_weights", "u_state", "g_params.u_params", "g_current.u_current", "g_input.u_input"}},
	} {
		t.Run(f.name, func(t *testing.T) {
			for _, m := range f.blocks {
				require.Contains(t, logs[k+1], "mapping memory snnc_top.u_core0_1."+m+".mem via "+f.block)
			}
			require.Contains(t, logs[k+1], "mapping memory snnc_top.u_core1_3.g_ram.u_weights.mem via "+f.block)
			for _, m := range regexp.MustCompile(`(?m)^using FF mapping for memory (\S+)`).FindAllStringSubmatch(logs[k+1], -1) {
				require.Regexp(t, fewRows, m[1])
			}
		})
	}
}
