#!/usr/bin/env python3
"""Reads fashion_mlp.nir as plain NIR in float64 NumPy and compares with snnTorch's float32 spike counts.

NIR's LIF, one Euler step of dt = 1e-4: v <- (1 - dt/tau) v + (dt/tau) (v_leak + r x); spike if v > v_threshold; v <- v_reset.
Neither torch nor snnTorch takes part.

    python3 check.py --data /usr/share/datasets/fashion-mnist
"""

import argparse
import gzip
import json
import pathlib

import h5py
import numpy as np

DT = 1e-4


def read_chain(path):
    """The nodes' datasets in the order of the edges, which must be a chain from Input to Output."""
    with h5py.File(path) as f:
        nodes = {name: {key: value[()] for key, value in node.items()} for name, node in f["node/nodes"].items()}
        following = {a.decode(): b.decode() for a, b in f["node/edges"][()]}
    for node in nodes.values():
        node["type"] = node["type"].decode()
    names = [name for name, node in nodes.items() if node["type"] == "Input"]
    while names[-1] in following:
        names.append(following[names[-1]])
    if len(names) != len(nodes) or nodes[names[-1]]["type"] != "Output":
        raise SystemExit(f"{path}: not a chain: {names}")
    return [nodes[name] for name in names]


def spike_counts(chain, x, steps):
    voltages = {}
    counts = 0
    for _ in range(steps):
        signal = x
        for i, node in enumerate(chain):
            if node["type"] == "Affine":
                signal = signal @ node["weight"].astype(np.float64).T + node["bias"].astype(np.float64)
            elif node["type"] == "LIF":
                tau, r, leak, threshold, reset = (node[k].astype(np.float64) for k in ("tau", "r", "v_leak", "v_threshold", "v_reset"))
                v = voltages.get(i, np.zeros_like(signal))
                v = (1 - DT / tau) * v + DT / tau * (leak + r * signal)
                spikes = v > threshold
                voltages[i] = np.where(spikes, reset, v)
                signal = spikes.astype(np.float64)
            elif node["type"] not in ("Input", "Output"):
                raise SystemExit(f"node type {node['type']} is not part of this network")
        counts = counts + signal
    return counts.astype(np.uint8)


def main():
    here = pathlib.Path(__file__).parent
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/usr/share/datasets/fashion-mnist"))
    p.add_argument("--folder", type=pathlib.Path, default=here, help="folder of fashion_mlp.nir, .counts.npy and .json")
    args = p.parse_args()
    meta = json.loads((args.folder / "fashion_mlp.json").read_text())
    want = np.load(args.folder / "fashion_mlp.counts.npy")
    chain = read_chain(args.folder / "fashion_mlp.nir")
    images = gzip.decompress((args.data / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    labels = np.frombuffer(gzip.decompress((args.data / "t10k-labels-idx1-ubyte.gz").read_bytes())[8:], np.uint8)
    x = np.frombuffer(images, np.uint8).reshape(-1, 784) / 255.0
    got = np.concatenate([spike_counts(chain, part, meta["timesteps"]) for part in np.array_split(x, 10)])
    same_counts = (got == want).all(1).mean()
    same_class = (got.argmax(1) == want.argmax(1)).mean()
    accuracy = (got.argmax(1) == labels).mean()
    print(f"nodes {[node['type'] for node in chain]}")
    print(f"same ten counts {100 * same_counts:.2f} %, same class {100 * same_class:.2f} %, accuracy {100 * accuracy:.2f} % "
          f"(snnTorch {100 * (want.argmax(1) == labels).mean():.2f} %, recorded {100 * meta['float_accuracy']:.2f} %)")
    if same_counts < 0.999 or same_class < 0.999 or abs((want.argmax(1) == labels).mean() - meta["float_accuracy"]) > 5e-5:
        raise SystemExit("the files do not agree")


if __name__ == "__main__":
    main()
