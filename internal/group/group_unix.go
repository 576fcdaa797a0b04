//go:build unix

// Package group ends a program with all that it has started.
package group

import (
	"os/exec"
	"syscall"
)

// Kill puts a program, made by exec.CommandContext and not started yet, into a process group of its own, which is
// killed as a whole: a compiler driver's passes would go on without it.
func Kill(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
