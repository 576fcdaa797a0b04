package main

import (
	"fmt"
	"image/color"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// interval is a mean with the half width of its 95 % interval (Student's t).
func interval(v []float64) (mean, half float64) {
	n := float64(len(v))
	if n < 2 {
		return stat.Mean(v, nil), math.NaN()
	}
	mean, std := stat.MeanStdDev(v, nil)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(0.975)
	return mean, t * std / math.Sqrt(n)
}

// paired is the two-sided p of a paired t test: that the mean difference is 0.
func paired(d []float64) float64 {
	n := float64(len(d))
	if n < 2 {
		return math.NaN()
	}
	mean, std := stat.MeanStdDev(d, nil)
	if std == 0 {
		if mean == 0 {
			return 1
		}
		return 0
	}
	t := math.Abs(mean) / (std / math.Sqrt(n))
	return 2 * (1 - distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.CDF(t))
}

func pm(mean, half float64, format string) string {
	if math.IsNaN(half) {
		return fmt.Sprintf(format, mean)
	}
	return fmt.Sprintf(format+" ± %.2f", mean, half)
}

// report is the experiment's table, and its curve of k in the folder.
func (e *experiment) report(all []*result, folder string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.\n\n", e.text())
	runs := map[string]map[uint64]*result{}
	total := 0
	for _, r := range all {
		if r.Experiment == e.name && r.Config == e.text() {
			if runs[r.Arm] == nil {
				runs[r.Arm] = map[uint64]*result{}
			}
			runs[r.Arm][r.Seed] = r
			total++
		}
	}
	if total == 0 {
		fmt.Fprintf(&b, "Not run.\n\n")
		return b.String(), nil
	}
	fmt.Fprintf(&b, "| rule | seeds | test, %% | difference to none, points | p (paired) | k | gate, last epoch | mean \\|Δw\\|, last epoch | memory of the rule |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, a := range e.arms {
		var finals, diffs, ks, gates, changes []float64
		memory := "–"
		for _, seed := range slices.Sorted(maps.Keys(runs[a.name])) {
			r := runs[a.name][seed]
			finals = append(finals, 100*r.final())
			last := r.Epochs[len(r.Epochs)-1]
			ks, gates, changes = append(ks, last.K), append(gates, last.Gate), append(changes, last.Change)
			if r.RuleBytes > 0 {
				memory = fmt.Sprintf("%.1f %%", 100*float64(r.RuleBytes)/float64(r.Bytes))
			}
			if base := runs["none"][seed]; base != nil && a.name != "none" {
				diffs = append(diffs, 100*(r.final()-base.final()))
			}
		}
		if len(finals) == 0 {
			fmt.Fprintf(&b, "| %s | not run |\n", a.name)
			continue
		}
		mean, half := interval(finals)
		row := []string{a.name, fmt.Sprint(len(finals)), pm(mean, half, "%.2f"), "", "", "", "", "", ""}
		if len(diffs) > 0 {
			d, h := interval(diffs)
			row[3], row[4] = pm(d, h, "%+.2f"), "–"
			if p := paired(diffs); !math.IsNaN(p) {
				row[4] = fmt.Sprintf("%.3f", p)
				if p < 0.001 {
					row[4] = "< 0.001"
				}
			}
		}
		if a.name != "none" {
			m, h := interval(ks)
			row[5], row[6], row[7], row[8] = pm(m, h, "%+.2f"), fmt.Sprintf("%.2f", stat.Mean(gates, nil)), fmt.Sprintf("%.1e", stat.Mean(changes, nil)), memory
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	for _, line := range elsewhere(runs) {
		fmt.Fprintf(&b, "\n%s\n", line)
	}
	name := "da-ssdp-" + e.name + ".svg"
	drawn, err := e.curve(runs["DA-SSDP, proportional"], filepath.Join(folder, name))
	if err != nil {
		return "", err
	}
	if drawn {
		fmt.Fprintf(&b, "\n![k of the gate over the epochs](%s)\n", name)
	}
	fmt.Fprintln(&b)
	return b.String(), nil
}

// elsewhere tells which runs were not made on the project's machine.
func elsewhere(runs map[string]map[uint64]*result) (lines []string) {
	count, total := map[string]int{}, 0
	for _, seeds := range runs {
		for _, r := range seeds {
			count[r.Machine]++
			total++
		}
	}
	for _, m := range slices.Sorted(maps.Keys(count)) {
		if m != "" {
			lines = append(lines, fmt.Sprintf("%d of the %d runs were made on %s.", count[m], total, m))
		}
	}
	return lines
}

// curve draws the gate's k of every seed over the epochs: until the end of the
// warm-up the fit to what was seen so far, then what stays.
func (e *experiment) curve(runs map[uint64]*result, path string) (bool, error) {
	if len(runs) == 0 {
		return false, nil
	}
	p := plot.New()
	p.Title.Text = fmt.Sprintf("%s\nk of the gate, seeds: %d", e.title, len(runs))
	p.Title.TextStyle.Font.Size = vg.Points(9) // a viewer without the font has a wider one
	p.Legend.Left, p.Legend.XOffs, p.Legend.TextStyle.Font.Size = true, 7*vg.Centimeter, vg.Points(9)
	p.X.Label.Text, p.Y.Label.Text = "epoch", "k"
	p.Add(plotter.NewGrid())
	end, err := plotter.NewLine(plotter.XYs{{X: float64(e.warmup), Y: -1}, {X: float64(e.warmup), Y: 1}})
	if err != nil {
		return false, err
	}
	end.Dashes, end.Color = []vg.Length{vg.Points(3), vg.Points(3)}, color.Gray{Y: 150}
	p.Add(end)
	p.Legend.Add("end of the warm-up", end)
	for _, seed := range slices.Sorted(maps.Keys(runs)) {
		r := runs[seed]
		var points plotter.XYs
		for i, x := range r.Epochs {
			points = append(points, plotter.XY{X: float64(i + 1), Y: x.K})
		}
		line, err := plotter.NewLine(points)
		if err != nil {
			return false, err
		}
		line.Color = color.Gray{Y: uint8(20 * ((seed - 1) % 10))}
		p.Add(line)
	}
	p.Y.Min, p.Y.Max = -1, 1
	p.X.Min, p.X.Max = 1, float64(e.epochs)+0.03*float64(e.epochs) // room for the last number
	var ticks plot.ConstantTicks
	for i := 1; i <= e.epochs; i++ {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: fmt.Sprint(i)})
	}
	p.X.Tick.Marker = ticks
	return true, p.Save(16*vg.Centimeter, 8*vg.Centimeter, path)
}
