package backend

import (
	"fmt"
	"io"
	"strconv"

	"github.com/snnc/snnc/internal/table"
)

// NewConfusion makes a confusion matrix of n classes: [label][class].
func NewConfusion(n int) [][]int {
	m := make([][]int, n)
	for i := range m {
		m[i] = make([]int, n)
	}
	return m
}

// Confuse counts a sample; a nil matrix counts nothing.
func Confuse(m [][]int, label, class int) {
	if label >= 0 && label < len(m) && class >= 0 && class < len(m) {
		m[label][class]++
	}
}

// ConfusionText writes a matrix for people: a row for each label, with the
// share of it that was right.
func ConfusionText(w io.Writer, m [][]int) error {
	if len(m) == 0 {
		return nil
	}
	columns := []table.Column{{Name: "label"}}
	for i := range m {
		columns = append(columns, table.Column{Name: strconv.Itoa(i)})
	}
	columns = append(columns, table.Column{Name: "right", Unit: "%"})
	var rows [][]any
	for label, counts := range m {
		row, all := []any{label}, 0
		for _, n := range counts {
			all += n
			if n == 0 {
				row = append(row, "·")
			} else {
				row = append(row, n)
			}
		}
		share := any(table.None)
		if all > 0 {
			share = fmt.Sprintf("%.1f", 100*float64(counts[label])/float64(all))
		}
		rows = append(rows, append(row, share))
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return table.Write(w, columns, rows)
}
