package group

import (
	"os/exec"
	"runtime"
	"syscall"
)

// Run is cmd.Run for a program that Kill ends with all it has started; the program
// itself ends with this process too, however that ends. The kernel sends the signal
// for it when the thread that started the program ends, so the thread is kept until
// the program is done.
func Run(cmd *exec.Cmd) error {
	Kill(cmd)
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.Run()
}
