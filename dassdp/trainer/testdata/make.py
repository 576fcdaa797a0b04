"""Writes torch/: losses and gradients of small networks by snnTorch and SpikingJelly themselves. README.md says what the files hold.

    python -m venv env && env/bin/pip install -r requirements.txt && env/bin/pip install --no-deps sinabs==3.1.3 && env/bin/python make.py [CASE...]

A seed is taken only where no membrane comes nearer than MARGIN to its threshold, so that no spike hangs on the order of a sum, where float32 and float64
give the same spikes, and where every population fires and every parameter has a gradient.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from networks import Network, avg_pool, batch_norm, conv, flatten, leaky, linear, sj_neuron, sj_recurrent, sj_surrogate, snn_surrogate

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
OUT = pathlib.Path(__file__).parent / "torch"
MARGIN = 1e-4
ATAN, FAST = snn_surrogate("atan", 2.0), snn_surrogate("fast_sigmoid", 10.0)


def initialise(net, seed, gains):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in net.named_parameters():
            if p.dim() >= 2:
                p.copy_(torch.randn(p.shape, generator=g) * gains.get(name, gains.get(name.split(".")[0], 1.0)) * (2.0 / p[0].numel()) ** 0.5)
            elif name.endswith("bias"):
                p.copy_(torch.randn(p.shape, generator=g) * 0.2)
            elif name.endswith("weight"):  # of batch norm
                p.copy_(1 + 0.3 * torch.randn(p.shape, generator=g))
        for name, b in net.named_buffers():
            if name.endswith("running_mean"):
                b.copy_(0.2 * torch.randn(b.shape, generator=g))
            if name.endswith("running_var"):
                b.copy_(0.5 + torch.rand(b.shape, generator=g))


def loss_of(spikes, target, loss):
    counts = spikes.sum(0)
    logits = counts if loss["logits"] == "count" else counts / spikes.shape[0]
    return F.cross_entropy(logits, target, label_smoothing=loss["label_smoothing"])


def once(build, x, target, seed, gains, loss, dtype, plain=False):
    net = Network(*build())
    initialise(net, seed, gains)
    if dtype == torch.float64:
        net.widen()
    if plain:
        net.plain()
    before = net.tensors()
    before = {k: v.clone() for k, v in before.items()}
    x = x.detach().to(dtype).clone().requires_grad_(True)
    values = net.run(x)
    value = loss_of(values[net.output], target, loss)
    value.backward()
    grads = net.tensors(grads=True)
    return net, before, values, value.detach(), {**grads, "input": x.grad}


def relative(a, b):
    return max(float((a[k].double() - b[k].double()).abs().max() / b[k].double().abs().max()) for k in b)


def attempt(build, seed, shape, steps, batch, gains, loss, spikes):
    r = np.random.default_rng(seed)
    raw = r.integers(0, 2 if spikes else 16, (steps, batch, *shape)).astype(np.uint8)
    scale = 1.0 if spikes else 0.125
    x = torch.from_numpy(raw).double() * scale
    net64, _, values64, loss64, grads64 = once(build, x, torch.zeros(batch, dtype=torch.long), seed, gains, loss, torch.float64)
    classes = values64[net64.output].shape[-1]
    target = torch.from_numpy(r.integers(0, classes, batch))
    net64, _, values64, loss64, grads64 = once(build, x, target, seed, gains, loss, torch.float64)
    net, before, values, value, grads = once(build, x, target, seed, gains, loss, torch.float32)
    neurons = [n for n in net.nodes if n.spiking]
    margin = min(float(torch.stack(n.seen).abs().min()) for n in net64.nodes if n.spiking)
    if margin < MARGIN or any(not torch.equal(values[n.name].double(), values64[n.name]) for n in neurons):
        return None
    for n in neurons:
        rate = float(values[n.name].mean())
        if not 0.04 < rate < 0.75:
            return f"{n.name} fires at {rate:.3f}"
    dead = [k for k, v in grads64.items() if not float(v.abs().max()) > 1e-6]
    if dead:
        return f"no gradient in {dead}"
    _, _, plain_values, plain_loss, plain = once(build, x, target, seed, gains, loss, torch.float32, plain=True)
    assert relative(plain, grads) < 1e-5 and torch.equal(plain_values[net.output], values[net.output]), "recording changed the result"
    arrays = {"input": raw, "target": target.numpy(), "loss": value.numpy(), "loss64": loss64.numpy()}
    for k, v in before.items():
        arrays[f"param.{k}"] = v.numpy()
    for k, v in net.tensors().items():
        if "running_" in k:
            arrays[f"after.{k}"] = v.numpy()
    for k, v in grads.items():
        arrays[f"grad.{k}"] = v.numpy()
        arrays[f"grad64.{k}"] = grads64[k].numpy()
    for n, n64 in zip(net.nodes, net64.nodes):
        if n.spiking:
            arrays[f"spikes.{n.name}"] = values[n.name].detach().numpy().astype(np.uint8)
            arrays[f"margin.{n.name}"] = torch.stack(n64.seen).float().numpy()
    nodes, edges = net.describe()
    return arrays, {
        "steps": steps, "batch": batch, "seed": seed, "input": {"shape": list(shape), "scale": scale}, "nodes": nodes, "edges": edges, "output": net.output, "loss": loss,
        "smallest_margin": margin, "float32_error": relative(grads, grads64),
    }


def cases():
    """name: (framework, build, shape, options)"""
    table = {}

    def case(name, build, shape=(12,), steps=6, batch=4, gains={}, logits="count", smoothing=0.0, spikes=False):
        table[name] = (build, dict(shape=shape, steps=steps, batch=batch, gains=gains, spikes=spikes, loss={"type": "cross_entropy", "logits": logits, "label_smoothing": smoothing}))

    def snn_dense(name, surrogate, reset, delay=True, gains={}, beta=(0.75, 0.875), threshold=(1.0, 0.75), learn=False, kind="leaky", alpha=(0.5, 0.25), **options):
        def build():
            a = dict(kind=kind, delay=delay, learn=learn)
            return [
                linear("fc1", ["input"], 12, 16), leaky("lif1", ["fc1"], beta[0], threshold[0], surrogate, reset, alpha=alpha[0], **a),
                linear("fc2", ["lif1"], 16, 5, bias=False), leaky("lif2", ["fc2"], beta[1], threshold[1], surrogate, reset, alpha=alpha[1], **a),
            ], "s", "lif2"
        case(f"snntorch_{name}", build, gains=gains, **options)

    calm = {"fc1": 0.5, "fc2": 1.0}
    snn_dense("leaky_zero_atan", ATAN, "zero")
    snn_dense("leaky_zero_attached_fast_sigmoid", FAST, "zero", delay=False, smoothing=0.1)
    snn_dense("leaky_subtract_next_fast_sigmoid", snn_surrogate("fast_sigmoid", 25.0), "subtract", gains=calm)
    snn_dense("leaky_subtract_attached_atan", ATAN, "subtract", delay=False, gains={"fc1": 0.3, "fc2": 0.5}, smoothing=0.2)
    snn_dense("leaky_multi_gaussian", snn_surrogate("multi_gaussian"), "zero")
    snn_dense("leaky_sigmoid", snn_surrogate("sigmoid", 4.0), "zero", logits="mean")
    snn_dense("leaky_learned", ATAN, "subtract", learn=True, gains=calm)
    snn_dense("synaptic_subtract_next", ATAN, "subtract", kind="synaptic", gains={"fc1": 0.3, "fc2": 0.6})
    snn_dense("synaptic_zero_attached", FAST, "zero", kind="synaptic", delay=False, gains=calm)
    snn_dense("synaptic_zero_next", ATAN, "zero", kind="synaptic", gains=calm)

    def rleaky(reset, delay):
        def build():
            return [
                linear("fc1", ["input"], 12, 14), leaky("lif1", ["fc1"], 0.75, 1.0, ATAN, reset, delay=delay, kind="rleaky", size=14),
                linear("fc2", ["lif1"], 14, 5), leaky("lif2", ["fc2"], 0.875, 0.75, ATAN, reset, delay=delay),
            ], "s", "lif2"
        return build

    quiet = {"fc1": 0.5, "lif1": 0.6}
    case("snntorch_rleaky_subtract_next", rleaky("subtract", True), gains=quiet)
    case("snntorch_rleaky_zero_attached", rleaky("zero", False), gains=quiet)
    case("snntorch_rleaky_zero_next", rleaky("zero", True), gains=quiet, smoothing=0.1)

    def snn_conv():
        return [
            conv("conv1", ["input"], 2, 2, 4, 3, padding=1, stride=1, bias=False), batch_norm("bn1", ["conv1"], 2, 4, per_step=True), leaky("lif1", ["bn1"], 0.75, 1.0, ATAN, "zero"),
            avg_pool("pool", ["lif1"], 2), conv("conv2", ["pool"], 2, 4, 6, 2), leaky("lif2", ["conv2"], 0.875, 0.5, ATAN, "subtract"),
            flatten("flat", ["lif2"]), linear("fc", ["flat"], 24, 5), leaky("lif3", ["fc"], 0.875, 0.75, ATAN, "zero"),
        ], "s", "lif3"

    case("snntorch_conv_bn_step_pool", snn_conv, shape=(2, 6, 6), steps=5, batch=3, gains={"fc": 1.5})

    atan, triangular = sj_surrogate("atan", 2.0), sj_surrogate("triangular", 1.0)

    def sj_dense(name, surrogate, gains={}, first={}, second={}, kind="LIF", mode="m", **options):
        def build():
            return [
                linear("fc1", ["input"], 12, 16), sj_neuron("n1", ["fc1"], kind, surrogate, **first),
                linear("fc2", ["n1"], 16, 5, bias=False), sj_neuron("n2", ["fc2"], kind, surrogate, **second),
            ], mode, "n2"
        case(f"spikingjelly_{name}", build, gains=gains, **options)

    tau2, tau25 = dict(tau=2.0), dict(tau=2.5, threshold=0.75)
    more = {"fc1": 1.5, "fc2": 2.5}
    sj_dense("lif_attached_atan", atan, first=tau2, second=tau25, gains=more)
    sj_dense("lif_detached_atan", atan, first={**tau2, "detach": True}, second={**tau25, "detach": True}, gains=more, smoothing=0.1)
    sj_dense("lif_subtract_attached_triangular", triangular, first=dict(tau=2.0, decay_input=False, v_reset=None), second=dict(tau=4.0, decay_input=False, v_reset=None), gains={"fc1": 0.5})
    sj_dense("lif_subtract_detached_triangular", sj_surrogate("triangular", 0.5), first=dict(tau=2.0, decay_input=False, v_reset=None, detach=True), second=dict(tau=4.0, decay_input=False, v_reset=None, detach=True), gains={"fc1": 0.5}, smoothing=0.1)
    sj_dense("lif_v_reset", atan, first=dict(tau=2.5, v_reset=-0.25), second=dict(tau=2.0, v_reset=0.125), gains={"fc1": 2, "fc2": 3}, logits="mean")
    sj_dense("if_attached_atan", atan, kind="IF", first={}, second=dict(threshold=0.75), gains={"fc1": 0.5})
    sj_dense("if_subtract_detached_super_spike", sj_surrogate("super_spike", 1.0), kind="IF", first=dict(v_reset=None, detach=True), second=dict(v_reset=None, detach=True), gains={"fc1": 0.5})
    sj_dense("if_soft_sign", sj_surrogate("soft_sign", 2.0), kind="IF", gains={"fc1": 0.5})
    sj_dense("plif_attached_atan", atan, kind="PLIF", first=dict(tau=2.0), second=dict(tau=1.75, threshold=0.75), gains=more)
    sj_dense("plif_detached_decay_input_off", atan, kind="PLIF", first=dict(tau=2.0, decay_input=False, detach=True), second=dict(tau=3.0, decay_input=False, v_reset=None, detach=True), gains={"fc1": 0.7}, smoothing=0.1)
    sj_dense("plif_v_reset", triangular, kind="PLIF", first=dict(tau=2.0, v_reset=-0.25), second=dict(tau=1.75, threshold=0.75), gains=more)
    sj_dense("cuba_attached", atan, kind="CubaLIF", mode="s", first=dict(c_decay=0.5, v_decay=0.75, threshold=1.5), second=dict(c_decay=0.25, v_decay=0.5), gains={"fc1": 0.4})
    sj_dense("cuba_subtract_attached", triangular, kind="CubaLIF", mode="s", first=dict(c_decay=0.5, v_decay=0.75, threshold=1.5, v_reset=None), second=dict(c_decay=0.25, v_decay=0.5, v_reset=None), gains={"fc1": 0.4})

    def sj_bn1():
        return [
            linear("fc1", ["input"], 12, 16, bias=False), batch_norm("bn1", ["fc1"], 1, 16), sj_neuron("n1", ["bn1"], "LIF", atan, tau=2.0, decay_input=False, detach=True),
            linear("fc2", ["n1"], 16, 5), sj_neuron("n2", ["fc2"], "LIF", atan, tau=2.0, decay_input=False, detach=True),
        ], "m", "n2"

    def sj_conv(training):
        def build():
            return [
                conv("conv1", ["input"], 2, 2, 4, 3, padding=1, bias=False), batch_norm("bn1", ["conv1"], 2, 4, training=training), sj_neuron("n1", ["bn1"], "IF", atan),
                avg_pool("pool", ["n1"], 2), conv("conv2", ["pool"], 2, 4, 6, 3, padding=1, stride=2, groups=2, bias=False), batch_norm("bn2", ["conv2"], 2, 6, training=training),
                sj_neuron("n2", ["bn2"], "LIF", atan, tau=2.0, decay_input=False, detach=True), flatten("flat", ["n2"]), linear("fc", ["flat"], 24, 5),
                sj_neuron("n3", ["fc"], "LIF", atan, tau=2.0, threshold=0.5),
            ], "m", "n3"
        return build

    def sj_conv1():
        return [
            conv("conv1", ["input"], 1, 2, 5, 5, padding=2, stride=2), sj_neuron("n1", ["conv1"], "IF", triangular),
            conv("conv2", ["n1"], 1, 5, 4, 3, dilation=2), sj_neuron("n2", ["conv2"], "IF", triangular), flatten("flat", ["n2"]),
            linear("fc", ["flat"], 16, 5), sj_neuron("n3", ["fc"], "IF", triangular),
        ], "m", "n3"

    case("spikingjelly_bn1d", sj_bn1, gains={"fc2": 1.5})
    case("spikingjelly_conv_bn_pool", sj_conv(True), shape=(2, 6, 6), steps=5, batch=3, gains={"fc": 2})
    case("spikingjelly_conv_bn_eval", sj_conv(False), shape=(2, 6, 6), steps=5, batch=3, gains={"conv1": 0.5, "fc": 2})
    case("spikingjelly_conv1d", sj_conv1, shape=(2, 16), steps=5, batch=3, spikes=True)

    def residual_membrane():  # a block's input spikes are added to the current of its last neuron
        return [
            linear("fc1", ["input"], 12, 12), sj_neuron("n1", ["fc1"], "LIF", atan, tau=2.0),
            linear("fc2", ["n1"], 12, 12), sj_neuron("n2", ["fc2"], "LIF", atan, tau=2.0), linear("fc3", ["n2"], 12, 12),
            sj_neuron("n3", ["fc3", "n1"], "LIF", atan, tau=2.0), linear("fc4", ["n3"], 12, 5), sj_neuron("n4", ["fc4"], "LIF", atan, tau=2.0),
        ], "m", "n4"

    def residual_spikes():  # SEW-ResNet's ADD: spikes of the block and of its input are added
        return [
            conv("conv1", ["input"], 2, 2, 4, 3, padding=1), sj_neuron("n1", ["conv1"], "IF", atan, detach=True),
            conv("conv2", ["n1"], 2, 4, 4, 3, padding=1, bias=False), batch_norm("bn2", ["conv2"], 2, 4), sj_neuron("n2", ["bn2"], "IF", atan, detach=True),
            avg_pool("pool", ["n1", "n2"], 2), flatten("flat", ["pool"]), linear("fc", ["flat"], 16, 5), sj_neuron("n3", ["fc"], "IF", atan, detach=True),
        ], "m", "n3"

    case("spikingjelly_residual_membrane", residual_membrane, gains={"fc1": 1.5, "fc2": 1.7, "fc3": 1.5, "fc4": 2.5})
    case("spikingjelly_residual_spikes", residual_spikes, shape=(2, 4, 4), steps=5, batch=3, gains={"conv1": 0.5, "fc": 1.5})

    def recurrent(**how):
        def build():
            n1 = sj_recurrent("n1", "input", "fc1", 12, sj_neuron("n1", [], "LIF", atan, tau=2.0, **how))
            return [n1, linear("fc2", ["n1"], 12, 5), sj_neuron("n2", ["fc2"], "LIF", atan, tau=2.0, **how)], "s", "n2"
        return build

    case("spikingjelly_recurrent_attached", recurrent(), gains={"n1": 2, "fc2": 2.5})
    case("spikingjelly_recurrent_detached_subtract", recurrent(detach=True, v_reset=None), gains={"n1": 2, "fc2": 2.5}, smoothing=0.1)

    def loop_of_two():  # a loop over two populations; its delay of one step is on the edge n2 -> back
        return [
            linear("back", ["~n2"], 10, 12, bias=False), linear("fc1", ["input"], 12, 12), sj_neuron("n1", ["fc1", "back"], "LIF", atan, tau=2.0),
            linear("fc2", ["n1"], 12, 10), sj_neuron("n2", ["fc2"], "LIF", atan, tau=2.0), linear("fc3", ["n2"], 10, 5), sj_neuron("n3", ["fc3"], "LIF", atan, tau=2.0),
        ], "s", "n3"

    case("spikingjelly_loop_of_two", loop_of_two, gains={"fc1": 1.5, "fc2": 2, "fc3": 2.5})
    return table


def versions():
    from importlib.metadata import version

    return {p: version(p) for p in ("torch", "snntorch", "spikingjelly", "sinabs", "numpy")}


if __name__ == "__main__":
    wanted = sys.argv[1:]
    OUT.mkdir(exist_ok=True)
    path = OUT / "cases.json"
    known = json.loads(path.read_text())["cases"] if wanted and path.exists() else {}
    for name, (build, options) in cases().items():
        if wanted and name not in wanted:
            continue
        why = {}
        for seed in range(1, 400):
            got = attempt(build, seed, **options)
            if isinstance(got, tuple):
                break
            why[got] = why.get(got, 0) + 1
        else:
            raise SystemExit(f"{name}: no seed will do: {sorted(why.items(), key=lambda i: -i[1])[:6]}")
        arrays, described = got
        np.savez_compressed(OUT / f"{name}.npz", **arrays)
        known[name] = described
        print(f"{name}: seed {seed}, {(OUT / f'{name}.npz').stat().st_size} bytes, loss {float(arrays['loss']):.4f}, float32 error {described['float32_error']:.1e}", flush=True)
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(known.items()))
    path.write_text(f'{{"format": "snnc-gradients 1", "versions": {json.dumps(versions())}, "cases": {{\n{lines}\n}}}}\n')
