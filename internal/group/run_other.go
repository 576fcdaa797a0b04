//go:build !linux

package group

import "os/exec"

// Run is cmd.Run for a program that Kill ends with all it has started. Where this
// process is killed, the program goes on: only Linux ends it.
func Run(cmd *exec.Cmd) error {
	Kill(cmd)
	return cmd.Run()
}
