package images

import "slices"

// InTurn returns an order of samples that takes the classes in turn: the first
// sample of each class, then the second of each, and so on, so that the first so
// many samples of a set that is sorted by class are of all classes.
func InTurn(labels []int32) []int {
	order, rank, seen := make([]int, len(labels)), make([]int, len(labels)), map[int32]int{}
	for i, l := range labels {
		order[i], rank[i] = i, seen[l]
		seen[l]++
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if rank[a] != rank[b] {
			return rank[a] - rank[b]
		}
		return int(labels[a]) - int(labels[b])
	})
	return order
}
