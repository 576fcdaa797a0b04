#!/usr/bin/env python3
"""Writes latency_snntorch.npz with snnTorch 1.0.0's spikegen.latency. Run in this folder.

x: float32 [n], all bytes / 255, the threshold and its neighbours, exact halves, random values;
spikes_T: uint8 [T, n], linear=True, normalize=True, clip=True, default threshold 0.01.
"""

import numpy as np
import torch
from snntorch import spikegen

rng = np.random.default_rng(1)
edge = np.float32(0.01)
x = np.concatenate([
    (torch.arange(256, dtype=torch.uint8).float() / 255).numpy(),
    np.array([edge, np.nextafter(edge, np.float32(0)), np.nextafter(edge, np.float32(1)), 0, 1], np.float32),
    (np.arange(65) / np.float32(64)).astype(np.float32),
    rng.random(500, dtype=np.float32),
])
out = {"x": x}
for steps in [2, 3, 5, 8, 16, 33, 100]:
    s = spikegen.latency(torch.from_numpy(x), num_steps=steps, linear=True, normalize=True, clip=True)
    out[f"spikes_{steps}"] = s.numpy().astype(np.uint8)
np.savez_compressed("latency_snntorch.npz", **out)
