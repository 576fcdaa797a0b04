#!/usr/bin/env python3
"""Trains the demo network of snnc on Fashion-MNIST with snnTorch and exports it as NIR.

The network is 784 - H - 10, both layers leaky integrate-and-fire neurons (beta 0.9, threshold 1, reset to zero in the
same step), input = pixel / 255 held over the steps (direct coding), class = most output spikes, the first on a tie.
Training uses the 60,000 training images only; the test images are read once, after the last epoch.

    pip install -r requirements.txt
    apt-get install dataset-fashion-mnist
    python3 train.py --data /usr/share/datasets/fashion-mnist --out .

Writes fashion_mlp.nir (snnTorch's own exporter), fashion_mlp.counts.npy (uint8 [10000, 10]: float32 output spike counts
of the test images, in order) and fashion_mlp.json (architecture, settings, accuracy, versions).
"""

import argparse
import gzip
import importlib.metadata
import json
import pathlib
import platform
import time

import nir
import numpy as np
import snntorch as snn
import torch
from snntorch import surrogate
from snntorch.export_nir import export_to_nir

CLASSES = 10
PIXELS = 28 * 28


def read_idx(path):
    """Array in an idx file (http://yann.lecun.com/exdb/mnist/), gzipped or not; unsigned bytes only."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as f:
        raw = f.read()
    if raw[:3] != b"\0\0\x08":
        raise SystemExit(f"{path}: not an idx file of unsigned bytes")
    dims = np.frombuffer(raw, ">u4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(dims)


def read_split(folder, split):
    """Images as float32 [N, 784] in 0..1 and labels as int64 [N]."""
    def find(kind, rank):
        for suffix in (".gz", ""):
            path = folder / f"{split}-{kind}-idx{rank}-ubyte{suffix}"
            if path.exists():
                return read_idx(path)
        raise SystemExit(f"{folder}: no {split}-{kind}-idx{rank}-ubyte(.gz); try: apt-get install dataset-fashion-mnist")
    images, labels = find("images", 3), find("labels", 1)
    x = torch.from_numpy(images.reshape(len(images), PIXELS).astype(np.float32)) / 255
    return x, torch.from_numpy(labels.astype(np.int64))


def build(hidden, beta, slope):
    """The network as a plain Sequential, the form that snnTorch's exporter walks.

    beta and threshold are vectors: NIR then stores them for each neuron, and the shapes of all nodes are defined.
    reset_delay=False is what NIR's LIF means: snnTorch's default resets one step later, and the exporter drops that.
    """
    def lif(n):
        return snn.Leaky(beta=torch.full((n,), beta), threshold=torch.ones(n), init_hidden=True, reset_mechanism="zero",
                         reset_delay=False, spike_grad=surrogate.fast_sigmoid(slope=slope))
    return torch.nn.Sequential(torch.nn.Linear(PIXELS, hidden), lif(hidden), torch.nn.Linear(hidden, CLASSES), lif(CLASSES))


def spike_counts(net, x, steps):
    """Output spikes of each class over the steps, [batch, 10].

    The input is held, so its weighted sum is the same at every step and is computed once.
    """
    fc1, lif1, fc2, lif2 = net
    lif1.reset_mem()
    lif2.reset_mem()
    current = fc1(x)
    return sum(lif2(fc2(lif1(current))) for _ in range(steps))


def shifted(x, generator, reach):
    """Each image moved by -reach..reach pixels in both axes, zeros moved in."""
    n = len(x)
    canvas = torch.nn.functional.pad(x.view(n, 28, 28), (reach, reach, reach, reach))
    dy, dx = torch.randint(0, 2 * reach + 1, (2, n, 1, 1), generator=generator)
    rows = torch.arange(28).view(1, 28, 1) + dy
    cols = torch.arange(28).view(1, 1, 28) + dx
    return canvas[torch.arange(n).view(n, 1, 1), rows, cols].view(n, PIXELS)


def train(net, x, y, args):
    generator = torch.Generator().manual_seed(args.seed)
    batches = len(x) // args.batch
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.lr, weight_decay=args.weight_decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, args.epochs * batches)
    for epoch in range(args.epochs):
        start, total, right = time.time(), 0.0, 0
        order = torch.randperm(len(x), generator=generator)
        for b in range(batches):
            index = order[b * args.batch:(b + 1) * args.batch]
            images = x[index]
            flip = torch.rand(len(index), 1, 1, generator=generator) < args.flip
            images = torch.where(flip, images.view(-1, 28, 28).flip(2), images.view(-1, 28, 28)).reshape(-1, PIXELS)
            if args.shift:
                images = shifted(images, generator, args.shift)
            counts = spike_counts(net, images, args.steps)
            # Counts are 0..T: scaled, so that the softmax can be confident with a lead of a few spikes.
            loss = torch.nn.functional.cross_entropy(counts * args.gain, y[index], label_smoothing=args.smoothing)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
            right += (counts.argmax(1) == y[index]).sum().item()
        print(f"epoch {epoch + 1:3d}/{args.epochs}  loss {total / batches:.4f}  "
              f"training {100 * right / (batches * args.batch):.2f} %  {time.time() - start:.1f} s", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--data", type=pathlib.Path, default=pathlib.Path("/usr/share/datasets/fashion-mnist"))
    p.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    p.add_argument("--hidden", type=int, default=128)
    p.add_argument("--beta", type=float, default=0.9)
    p.add_argument("--steps", type=int, default=8)
    p.add_argument("--epochs", type=int, default=40)
    p.add_argument("--batch", type=int, default=128)
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--weight-decay", type=float, default=1e-4)
    p.add_argument("--slope", type=float, default=5.0, help="slope of the fast-sigmoid surrogate")
    p.add_argument("--gain", type=float, default=1.0, help="factor from spike counts to logits")
    p.add_argument("--smoothing", type=float, default=0.05, help="label smoothing")
    p.add_argument("--shift", type=int, default=0, help="training images move by up to so many pixels")
    p.add_argument("--flip", type=float, default=0.5, help="probability of mirroring a training image")
    p.add_argument("--validation", type=int, default=0, help="hold back so many training images and report on them instead of the test")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2, help="results repeat for equal threads on equal processors")
    args = p.parse_args()

    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)

    x, y = read_split(args.data, "train")
    if args.validation:
        x, held_x, y, held_y = x[:-args.validation], x[-args.validation:], y[:-args.validation], y[-args.validation:]
    net = build(args.hidden, args.beta, args.slope)
    train(net, x, y, args)
    net.eval()
    if args.validation:
        with torch.no_grad():
            counts = spike_counts(net, held_x, args.steps)
        print(f"validation accuracy {100 * (counts.argmax(1) == held_y).float().mean().item():.2f} %")
        return

    test_x, test_y = read_split(args.data, "t10k")
    with torch.no_grad():
        counts = spike_counts(net, test_x, args.steps)
    accuracy = (counts.argmax(1) == test_y).float().mean().item()
    print(f"float test accuracy {100 * accuracy:.2f} %, {counts.sum(1).mean():.2f} output spikes an image")

    for layer in (net[1], net[3]):
        layer.reset_mem()
    graph = export_to_nir(net, torch.zeros(1, PIXELS), ignore_dims=[0])
    graph.edges.sort()  # they come in the order of a set: sorted, the same training gives the same file
    args.out.mkdir(parents=True, exist_ok=True)
    nir.write(str(args.out / "fashion_mlp.nir"), graph)
    np.save(args.out / "fashion_mlp.counts.npy", counts.numpy().astype(np.uint8))
    settings = {k: v for k, v in vars(args).items() if k not in ("data", "out", "validation")}
    meta = {
        "name": "fashion_mlp",
        "arch": f"{PIXELS}-{args.hidden}-{CLASSES}",
        "beta": args.beta,
        "threshold": 1.0,
        "reset": "zero",
        "reset_delay": False,
        "timesteps": args.steps,
        "input": "direct: pixel/255 held over the steps",
        "class": "most output spikes, the first on a tie",
        "dataset": "fashion-mnist",
        "float_accuracy": round(accuracy, 4),
        "exporter": "snntorch.export_nir, dt 1e-4",
        "training": settings,
        "versions": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0],
                     "snntorch": snn.__version__, "nir": nir.version, "nirtorch": importlib.metadata.version("nirtorch"), "numpy": np.__version__},
    }
    (args.out / "fashion_mlp.json").write_text(json.dumps(meta, indent=1) + "\n")


if __name__ == "__main__":
    main()
