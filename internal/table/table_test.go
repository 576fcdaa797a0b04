package table_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/internal/table"
)

func TestWrite(t *testing.T) {
	for _, c := range []struct {
		name    string
		columns []table.Column
		rows    [][]any
		want    string
	}{
		{"names keep their case and spelling, numbers are flush right",
			[]table.Column{{Name: "backend", Text: true}, {Name: "accuracy", Unit: "%"}, {Name: "LUT4 est."}, {Name: "cycles", Unit: "/ inference"}},
			[][]any{{"float", "97.04", 12, table.None}, {"a name of many words", "7.00", 100352, 2394}}, `
backend               accuracy  LUT4 est.       cycles
                             %             / inference
────────────────────────────────────────────────────────
float                    97.04         12            –
a name of many words      7.00     100352         2394
`},
		{"no units, no line for them", []table.Column{{Name: "x"}, {Name: "y", Text: true}}, [][]any{{1, "b"}}, `
x  y
──────
1  b
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, table.Write(&b, c.columns, c.rows))
			require.Equal(t, c.want[1:], b.String())
		})
	}
}
