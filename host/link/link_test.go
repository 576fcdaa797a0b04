package link_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/link"
	"github.com/snnc/snnc/host/link/linktest"
	"github.com/snnc/snnc/host/regmap"
)

// memory is a bus that remembers every write in order.
type memory struct {
	words   map[uint32]uint32
	log     []uint32     // address, value
	running atomic.Int64 // times that Running says so
	status  []uint32     // what STATUS reads, in turn
}

func newMemory() *memory { return &memory{words: map[uint32]uint32{}} }

func (m *memory) Read(a uint32) uint32 {
	if a == regmap.Status && len(m.status) > 0 {
		v := m.status[0]
		m.status = m.status[1:]
		return v
	}
	return m.words[a]
}

func (m *memory) Write(a, v uint32) {
	m.words[a] = v
	m.log = append(m.log, a, v)
}

func (m *memory) Running() bool {
	return m.running.Add(-1) >= 0
}

// board starts a device on one end of a line and returns the other.
func board(t *testing.T, bus linktest.Bus) (io.ReadWriteCloser, *linktest.Device) {
	a, b := linktest.Pipe()
	d := &linktest.Device{Bus: bus}
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Serve(b)
	}()
	t.Cleanup(func() {
		b.Close()
		<-done
	})
	return a, d
}

func TestBatchesGoThrough(t *testing.T) {
	m := newMemory()
	line, dev := board(t, m)
	c := link.New(line, link.Options{})
	defer c.Close()
	data := make([]uint32, 1000)
	for i := range data {
		data[i] = uint32(i) * 0x9E3779B1
	}
	back, pair, same := make([]uint32, 1000), make([]uint32, 5), make([]uint32, 3)
	b := (&host.Batch{}).Write(0x4000F0, data...).Read(0x4000F0, back).Write(7, 70, 71).ReadSame(7, 2, pair).ReadSame(8, 1, same)
	require.NoError(t, c.Do(t.Context(), b))
	require.Equal(t, data, back)
	require.Equal(t, []uint32{70, 71, 70, 71, 70}, pair)
	require.Equal(t, []uint32{71, 71, 71}, same)
	require.Len(t, m.log, 2*1002)
	s := c.Stats()
	require.EqualValues(t, s.Requests, dev.Executed)
	require.EqualValues(t, s.Sent, s.Requests+1, "on a good line nothing goes twice")
	require.NoError(t, c.Do(t.Context(), &host.Batch{}))
}

// What cannot be a frame is refused before anything is sent.
func TestRefusesOperations(t *testing.T) {
	m := newMemory()
	line, _ := board(t, m)
	c := link.New(line, link.Options{})
	defer c.Close()
	for _, b := range []*host.Batch{
		(&host.Batch{}).Write(5, 1).Write(0xFFFFFF, 1, 2),
		(&host.Batch{}).Write(5, 1).Read(0x1000000, make([]uint32, 1)),
		{Ops: []host.Op{{Kind: host.OpWrite, Addr: 5, Data: []uint32{1}}, {Kind: 9}}},
	} {
		require.ErrorContains(t, c.Do(t.Context(), b), "operation 1")
	}
	require.Empty(t, m.log)
}

func TestWaitsForAnIdleMachine(t *testing.T) {
	m := newMemory()
	line, _ := board(t, m)
	c := link.New(line, link.Options{})
	defer c.Close()
	m.running.Store(1000) // the device asks 64 times and answers BUSY
	var after [1]uint32
	b := (&host.Batch{}).Write(3, 33).Poll(regmap.Status, regmap.StatusRunning, 0, 100<<20).Read(3, after[:]).Write(4, 44)
	require.NoError(t, c.Do(t.Context(), b))
	require.Less(t, m.running.Load(), int64(1))
	require.Equal(t, []uint32{3, 33, 4, 44}, m.log)
	require.EqualValues(t, 33, after[0])

	m.running.Store(1 << 40)
	b = (&host.Batch{}).Poll(regmap.Status, regmap.StatusRunning, 0, 3<<20).Write(4, 55)
	var poll *host.PollError
	require.ErrorAs(t, c.Do(t.Context(), b), &poll)
	require.EqualValues(t, regmap.Status, poll.Addr)
	require.Equal(t, []uint32{3, 33, 4, 44}, m.log, "nothing behind a poll that was not met is executed")
	m.running.Store(0)
	require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(4, 66)))
	require.EqualValues(t, 66, m.words[4])
}

