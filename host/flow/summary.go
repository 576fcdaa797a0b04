package flow

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/snnc/snnc/host/board"
)

// Summary is what a build tells of itself; summary.json beside the bitstream.
type Summary struct {
	Board     string       `json:"board"`
	Device    string       `json:"device"`
	Name      string       `json:"name"`
	Program   string       `json:"program"` // what the registers DIGEST0..3 of the board will say
	Used      []Usage      `json:"used,omitempty"`
	Fmax      float64      `json:"fmax_mhz,omitempty"`
	MHz       float64      `json:"clock_mhz"`
	PLL       bool         `json:"pll"`
	Baud      int          `json:"baud"`
	Divisor   int          `json:"uart_divisor"` // clock cycles of a bit
	Seed      int          `json:"seed,omitempty"`
	Seeds     []SeedResult `json:"seeds,omitempty"`
	Bitstream string       `json:"bitstream,omitempty"`
	Bytes     int          `json:"bytes,omitempty"`
	SHA256    string       `json:"sha256,omitempty"`
	Tools     []Version    `json:"tools,omitempty"`
	// Project is the script that a user gives to the vendor's tool, of boards
	// that no open tool places.
	Project string `json:"project,omitempty"`
}

// SeedResult is what one seed of place and route reached.
type SeedResult struct {
	Seed int     `json:"seed"`
	Fmax float64 `json:"fmax_mhz"`
}

// Of returns a resource's usage; zero if the device has no such thing.
func (s *Summary) Of(name string) Usage {
	for _, u := range s.Used {
		if u.Name == name {
			return u
		}
	}
	return Usage{Name: name}
}

func (s *Summary) write(path string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// Load returns the summary of a build and the path of its bitstream, which is
// checked against it.
func Load(dir string, b *board.Board) (*Summary, string, error) {
	folder := FolderOf(dir, b)
	text, err := os.ReadFile(filepath.Join(folder, SummaryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", fmt.Errorf("%s has no build for %s; make it by snnc build %[1]s --board %[2]s", dir, b.Name)
	}
	if err != nil {
		return nil, "", err
	}
	s := &Summary{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, "", fileError(filepath.Join(folder, SummaryFile), err)
	}
	if s.Bitstream == "" {
		return s, "", fmt.Errorf("%s is a project for the vendor's tool, with no bitstream; run %s first", folder, s.Project)
	}
	path := filepath.Join(folder, s.Bitstream)
	bits, err := os.ReadFile(path)
	if err != nil {
		return nil, "", err
	}
	if sum := sha256.Sum256(bits); hex.EncodeToString(sum[:]) != s.SHA256 {
		return nil, "", fmt.Errorf("%s is not what snnc build wrote: its SHA-256 differs from that in %s; build again", path, SummaryFile)
	}
	return s, path, nil
}
