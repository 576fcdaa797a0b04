package trainer

import (
	"runtime"
	"sync"
)

// pool hands the parts of a job to goroutines that stay. What a part computes
// must not depend on who computes it or when.
type pool struct {
	workers int
	jobs    chan job
	done    sync.WaitGroup
}

type job struct {
	next  chan int
	run   func(part int)
	ended *sync.WaitGroup
}

// newPool starts workers − 1 goroutines; the caller is the last worker.
func newPool(workers int) *pool {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p := &pool{workers: workers, jobs: make(chan job)}
	for range workers - 1 {
		p.done.Go(func() {
			for j := range p.jobs {
				j.work()
			}
		})
	}
	return p
}

func (p *pool) close() {
	close(p.jobs)
	p.done.Wait()
}

// run calls f once for every part and returns when all are done.
func (p *pool) run(parts int, f func(part int)) {
	if parts <= 1 || p.workers == 1 {
		for i := range parts {
			f(i)
		}
		return
	}
	j := job{next: make(chan int, parts), run: f, ended: new(sync.WaitGroup)}
	for i := range parts {
		j.next <- i
	}
	close(j.next)
	helpers := min(p.workers, parts) - 1
	j.ended.Add(helpers)
	for range helpers {
		p.jobs <- j
	}
	for i := range j.next {
		f(i)
	}
	j.ended.Wait()
}

func (j job) work() {
	defer j.ended.Done()
	for i := range j.next {
		j.run(i)
	}
}

// pieces cuts 0..n into parts of about size and runs them; the cut depends on
// n and size alone.
func (p *pool) pieces(n, size int, f func(from, to int)) {
	p.run((n+size-1)/size, func(i int) { f(i*size, min((i+1)*size, n)) })
}
