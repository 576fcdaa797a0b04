//go:build unix

package verilator

import (
	"os/exec"
	"syscall"
)

// killWithChildren puts a program into a process group of its own, which is
// killed as a whole: a compiler driver's passes would go on without it.
func killWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
