// Package events reads recordings of event cameras: N-MNIST's binary records,
// AEDAT 2.0, 3.1 and 4, NumPy event arrays and text; and bins them into frames. It
// holds no labels and no data sets (package data does).
//
// A reader takes a whole file and returns its events in the file's order, times
// in microseconds as the file counts them. What is truncated, out of order or
// off the sensor is an error that names the byte.
package events

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Event is a change of brightness at a pixel.
type Event struct {
	T    int64 // microseconds
	X, Y uint16
	On   bool // brighter
}

// Recording is what a file holds.
type Recording struct {
	Events []Event
	// Width and Height are the sensor's where the file or its kind says so, else 0.
	Width, Height int
}

// Read reads a file, told apart by its content; .bin and .bs2 are N-MNIST's,
// which has no mark.
func Read(path string) (*Recording, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := decode(b, strings.ToLower(filepath.Ext(path)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Recognises tells whether a file's name or first bytes are of a kind that
// Read reads. Text is only recognised by its first bytes.
func Recognises(path string, start []byte) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".bin", ".bs2", ".aedat", ".aedat4":
		return true
	case ".txt", ".csv":
		return looksLikeText(start)
	}
	return strings.HasPrefix(string(start), "#!AER-DAT")
}

func decode(b []byte, ext string) (*Recording, error) {
	text := string(b[:min(len(b), 16)])
	var r *Recording
	var err error
	switch {
	case len(b) == 0:
		return nil, errors.New("the file is empty")
	case strings.HasPrefix(text, "#!AER-DAT4.0"):
		r, err = readAEDAT4(b)
	case strings.HasPrefix(text, "#!AER-DAT3.1"):
		r, err = readAEDAT31(b)
	case strings.HasPrefix(text, "#!AER-DAT2.0"):
		r, err = readAEDAT2(b)
	case strings.HasPrefix(text, "#!AER-DAT"):
		return nil, fmt.Errorf("AEDAT version %q is not read; 2.0, 3.1 and 4.0 are", strings.TrimSpace(text[9:min(12, len(text))]))
	case strings.HasPrefix(text, "\x93NUMPY"):
		r, err = readNPY(b)
	case ext == ".bin" || ext == ".bs2":
		r, err = readNMNIST(b)
	case (ext == ".txt" || ext == ".csv") && looksLikeText(b[:min(len(b), 256)]):
		r, err = readText(b)
	default:
		return nil, errors.New("no known event format: AEDAT 2.0, 3.1 and 4.0, .npy event arrays, .txt and .csv of events and N-MNIST's .bin are read")
	}
	if err != nil {
		return nil, err
	}
	return r, r.check()
}

// check refuses times that go backwards and pixels off the sensor.
func (r *Recording) check() error {
	for i := range r.Events {
		e := &r.Events[i]
		if i > 0 && e.T < r.Events[i-1].T {
			return fmt.Errorf("event %d is at %d µs, before the one ahead of it at %d µs; sort the recording by time", i, e.T, r.Events[i-1].T)
		}
		if r.Width > 0 && (int(e.X) >= r.Width || int(e.Y) >= r.Height) {
			return fmt.Errorf("event %d is at pixel (%d, %d); the sensor has %d × %d", i, e.X, e.Y, r.Width, r.Height)
		}
	}
	return nil
}
