//go:build !unix

package verilator

import "os/exec"

// killWithChildren has no process groups here: the program alone is killed.
func killWithChildren(*exec.Cmd) {}
