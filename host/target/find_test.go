package target

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
)

func TestChoosePort(t *testing.T) {
	ice, err := board.Find("icebreaker")
	require.NoError(t, err)
	require.Equal(t, 1, ice.UART.Port)
	port := func(name, usb, serial string) flow.Port {
		return flow.Port{Name: name, USB: usb, Serial: serial, Boards: []string{"icebreaker", "ice40-hx8k"}}
	}
	other := flow.Port{Name: "/dev/ttyS0"}
	for _, c := range []struct {
		name  string
		ports []flow.Port
		want  string
		err   string
	}{
		{"the second of its chip's", []flow.Port{other, port("/dev/ttyUSB0", "0403:6010", "1"), port("/dev/ttyUSB1", "0403:6010", "1")}, "/dev/ttyUSB1", ""},
		{"not there", []flow.Port{other}, "", "no serial port of icebreaker is here (USB 0403:6010): is it connected?"},
		{"one port of two", []flow.Port{port("/dev/ttyUSB0", "0403:6010", "1")}, "", "no serial port of icebreaker"},
		{"two boards", []flow.Port{port("/dev/ttyUSB0", "0403:6010", "1"), port("/dev/ttyUSB1", "0403:6010", "1"), port("/dev/ttyUSB2", "0403:6010", "2"), port("/dev/ttyUSB3", "0403:6010", "2")},
			"", "icebreaker may be at /dev/ttyUSB1 or /dev/ttyUSB3: name one with --port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := choosePort(ice, c.ports)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
	_, err = choosePort(&board.Board{Name: "bare"}, nil)
	require.ErrorContains(t, err, "bare has no serial port of its own: name your adapter's with --port")
}
