// Package examples embeds the trained network of the demo and what its
// framework says it must give.
//
// fashion_mlp is 784 – 128 – 10, leaky integrate-and-fire, trained on
// Fashion-MNIST's training images with snnTorch and written by snnTorch's own NIR
// exporter (fashion_mlp/train.py). Its input is pixel/255 held over the steps, its
// class the output neuron with most spikes, the first on a tie. The counts are an
// oracle: nothing of this project took part in making them.
package examples

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/snnc/snnc/data/array"
)

var (
	//go:embed fashion_mlp/fashion_mlp.nir
	fashionNIR string // a string, so that nobody can write to it
	//go:embed fashion_mlp/fashion_mlp.counts.npy
	fashionCounts []byte
	//go:embed fashion_mlp/fashion_mlp.json
	fashionInfo []byte
)

// FashionMLP returns a copy of the demo network's NIR file (HDF5).
func FashionMLP() []byte { return []byte(fashionNIR) }

// FashionMLPCounts returns the float32 output spike counts that snnTorch gave
// for each of the 10,000 Fashion-MNIST test images, in their order.
func FashionMLPCounts() ([][10]uint8, error) {
	a, err := array.ReadNPY(bytes.NewReader(fashionCounts))
	if err != nil {
		return nil, fmt.Errorf("embedded fashion_mlp.counts.npy: %w", err)
	}
	if a.Kind != array.Uint8 || len(a.Shape) != 2 || a.Shape[1] != 10 {
		return nil, fmt.Errorf("embedded fashion_mlp.counts.npy: %s; expected uint8 N×10", a)
	}
	counts := make([][10]uint8, a.Shape[0])
	for i := range counts {
		copy(counts[i][:], a.Raw[10*i:])
	}
	return counts, nil
}

// Info is what fashion_mlp.json records about the network.
type Info struct {
	Name          string  `json:"name"`
	Arch          string  `json:"arch"`
	Timesteps     int     `json:"timesteps"`
	FloatAccuracy float64 `json:"float_accuracy"` // fraction of the 10,000 test images
}

// FashionMLPInfo returns what was recorded at training.
func FashionMLPInfo() (Info, error) {
	var info Info
	if err := json.Unmarshal(fashionInfo, &info); err != nil {
		return info, fmt.Errorf("embedded fashion_mlp.json: %w", err)
	}
	return info, nil
}
