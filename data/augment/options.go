package augment

import (
	"fmt"
	"strconv"
	"strings"
)

// Options say what is done, in this order; zero does nothing.
type Options struct {
	Flip   bool    // left and right are swapped in half of the samples
	Shift  int     // pixels at most, up, down, left and right
	Crop   int     // margin of zeros, of which a picture's own size is cut out anywhere; the same as Shift
	Cutout int     // side of a square that is erased, its middle anywhere in the picture
	Drop   float64 // of the events of a recording
	Mask   float64 // of a recording's time: so many neighbouring bins are erased, at most
}

// optionNames in their order.
const optionNames = "flip, shift=PIXELS, crop=MARGIN, cutout=SIDE, drop=SHARE and mask=SHARE"

// Parse reads options as "flip,crop=4,drop=0.1"; "" and "none" are no options.
func Parse(text string) (Options, error) {
	var o Options
	if text = strings.TrimSpace(text); text == "" || text == "none" {
		return o, nil
	}
	seen := map[string]bool{}
	for _, part := range strings.Split(text, ",") {
		name, value, given := strings.Cut(strings.TrimSpace(part), "=")
		if seen[name] {
			return o, fmt.Errorf("augmentation %q: %s occurs twice", text, name)
		}
		seen[name] = true
		var err error
		switch name {
		case "flip":
			o.Flip = true
			if given {
				err = fmt.Errorf("flip takes no value")
			}
		case "shift":
			o.Shift, err = pixels(value)
		case "crop":
			o.Crop, err = pixels(value)
		case "cutout":
			o.Cutout, err = pixels(value)
		case "drop":
			o.Drop, err = share(value)
		case "mask":
			o.Mask, err = share(value)
		default:
			err = fmt.Errorf("unknown; allowed are %s", optionNames)
		}
		if err != nil {
			return o, fmt.Errorf("augmentation %q: %s: %w", text, part, err)
		}
	}
	return o, nil
}

func pixels(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1<<12 {
		return 0, fmt.Errorf("want pixels from 1 to %d", 1<<12)
	}
	return n, nil
}

func share(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v > 0 && v < 1) {
		return 0, fmt.Errorf("want a share between 0 and 1")
	}
	return v, nil
}

// String is what Parse reads.
func (o Options) String() string {
	var parts []string
	add := func(given bool, text string) {
		if given {
			parts = append(parts, text)
		}
	}
	add(o.Flip, "flip")
	add(o.Shift > 0, fmt.Sprintf("shift=%d", o.Shift))
	add(o.Crop > 0, fmt.Sprintf("crop=%d", o.Crop))
	add(o.Cutout > 0, fmt.Sprintf("cutout=%d", o.Cutout))
	add(o.Drop > 0, "drop="+strconv.FormatFloat(o.Drop, 'g', -1, 64))
	add(o.Mask > 0, "mask="+strconv.FormatFloat(o.Mask, 'g', -1, 64))
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ",")
}
