package compiler

import (
	"fmt"

	"github.com/snnc/snnc/ir"
)

// schedule gives every population its level and the network its interval, as
// modulo scheduling does: with II ticks from one step to the next, the spikes of
// an edge with a delay of δ steps have
//
//	II·δ + level(target) − level(source)  ≥  1
//
// ticks to arrive. Edges that close a loop get a delay of one step (NIR: a
// cycle of edges is a recurrence with a delay of one step). Levels are the
// longest paths over the other edges for II = 1; the edges that close loops
// then set the interval.
func schedule(net *ir.Network, f *flat, pops []*pending, inputs map[int]int) {
	byNode := map[int]*pending{}
	for _, p := range pops {
		byNode[p.node] = p
	}
	const unseen, open, done = 0, 1, 2
	state := map[int]int{}
	type edge struct{ from, to *pending }
	back := map[edge]bool{}
	var order []*pending // every source before its targets, loops apart
	targets := map[*pending][]*pending{}
	var roots []*pending
	for _, p := range pops {
		root := false
		for _, tm := range p.cur.terms {
			if _, in := inputs[tm.source]; in {
				root = true
				continue
			}
			src := byNode[tm.source]
			targets[src] = append(targets[src], p)
		}
		if root {
			roots = append(roots, p)
		}
	}
	var visit func(p *pending)
	visit = func(p *pending) {
		state[p.node] = open
		for _, to := range targets[p] {
			switch state[to.node] {
			case unseen:
				visit(to)
			case open:
				back[edge{p, to}] = true
			}
		}
		state[p.node] = done
		order = append(order, p)
	}
	for _, list := range [][]*pending{roots, pops} {
		for _, p := range list {
			if state[p.node] == unseen {
				visit(p)
			}
		}
	}
	for i, j := 0, len(order)-1; i < j; i, j = i+1, j-1 {
		order[i], order[j] = order[j], order[i]
	}
	for _, p := range order {
		level := 0
		for i := range p.cur.terms {
			tm := &p.cur.terms[i]
			if _, in := inputs[tm.source]; in {
				continue
			}
			src := byNode[tm.source]
			if back[edge{src, p}] {
				tm.delay++
				continue
			}
			level = max(level, src.pop.Level+1-tm.delay)
		}
		p.pop.Level = level
	}
	net.Interval = 1
	var why ir.Decision
	for _, p := range pops {
		for _, tm := range p.cur.terms {
			if _, in := inputs[tm.source]; in {
				continue
			}
			src := byNode[tm.source]
			if !back[edge{src, p}] {
				continue
			}
			net.Decisions = append(net.Decisions, ir.Decision{Subject: p.pop.Name, Choice: fmt.Sprintf("takes the spikes of %q one step late", src.pop.Name),
				Reason: "this edge closes a loop, and a loop holds its values for a step"})
			if ii := ceilDiv(src.pop.Level-p.pop.Level+1, tm.delay); ii > net.Interval {
				net.Interval = ii
				why = ir.Decision{Subject: p.pop.Name, Choice: fmt.Sprintf("%d ticks from one step to the next", ii),
					Reason: fmt.Sprintf("the loop through %q spans %d levels", src.pop.Name, src.pop.Level-p.pop.Level+1)}
			}
		}
	}
	if net.Interval > 1 {
		net.Decisions = append(net.Decisions, why)
	}
}
