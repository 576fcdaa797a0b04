//go:build !unix

package group

import "os/exec"

// Kill has no process groups here: the program alone is killed.
func Kill(*exec.Cmd) {}
