"""Small networks of snnTorch's and SpikingJelly's own modules, run step by step or layer by layer, and their neutral description.

A network is a list of nodes in the order in which they are computed. Each holds the module that computes it and, as plain data, what it means
(README.md). What a module holds inside itself (RLeaky its recurrent weights) is described as nodes of its own, which are not run.
"""

import importlib.util
import pathlib

import snntorch as snn
import torch
from spikingjelly.activation_based import layer, neuron
from spikingjelly.activation_based import surrogate as sj


def number(x):
    """The float64 of the float32 that the framework computes with."""
    return float(torch.tensor(x, dtype=torch.float32))


# ---- surrogates: (description, snnTorch's or SpikingJelly's object)


class _Wide:
    """snnTorch's surrogate in float64. Its own forward makes float32 of the spikes, and so of the gradients; the backward is its own."""

    def __init__(self, function, *args):
        parent = function

        class Function(parent):
            @staticmethod
            def forward(ctx, x, *rest):
                out = parent.forward(ctx, x, *rest)
                return out.to(x.dtype)

        self.function, self.args = Function, args

    def __call__(self, x):
        return self.function.apply(x, *self.args)


def snn_surrogate(name, value=None):
    s = snn.surrogate
    if name == "atan":
        return {"name": name, "alpha": value}, s.atan(value), _Wide(s.ATan, value)
    if name == "fast_sigmoid":
        return {"name": name, "slope": value}, s.fast_sigmoid(value), _Wide(s.FastSigmoid, value)
    if name == "sigmoid":
        return {"name": name, "slope": value}, s.sigmoid(value), _Wide(s.Sigmoid, value)
    if name == "multi_gaussian":
        root = importlib.util.find_spec("sinabs").submodule_search_locations[0]
        spec = importlib.util.spec_from_file_location("sinabs_surrogates", pathlib.Path(root) / "activation" / "surrogate_gradient_fn.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        g = module.MultiGaussian()
        backward = lambda x, grad, out: grad * g(x, 0.0)
        return {"name": name, "sigma": g.sigma, "h": g.h, "s": g.s}, s.custom_surrogate(backward), _Wide(s.CustomSurrogate, backward)
    raise ValueError(name)


def sj_surrogate(name, alpha):
    made = {"atan": sj.ATan, "triangular": sj.PiecewiseQuadratic, "super_spike": sj.SuperSpike, "soft_sign": sj.SoftSign, "sigmoid": sj.Sigmoid}[name](alpha=alpha)
    if name == "sigmoid":
        return {"name": name, "slope": alpha}, made
    return {"name": name, "alpha": alpha}, made


class Recorder(torch.nn.Module):
    """SpikingJelly's surrogate, that also keeps its arguments h - threshold."""

    def __init__(self, inner):
        super().__init__()
        self.inner, self.seen = inner, []

    def forward(self, x):
        self.seen.append(x.detach())
        return self.inner(x)


# ---- nodes


class Node:
    def __init__(self, name, inputs, module, type, described=None, **fields):
        self.name, self.module, self.type, self.fields = name, module, type, fields
        self.inputs = [i.lstrip("~") for i in inputs]
        self.delayed = [i.startswith("~") for i in inputs]
        self.parts = described or []  # (name, inputs, fields, {parameter: (tensor of module, slice)})
        self.reset_check = None

    @property
    def spiking(self):
        return self.type == "Neuron"


class Inside:
    """A weighted node that another module computes."""

    def __init__(self, name, inputs, type, params, **fields):
        self.name, self.type, self.params, self.fields = name, type, params, fields
        self.inputs = [i.lstrip("~") for i in inputs]
        self.delayed = [i.startswith("~") for i in inputs]


def linear(name, inputs, n_in, n_out, bias=True):
    return Node(name, inputs, layer.Linear(n_in, n_out, bias=bias), "Linear")


def conv(name, inputs, dims, c_in, c_out, kernel, **kw):
    module = (layer.Conv1d if dims == 1 else layer.Conv2d)(c_in, c_out, kernel, **kw)
    fields = {k: list(getattr(module, k)) for k in ("stride", "padding", "dilation")}
    return Node(name, inputs, module, f"Conv{dims}d", groups=module.groups, **fields)


def avg_pool(name, inputs, kernel, stride=None, padding=0):
    module = layer.AvgPool2d(kernel, stride or kernel, padding)
    return Node(name, inputs, module, "AvgPool2d", kernel_size=[kernel] * 2, stride=[stride or kernel] * 2, padding=[padding] * 2)


def flatten(name, inputs):
    return Node(name, inputs, layer.Flatten(1), "Flatten")


def batch_norm(name, inputs, dims, channels, training=True, per_step=False):
    module = (layer.BatchNorm1d if dims == 1 else layer.BatchNorm2d)(channels)
    module.train(training)
    return Node(name, inputs, module, f"BatchNorm{dims}d", eps=module.eps, momentum=module.momentum, mode="train" if training else "eval",
                statistics="step" if per_step else "all_steps")


def leaky(name, inputs, beta, threshold, surrogate, reset, delay=True, learn=False, kind="leaky", alpha=None, size=None):
    """snn.Leaky, snn.Synaptic or, with inner weights of that size, snn.RLeaky."""
    described, grad, wide = surrogate
    common = dict(beta=torch.as_tensor(beta), threshold=torch.as_tensor(threshold), spike_grad=grad, reset_mechanism=reset, reset_delay=delay)
    if kind == "leaky":
        module = snn.Leaky(**common, learn_beta=learn, learn_threshold=learn)
    elif kind == "synaptic":
        module = snn.Synaptic(alpha=torch.as_tensor(alpha), **common)
    else:
        module = snn.RLeaky(linear_features=size, **common)
    if not delay or reset == "none":
        form = {"zero": "to_value", "subtract": "subtract", "none": "none"}[reset]
    elif reset == "subtract":
        form = "subtract_next"
    else:
        form = "to_value" if kind == "leaky" else "zero_next"
    value = lambda v, p: {"param": p} if learn else number(v)
    fields = dict(model="CubaLIF" if kind == "synaptic" else "LIF", decay=value(beta, "beta"), gain=1.0, leak=0.0, v_start=0.0, threshold=value(threshold, "threshold"),
                  fires="gt", reset=form, v_reset=0.0, detach_reset=delay, surrogate=described)
    if kind == "synaptic":
        fields["current_decay"] = number(alpha)
    rec = f"{name}_rec"
    node = Node(name, inputs, module, "Neuron", **fields)
    node.wide = wide
    if kind == "rleaky":
        node.parts = [Inside(rec, ["~" + name], "Linear", {"weight": ("recurrent.weight", None), "bias": ("recurrent.bias", None)})]
        node.extra = [rec]
    seen = node.seen = []
    fire = module.fire

    def recorded(mem):
        seen.append((mem - module.threshold).detach())
        return fire(mem)

    module.fire = recorded
    if reset == "subtract" and not delay:
        # snnTorch then decides the next step by v - threshold wherever v stays above the threshold after its reset: not what is described.
        node.reset_check = lambda: bool((module.mem - module.threshold <= 0).all())
    return node


def sj_neuron(name, inputs, kind, surrogate, threshold=1.0, v_reset=0.0, detach=False, tau=None, decay_input=True, c_decay=None, v_decay=None):
    described, function = surrogate
    recorder = Recorder(function)
    common = dict(v_threshold=threshold, v_reset=v_reset, surrogate_function=recorder)
    start = v_reset or 0.0
    fields = dict(v_start=start, threshold=threshold, fires="ge", reset="subtract" if v_reset is None else "to_value", v_reset=start, detach_reset=detach, surrogate=described)
    if kind == "IF":
        module = neuron.IFNode(**common, detach_reset=detach)
        fields = dict(model="IF", decay=1.0, gain=1.0, leak=0.0, **fields)
    elif kind == "LIF":
        module = neuron.LIFNode(tau=tau, decay_input=decay_input, **common, detach_reset=detach)
        fields = dict(model="LIF", decay=1 - 1 / tau, gain=1 / tau if decay_input else 1.0, leak=start / tau, **fields)
    elif kind == "PLIF":
        module = neuron.ParametricLIFNode(init_tau=tau, decay_input=decay_input, **common, detach_reset=detach)
        fields = dict(model="PLIF", w={"param": "w"}, decay_input=decay_input, **fields)
    elif kind == "CubaLIF":
        assert not detach
        module = neuron.CUBALIFNode(c_decay=c_decay, v_decay=v_decay, **common)
        fields = dict(model="CubaLIF", current_decay=c_decay, decay=v_decay, gain=1.0, leak=0.0, **fields)
    node = Node(name, inputs, module, "Neuron", **fields)
    node.seen, node.recorder = recorder.seen, recorder
    return node


def sj_recurrent(name, source, fed, n_in, lif):
    """SpikingJelly's LinearRecurrentContainer around a neuron: its one weight is [on the input | on its own last spikes]."""
    module = layer.LinearRecurrentContainer(lif.module, n_in, n_in, bias=True)
    node = Node(name, [source], module, "Neuron", **lif.fields)
    node.seen, node.recorder = lif.seen, lif.recorder
    node.parts = [
        Inside(fed, [source], "Linear", {"weight": ("rc.weight", slice(0, n_in)), "bias": ("rc.bias", None)}),
        Inside(f"{name}_rec", ["~" + name], "Linear", {"weight": ("rc.weight", slice(n_in, 2 * n_in))}),
    ]
    node.extra, node.described_inputs = [f"{name}_rec"], [fed]
    return node


# ---- running and describing


class Network(torch.nn.Module):
    """run gives {node: [steps, batch, ...]}; layer by layer ("m": SpikingJelly's multi-step mode) or step by step ("s")."""

    def __init__(self, nodes, mode, output):
        super().__init__()
        self.nodes, self.mode, self.output = nodes, mode, output
        for n in nodes:
            self.add_module(n.name, n.module)
            if mode == "m":
                n.module.step_mode = "m"
        assert mode == "s" or not any(any(n.delayed) for n in nodes)

    def widen(self):
        self.double()
        for n in self.nodes:
            if hasattr(n, "wide"):
                n.module.spike_grad = n.wide

    def plain(self):
        """SpikingJelly's own kernels instead of the recorded surrogates."""
        for n in self.nodes:
            if hasattr(n, "recorder"):
                inner = n.module.sub_module if hasattr(n.module, "sub_module") else n.module
                inner.surrogate_function = n.recorder.inner

    def run(self, x):
        if self.mode == "m":
            values = {"input": x}
            for n in self.nodes:
                values[n.name] = n.module(sum(values[i] for i in n.inputs))
            return values
        kept, last = {n.name: [] for n in self.nodes}, {}
        state = {}
        for t in range(x.shape[0]):
            now = {"input": x[t]}
            for n in self.nodes:
                got = [last.get(i) if d else now[i] for i, d in zip(n.inputs, n.delayed)]
                got = [g if g is not None else torch.zeros(x.shape[1], n.module.in_features, dtype=x.dtype) for g in got]
                y = n.module(sum(got)) if not isinstance(n.module, snn.SpikingNeuron) else self.step(n, sum(got), state)
                now[n.name] = y
                kept[n.name].append(y)
                if n.reset_check:
                    assert n.reset_check(), "a membrane stayed above the threshold"
            last = now
        return {k: torch.stack(v) for k, v in kept.items()}

    @staticmethod
    def step(n, x, state):
        module = n.module
        if isinstance(module, snn.RLeaky):
            held = state.get(n.name) or (torch.zeros_like(x), torch.zeros_like(x))
            spk, mem = module(x, *held)
            state[n.name] = (spk, mem)
        elif isinstance(module, snn.Synaptic):
            held = state.get(n.name) or (torch.zeros_like(x), torch.zeros_like(x))
            spk, syn, mem = module(x, *held)
            state[n.name] = (syn, mem)
        else:
            held = state.get(n.name)
            spk, mem = module(x, torch.zeros_like(x) if held is None else held)
            state[n.name] = mem
        return spk

    def tensors(self, grads=False):
        """{node.parameter: value or gradient}, buffers of batch norm among the values."""
        out = {}
        for n in self.nodes:
            inner = n.module.sub_module if hasattr(n.module, "sub_module") else n.module
            inside = set()
            for part in n.parts:
                for p, (path, cut) in part.params.items():
                    inside.add(path.split(".")[0])
                    t = n.module.get_parameter(path)
                    t = t.grad if grads else t.detach()
                    out[f"{part.name}.{p}"] = t if cut is None else t[:, cut]
            for p, t in inner.named_parameters():
                if p.split(".")[0] not in inside:
                    out[f"{n.name}.{p}"] = t.grad if grads else t.detach()
            if not grads:
                for p in ("running_mean", "running_var"):
                    if hasattr(inner, p):
                        out[f"{n.name}.{p}"] = getattr(inner, p).clone()
        return out

    def describe(self):
        nodes, edges = [], []
        for n in self.nodes:
            for part in n.parts:
                nodes.append({"name": part.name, "type": part.type, **part.fields})
                edges += [edge(i, part.name, d) for i, d in zip(part.inputs, part.delayed)]
            nodes.append({"name": n.name, "type": n.type, **n.fields})
            for i, d in zip(getattr(n, "described_inputs", n.inputs), n.delayed):
                edges.append(edge(i, n.name, d))
            edges += [edge(e, n.name, False) for e in getattr(n, "extra", [])]
        return nodes, edges


def edge(source, target, delayed):
    return {"from": source, "to": target, "delay": int(delayed)}