// A poll of anything else is asked again and again; nothing overtakes it.
func TestPolls(t *testing.T) {
	m := newMemory()
	line, _ := board(t, m)
	c := link.New(line, link.Options{})
	defer c.Close()
	m.status = []uint32{0, 0, 0, 0, 2}
	b := (&host.Batch{}).Poll(regmap.Status, 2, 2, 10).Write(4, 44)
	require.NoError(t, c.Do(t.Context(), b))
	require.Empty(t, m.status)
	require.EqualValues(t, 2, b.Ops[0].Data[0])
	var poll *host.PollError
	require.ErrorAs(t, c.Do(t.Context(), (&host.Batch{}).Poll(9, 1, 1, 4).Write(5, 5)), &poll)
	require.NotContains(t, m.words, uint32(5))
}

// A device that was reset answers LOST until someone begins a session.
func TestResetIsNotTakenForASession(t *testing.T) {
	m := newMemory()
	line, dev := board(t, m)
	c := link.New(line, link.Options{Port: "here"})
	defer c.Close()
	require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(1, 1)))
	*dev = linktest.Device{Bus: m}
	var reset *link.ResetError
	err := c.Do(t.Context(), (&host.Batch{}).Write(2, 2))
	require.ErrorAs(t, err, &reset)
	require.EqualError(t, err, "here: the board was reset: what it held is lost; deploy again")
	require.NotContains(t, m.words, uint32(2))
	require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(3, 3)))
}

func TestSilence(t *testing.T) {
	short := link.Options{Port: "here", Timeout: 5 * time.Millisecond, Silence: 30 * time.Millisecond}
	t.Run("nobody", func(t *testing.T) {
		a, _ := linktest.Pipe()
		c := link.New(a, short)
		defer c.Close()
		err := c.Do(t.Context(), (&host.Batch{}).Write(1, 1))
		var silent *link.SilentError
		require.ErrorAs(t, err, &silent)
		require.Contains(t, err.Error(), "here: no answer in")
	})
	t.Run("someone else", func(t *testing.T) {
		a, b := linktest.Pipe()
		c := link.New(a, short)
		defer c.Close()
		go func() {
			for range 50 {
				b.Write([]byte("login: \xC0\xC0"))
				time.Sleep(time.Millisecond)
			}
		}()
		require.ErrorContains(t, c.Do(t.Context(), (&host.Batch{}).Write(1, 1)), "no frame of this link")
	})
	t.Run("an echo", func(t *testing.T) {
		a, b := linktest.Pipe()
		c := link.New(a, short)
		defer c.Close()
		go io.Copy(b, b)
		require.ErrorContains(t, c.Do(t.Context(), (&host.Batch{}).Write(1, 1)), "no frame of this link")
	})
	t.Run("unplugged", func(t *testing.T) {
		line, _ := board(t, newMemory())
		c := link.New(line, short)
		defer c.Close()
		require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(1, 1)))
		line.Close()
		var down *link.LineError
		require.ErrorAs(t, c.Do(t.Context(), (&host.Batch{}).Write(1, 1)), &down)
	})
}

func TestStopsWithItsContext(t *testing.T) {
	m := newMemory()
	line, dev := board(t, m)
	c := link.New(line, link.Options{})
	defer c.Close()
	require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(1, 1)))
	m.running.Store(1 << 40)
	dev.Patience = 1 << 24
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := c.Do(ctx, (&host.Batch{}).Poll(regmap.Status, regmap.StatusRunning, 0, 1<<31))
	require.True(t, errors.Is(err, context.DeadlineExceeded))
	m.running.Store(0)
	require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(2, 2)))
}

// Frames fit the ring that the device says it has.
func TestSmallBuffer(t *testing.T) {
	m := newMemory()
	line, dev := board(t, m)
	dev.Buffer = regmap.MinBuffer
	c := link.New(line, link.Options{Words: regmap.LinkMaxWords})
	defer c.Close()
	data := make([]uint32, 3000)
	for i := range data {
		data[i] = uint32(i)
	}
	require.NoError(t, c.Do(t.Context(), (&host.Batch{}).Write(0x4000, data...)))
	require.Len(t, m.log, 2*len(data))
	s := c.Stats()
	require.EqualValues(t, s.Requests+1, s.Sent)
}

// Writes that follow each other in address share frames.
func TestMergesWrites(t *testing.T) {
	m := newMemory()
	line, dev := board(t, m)
	c := link.New(line, link.Options{})
	defer c.Close()
	b := &host.Batch{}
	words := []uint32{7, 8}
	b.Write(0x100, words...)
	for i := range uint32(50) {
		b.Write(0x102+i, i)
	}
	b.Write(0x200, 1).Write(0x300, 2)
	require.NoError(t, c.Do(t.Context(), b))
	require.Equal(t, 3, dev.Executed)
	require.Len(t, m.log, 2*54)
	require.Equal(t, []uint32{7, 8}, words)
	require.EqualValues(t, 49, m.words[0x133])
}
