"""Makes data14.npz, MNIST in 14 × 14 pixels: the rounded mean of 2 × 2, uint8.

    SNNC_DATA=… python3 examples/hx8k_mnist/data.py build/data14.npz      (numpy alone)
    snnc train examples/hx8k_mnist/untrained.json --data build/data14.npz -o build/hx8k_mnist.json --epochs 12 --lr 5e-3 --quantise 4
"""
import gzip
import os
import sys

import numpy as np


def idx(path):
    raw = gzip.open(path).read()
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


folder = os.path.join(os.environ["SNNC_DATA"], "mnist")
arrays = {}
for split, name in (("train", "train"), ("test", "t10k")):
    images = idx(os.path.join(folder, f"{name}-images-idx3-ubyte.gz"))
    sums = images.reshape(-1, 14, 2, 14, 2).astype(np.uint16).sum((2, 4))
    arrays["x_" + split] = ((sums + 2) // 4).astype(np.uint8)
    arrays["y_" + split] = idx(os.path.join(folder, f"{name}-labels-idx1-ubyte.gz"))
np.savez_compressed(sys.argv[1], **arrays)
