package main

import (
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows a bar for each execution on a terminal, and nothing elsewhere.
type progress struct {
	p     *mpb.Progress
	total int
	name  string
	bar   *mpb.Bar
}

func newProgress(total int) *progress {
	b := &progress{total: total}
	if st, err := os.Stderr.Stat(); err == nil && st.Mode()&os.ModeCharDevice != 0 {
		b.p = mpb.New(mpb.WithOutput(os.Stderr), mpb.WithWidth(40))
	}
	return b
}

func (b *progress) update(name string, done int) {
	if b.p == nil {
		return
	}
	if name != b.name {
		b.name = name
		b.bar = b.p.AddBar(int64(b.total), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(name+" ")), mpb.AppendDecorators(decor.CountersNoUnit("%d / %d "), decor.AverageETA(decor.ET_STYLE_GO)))
	}
	b.bar.SetCurrent(int64(done))
}

func (b *progress) finish() {
	if b.p == nil {
		return
	}
	if b.bar != nil {
		b.bar.Abort(true)
	}
	b.p.Wait()
}
