package main

import (
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
)

// statusLine shows on a terminal what tools are at, and nothing elsewhere.
type statusLine struct {
	w     io.Writer
	on    bool
	begun time.Time
	at    map[int]string // phase of each seed
}

func newStatusLine(w io.Writer) *statusLine {
	f, ok := w.(*os.File)
	return &statusLine{w: w, on: ok && isatty.IsTerminal(f.Fd()), begun: time.Now(), at: map[int]string{}}
}

// update shows a phase; seed 0 is what all seeds share.
func (l *statusLine) update(seed int, phase string) {
	if !l.on {
		return
	}
	if seed > 0 {
		delete(l.at, 0)
	}
	l.at[seed] = phase
	var seeds []int
	for s := range l.at {
		seeds = append(seeds, s)
	}
	sort.Ints(seeds)
	var parts []string
	for _, s := range seeds {
		if s == 0 {
			parts = append(parts, l.at[s])
			continue
		}
		parts = append(parts, fmt.Sprintf("seed %d: %s", s, l.at[s]))
	}
	text := []rune(strings.Join(parts, ", "))
	if len(text) > helpWidth-12 {
		text = text[:helpWidth-12]
	}
	fmt.Fprintf(l.w, "\033[2K\r%4.0f s  %s", time.Since(l.begun).Seconds(), string(text))
}

func (l *statusLine) clear() {
	if l.on {
		fmt.Fprint(l.w, "\033[2K\r")
	}
}
