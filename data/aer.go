package data

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/snnc/snnc/data/array"
)

// aerMark is the first line of a text of address events.
const aerMark = "#!snnc-aer 1"

// aerLimit bounds steps, inputs and samples of such a text.
const aerLimit = 1 << 24

// aerSample is one sample's events.
type aerSample struct {
	label  int
	events [][3]int // step, input, count
}

// openAER reads spikes for a network's inputs as they are: address events with the
// step they come in. docs/data.md has the format.
func openAER(ctx context.Context, path, label string, opt Options) (*Set, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := parseAER(b, label, opt.Samples)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func parseAER(b []byte, name string, most int) (*Set, error) {
	inputs, steps, needInputs, needSteps := 0, 0, 0, 0
	var all []aerSample
	lines := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; lines.Scan(); n++ {
		part := strings.Fields(lines.Text())
		if len(part) == 0 || strings.HasPrefix(part[0], "#") {
			continue
		}
		fail := func(format string, args ...any) (*Set, error) {
			return nil, fmt.Errorf("line %d: %q: %s", n, lines.Text(), fmt.Sprintf(format, args...))
		}
		number := make([]int, len(part))
		for i, p := range part {
			if number[i] = -1; i > 0 || p[0] >= '0' && p[0] <= '9' {
				v, err := strconv.Atoi(p)
				if err != nil || v < 0 || v > aerLimit {
					return fail("want numbers from 0 to %d", aerLimit)
				}
				number[i] = v
			}
		}
		switch {
		case part[0] == "sample" && len(part) <= 2:
			s := aerSample{label: NoLabel}
			if len(part) == 2 {
				s.label = number[1]
			}
			all = append(all, s)
		case (part[0] == "inputs" || part[0] == "steps") && len(part) == 2 && len(all) == 0 && number[1] > 0:
			if part[0] == "inputs" {
				inputs = number[1]
			} else {
				steps = number[1]
			}
		case number[0] >= 0 && (len(part) == 2 || len(part) == 3):
			e := [3]int{number[0], number[1], 1}
			if len(part) == 3 {
				if e[2] = number[2]; e[2] > 255 {
					return fail("at most 255 events of an input in a step")
				}
			}
			if inputs > 0 && e[1] >= inputs || steps > 0 && e[0] >= steps {
				return fail("the text says %d inputs and %d steps (0: as many as needed)", inputs, steps)
			}
			if len(all) == 0 {
				all = append(all, aerSample{label: NoLabel})
			}
			needSteps, needInputs = max(needSteps, e[0]+1), max(needInputs, e[1]+1)
			last := &all[len(all)-1]
			last.events = append(last.events, e)
		default:
			return fail(`want "inputs N" or "steps N" ahead of all samples, "sample" with or without a label, or STEP INPUT and, where there are several, COUNT`)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if inputs == 0 {
		inputs = needInputs
	}
	if steps == 0 {
		steps = needSteps
	}
	if len(all) == 0 || inputs == 0 || steps == 0 {
		return nil, errors.New("no samples, or no events from which the inputs and steps could be told; give \"inputs N\" and \"steps N\"")
	}
	if most > 0 && most < len(all) {
		all = all[:most]
	}
	return aerSet(name, all, steps, inputs)
}

func aerSet(name string, all []aerSample, steps, inputs int) (*Set, error) {
	if steps > maxHeld/inputs/len(all) {
		return nil, fmt.Errorf("%d samples of %d steps and %d inputs are more than %d bytes", len(all), steps, inputs, maxHeld)
	}
	samples := &array.Array{Kind: array.Uint8, Shape: []int{len(all), steps, inputs}, Raw: make([]byte, len(all)*steps*inputs)}
	labels, labelled := &array.Array{Kind: array.Int32, Shape: []int{len(all)}}, false
	for i, s := range all {
		labels.Raw = binary.LittleEndian.AppendUint32(labels.Raw, uint32(int32(s.label)))
		labelled = labelled || s.label != NoLabel
		for _, e := range s.events {
			at := (i*steps+e[0])*inputs + e[1]
			samples.Raw[at] = byte(min(255, int(samples.Raw[at])+e[2]))
		}
	}
	if !labelled {
		labels = nil
	}
	s, err := NewSet(name, samples, labels)
	if err != nil {
		return nil, err
	}
	s.scale, s.scaleSet, s.sequence = 1, true, true
	return s, nil
}
