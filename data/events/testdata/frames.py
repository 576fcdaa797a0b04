"""Writes frames.npz: what SpikingJelly makes of events.npy in 7 and in 61 frames of equal numbers of events (of which there are 60), and the events [t, x, y, p] that
its CIFAR10DVS reads in dvs128.aedat.

    python -m venv env && env/bin/pip install numpy==2.4.6 spikingjelly==2.0.0 torchvision && env/bin/python frames.py
"""

import pathlib
import sys
import types

import numpy as np

sys.modules["torchaudio"] = types.ModuleType("torchaudio")  # of the speech sets; 2.11.0 does not load beside torch 2.15.0
from spikingjelly.datasets import cifar10_dvs, utils

OUT = pathlib.Path(__file__).parent
e = np.load(OUT / "events.npy")
events = {"t": e["t"], "x": e["x"].astype(int), "y": e["y"].astype(int), "p": e["p"].astype(int)}
dvs = cifar10_dvs._load_origin_data(OUT / "dvs128.aedat")
np.savez_compressed(OUT / "frames.npz", cifar10dvs=np.stack([dvs[k].astype(np.int32) for k in "txyp"], 1), **{f"number{n}": utils.integrate_events_by_fixed_frames_number(events, "number", n, 34, 34).astype(np.uint8) for n in (7, 61)})
