"""Writes the recordings of testdata and, as events.json, what other libraries read in them.

    python -m venv env && env/bin/pip install numpy==2.4.6 aedat==2.3.0 dv-processing==2.0.4 tonic==1.7.0 && env/bin/python make.py

AEDAT 4 is written by dv-processing (LZ4, Zstandard, none) and read back by aedat; N-MNIST is read back by tonic; AEDAT 2.0 and 3.1 are written
here after the specification, 2.0 read back by tonic.
"""

import datetime
import json
import pathlib
import struct

import numpy as np

OUT = pathlib.Path(__file__).parent
r = np.random.default_rng(3)
N = 60
t = np.sort(r.integers(0, 20000, N)) + 1000
x, y, p = r.integers(0, 34, N), r.integers(0, 34, N), r.integers(0, 2, N)
known = {}


def keep(name, ts, xs, ys, ps):
    known[name] = [[int(a), int(b), int(c), int(bool(d))] for a, b, c, d in zip(ts, xs, ys, ps)]


with open(OUT / "nmnist.bin", "wb") as f:
    for i in range(N):
        f.write(bytes([x[i], y[i], p[i] << 7 | t[i] >> 16 & 0x7F, t[i] >> 8 & 0xFF, t[i] & 0xFF]))
from tonic.io import read_mnist_file

e = read_mnist_file(str(OUT / "nmnist.bin"), dtype=np.dtype([("x", int), ("y", int), ("t", int), ("p", int)]))
keep("nmnist.bin", e["t"], e["x"], e["y"], e["p"])

a = np.zeros(N, dtype=[("x", "<i2"), ("y", "<i2"), ("t", "<i8"), ("p", "?")])
a["x"], a["y"], a["t"], a["p"] = x, y, t, p
np.save(OUT / "events.npy", a)
keep("events.npy", a["t"], a["x"], a["y"], a["p"])

with open(OUT / "dvs128.aedat", "wb") as f:
    f.write(b"#!AER-DAT2.0\r\n# This is a raw AE data file\r\n# AEChip: ch.unizh.ini.jaer.chip.retina.DVS128\r\n")
    for i in range(N):
        f.write(struct.pack(">II", int(y[i]) << 8 | (127 - int(x[i])) << 1 | (1 - int(p[i])), int(t[i])))
keep("dvs128.aedat", t, x, y, p)

with open(OUT / "v31.aedat", "wb") as f:
    f.write(b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 0: DAVIS240C\r\n#!END-HEADER\r\n")
    for at in range(0, N, 25):
        m = min(25, N - at)
        f.write(struct.pack("<HHIIIIII", 1, 0, 8, 4, 0, m, m, m))
        for i in range(at, at + m):
            f.write(struct.pack("<II", int(x[i]) << 17 | int(y[i]) << 2 | int(p[i]) << 1 | 1, int(t[i])))
        f.write(struct.pack("<HHIIIIII", 2, 0, 4, 0, 0, 1, 1, 1) + b"else")
keep("v31.aedat", t, x, y, p)

import aedat
import dv_processing as dv

for name, how in (("lz4", dv.CompressionType.LZ4), ("zstd", dv.CompressionType.ZSTD), ("none", dv.CompressionType.NONE)):
    config = dv.io.MonoCameraWriter.Config("DVXplorer_sample")
    config.addEventStream((34, 34))
    config.compression = how
    writer = dv.io.MonoCameraWriter(str(OUT / f"{name}.aedat4"), config)
    store = dv.EventStore()
    for i in range(N):
        store.push_back(int(t[i]), int(x[i]), int(y[i]), bool(p[i]))
    writer.writeEvents(store)
    del writer
    e = np.concatenate([q["events"] for q in aedat.Decoder(str(OUT / f"{name}.aedat4")) if "events" in q])
    keep(f"{name}.aedat4", e["t"], e["x"], e["y"], e["on"])

(OUT / "events.json").write_text(json.dumps(known) + "\n")
