package learn

import (
	"fmt"
	"image/color"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/snnc/snnc/ir"
)

// Scatter draws the synchrony and loss of every recorded sample, and the line
// of least squares, into a .png, .svg or .pdf file.
func Scatter(path string, p *ir.Program, s *State) error {
	switch filepath.Ext(path) {
	case ".png", ".svg", ".pdf":
	default:
		return fmt.Errorf("%s: the file's name must end in .png, .svg or .pdf", path)
	}
	g := plot.New()
	g.X.Label.Text, g.Y.Label.Text = "synchrony S", "loss L (cross-entropy of the spike counts)"
	colours := []color.Color{color.NRGBA{31, 119, 180, 160}, color.NRGBA{214, 95, 20, 160}, color.NRGBA{44, 140, 44, 160}}
	for i := range s.Cores {
		c := &s.Cores[i]
		core := &p.Cores[c.Core]
		points := make(plotter.XYs, len(c.Pairs))
		var mx, my float64
		for k := range points {
			points[k].X = float64(c.Pairs[k]) / float64(core.N*core.Rows)
			points[k].Y = float64(c.Losses[k]) * LossUnit
			mx, my = mx+points[k].X/float64(len(points)), my+points[k].Y/float64(len(points))
		}
		if len(points) == 0 {
			continue
		}
		scatter, err := plotter.NewScatter(points)
		if err != nil {
			return err
		}
		scatter.Color, scatter.Radius = colours[i%len(colours)], vg.Points(1.5)
		scatter.Shape = draw.CircleGlyph{}
		var sxx, sxy float64
		lo, hi := points[0].X, points[0].X
		for _, q := range points {
			sxx, sxy = sxx+(q.X-mx)*(q.X-mx), sxy+(q.X-mx)*(q.Y-my)
			lo, hi = min(lo, q.X), max(hi, q.X)
		}
		g.Add(scatter)
		r, low, high := c.Correlation()
		name := fmt.Sprintf("%s: k = %.3f (%.3f … %.3f), n = %d", p.Layers[core.Layer].Name, -r, -high, -low, len(points))
		g.Legend.Add(name, scatter)
		if sxx > 0 {
			at := func(x float64) plotter.XY { return plotter.XY{X: x, Y: my + sxy/sxx*(x-mx)} }
			line, err := plotter.NewLine(plotter.XYs{at(lo), at(hi)})
			if err != nil {
				return err
			}
			line.Color, line.Width = colours[i%len(colours)], vg.Points(1.5)
			g.Add(line)
		}
	}
	g.Legend.Top = true
	g.Y.Max += (g.Y.Max - g.Y.Min) / 8 // room for the legend
	return g.Save(15*vg.Centimeter, 10*vg.Centimeter, path)
}
