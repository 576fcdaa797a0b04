"""Writes the networks of this folder, DA-SSDP's SpikingResformer without its attention, as model.json without weights. README.md says what differs.

    python3 make.py
"""

import json
import pathlib

OUT = pathlib.Path(__file__).parent


class Builder:
    """Nodes and edges. `features` are the normalised outputs whose sum the next population takes: the block's residual connections."""

    def __init__(self, shape):
        self.nodes, self.edges = {"input": {"type": "Input", "shape": shape}}, []
        self.shape, self.features = shape, ["input"]

    def add(self, name, node, inputs):
        self.nodes[name] = node
        self.edges += [[i, name] for i in inputs]
        return name

    def conv(self, name, inputs, out, kernel, stride=1, groups=1, channels=None):
        channels, pad = channels or self.shape[0], kernel // 2
        self.add(name, {
            "type": "Conv2d", "weight": {"init": "normal", "gain": 0.02, "shape": [out, channels // groups, kernel, kernel]}, "stride": [stride, stride], "padding": [pad, pad],
            "dilation": [1, 1], "groups": groups, "bias": {"init": "zeros", "shape": [out]},
        }, inputs)
        ones, zeros = {"init": "ones", "shape": [out]}, {"init": "zeros", "shape": [out]}
        return self.add(f"{name}_bn", {"type": "BatchNorm2d", "weight": ones, "bias": zeros, "running_mean": zeros, "running_var": ones, "eps": 1e-5}, [name])

    def lif(self, name, inputs):
        """SpikingJelly's LIFNode(tau=2, decay_input=True): v += (x - v)/2, one step being dt = 1e-4."""
        return self.add(name, {"type": "LIF", "tau": 2e-4, "r": 1, "v_leak": 0, "v_threshold": 1}, inputs)

    def stem(self, out, kernel, stride):
        self.features = [self.conv("stem", ["input"], out, kernel, stride)]
        self.shape = [out, self.shape[1] // stride, self.shape[2] // stride]

    def down(self, name, out):
        self.features = [self.conv(name, [self.lif(f"{name}_lif", self.features)], out, 3, 2)]
        self.shape = [out, self.shape[1] // 2, self.shape[2] // 2]

    def block(self, name, group):
        """GWFFN: a group-wise spiking feed-forward block with its two residual connections."""
        c, inner = self.shape[0], 4 * self.shape[0]
        up = self.conv(f"{name}_up", [self.lif(f"{name}_lif1", self.features)], inner, 1)
        mid = self.conv(f"{name}_conv", [self.lif(f"{name}_lif2", [up])], inner, 3, groups=inner // group, channels=inner)
        low = self.conv(f"{name}_down", [self.lif(f"{name}_lif3", [up, mid])], c, 1, channels=inner)
        self.features = [*self.features, low]

    def head(self, classes):
        c, h, w = self.shape
        self.add("pool", {"type": "AvgPool2d", "kernel_size": [h, w], "stride": [h, w], "padding": [0, 0]}, self.features)
        self.add("flat", {"type": "Flatten", "start_dim": 0, "end_dim": -1}, ["pool"])
        self.lif("last", ["flat"])
        self.add("classifier", {"type": "Linear", "weight": {"init": "normal", "gain": 0.02, "shape": [classes, c]}}, ["last"])
        self.lif("out", ["classifier"])
        self.add("output", {"type": "Output", "shape": [classes]}, ["out"])

    def write(self, name, steps):
        head = {"format": "snnc-model", "format_version": 1, "hints": {"from": "spikingjelly", "steps": steps}}
        nodes = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in self.nodes.items())
        edges = ",\n".join(f"    {json.dumps(e)}" for e in self.edges)
        text = json.dumps(head)[:-1] + f',\n  "nodes": {{\n{nodes}\n  }},\n  "edges": [\n{edges}\n  ]\n}}\n'
        (OUT / f"{name}.json").write_text(text)


def resformer(name, shape, planes, classes, steps, stem, group=64):
    b = Builder(shape)
    stem(b, planes[0])
    for stage, width in enumerate(planes):
        if stage:
            b.down(f"down{stage}", width)
        for k in range(stage + 1):
            b.block(f"s{stage + 1}b{k + 1}", group)
    b.head(classes)
    b.write(name, steps)


def small(b, c):
    b.stem(c, 3, 1)


def large(b, c):  # a strided population where the original pools the maximum
    b.stem(c, 7, 2)
    b.down("stem2", c)


if __name__ == "__main__":
    resformer("cifar10", [3, 32, 32], [64, 192, 384], 10, 4, small)
    resformer("cifar100", [3, 32, 32], [64, 192, 384], 100, 4, small)
    resformer("cifar10-dvs", [2, 128, 128], [64, 256, 512], 10, 10, large)
    resformer("imagenet", [3, 224, 224], [128, 512, 1024], 1000, 4, large)
