package virtual_test

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/link"
	"github.com/snnc/snnc/host/link/linktest"
	"github.com/snnc/snnc/host/virtual"
)

// words is a bus with memory.
type words map[uint32]uint32

func (w words) Read(a uint32) uint32 { return w[a] }
func (w words) Write(a, v uint32)    { w[a] = v }
func (w words) Running() bool        { return false }

// serve starts a device in Go behind an address and returns where it listens.
func serve(t *testing.T, address string, bus linktest.Bus) string {
	a, b := linktest.Pipe()
	d := &linktest.Device{Bus: bus}
	go d.Serve(b)
	l, err := virtual.Listen(address)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- virtual.Serve(ctx, a, l, nil) }()
	t.Cleanup(func() {
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
		b.Close()
	})
	return l.Address()
}

func dial(t *testing.T, address string) *link.Conn {
	line, err := link.Dial(t.Context(), address, 3000000)
	require.NoError(t, err)
	c := link.New(line, link.Options{Port: address, Silence: 2 * time.Second})
	t.Cleanup(func() { c.Close() })
	return c
}

// Hosts come and go over TCP and over a pseudo-terminal; the board keeps what
// it holds, and every byte passes.
func TestHostsComeAndGo(t *testing.T) {
	for _, address := range []string{"tcp:127.0.0.1:0", "pty"} {
		t.Run(address, func(t *testing.T) {
			if _, err := os.Stat("/dev/ptmx"); address == "pty" && err != nil {
				t.Skip(err)
			}
			at := serve(t, address, words{})
			data, got := make([]uint32, 4096), make([]uint32, 4096)
			for i := range data {
				data[i] = uint32(i) * 0x01030507 // all bytes
			}
			c := dial(t, at)
			require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(0x4000, data...)))
			c.Close()
			c = dial(t, at)
			require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Read(0x4000, got)))
			require.Equal(t, data, got)
		})
	}
}

// A host that comes while another is there takes the board over.
func TestTakesOver(t *testing.T) {
	at := serve(t, "tcp:127.0.0.1:0", words{})
	first := dial(t, at)
	require.NoError(t, first.Do(t.Context(), (&host.Batch{}).Write(1, 1)))
	second := dial(t, at)
	require.NoError(t, second.Do(t.Context(), (&host.Batch{}).Write(2, 2)))
	var down *link.LineError
	require.ErrorAs(t, first.Do(t.Context(), (&host.Batch{}).Write(3, 3)), &down)
}

func TestServeEndsWithTheBoard(t *testing.T) {
	a, b := linktest.Pipe()
	l, err := virtual.Listen("tcp:127.0.0.1:0")
	require.NoError(t, err)
	b.Close()
	require.ErrorIs(t, virtual.Serve(t.Context(), a, l, nil), io.EOF)
}

func TestListenRefuses(t *testing.T) {
	for _, a := range []string{"", "udp:1", "tcp:nonsense", "tcp:127.0.0.1:99999"} {
		_, err := virtual.Listen(a)
		require.Error(t, err, a)
	}
}

func TestDialSaysWhatIsWrong(t *testing.T) {
	for address, want := range map[string]string{
		"tcp:127.0.0.1:1":   "connection refused: is snnc serve running there?",
		"tcp:nowhere":       "missing port",
		"/dev/snnc-no-port": "there is no such port: snnc doctor lists those that there are",
		"/dev/null":         "this is no serial port",
	} {
		_, err := link.Dial(t.Context(), address, 0)
		require.ErrorContains(t, err, want, address)
		require.ErrorContains(t, err, address)
	}
}
