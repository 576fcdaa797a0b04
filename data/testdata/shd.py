"""Writes shd.h5, a small set in the layout of the Spiking Heidelberg Digits by h5py, and shd.npz: what tonic's ToFrame makes of it.

    python -m venv env && env/bin/pip install numpy==2.4.6 h5py==3.16.0 && env/bin/pip install tonic==1.7.0 && env/bin/python shd.py

The layout is that of shd_train.h5: times of variable length in float16 seconds, units in uint16, labels in uint16, and a group of details. Frames of 10 ms and of
50 spikes, incomplete ones too, by tonic 1.7.0, whose HSD class makes microseconds of the times as here.
"""

import pathlib

import h5py
import numpy as np
import tonic

OUT = pathlib.Path(__file__).parent
r = np.random.default_rng(21)
N = 7
times, units = [], []
for i in range(N):
    n = int(r.integers(60, 260))
    times.append(np.sort(r.uniform(0.01 * i, 0.3 + 0.1 * i, n)).astype(np.float16))
    units.append(np.clip(r.normal(350, 200, n), 0, 699).astype(np.uint16))
units[0][:3], units[1][5:9] = (0, 699, 350), 42
labels = np.array([3, 19, 0, 3, 7, 7, 12], np.uint16)

with h5py.File(OUT / "shd.h5", "w") as f:
    s = f.create_group("spikes")
    for name, rows, kind in (("times", times, "f2"), ("units", units, "u2")):
        d = s.create_dataset(name, (N,), h5py.vlen_dtype(np.dtype(kind)))
        for i, row in enumerate(rows):
            d[i] = row
    f["labels"] = labels
    e = f.create_group("extra")
    e["speaker"] = np.zeros(N, np.uint16)
    e["keys"] = np.array([b"zero", b"one"])

frames = {}
with h5py.File(OUT / "shd.h5") as f:
    for i in range(N):
        e = tonic.io.make_structured_array(f["spikes/times"][i].astype(np.float64) * 1e6, f["spikes/units"][i], 1, dtype=np.dtype([("t", int), ("x", int), ("p", int)]))
        for name, how in (("time", dict(time_window=10000)), ("count", dict(event_count=50))):
            frames[f"{name}{i}"] = tonic.transforms.ToFrame(sensor_size=(700, 1, 1), include_incomplete=True, **how)(e).reshape(-1, 700).astype(np.uint8)
np.savez_compressed(OUT / "shd.npz", labels=labels.astype(np.int32), **frames)
