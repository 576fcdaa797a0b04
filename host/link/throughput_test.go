package link_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/host/link"
	"github.com/snnc/snnc/verilator"
)

// Loading weights takes at least 80 % of what the line can carry. Measured in
// cycles of the Verilated link, bit by bit, with 4 cycles a bit: at 12 MHz that
// is 3 Mbaud, 300,000 bytes a second. Latency is what a USB adapter adds each
// way. SNNC_BENCH prints all of docs/benchmarks.md's rows.
func TestThroughput(t *testing.T) {
	m := buildFixture(t, 4)
	const mhz = 12
	type row struct {
		what  string
		us    int // latency each way
		words uint32
		least float64 // share of the line's bytes
	}
	rows := []row{{"write", 0, 0, 0.8}, {"read", 0, 0, 0.8}}
	if os.Getenv("SNNC_BENCH") != "" {
		rows = append(rows, row{"write", 500, 0, 0.8}, row{"write", 1000, 0, 0.8}, row{"read", 1000, 0, 0}, row{"write", 4000, 0, 0}, row{"write", 0, 0x000000C0, 0})
	}
	for _, r := range rows {
		t.Run(fmt.Sprintf("%s_%dus_%x", r.what, r.us, r.words), func(t *testing.T) {
			p, err := verilator.StartSerial(t.Context(), m, verilator.SerialOptions{Latency: r.us * mhz, Quiet: 4000 + 2*r.us*mhz})
			require.NoError(t, err)
			c := link.New(keep{p}, link.Options{Timeout: 30 * time.Second, Silence: 5 * time.Minute}) // cycles are measured, not this machine
			data := make([]uint32, 16<<10)                                                            // 64 KiB
			rng := rand.New(rand.NewPCG(3, 3))
			for i := range data {
				if data[i] = r.words; r.words == 0 {
					data[i] = rng.Uint32()
				}
			}
			b := &host.Batch{}
			for at := 0; at < len(data); at += 1024 { // the fixture's memory is smaller
				if r.what == "write" {
					b.Write(0x400000, data[at:at+1024]...)
				} else {
					b.Read(0x400000, data[at:at+1024])
				}
			}
			require.NoError(t, c.Do(t.Context(), b))
			s := c.Stats()
			require.NoError(t, c.Close())
			require.NoError(t, p.Close())
			f, err := p.Figures()
			require.NoError(t, err)
			cycles := f.Last - f.First
			share := float64(4*len(data)) / (float64(cycles) / (10 * 4))
			t.Logf("%s, %d µs each way: %d bytes in %d cycles: %.1f kB/s at 3 Mbaud, %.1f %% of the line; %d frames sent for %d",
				r.what, r.us, 4*len(data), cycles, float64(4*len(data))/(float64(cycles)/mhz)*1000, 100*share, s.Sent, s.Requests)
			require.GreaterOrEqual(t, share, r.least)
		})
	}
}

// keep leaves the process to the test that asks for its figures.
type keep struct{ *verilator.SerialProcess }

func (keep) Close() error { return nil }
