package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTimeText(t *testing.T) {
	for us, text := range map[float64]string{0.5: "0.50 µs", 42.34: "42.3 µs", 999.6: "1000 µs", 1234: "1.23 ms", 8937500: "8.94 s", 1.2e9: "1200 s"} {
		require.Equal(t, text, timeText(us))
	}
}
