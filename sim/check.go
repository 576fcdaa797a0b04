package sim

import (
	"errors"

	"github.com/snnc/snnc/ir"
)

// check tells whether the simulator may rely on a program. The simulator has
// no limits of its own: whatever ir.Program.Validate accepts has one defined
// behaviour here.
func check(p *ir.Program) error { return errors.Join(p.Validate()...) }
