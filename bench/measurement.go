package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/snnc/snnc/internal/table"
)

// Measurement is a figure and, where there is one, what it is held against.
// Ratio is Value/PeerValue. Without a peer, Peer is "" and both are 0.
type Measurement struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Peer      string  `json:"peer"`
	PeerValue float64 `json:"peer_value"`
	Ratio     float64 `json:"ratio"`
}

func alone(name string, value float64, unit string) Measurement {
	return Measurement{Name: name, Value: value, Unit: unit}
}

func against(name string, value float64, unit, peer string, peerValue float64) Measurement {
	return Measurement{name, value, unit, peer, peerValue, value / peerValue}
}

// WriteFile writes the measurements as a JSON list.
func WriteFile(path string, all []Measurement) error { return writeJSON(path, all) }

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}

// WriteTable prints the measurements for people. A peer's versions and options,
// after the first comma of its name, are in the file alone.
func WriteTable(w io.Writer, all []Measurement) error {
	columns := []table.Column{{Name: "measured", Text: true}, {Name: "value"}, {Name: "unit", Text: true}, {Name: "peer", Text: true}, {Name: "peer value"}, {Name: "ratio"}}
	var rows [][]any
	for _, m := range all {
		row := []any{m.Name, figure(m.Value), m.Unit, table.None, table.None, table.None}
		if m.Peer != "" {
			peer, _, _ := strings.Cut(m.Peer, ",")
			row[3], row[4], row[5] = peer, figure(m.PeerValue), figure(m.Ratio)
		}
		rows = append(rows, row)
	}
	return table.Write(w, columns, rows)
}

// figure prints integers whole and the rest with four digits.
func figure(v float64) string {
	switch {
	case v == float64(int64(v)):
		return strconv.FormatInt(int64(v), 10)
	case v >= 1000 || v <= -1000:
		return fmt.Sprintf("%.0f", v)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
