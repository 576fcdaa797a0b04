"""Reads a NIR file with snnTorch's importer and prints its output spikes.

    python import_trained.py MODEL.nir STEPS < INPUTS > SPIKES

Inputs are float32 [samples][values], held over the steps; outputs are bytes [samples][steps][neurons].
"""
import contextlib
import sys

import nir
import numpy as np
import snntorch
import torch
from snntorch.import_nir import import_from_nir

model, steps = sys.argv[1], int(sys.argv[2])
graph = nir.read(model)
shape = next(n for n in graph.nodes.values() if isinstance(n, nir.Input)).input_type["input"]
x = torch.tensor(np.frombuffer(sys.stdin.buffer.read(), np.float32).copy()).reshape(-1, *[int(s) for s in shape])
with contextlib.redirect_stdout(sys.stderr):
    net = import_from_nir(graph)
out = []
with torch.no_grad():
    for sample in x:  # without a batch: the importer hands NIR's dimensions, which count without it, to torch's Flatten
        for m in net.modules():
            if isinstance(m, snntorch.Leaky):
                m.reset_mem()
        state = None
        for _ in range(steps):
            spikes, state = net(sample, state)
            out.append(spikes.flatten())
sys.stdout.buffer.write(torch.stack(out).to(torch.uint8).numpy().tobytes())
