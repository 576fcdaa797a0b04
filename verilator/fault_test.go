package verilator_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/cosim"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/verilator"
)

// fault is a small textual change of one library file. A fault of a core's
// module is put into one core alone, so that the difference must name it.
type fault struct {
	name     string
	file     string
	from, to string
	seed     uint64                    // network of internal/randnet that uses the changed line
	core     int                       // the core that gets the fault; −1: not a module of cores
	kinds    []string                  // what the first difference may be
	options  func(o *compiler.Options) // makes what the fault needs likely; nil: as drawn
}

var spike = []string{"push", "tick end", "state"}

func fortySteps(o *compiler.Options) { o.Steps = 40 }

var faults = []fault{
	{"threshold compared with or-equal", "snnc_neuron.v", "(v_new > threshold)", "(v_new >= threshold)", 1, 4, spike,
		func(o *compiler.Options) { o.ThresholdBits, o.WeightBits, o.Compare, o.Steps = 4, 4, "gt", 40 }},
	{"leak rounds down", "snnc_leak.v", ": p[DECAY_BITS-1] && (rest || !i_value[BITS-1]);", ": 1'b0;", 5, 0, spike, nil},
	{"saturation removed", "snnc_neuron.v", "v_new = fits ? sum[SB-1:0] : {sum[SUM-1], {(SB-1){!sum[SUM-1]}}}", "v_new = sum[SB-1:0]", 0, 2, spike, fortySteps},
	{"step 0 keeps the old membrane", "snnc_neuron.v", "i_first ? {SB{1'b0}} : i_state", "i_state", 5, 1, spike, nil},
	{"reset by subtraction takes one more", "snnc_neuron.v", "v_new - threshold;", "v_new - threshold - 1'b1;", 30, 1, spike, nil},
	{"weight row one too far", "snnc_walk.v", "row_q  <= in_seg ? row : row_q", "row_q  <= in_seg ? row + 1'b1 : row_q", 5, 1, spike, nil},
	{"bits of a word walked from the top row", "snnc_walk.v", "s1_bit_q    <= bit_index;", "s1_bit_q    <= ~bit_index;", 5, 0, spike, nil},
	{"plane doubling missing", "snnc_walk.v", "s1_double_q <= in_seg && double;", "s1_double_q <= 1'b0;", 30, 2, spike, nil},
	{"sign plane added", "snnc_walk.v", "s1_sub_q    <= negate_q;", "s1_sub_q    <= 1'b0;", 30, 0, spike, nil},
	{"slot of a ring never cleared", "snnc_spikes.v", "(i_clear_slot && (i_slot == s))", "1'b0", 0, 2, append(spike, "spikes"), fortySteps},
	{"state of a core's last row not written", "snnc_update.v", "assign o_state_we   = valid_out_q;", "assign o_state_we   = valid_out_q && (row_q != LAST_ROW[ADDR-1:0]);", 5, 0, spike, nil},
	{"spike word completed without its last part", "snnc_update.v", "? shorter : whole;", "? shorter : whole & {{UPDATE{1'b0}}, {KEPT{1'b1}}};", 5, 0, spike, nil},
	{"route offset one too far", "snnc_send.v", "wire [31:0] sum = BASE + (", "wire [31:0] sum = BASE + 1 + (", 5, -1, []string{"delivery"}, nil},
	{"ring slot of the tick before", "snnc_send.v", "{16'd0, i_tick} & MASK", "({16'd0, i_tick} + 1) & MASK", 5, -1, []string{"delivery"}, nil},
	{"bus pointer stuck", "snnc_bus.v", "else if (granted)     after_q <=", "else if (1'b0)        after_q <=", 30, -1, []string{"delivery", "tick end"}, nil},
	{"router pointer stuck", "snnc_router.v", "else if (moved)       after_q <=", "else if (1'b0)        after_q <=", 5, -1, []string{"delivery", "tick end"}, fortySteps},
	{"tick ends a cycle late", "snnc_ctrl.v", "busy_q <= i_busy;", "busy_q <= i_busy || (busy_q && count_q[0]);", 5, -1, []string{"tick end"}, nil},
	{"tick never ends", "snnc_ctrl.v", "busy_q <= i_busy;", "busy_q <= i_busy || tick_q == 16'd2;", 5, -1, []string{"tick end"}, nil},
	{"cycle counter starts late", "snnc_ctrl.v", "else if (o_running)                    cycles_q", "else if (o_running && !o_clear)         cycles_q", 5, -1, []string{"cycles"}, nil},
}

// coreModules make up a core; the others exist once in a design.
var coreModules = []string{"snnc_rom", "snnc_segments", "snnc_walk", "snnc_spikes", "snnc_lanes", "snnc_leak", "snnc_neuron", "snnc_update", "snnc_core"}

// write writes a design with a fault.
func (f *fault) write(t *testing.T, d *rtl.Design, cores int, dir string) {
	t.Helper()
	require.NoError(t, d.Write(dir))
	text := string(d.File(f.file))
	require.Equal(t, 1, strings.Count(text, f.from), "%s must hold %q once: the RTL changed, mend the fault", f.file, f.from)
	broken := strings.Replace(text, f.from, f.to, 1)
	put := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	if f.core < 0 {
		put(f.file, broken)
		return
	}
	// The core's modules a second time under other names, used by one core.
	name := regexp.MustCompile(`\b(` + strings.Join(coreModules, "|") + `)\b`)
	files := string(d.File("files.f"))
	for _, m := range coreModules {
		source := string(d.File(m + ".v"))
		if m+".v" == f.file {
			source = broken
		}
		put(m+"_faulty.v", name.ReplaceAllString(source, "${1}_faulty"))
		files += m + "_faulty.v\n"
	}
	put("files.f", files)
	parts := strings.Split(string(d.File("snnc_top.v")), "snnc_core #(")
	require.Len(t, parts, cores+1, "snnc_top.v must instantiate each core once")
	top := strings.Join(parts[:f.core+1], "snnc_core #(") + "snnc_core_faulty #(" + strings.Join(parts[f.core+1:], "snnc_core #(")
	put("snnc_top.v", top)
}

// Every small fault of the RTL is found, in the core that has it.
func TestVerifyFindsFaults(t *testing.T) {
	if _, err := verilator.FindTools(); err != nil {
		t.Skipf("not run: %v", err)
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			c := randnet.New(f.seed)
			if f.options != nil {
				f.options(&c.Options)
			}
			out, err := compiler.Compile(context.Background(), c.Graph, fmt.Sprintf("random_%d", f.seed), c.Options, compiler.Hooks{})
			require.NoError(t, err)
			p := out.Program
			d, err := rtl.Emit(p, rtl.Options{})
			require.NoError(t, err)
			dir := t.TempDir()
			f.write(t, d, len(p.Cores), dir)
			ref, err := cosim.New(p)
			require.NoError(t, err)
			samples := verilator.Samples{N: 12, At: func(i int) ([]*ir.Frames, error) {
				return []*ir.Frames{c.Sample(p.Inputs[0].N, i)}, nil
			}}
			r, err := verilator.Verify(t.Context(), p, dir, ref, samples, verilator.VerifyOptions{NoWaves: true})
			require.NoError(t, err)
			require.NotNil(t, r.Difference, "%d samples agree", r.Samples)
			t.Logf("%s\n%s", f.name, r.Difference)
			require.True(t, slices.Contains(f.kinds, r.Difference.Kind), "kind %q", r.Difference.Kind)
			if f.core >= 0 {
				require.Equal(t, f.core, r.Difference.Core)
			}
		})
	}
}
