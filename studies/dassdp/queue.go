package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// task is a run that is not done yet.
type task struct {
	e    *experiment
	arm  arm
	seed uint64
}

func (t *task) state(folder string) string {
	return filepath.Join(folder, fmt.Sprintf("%s-%s-%g-%t-%d.state", t.e.name, t.arm.rule, t.arm.scale, t.arm.anneal, t.seed))
}

// queue lists what is to be run, one group of experiments after the other. Within
// a group a seed of all experiments comes before the next seed of any, and within
// a seed all arms, which are compared: what is cut off at the end are seeds.
func queue(groups [][]*experiment, rules func(*experiment) []arm, seeds int, done []*result) []*task {
	var all []*task
	for _, group := range groups {
		for seed := uint64(1); seed <= uint64(seeds); seed++ {
			for _, e := range group {
				for _, a := range rules(e) {
					if find(done, e, a.name, seed) == nil {
						all = append(all, &task{e, a, seed})
					}
				}
			}
		}
	}
	return all
}

// work does the tasks in their order, parallel of them at a time, and hands each
// result to done, one after the other. It ends with ctx, and with the first
// error, after which no other is begun. Runs beside one another have one
// processor each; alone, a run has all.
func work(ctx context.Context, tasks []*task, parallel int, state string, done func(*result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := 0
	if parallel > 1 {
		workers = 1
	}
	var sets library
	var mu sync.Mutex // of next, failed and done
	var next int
	var failed error
	take := func() *task {
		mu.Lock()
		defer mu.Unlock()
		if next == len(tasks) || ctx.Err() != nil {
			return nil
		}
		next++
		return tasks[next-1]
	}
	var all sync.WaitGroup
	for range parallel {
		all.Go(func() {
			for t := take(); t != nil; t = take() {
				fmt.Fprintf(os.Stderr, "%s, %s, seed %d\n", t.e.name, t.arm.name, t.seed)
				r, err := t.e.run(ctx, &sets, t.arm, t.seed, workers, t.state(state))
				mu.Lock()
				if err == nil {
					err = done(r)
				}
				if err != nil && failed == nil {
					failed = err
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if failed == nil && next < len(tasks) {
		return ctx.Err()
	}
	return failed
}
