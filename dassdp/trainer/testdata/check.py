"""Reads torch/ as README.md describes it and computes losses and gradients again, without snnTorch and SpikingJelly: the description is complete.

    env/bin/python check.py

Float64 and autograd; spikes must be equal, losses and gradients to 1e-12 of the frameworks' own float64 run, and to 1e-8 for sinabs' multi-Gaussian, which keeps
the root of 2π in float32.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent / "torch"


def slope(s, x):
    gauss = lambda mu, sigma: torch.exp(-((x - mu) ** 2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi))
    name = s["name"]
    if name == "atan":
        return s["alpha"] / 2 / (1 + (math.pi / 2 * s["alpha"] * x) ** 2)
    if name == "fast_sigmoid":
        return 1 / (1 + s["slope"] * x.abs()) ** 2
    if name == "super_spike":
        return s["alpha"] / (1 + x.abs()) ** 2
    if name == "soft_sign":
        return 1 / (2 * s["alpha"] * (1 / s["alpha"] + x.abs()) ** 2)
    if name == "triangular":
        return torch.clamp(s["alpha"] - s["alpha"] ** 2 * x.abs(), min=0)
    if name == "sigmoid":
        y = torch.sigmoid(s["slope"] * x)
        return s["slope"] * y * (1 - y)
    return (1 + s["h"]) * gauss(0, s["sigma"]) - s["h"] * gauss(s["sigma"], s["s"] * s["sigma"]) - s["h"] * gauss(-s["sigma"], s["s"] * s["sigma"])


class Spike(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, surrogate, fires):
        ctx.save_for_backward(x)
        ctx.surrogate = surrogate
        return (x >= 0 if fires == "ge" else x > 0).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        return g * slope(ctx.surrogate, ctx.saved_tensors[0]), None, None


class Case:
    def __init__(self, name, described):
        self.d, self.arrays = described, dict(np.load(HERE / f"{name}.npz"))
        self.params = {k[6:]: torch.tensor(v, dtype=torch.float64, requires_grad="running_" not in k) for k, v in self.arrays.items() if k.startswith("param.")}
        self.nodes = {n["name"]: n for n in described["nodes"]}
        self.edges = described["edges"]

    def value(self, node, field):
        v = node[field]
        return self.params[f"{node['name']}.{v['param']}"] if isinstance(v, dict) else v

    def neuron(self, node, x, state):
        p = lambda f: self.value(node, f)
        threshold = p("threshold")
        if node["model"] == "PLIF":
            q = torch.sigmoid(p("w"))
            decay, gain, leak = 1 - q, q if node["decay_input"] else 1.0, q * node["v_reset"]
        else:
            decay, gain, leak = p("decay"), p("gain"), p("leak")
        i = x
        if node["model"] == "CubaLIF":
            i = node["current_decay"] * state.get("i", 0) + x
        last = state.get("s", torch.zeros_like(x))  # of the step before
        reset_last = last.detach() if node["detach_reset"] else last
        h = decay * state.get("v", torch.full_like(x, node["v_start"])) + gain * i + leak
        if node["reset"] == "subtract_next":
            h = h - reset_last * threshold
        if node["reset"] == "zero_next":
            h = (1 - reset_last) * h
        s = Spike.apply(h - threshold, node["surrogate"], node["fires"])
        r = s.detach() if node["detach_reset"] else s
        v = {"to_value": (1 - r) * h + r * node["v_reset"], "subtract": h - r * threshold}.get(node["reset"], h)
        state.update(i=i, s=s, v=v)
        return s

    def weighted(self, node, x):
        w, b = (self.params.get(f"{node['name']}.{k}") for k in ("weight", "bias"))
        if node["type"] == "Linear":
            return F.linear(x, w, b)
        if node["type"].startswith("Conv"):
            return (F.conv1d if node["type"] == "Conv1d" else F.conv2d)(x, w, b, node["stride"], node["padding"], node["dilation"], node["groups"])
        if node["type"] == "AvgPool2d":
            return F.avg_pool2d(x, node["kernel_size"], node["stride"], node["padding"])
        return x.flatten(1)

    def norm(self, node, x):
        """x [steps·batch or batch, channels, ...]"""
        name = node["name"]
        mean, var = (self.params[f"{name}.running_{k}"] for k in ("mean", "var"))
        axes = [a for a in range(x.dim()) if a != 1]
        shape = [1, -1] + [1] * (x.dim() - 2)
        if node["mode"] == "train":
            m, v = x.mean(axes), x.var(axes, unbiased=False)
            n = x.numel() / x.shape[1]
            with torch.no_grad():
                mean += node["momentum"] * (m - mean)
                var += node["momentum"] * (v * n / (n - 1) - var)
        else:
            m, v = mean, var
        y = (x - m.view(shape)) / torch.sqrt(v.view(shape) + node["eps"])
        return y * self.params[f"{name}.weight"].view(shape) + self.params[f"{name}.bias"].view(shape)

    def run(self):
        d = self.d
        x = torch.tensor(self.arrays["input"].astype(float) * d["input"]["scale"], requires_grad=True)
        into = {n: [e for e in self.edges if e["to"] == n] for n in self.nodes}
        values = {"input": list(x)}
        if any(n["type"].startswith("Batch") and n["statistics"] == "all_steps" for n in d["nodes"]):
            for n in d["nodes"]:  # layer by layer: batch norm needs all the steps
                xs = [sum(values[e["from"]][t] for e in into[n["name"]]) for t in range(d["steps"])]
                state = {}
                if n["type"] == "Neuron":
                    values[n["name"]] = [self.neuron(n, v, state) for v in xs]
                elif n["type"].startswith("Batch"):
                    values[n["name"]] = list(self.norm(n, torch.cat(xs)).unflatten(0, (d["steps"], d["batch"])))
                else:
                    values[n["name"]] = [self.weighted(n, v) for v in xs]
        else:
            states = {n: {} for n in self.nodes}
            values.update({n: [] for n in self.nodes})
            for t in range(d["steps"]):
                for n in d["nodes"]:
                    name, v = n["name"], 0
                    for e in into[name]:
                        if t - e["delay"] >= 0:
                            v = v + values[e["from"]][t - e["delay"]]
                        else:
                            v = v + torch.zeros(self.arrays[f"spikes.{e['from']}"].shape[1:])
                    y = self.neuron(n, v, states[name]) if n["type"] == "Neuron" else self.norm(n, v) if n["type"].startswith("Batch") else self.weighted(n, v)
                    values[name].append(y)
        logits = sum(values[d["output"]]) * (1 if d["loss"]["logits"] == "count" else 1 / d["steps"])
        eps, log = d["loss"]["label_smoothing"], torch.log_softmax(logits, 1)
        target = torch.tensor(self.arrays["target"])
        loss = -((1 - eps) * log[range(len(target)), target] + eps * log.mean(1)).mean()
        loss.backward()
        return x, values, loss.detach()

    def compare(self):
        x, values, loss = self.run()
        worst = abs(float(loss) / float(self.arrays["loss64"]) - 1)
        for n in self.nodes.values():
            if n["type"] == "Neuron":
                assert np.array_equal(torch.stack(values[n["name"]]).detach().numpy(), self.arrays[f"spikes.{n['name']}"]), n["name"]
        for k, want in self.arrays.items():
            if k.startswith("grad64."):
                got = x.grad if k == "grad64.input" else self.params[k[7:]].grad
                worst = max(worst, float(np.abs(got.numpy() - want).max() / np.abs(want).max()))
            if k.startswith("after."):
                got = self.params[k[6:]].numpy()
                assert np.abs(got - want).max() < 1e-6, k
        return worst


if __name__ == "__main__":
    document = json.loads((HERE / "cases.json").read_text())
    worst = {name: Case(name, d).compare() for name, d in document["cases"].items()}
    for name, w in worst.items():
        print(f"{name:50} {w:.1e}")
    bad = [n for n, w in worst.items() if w > (1e-8 if "multi_gaussian" in n else 1e-12)]
    assert not bad, bad
    print(len(worst), "cases as described")
