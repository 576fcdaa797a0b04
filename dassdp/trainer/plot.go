package trainer

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// decades are ticks of a logarithmic axis: 1, 2, 3, 5 and 7 times powers of ten.
func decades(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		for _, m := range []float64{1, 2, 3, 5, 7} {
			if v := m * math.Pow(10, e); v >= low && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 3, 64)})
			}
		}
	}
	return ticks
}

// whole10 are ticks at whole numbers, about ten of them.
func whole10(low, high float64) []plot.Tick {
	step := math.Max(1, math.Ceil((high-low)/10))
	var ticks []plot.Tick
	for v := math.Ceil(low/step) * step; v <= high; v += step {
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', -1, 64)})
	}
	return ticks
}

// Plot draws the share of wrong samples over the epochs, as PNG or SVG by the ending.
func Plot(path, title string, epochs []EpochRecord) error {
	if len(epochs) == 0 {
		return fmt.Errorf("%s: no epoch is complete; there is nothing to draw", path)
	}
	p := plot.New()
	p.Title.Text = title
	p.X.Label.Text = "epoch"
	p.Y.Label.Text = "error of samples, %"
	p.Y.Scale, p.Y.Tick.Marker, p.X.Tick.Marker = plot.LogScale{}, plot.TickerFunc(decades), plot.TickerFunc(whole10)
	p.Legend.Top = true
	p.Y.Padding = vg.Points(8)
	p.Add(plotter.NewGrid())
	for _, c := range []struct {
		name   string
		dashes []vg.Length
		shade  uint8
		value  func(e *EpochRecord) *float64
	}{
		{"training", []vg.Length{vg.Points(4), vg.Points(3)}, 130, func(e *EpochRecord) *float64 { return &e.Accuracy }},
		{"test", nil, 0, func(e *EpochRecord) *float64 { return e.Test }},
	} {
		var points plotter.XYs
		for i := range epochs {
			if v := c.value(&epochs[i]); v != nil && *v < 1 { // a logarithm has no place for none
				points = append(points, plotter.XY{X: float64(epochs[i].Epoch), Y: 100 * (1 - *v)})
			}
		}
		if len(points) == 0 {
			continue
		}
		line, dots, err := plotter.NewLinePoints(points)
		if err != nil {
			return err
		}
		line.Color, line.Dashes = color.Gray{Y: c.shade}, c.dashes
		dots.Color, dots.Shape, dots.Radius = color.Gray{Y: c.shade}, draw.CircleGlyph{}, vg.Points(1.5)
		p.Add(line, dots)
		p.Legend.Add(c.name, line)
	}
	return p.Save(16*vg.Centimeter, 10*vg.Centimeter, path)
}
