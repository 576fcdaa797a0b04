package board_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/board"
)

func TestEmbeddedBoards(t *testing.T) {
	require.Equal(t, []string{"icebreaker", "ice40-hx8k", "arty-a7-35t", "colorlight-i5", "pynq-z2", "orangecrab-85f", "ulx3s-85f"}, board.Names())
	for _, b := range board.All() {
		_, off := board.Divisor(b.Clock.CoreMHz, b.UART.Baud)
		require.InDelta(t, 0, off, 0.02, "%s: a receiver loses the tenth bit beyond", b.Name)
	}
}

func TestUnknownBoard(t *testing.T) {
	_, err := board.Find("ulx3s")
	require.EqualError(t, err, `"ulx3s" is no board; the boards are icebreaker, ice40-hx8k, arty-a7-35t, colorlight-i5, pynq-z2, orangecrab-85f, ulx3s-85f`)
	b, err := board.Find("ulx3s-85f")
	require.NoError(t, err)
	require.Equal(t, "85k", b.Device)
}

// A file with one fault is refused by a line that names file and key.
func TestFaultyFiles(t *testing.T) {
	text, err := os.ReadFile("boards/ulx3s-85f.toml")
	require.NoError(t, err)
	for _, c := range []struct{ old, new, want string }{
		{`title `, "colour = 3\ntitle ", "board x.toml: key colour is unknown"},
		{`pll      = "EHXPLLL"`, `pll = "SB_PLL40_PAD"`, `board x.toml: clock.pll: "SB_PLL40_PAD"; allowed for ecp5: EHXPLLL`},
		{`mhz      = 25.0`, "", "board x.toml: clock.mhz: is missing"},
		{`mhz      = 25.0`, "mhz = nan", "board x.toml: clock.mhz: NaN; allowed are 1 to 400"},
		{`"L4"`, `"M1"`, "board x.toml: uart.tx: pin M1 is that of uart.rx too"},
		{`"0403:6015"`, `"0403-6015"`, `board x.toml: uart.usb: "0403-6015" is not vendor:product in lower-case hexadecimal`},
		{`"ecp5"`, `"gowin"`, `board x.toml: family: "gowin"; allowed are ice40, ecp5, xc7`},
		{`"o_wifi_gpio0"`, `"a b"`, `board x.toml: constant 0: name "a b" is no Verilog name in lower case`},
		{`lut        = 83640`, `lut = "many"`, "board x.toml: "},
		{`dsp        = 156`, `dsp = -1`, "board x.toml: memory.dsp: -1; allowed are 0 and more"},
		{`[clock]`, `[clock`, "board x.toml: "},
	} {
		require.Contains(t, string(text), c.old)
		_, err := board.Parse("x", strings.Replace(string(text), c.old, c.new, 1))
		require.ErrorContains(t, err, c.want)
	}
}
