"""snnTorch on the MNIST test set: the network of a NIR file, timed.

    python snntorch_mnist.py MODEL.nir IMAGES.gz STEPS COUNTS.bin

Writes the output spike counts as bytes, [images, 10], and prints one JSON
object: name, rate (images a second, best of several batch sizes, threads and passes).
Images are in memory and converted beforehand; only the network is timed.
"""
import gzip
import json
import sys
import time

import nir
import numpy as np
import snntorch
import torch

model, images, steps, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]

graph = nir.read(model)
follows = dict(graph.edges)
layers, at = [], next(k for k, n in graph.nodes.items() if isinstance(n, nir.Input))
DT = 1e-4  # what snnTorch's exporter takes for a step
while at in follows:
    at = follows[at]
    node = graph.nodes[at]
    if isinstance(node, (nir.Affine, nir.Linear)):
        n_out, n_in = node.weight.shape
        bias = getattr(node, "bias", None)
        layer = torch.nn.Linear(n_in, n_out, bias=bias is not None)
        layer.weight.data = torch.tensor(node.weight, dtype=torch.float32)
        if bias is not None:
            layer.bias.data = torch.tensor(bias, dtype=torch.float32)
        layers.append(layer)
    elif isinstance(node, nir.LIF):
        beta = 1 - DT / np.unique(np.float64(node.tau)).item()
        threshold = np.unique(np.float64(node.v_threshold)).item()
        layers.append(snntorch.Leaky(beta=round(beta, 9), threshold=threshold, reset_mechanism="zero", reset_delay=False))
    elif not isinstance(node, (nir.Flatten, nir.Output)):
        sys.exit(f"{model}: node {at} of type {type(node).__name__} is not known here")

with gzip.open(images) as f:
    raw = f.read()
n, rows, cols = np.frombuffer(raw[4:16], ">i4")
x = torch.tensor(np.frombuffer(raw[16:], np.uint8).reshape(n, rows * cols).astype(np.float32) / 255)


def forward(batch):
    state = [layer.init_leaky() if isinstance(layer, snntorch.Leaky) else None for layer in layers]
    total = 0
    for _ in range(steps):
        h = batch
        for i, layer in enumerate(layers):
            if isinstance(layer, snntorch.Leaky):
                h, state[i] = layer(h, state[i])
            else:
                h = layer(h)
        total = total + h
    return total


# Every batch size with one thread and with all: the framework's own best.
best = 0, 0, 0
most = torch.get_num_threads()
with torch.no_grad():
    for _ in range(5):
        for threads in sorted({1, most}):
            torch.set_num_threads(threads)
            for size in (100, 500, 1000, 2000, 10000):
                start = time.perf_counter()
                for batch in x.split(size):
                    forward(batch)
                best = max(best, (len(x) / (time.perf_counter() - start), size, threads))
    counts = torch.cat([forward(b) for b in x.split(1000)])
counts.to(torch.uint8).numpy().tofile(out)
print(json.dumps({
    "name": f"snnTorch {snntorch.__version__}, torch {torch.__version__}, batch {best[1]}, threads {best[2]}",
    "rate": best[0],
}))
