package ir

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Fault is one broken rule of a Graph, Network or Program: where, which field,
// what was found and what is allowed. Error gives it in one line.
type Fault struct {
	Rule  string // name of the rule, as Rules lists it
	Where string // `program "mlp": core 3 (layer "fc1"): segment 0`
	Field string
	Found string
	Want  string // what is allowed, or what to do
}

func (f *Fault) Error() string {
	return fmt.Sprintf("%s: %s is %s; %s", f.Where, f.Field, f.Found, f.Want)
}

// maxFaults bounds what one validation reports: past it a person reads no
// further, and a damaged file could break a rule a million times.
const maxFaults = 50

// rule is one invariant over subjects of a kind. says is its line in
// docs/program.md; check reports what breaks it.
type rule[T any] struct {
	name  string
	says  string
	check func(at T, r *report)
}

// report collects the faults of one validation.
type report struct {
	faults []error
	more   int
	// Of the rule being checked.
	rule, where string
}

// fault records that a field of the current subject breaks the current rule.
func (r *report) fault(field string, found any, want string, args ...any) {
	r.faultAt(r.where, field, found, want, args...)
}

// faultAt is fault for a subject inside the current one.
func (r *report) faultAt(where, field string, found any, want string, args ...any) {
	if len(r.faults) == maxFaults {
		r.more++
		return
	}
	r.faults = append(r.faults, &Fault{Rule: r.rule, Where: where, Field: field, Found: fmt.Sprint(found), Want: fmt.Sprintf(want, args...)})
}

// errors returns what was found; the last says how many were left out.
func (r *report) errors() []error {
	if r.more > 0 {
		return append(r.faults, fmt.Errorf("and %d more faults", r.more))
	}
	return r.faults
}

// apply checks one subject against a table of rules.
func apply[T any](r *report, where string, rules []rule[T], at T) {
	for _, x := range rules {
		r.rule, r.where = x.name, where
		x.check(at, r)
	}
}

// need reports a field whose value is outside lo..hi.
func (r *report) need(field string, v, lo, hi int) {
	if v < lo || v > hi {
		r.fault(field, v, "allowed are %d..%d", lo, hi)
	}
}

// name reports a name that is empty, was seen before, or that a file or a
// one-line message cannot hold.
func (r *report) name(seen map[string]bool, name string) {
	switch {
	case name == "":
		r.fault("Name", `""`, "every one needs a name")
	case !printable(name):
		r.fault("Name", fmt.Sprintf("%q", name), "a name is UTF-8 without control characters")
	case seen[name]:
		r.fault("Name", fmt.Sprintf("%q", name), "names must be unique among their kind")
	}
	seen[name] = true
}

// printable tells whether text survives JSON unchanged and prints on one line.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\u2028' || c == '\u2029' })
}

func powerOfTwo(n int) bool { return n > 0 && n&(n-1) == 0 }

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// sizeOf multiplies the dimensions, or returns -1 where one is below 1 or the
// product leaves 2^31.
func sizeOf(shape []int) int {
	n := 1
	for _, d := range shape {
		if d < 1 || d > 1<<31/n {
			return -1
		}
		n *= d
	}
	return n
}
