// Command dassdp runs the study of docs/studies/da-ssdp.md: the experiment of
// arXiv 2512.07194 at this project's scale. Every run is kept as a line of the
// results file when it ends, and as a checkpoint after each epoch while it
// lasts: after Ctrl-C the same command goes on where it was. The tables and
// curves of the document are rewritten from the results after every run.
//
//	go run ./studies/dassdp              # all that is not done yet
//	go run ./studies/dassdp -only fashion-dense
//	go run ./studies/dassdp -seeds 0     # rewrites the document alone
//
// On a machine with many processors, for a given time, without the document:
//
//	dassdp -doc '' -results results.jsonl -done da-ssdp.jsonl -parallel 16 -limit 10m
//
// It needs Fashion-MNIST with its training images and CIFAR-10 (JPEG), see
// docs/data.md.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// result is a run that has ended, a line of the results file.
type result struct {
	Experiment string
	Config     string // all that the result depends on
	Arm        string
	Seed       uint64
	Epochs     []epoch
	Seconds    float64 // of training
	Bytes      int     // of the network's state in training
	RuleBytes  int     // of the rule's
	Machine    string  `json:",omitempty"` // that made the run; "": the project's two cores
}

type epoch struct {
	Loss, Train, Test float64
	K, Gate, Change   float64
	S, SStd           float64 `json:",omitempty"`
}

func (r *result) final() float64 { return r.Epochs[len(r.Epochs)-1].Test }

// options are the command line's.
type options struct {
	doc, results, done, state, only, arms, machine string
	seeds, parallel                                int
}

func main() {
	var o options
	flag.StringVar(&o.doc, "doc", "docs/studies/da-ssdp.md", "document whose tables are rewritten; none: none")
	flag.StringVar(&o.results, "results", "docs/studies/da-ssdp.jsonl", "file that finished runs are added to")
	flag.StringVar(&o.done, "done", "", "file of more finished runs, which is only read")
	flag.StringVar(&o.state, "state", "build/study-da-ssdp", "folder of checkpoints")
	flag.StringVar(&o.only, "only", "", "run these experiments alone: those with commas between them seed by seed together, those with semicolons one after the other")
	flag.StringVar(&o.arms, "arms", "", "run these rules alone, by their names in the tables, with semicolons")
	flag.IntVar(&o.seeds, "seeds", 5, "seeds of every arm")
	flag.IntVar(&o.parallel, "parallel", 1, "runs beside one another, each on one processor")
	flag.StringVar(&o.machine, "machine", "", "what to call the machine in the results, if it is not the project's")
	limit := flag.Duration("limit", 0, "stop after this time; 0: when all is done")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if *limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *limit)
		defer cancel()
	}
	err := o.run(ctx)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		fmt.Fprintln(os.Stderr, "dassdp: the time is over; the same command goes on")
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "dassdp: interrupted; the same command goes on")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "dassdp:", err)
		os.Exit(2)
	}
}

func (o *options) run(ctx context.Context) error {
	groups, err := grouped(o.only)
	if err != nil {
		return err
	}
	var names []string
	if o.arms != "" {
		names = strings.Split(o.arms, ";")
		for _, name := range names {
			if !slices.ContainsFunc(arms, func(a arm) bool { return a.name == name }) {
				return fmt.Errorf("option arms names %q; the tables have the names", name)
			}
		}
	}
	if o.parallel < 1 {
		return fmt.Errorf("option parallel is %d; give at least 1", o.parallel)
	}
	rules := func(e *experiment) []arm {
		return slices.DeleteFunc(slices.Clone(e.arms), func(a arm) bool { return names != nil && !slices.Contains(names, a.name) })
	}
	all, err := read(o.results)
	if err != nil {
		return err
	}
	finished := all
	if o.done != "" {
		more, err := read(o.done)
		if err != nil {
			return err
		}
		finished = slices.Concat(all, more)
	}
	if err := os.MkdirAll(o.state, 0o755); err != nil {
		return err
	}
	if err := rewrite(o.doc, all); err != nil {
		return err
	}
	tasks := queue(groups, rules, o.seeds, finished)
	left := len(tasks)
	err = work(ctx, tasks, o.parallel, o.state, func(r *result) error {
		r.Machine = o.machine
		all = append(all, r)
		left--
		return errors.Join(add(o.results, r), rewrite(o.doc, all))
	})
	fmt.Fprintf(os.Stderr, "dassdp: %d of %d runs done, %d left\n", len(tasks)-left, len(tasks), left)
	return err
}

// grouped reads the option only; without it every experiment is a group.
func grouped(only string) (groups [][]*experiment, err error) {
	if only == "" {
		for _, e := range experiments {
			groups = append(groups, []*experiment{e})
		}
		return groups, nil
	}
	for _, list := range strings.Split(only, ";") {
		var group []*experiment
		for _, name := range strings.Split(list, ",") {
			i := slices.IndexFunc(experiments, func(e *experiment) bool { return e.name == name })
			if i < 0 {
				var names []string
				for _, e := range experiments {
					names = append(names, e.name)
				}
				return nil, fmt.Errorf("option only names %q; the experiments are %s", name, strings.Join(names, ", "))
			}
			group = append(group, experiments[i])
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// find returns a finished run of the experiment as it is now.
func find(all []*result, e *experiment, arm string, seed uint64) *result {
	for _, r := range all {
		if r.Experiment == e.name && r.Config == e.text() && r.Arm == arm && r.Seed == seed {
			return r
		}
	}
	return nil
}

func read(path string) ([]*result, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []*result
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for n := 1; lines.Scan(); n++ {
		r := new(result)
		if err := json.Unmarshal(lines.Bytes(), r); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		if len(r.Epochs) == 0 {
			return nil, fmt.Errorf("%s: line %d: no epochs", path, n)
		}
		all = append(all, r)
	}
	return all, lines.Err()
}

func add(path string, r *result) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	return errors.Join(err, f.Close())
}

// rewrite puts tables and curves into the document.
func rewrite(doc string, all []*result) error {
	if doc == "" {
		return nil
	}
	page, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	for _, e := range experiments {
		text, err := e.report(all, filepath.Dir(doc))
		if err != nil {
			return err
		}
		if page, err = replace(page, e.name, text); err != nil {
			return fmt.Errorf("%s: %w", doc, err)
		}
	}
	return os.WriteFile(doc, page, 0o644)
}

// replace puts text between the markers of a name.
func replace(page []byte, name, text string) ([]byte, error) {
	open, end := []byte("<!-- "+name+" -->\n"), []byte("<!-- end "+name+" -->")
	before, rest, ok := bytes.Cut(page, open)
	_, after, ok2 := bytes.Cut(rest, end)
	if !ok || !ok2 {
		return nil, fmt.Errorf("the markers of %s are missing", name)
	}
	return slices.Concat(before, open, []byte(text), end, after), nil
}
