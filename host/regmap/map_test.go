package regmap_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/regmap"
)

func TestGeneratedFilesAreCurrent(t *testing.T) {
	for _, f := range regmap.Files() {
		got, err := os.ReadFile(filepath.Join("../..", f.Path))
		require.NoError(t, err)
		require.Equal(t, string(f.Data), string(got), "%s is out of date: run go generate ./host/regmap", f.Path)
	}
}

func TestRegistersAreUniqueAndInOrder(t *testing.T) {
	names, last := map[string]bool{}, -1
	for _, r := range regmap.Registers() {
		require.False(t, names[r.Name], r.Name)
		names[r.Name] = true
		require.Greater(t, r.Offset, last, r.Name)
		last = r.Offset
		var used uint32
		for _, f := range r.Fields {
			require.True(t, 0 <= f.Low && f.Low <= f.High && f.High <= 31, "%s.%s", r.Name, f.Name)
			mask := uint32(1<<(f.High-f.Low+1)-1) << f.Low
			require.Zero(t, used&mask, "%s.%s overlaps", r.Name, f.Name)
			used |= mask
		}
	}
	require.Less(t, last, 1<<regmap.ControlOffsetBits)
}

// The constants of the package and the macros of the header must be the same
// numbers, read back from the text and not from the table.
func TestHeaderHoldsTheConstants(t *testing.T) {
	macros := map[string]int64{}
	re := regexp.MustCompile("(?m)^`define (\\w+) +\\d+'([hd])(\\w+)")
	for _, m := range re.FindAllStringSubmatch(string(regmap.Verilog()), -1) {
		base := 10
		if m[2] == "h" {
			base = 16
		}
		v, err := strconv.ParseInt(m[3], base, 64)
		require.NoError(t, err)
		macros[m[1]] = v
	}
	for name, want := range map[string]int64{
		"SNNC_ID_VALUE":        regmap.IDValue,
		"SNNC_REG_CTRL":        regmap.Ctrl,
		"SNNC_REG_RUN_TICKS":   regmap.RunTicks,
		"SNNC_REG_SELECT":      regmap.Select,
		"SNNC_REG_EVENT_POP":   regmap.EventPop,
		"SNNC_REG_TICK_CYCLES": regmap.TickCycles,
		"SNNC_MEM_INPUT":       int64(regmap.Input),
		"SNNC_MEM_CURRENT":     int64(regmap.Current),
		"SNNC_REGION_INPUT":    regmap.InputBase >> 22,
		"SNNC_REGION_EVENTS":   regmap.EventsBase >> 21,
		"SNNC_SLIP_END":        regmap.SlipEnd,
		"SNNC_LINK_REPLY_GAP":  regmap.ReplyGap,
		"SNNC_REGION_WINDOW":   regmap.WindowBase >> 23,
	} {
		require.Equal(t, want, macros[name], name)
	}
}
