#!/usr/bin/env python3
"""Cuts the first test images of Fashion-MNIST, with their labels, for embedding in snnc.

    apt-get install dataset-fashion-mnist
    python3 examples/make_demo_data.py --data /usr/share/datasets/fashion-mnist --count 500 --out data/demo

The files keep idx's form: only the number of samples in the header changes. The gzip header has no time and no name, so
the same zlib gives the same bytes again; the images inside are the same with every zlib.
"""

import argparse
import gzip
import pathlib
import struct


def cut(source, target, count):
    raw = gzip.decompress(source.read_bytes())
    rank = raw[3]
    dims = struct.unpack(f">{rank}I", raw[4:4 + 4 * rank])
    if raw[:3] != b"\0\0\x08" or dims[0] < count:
        raise SystemExit(f"{source}: expected an idx file of bytes with at least {count} samples")
    size = 1
    for d in dims[1:]:
        size *= d
    start = 4 + 4 * rank
    small = raw[:4] + struct.pack(f">{rank}I", count, *dims[1:]) + raw[start:start + count * size]
    target.write_bytes(gzip.compress(small, compresslevel=9, mtime=0))
    print(f"{target}: {count} samples, {target.stat().st_size} bytes")


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/usr/share/datasets/fashion-mnist"))
    p.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / "data" / "demo")
    p.add_argument("--count", type=int, default=500)
    args = p.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        cut(args.data / name, args.out / name, args.count)


if __name__ == "__main__":
    main()
