package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/ir"
)

// served VAR ARGS… runs snnc serve in the background until the script ends and
// puts the address at which it listens into a variable.
func served(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath("snnc")
	ts.Check(err)
	cmd := exec.Command(path, append([]string{"serve"}, args[1:]...)...)
	cmd.Dir = ts.Getenv("WORK")
	for _, v := range []string{"PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR"} {
		cmd.Env = append(cmd.Env, v+"="+ts.Getenv(v))
	}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	var errors strings.Builder
	cmd.Stderr = &errors
	ts.Check(cmd.Start())
	ts.Defer(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			ts.Logf("snnc serve: %v\n%s", err, errors.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	m := regexp.MustCompile(` at (\S+) \(`).FindStringSubmatch(line)
	if m == nil {
		ts.Fatalf("snnc serve says %q, %v\n%s", line, err, errors.String())
	}
	ts.Setenv(args[0], m[1])
}

// silent VAR opens a TCP port that takes hosts and says nothing.
func silent(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
		}
	}()
	ts.Setenv(args[0], "tcp:"+l.Addr().String())
}

// torn VAR ADDRESS BYTES opens a TCP port that leads to an address and breaks off
// after so many bytes of a host.
func torn(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	bytes, err := strconv.ParseInt(args[2], 10, 64)
	ts.Check(err)
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", strings.TrimPrefix(args[1], "tcp:"))
			if err != nil {
				from.Close()
				return
			}
			go io.Copy(from, to)
			io.CopyN(to, from, bytes)
			from.Close()
			to.Close()
		}
	}()
	ts.Setenv(args[0], "tcp:"+l.Addr().String())
}

// interrupted FILE TEXT ARGS… runs snnc until a file holds a text, and then sends
// Ctrl-C: exit code 130.
func interrupted(ts *testscript.TestScript, _ bool, args []string) {
	path, err := exec.LookPath("snnc")
	ts.Check(err)
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir = ts.Getenv("WORK")
	for _, v := range []string{"PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR"} {
		cmd.Env = append(cmd.Env, v+"="+ts.Getenv(v))
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	ts.Check(cmd.Start())
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(10 * time.Millisecond) {
		if b, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && strings.Contains(string(b), args[1]) {
			break
		}
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		ts.Fatalf("%v, want exit code 130\n%s", err, out.String())
	}
}

// empty DIR holds if nothing is in a directory.
func empty(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	for _, e := range entries {
		ts.Fatalf("%s holds %s", args[0], e.Name())
	}
}

// pretend DIR BOARD writes what snnc build leaves, without its tools: a
// bitstream of nothing, of the program in DIR.
func pretend(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	p, err := ir.ReadProgram(filepath.Join(dir, programFile))
	ts.Check(err)
	b, err := board.Find(args[1])
	ts.Check(err)
	bits := []byte("no bitstream")
	s := flow.Summary{Board: b.Name, Name: p.Name, Program: fmt.Sprintf("%x", p.DesignDigest()), MHz: 12, Baud: 3000000, Divisor: 4,
		Bitstream: flow.BitstreamFile(b), SHA256: fmt.Sprintf("%x", sha256.Sum256(bits))}
	text, err := json.Marshal(&s)
	ts.Check(err)
	folder := flow.FolderOf(dir, b)
	ts.Check(os.MkdirAll(folder, 0o755))
	ts.Check(os.WriteFile(filepath.Join(folder, flow.SummaryFile), text, 0o644))
	ts.Check(os.WriteFile(filepath.Join(folder, s.Bitstream), bits, 0o644))
}
