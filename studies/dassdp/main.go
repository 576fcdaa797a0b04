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
)

// result is a run that has ended, a line of the results file.
type result struct {
	Experiment string
	Config     string // all that the result depends on
	Arm        string
	Seed       uint64
	Epochs     []epoch
	Seconds    float64 // of training
	StepMS     float64 // the fastest update
	Bytes      int     // of the network's state in training
	RuleBytes  int     // of the rule's
}

type epoch struct {
	Loss, Train, Test float64
	K, Gate, Change   float64
	S, SStd           float64 `json:",omitempty"`
}

func (r *result) final() float64 { return r.Epochs[len(r.Epochs)-1].Test }

func main() {
	doc := flag.String("doc", "docs/studies/da-ssdp.md", "document whose tables are rewritten")
	results := flag.String("results", "docs/studies/da-ssdp.jsonl", "file of finished runs")
	state := flag.String("state", "build/study-da-ssdp", "folder of checkpoints")
	only := flag.String("only", "", "run these experiments alone, with commas")
	which := flag.String("arms", "", "run these rules alone, by their names in the tables, with semicolons")
	seeds := flag.Int("seeds", 5, "seeds of every arm")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, *doc, *results, *state, *only, *which, *seeds)
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "dassdp: interrupted; the same command goes on")
		os.Exit(130)
	case err != nil:
		fmt.Fprintln(os.Stderr, "dassdp:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, doc, path, state, only, which string, seeds int) error {
	want := experiments
	if only != "" {
		want = nil
		for _, name := range strings.Split(only, ",") {
			i := slices.IndexFunc(experiments, func(e *experiment) bool { return e.name == name })
			if i < 0 {
				var names []string
				for _, e := range experiments {
					names = append(names, e.name)
				}
				return fmt.Errorf("option only names %q; the experiments are %s", name, strings.Join(names, ", "))
			}
			want = append(want, experiments[i])
		}
	}
	rules := arms
	if which != "" {
		rules = nil
		for _, name := range strings.Split(which, ";") {
			i := slices.IndexFunc(arms, func(a arm) bool { return a.name == name })
			if i < 0 {
				return fmt.Errorf("option arms names %q; the tables have the names", name)
			}
			rules = append(rules, arms[i])
		}
	}
	all, err := read(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(state, 0o755); err != nil {
		return err
	}
	if err := rewrite(doc, all); err != nil {
		return err
	}
	for _, e := range want {
		for seed := 1; seed <= seeds; seed++ { // all arms of a seed first: they are paired
			for _, arm := range rules {
				if find(all, e, arm.name, uint64(seed)) != nil {
					continue
				}
				fmt.Fprintf(os.Stderr, "%s, %s, seed %d\n", e.name, arm.name, seed)
				r, err := e.run(ctx, arm, uint64(seed), filepath.Join(state, fmt.Sprintf("%s-%s-%g-%t-%d.state", e.name, arm.rule, arm.scale, arm.anneal, seed)))
				if err != nil {
					return err
				}
				all = append(all, r)
				if err := add(path, r); err != nil {
					return err
				}
				if err := rewrite(doc, all); err != nil {
					return err
				}
			}
		}
	}
	return nil
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
