package main

import (
	"fmt"
	"os"

	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows a bar for each execution on a terminal, and nothing elsewhere.
type progress struct {
	p     *mpb.Progress
	total int
	name  string
	bar   *mpb.Bar
	noted bool
}

func newProgress(total int) *progress {
	b := &progress{total: total}
	if isatty.IsTerminal(os.Stderr.Fd()) {
		b.p = mpb.New(mpb.WithOutput(os.Stderr), mpb.WithWidth(40))
	}
	return b
}

// note shows what is under way before the first update.
func (b *progress) note(text string) {
	if b.p != nil {
		fmt.Fprintf(os.Stderr, "%s …\r", text)
		b.noted = true
	}
}

func (b *progress) update(name string, done int) {
	if b.p == nil {
		return
	}
	b.clear()
	if name != b.name {
		b.name = name
		b.bar = b.p.AddBar(int64(b.total), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(name+" ")), mpb.AppendDecorators(decor.CountersNoUnit("%d / %d "), decor.AverageETA(decor.ET_STYLE_GO)))
	}
	b.bar.SetCurrent(int64(done))
}

func (b *progress) clear() {
	if b.noted {
		fmt.Fprint(os.Stderr, "\033[2K\r")
		b.noted = false
	}
}

func (b *progress) finish() {
	if b.p == nil {
		return
	}
	b.clear()
	if b.bar != nil {
		b.bar.Abort(true)
	}
	b.p.Wait()
	b.p = nil
}
