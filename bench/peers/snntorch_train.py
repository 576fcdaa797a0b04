"""A training step of snnTorch: 784-128-10, batch 128, T = 8, on MNIST's training images.

    python snntorch_train.py IMAGES.gz LABELS.gz STEPS

Prints one JSON object: name and ms, the least of many steps' times, for the better of two ways to write it (the first
layer's product at every step, or once, since its input does not change) and of one thread and all. Images are in memory
and converted beforehand; a step is forward, loss, backward and the update, as in the Go side's.
"""
import gzip
import json
import sys
import time

import numpy as np
import snntorch
import torch
from snntorch import surrogate

images, labels, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
with gzip.open(images) as f:
    x = torch.tensor(np.frombuffer(f.read()[16:], np.uint8).reshape(-1, 784).astype(np.float32) / 255)
with gzip.open(labels) as f:
    y = torch.tensor(np.frombuffer(f.read()[8:], np.uint8).astype(np.int64))


def make():
    torch.manual_seed(1)
    lif = lambda: snntorch.Leaky(beta=0.9, reset_mechanism="zero", reset_delay=False, spike_grad=surrogate.atan())
    net = torch.nn.ModuleList([torch.nn.Linear(784, 128), lif(), torch.nn.Linear(128, 10), lif()])
    return net, torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0)


def forward(net, batch, once):
    fc1, lif1, fc2, lif2 = net
    m1, m2, total = lif1.init_leaky(), lif2.init_leaky(), 0
    current = fc1(batch) if once else None
    for _ in range(steps):
        s, m1 = lif1(current if once else fc1(batch), m1)
        s, m2 = lif2(fc2(s), m2)
        total = total + s
    return total


best = float("inf"), "", 0
most = torch.get_num_threads()
for threads in sorted({1, most}):
    torch.set_num_threads(threads)
    for once in (False, True):
        net, optimiser = make()
        for i in range(200):
            index = torch.arange(i * 128, (i + 1) * 128) % len(x)
            start = time.perf_counter()
            loss = torch.nn.functional.cross_entropy(forward(net, x[index], once), y[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            best = min(best, (1e3 * (time.perf_counter() - start), "first product once" if once else "as written", threads))
print(json.dumps({"name": f"snnTorch {snntorch.__version__}, torch {torch.__version__}, {best[1]}, threads {best[2]}", "rate": best[0]}))
