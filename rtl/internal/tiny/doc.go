// Package tiny builds small random programs by hand for the tests of package
// rtl: one core a layer, every field of ir.Program chosen by the test. It is no
// compiler: it maps no network and proves nothing beyond what Validate asks.
package tiny
