// Package table prints the tables of the command line and of reports: a name,
// a unit below it, a rule, numbers flush right, no frame. It fits a terminal of
// 100 columns, a paper and a diff. It decides no content.
package table

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Column heads a column. Text is flush left, numbers flush right.
type Column struct {
	Name string
	Unit string // below the name
	Text bool
}

// None stands where a cell has no value.
const None = "–"

// Write prints rows, whose cells are printed with fmt.Sprint, under columns.
func Write(w io.Writer, columns []Column, rows [][]any) error {
	units := false
	for _, c := range columns {
		units = units || c.Unit != ""
	}
	var header []string
	var align []tw.Align
	for _, c := range columns {
		h := c.Name
		if units {
			h += "\n" + c.Unit
			if c.Unit == "" {
				h += " " // an empty line would be dropped
			}
		}
		a := tw.AlignRight
		if c.Text {
			a = tw.AlignLeft
		}
		header, align = append(header, h), append(align, a)
	}
	pad := tw.CellPadding{Global: tw.Padding{Left: "", Right: "  ", Overwrite: true}}
	var b bytes.Buffer
	t := tablewriter.NewTable(&b,
		tablewriter.WithConfig(tablewriter.Config{
			Header: tw.CellConfig{Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone}, Alignment: tw.CellAlignment{PerColumn: align}, Padding: pad},
			Row:    tw.CellConfig{Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone}, Alignment: tw.CellAlignment{PerColumn: align}, Padding: pad},
		}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off, ShowHeader: tw.On},
				Lines:      tw.Lines{ShowHeaderLine: tw.On},
			},
		})))
	t.Header(header)
	for _, r := range rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = fmt.Sprint(c)
		}
		if err := t.Append(cells); err != nil {
			return err
		}
	}
	if err := t.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}
