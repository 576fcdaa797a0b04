package compiler

import "github.com/snnc/snnc/ir"

// link is a demand: the words that core from sends to core to (-1: the host)
// in a step.
type link struct {
	from, to int
	words    float64
}

// traffic lists the demands. With measured activity a word counts as often as
// any of its neurons fires, taken as independent; else every word counts once.
func traffic(net *ir.Network, cores []ir.Core, o Options, act Activity) []link {
	byLayer := make([][]int, len(net.Populations))
	for i := range cores {
		byLayer[cores[i].Layer] = append(byLayer[cores[i].Layer], i)
	}
	rates := make([][]float64, len(net.Populations))
	for i := range net.Projections {
		if pr := &net.Projections[i]; act != nil && !pr.FromInput {
			rates[pr.Source] = act[i]
		}
	}
	words := make([]float64, len(cores))
	for i := range cores {
		words[i] = expectedWords(&cores[i], net.Populations[cores[i].Layer].Grid, o.WordBits, rates[cores[i].Layer])
	}
	var links []link
	seen := map[[2]int]bool{} // a core's words go to another once, however many projections read them
	for i := range net.Projections {
		pr := &net.Projections[i]
		if pr.FromInput {
			continue
		}
		for _, a := range byLayer[pr.Source] {
			for _, b := range byLayer[pr.Target] {
				if !seen[[2]int{a, b}] && sees(pr, cores[b].Part, cores[a].Part) {
					seen[[2]int{a, b}] = true
					links = append(links, link{a, b, words[a]})
				}
			}
		}
	}
	for _, s := range net.Outputs {
		for _, a := range byLayer[s.Population] {
			links = append(links, link{a, -1, words[a]})
		}
	}
	return links
}

func expectedWords(c *ir.Core, g ir.Grid, wordBits int, rates []float64) float64 {
	if rates == nil || c.Graded {
		return float64(c.Words(wordBits))
	}
	p := ir.Program{Layers: make([]ir.Layer, c.Layer+1)}
	p.Layers[c.Layer].Grid = g
	sum, silent := 0.0, 1.0
	for s := range c.N {
		if n, ok := p.NeuronAt(c, s); ok {
			silent *= 1 - min(max(rates[n], 0), 1)
		}
		if s%wordBits == wordBits-1 || s == c.N-1 {
			sum, silent = sum+1-silent, 1
		}
	}
	return sum
}

// hopCost is Σ words · hops of a placement: at[i] is core i's node.
func hopCost(cols int, at []int, links []link) float64 {
	sum := 0.0
	for _, l := range links {
		sum += l.words * float64(hops(cols, at[l.from], nodeOf(at, l.to)))
	}
	return sum
}

func nodeOf(at []int, core int) int {
	if core < 0 {
		return 0
	}
	return at[core]
}

// peakLink is the most words that cross one link between routers in a step,
// routed first along x, then along y (docs/machine.md section 5).
func peakLink(cols, rows int, at []int, links []link) float64 {
	east, west := make([]float64, cols*rows), make([]float64, cols*rows)
	south, north := make([]float64, cols*rows), make([]float64, cols*rows)
	for _, l := range links {
		a, b := at[l.from], nodeOf(at, l.to)
		y := a / cols
		for x := a % cols; x < b%cols; x++ {
			east[y*cols+x] += l.words
		}
		for x := a % cols; x > b%cols; x-- {
			west[y*cols+x] += l.words
		}
		x := b % cols
		for ; y < b/cols; y++ {
			south[y*cols+x] += l.words
		}
		for ; y > b/cols; y-- {
			north[y*cols+x] += l.words
		}
	}
	most := 0.0
	for _, side := range [][]float64{east, west, south, north} {
		for _, v := range side {
			most = max(most, v)
		}
	}
	return most
}
