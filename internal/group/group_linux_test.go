package group

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain is also the parent that TestRunEndsWithItsParent kills.
func TestMain(m *testing.M) {
	if os.Getenv("GROUP_PARENT") != "" {
		c := exec.CommandContext(context.Background(), "sh", "-c", "echo $$; exec sleep 600")
		c.Stdout = os.Stdout
		fmt.Fprintln(os.Stderr, Run(c))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// A parent that is killed takes what it runs with it.
func TestRunEndsWithItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "GROUP_PARENT=1")
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	child, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	t.Cleanup(func() { syscall.Kill(child, syscall.SIGKILL) })
	require.True(t, alive(child))
	require.NoError(t, parent.Process.Kill())
	parent.Wait()
	require.Eventually(t, func() bool { return !alive(child) }, 10*time.Second, 10*time.Millisecond)
}

// alive tells whether a process runs: one that nobody has reaped does not.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, state, _ := bytes.Cut(stat, []byte(") "))
	return len(state) > 0 && state[0] != 'Z'
}

// Threads of this process that end while programs run do not end the programs.
func TestRunOutlivesThreads(t *testing.T) {
	var programs, threads sync.WaitGroup
	for range 8 {
		programs.Go(func() { require.NoError(t, Run(exec.CommandContext(t.Context(), "sleep", "0.3"))) })
	}
	for range 50 {
		threads.Go(func() {
			runtime.LockOSThread() // ends with the goroutine
			time.Sleep(20 * time.Millisecond)
		})
	}
	threads.Wait()
	programs.Wait()
}
