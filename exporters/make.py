"""Writes testdata: small networks by the real exporters, with what each framework itself gives on random input.

    python -m venv env && env/bin/pip install -r requirements.txt && env/bin/pip install --no-deps sinabs==3.1.3 && env/bin/python make.py

Everything but sinabs, whose spikes are float32, is float64, so that a spike cannot hang on a rounding of the framework. For each case: NAME.nir, as the framework's exporter wrote
it, and NAME.npz with input [samples, steps, ...] (integers, to be multiplied by scale), scale, and spikes [samples, steps, neurons] or, for a
read-out, membranes. cases.json says how the file is to be read.
"""

import json
import pathlib
import sys
import warnings

import nir
import numpy as np
import torch

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
OUT = pathlib.Path(__file__).parent / "testdata"
SAMPLES, STEPS = 6, 16
cases = {}


def inputs(seed, shape, spikes=False, scale=0.125):
    r = np.random.default_rng(seed)
    if spikes:
        return r.integers(0, 2, (SAMPLES, STEPS, *shape)).astype(np.uint8), 1.0
    return r.integers(0, 16, (SAMPLES, STEPS, *shape)).astype(np.uint8), scale


def save(name, graph, x, scale, out, kind="spikes", **options):
    out = np.asarray(out)
    assert out.shape[:2] == (SAMPLES, STEPS), out.shape
    out = out.reshape(SAMPLES, STEPS, -1)
    if kind == "spikes":
        rate = out.mean()
        assert set(np.unique(out)) <= {0.0, 1.0} and 0.02 < rate < 0.9, (name, rate, np.unique(out)[:5])
        out = out.astype(np.uint8)
    if any(getattr(n, "input_shape", 0) is None for n in graph.nodes.values()):
        graph.infer_types()  # sinabs leaves the shapes of convolutions to this
    nir.write(str(OUT / f"{name}.nir"), graph)
    np.savez_compressed(OUT / f"{name}.npz", input=x, scale=np.float64(scale), **{kind: out})
    cases[name] = {"kind": kind, **options}
    print(name, out.shape, float(out.mean()))


def seeded(module, seed, gain=1.0):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in module.parameters():
            if p.dim() >= 2:
                fan = p[0].numel()
                p.copy_(torch.randn(p.shape, generator=g, dtype=torch.float64) * gain * (2.0 / fan) ** 0.5)
            elif p.dim() == 1 and p.dtype.is_floating_point and p.numel() > 1:
                p.copy_(torch.randn(p.shape, generator=g, dtype=torch.float64) * 0.1)
    return module


def unrolled(net, x, scale, step):
    """Feeds [samples, steps, ...] step by step, one sample at a time, and stacks what step gives."""
    out = []
    for s in range(SAMPLES):
        state, rows = None, []
        for t in range(STEPS):
            y, state = step(net, torch.tensor(x[s, t] * scale, dtype=torch.get_default_dtype())[None], state)
            rows.append(y.detach().numpy()[0])
        out.append(rows)
    return np.array(out)


def snntorch_cases():
    import snntorch as snn
    from snntorch.export_nir import export_to_nir

    def run(name, layers, x, scale, **options):
        net = torch.nn.Sequential(*layers)
        # The exporter takes the first sample through the network; states begin at zero again afterwards.
        graph = export_to_nir(net, torch.tensor(x[0, 0] * scale, dtype=torch.get_default_dtype())[None], ignore_dims=[0])
        out = []
        for s in range(SAMPLES):
            for m in net:
                if hasattr(m, "reset_mem"):
                    m.reset_mem()
            rows = []
            for t in range(STEPS):
                y = net(torch.tensor(x[s, t] * scale, dtype=torch.get_default_dtype())[None])
                y = y[0] if isinstance(y, tuple) else y
                rows.append(y.detach().numpy()[0])
            out.append(rows)
        save(name, graph, x, scale, np.array(out), **{"from": "snntorch", **options})

    def fire(v):  # snnTorch's surrogates make float32 of their spikes
        return (v > 0).to(v.dtype)

    def each(value, *shape):  # the exporter's type check refuses scalars
        return torch.full(shape, value)

    x, scale = inputs(1, (12,))
    beta = torch.linspace(0.6, 0.95, 20)
    for reset in ("zero", "subtract"):
        for delay in (False, True):
            a = snn.Leaky(spike_grad=fire, beta=beta, threshold=torch.linspace(0.5, 1.5, 20), reset_mechanism=reset, reset_delay=delay, init_hidden=True)
            b = snn.Leaky(spike_grad=fire, beta=each(0.8, 6), threshold=each(0.7, 6), reset_mechanism=reset, reset_delay=delay, init_hidden=True, output=True)
            layers = [seeded(torch.nn.Linear(12, 20), 1), a, seeded(torch.nn.Linear(20, 6, bias=False), 2, 1.5), b]
            if reset == "subtract" and not delay:
                # snnTorch then fires by v - threshold while v stays above the threshold after a reset. Here no membrane gets that far: no
                # step adds a threshold or more.
                for fc, lif in ((layers[0], a), (layers[2], b)):
                    with torch.no_grad():
                        fc.weight.abs_()
                        fc.weight.mul_((0.9 * lif.threshold / fc.weight.sum(1))[:, None])
                        if fc.bias is not None:
                            fc.bias.zero_()
                layers[0].weight.data /= 15 * scale
            run(f"snntorch_leaky_{reset}{'_delay' if delay else ''}", layers, x, scale, reset=reset, reset_delay=delay)
    a = snn.Synaptic(spike_grad=fire, alpha=each(0.7, 15), beta=torch.linspace(0.5, 0.9, 15), threshold=each(1.2, 15), reset_mechanism="zero", reset_delay=False, init_hidden=True)
    b = snn.Synaptic(spike_grad=fire, alpha=each(0.5, 7), beta=each(0.8, 7), threshold=each(0.9, 7), reset_mechanism="zero", reset_delay=False, init_hidden=True, output=True)
    run("snntorch_synaptic", [seeded(torch.nn.Linear(12, 15), 3, 0.5), a, seeded(torch.nn.Linear(15, 7), 4), b], x, scale, reset="zero", reset_delay=False)
    img, s = inputs(2, (1, 9, 8))
    a = snn.Leaky(spike_grad=fire, beta=each(0.8, 4, 5, 4), threshold=each(1.0, 4, 5, 4), reset_mechanism="zero", reset_delay=False, init_hidden=True)
    b = snn.Leaky(spike_grad=fire, beta=each(0.9, 8), threshold=each(0.8, 8), reset_mechanism="zero", reset_delay=False, init_hidden=True, output=True)
    conv = seeded(torch.nn.Conv2d(1, 4, 3, stride=2, padding=1), 5)
    run("snntorch_conv", [conv, a, torch.nn.AvgPool2d(2), torch.nn.Flatten(), seeded(torch.nn.Linear(16, 8), 6, 1.5), b], img, s, reset="zero", reset_delay=False)
    cell = snn.RLeaky(spike_grad=fire, beta=0.8, linear_features=10, threshold=1.0, reset_mechanism="zero", reset_delay=False, init_hidden=True, output=True)
    seeded(cell.recurrent, 7, 0.7)
    run("snntorch_rleaky", [seeded(torch.nn.Linear(12, 10), 8), cell], x, scale, reset="zero", reset_delay=False)


def spikingjelly_cases():
    from spikingjelly.activation_based import functional, layer, neuron
    from spikingjelly.activation_based.nir_exchange import export_to_nir

    def run(name, net, x, scale, **options):
        # One step at a time: step_mode "s" and the batch in front.
        graph = export_to_nir(net, torch.tensor(x[:1, 0] * scale, dtype=torch.get_default_dtype()))
        functional.reset_net(net)
        out = []
        for s in range(SAMPLES):
            functional.reset_net(net)
            out.append([net(torch.tensor(x[s, t] * scale, dtype=torch.get_default_dtype())[None]).detach().numpy()[0] for t in range(STEPS)])
        save(name, graph, x, scale, np.array(out), **{"from": "spikingjelly", **options})

    x, scale = inputs(3, (12,))
    seq = torch.nn.Sequential
    run("spikingjelly_if", seq(seeded(layer.Linear(12, 20), 11, 2), neuron.IFNode(v_threshold=1.1), seeded(layer.Linear(20, 6, bias=False), 12, 2), neuron.IFNode()), x, scale)
    run("spikingjelly_lif", seq(seeded(layer.Linear(12, 20), 13, 2), neuron.LIFNode(tau=2.0), seeded(layer.Linear(20, 6), 14, 2), neuron.LIFNode(tau=3.0, decay_input=False, v_threshold=0.8)), x, scale)
    run("spikingjelly_lif_v_reset", seq(seeded(layer.Linear(12, 20), 15, 3), neuron.LIFNode(tau=2.5, v_reset=-0.25), seeded(layer.Linear(20, 6), 16, 4), neuron.LIFNode(tau=2.0, v_reset=0.125)), x, scale)
    run("spikingjelly_plif", seq(seeded(layer.Linear(12, 20), 17, 2.5), neuron.ParametricLIFNode(init_tau=1.7), seeded(layer.Linear(20, 6), 18, 3), neuron.ParametricLIFNode(init_tau=2.2)), x, scale)
    run("spikingjelly_cuba", seq(seeded(layer.Linear(12, 16), 19, 0.4), neuron.CUBALIFNode(c_decay=0.5, v_decay=0.75, v_threshold=1.5), seeded(layer.Linear(16, 6), 20), neuron.CUBALIFNode(c_decay=0.25, v_decay=0.5, v_threshold=1.0)), x, scale)
    img, s = inputs(4, (2, 8, 7))
    run("spikingjelly_conv2d", seq(seeded(layer.Conv2d(2, 5, 3, stride=1, padding=1), 21), neuron.IFNode(), layer.AvgPool2d(2, 2), seeded(layer.Conv2d(5, 4, 2, bias=False), 22, 1.5), neuron.LIFNode(tau=2.0, v_threshold=0.4), layer.Flatten(), seeded(layer.Linear(24, 5), 23, 1.5), neuron.IFNode()), img, s)
    line, s = inputs(5, (3, 20), spikes=True)
    run("spikingjelly_conv1d", seq(seeded(layer.Conv1d(3, 6, 5, stride=2, padding=2, dilation=1), 24), neuron.IFNode(), seeded(layer.Conv1d(6, 4, 3, dilation=2), 25), neuron.IFNode()), line, s)


def norse_cases():
    import norse.torch as nt
    from norse.torch.functional.iaf import IAFParameters
    from norse.torch.functional.leaky_integrator_box import LIBoxParameters
    from norse.torch.functional.lif import LIFParameters
    from norse.torch.functional.lif_box import LIFBoxParameters
    from norse.torch.utils.export_nir import to_nir

    # dt is 1e-3; the exporter writes dt / (1/tau) where 1/tau is in 1/s, which is dt*tau.
    def run(name, modules, x, scale, kind="spikes", **options):
        net = nt.SequentialState(*modules)
        graph = to_nir(net, torch.tensor(x[0, 0] * scale, dtype=torch.get_default_dtype())[None])
        out = unrolled(net, x, scale, lambda n, v, state: n(v, state))
        save(name, graph, x, scale, out, kind=kind, **{"from": "norse", **options})

    x, scale = inputs(6, (12,))
    t = torch.tensor
    box = lambda tau, th, n: LIFBoxParameters(tau_mem_inv=torch.full((n,), 1 / tau), v_th=torch.full((n,), th), v_leak=torch.zeros(n), v_reset=torch.zeros(n))
    run("norse_lif_box", [seeded(torch.nn.Linear(12, 18), 31, 4), nt.LIFBoxCell(box(0.004, 1.0, 18)), seeded(torch.nn.Linear(18, 6), 32, 6), nt.LIFBoxCell(box(0.006, 0.8, 6))], x, scale, dt=1e-6)
    lif = lambda ts, tm, th, n: LIFParameters(tau_syn_inv=torch.full((n,), 1 / ts), tau_mem_inv=torch.full((n,), 1 / tm), v_th=torch.full((n,), th), v_leak=torch.zeros(n), v_reset=torch.zeros(n))
    run("norse_lif", [seeded(torch.nn.Linear(12, 18), 33, 3), nt.LIFCell(lif(0.003, 0.005, 1.0, 18)), seeded(torch.nn.Linear(18, 6), 34, 5), nt.LIFCell(lif(0.002, 0.004, 0.7, 6))], x, scale, dt=1e-6)
    run("norse_iaf", [seeded(torch.nn.Linear(12, 18), 35), nt.IAFCell(IAFParameters(v_th=torch.full((18,), 1.0), v_reset=torch.zeros(18))), seeded(torch.nn.Linear(18, 6), 36, 1.5), nt.IAFCell(IAFParameters(v_th=torch.full((6,), 1.0), v_reset=torch.zeros(6)))], x, scale, dt=1e-6)
    li = LIBoxParameters(tau_mem_inv=torch.full((5,), 1 / 0.008), v_leak=torch.zeros(5))
    run("norse_li", [seeded(torch.nn.Linear(12, 14), 37, 4), nt.LIFBoxCell(box(0.004, 1.0, 14)), seeded(torch.nn.Linear(14, 5), 38, 3), nt.LIBoxCell(li)], x, scale, kind="membranes", dt=1e-6)


def sinabs_cases():
    torch.set_default_dtype(torch.float32)
    import sinabs.layers as sl
    from sinabs.activation import MembraneReset, MembraneSubtract, SingleSpike
    from sinabs.nir import to_nir

    def run(name, modules, x, scale, **options):
        net = torch.nn.Sequential(*modules)
        net(torch.tensor(x[:1, 0] * scale, dtype=torch.get_default_dtype()))
        for m in net:
            if hasattr(m, "reset_states"):
                m.reset_states()
        graph = to_nir(net, torch.tensor(x[:1, 0] * scale, dtype=torch.get_default_dtype()))
        out = []
        for s in range(SAMPLES):
            for m in net:
                if hasattr(m, "reset_states"):
                    m.reset_states()
            out.append([net(torch.tensor(x[s, t] * scale, dtype=torch.get_default_dtype())[None]).detach().numpy()[0] for t in range(STEPS)])
        save(name, graph, x, scale, np.array(out), **{"from": "sinabs", **options})

    one = dict(spike_fn=SingleSpike, min_v_mem=None, batch_size=1)
    x, scale = inputs(7, (12,))
    run("sinabs_iaf", [seeded(torch.nn.Linear(12, 20), 41), sl.IAFSqueeze(spike_threshold=torch.tensor(1.25), **one), seeded(torch.nn.Linear(20, 6), 42), sl.IAFSqueeze(**one)], x, scale)
    run("sinabs_iaf_reset", [seeded(torch.nn.Linear(12, 20), 43), sl.IAFSqueeze(reset_fn=MembraneReset(), **one), seeded(torch.nn.Linear(20, 6), 44), sl.IAFSqueeze(reset_fn=MembraneReset(), **one)], x, scale, reset="zero")
    run("sinabs_lif", [seeded(torch.nn.Linear(12, 20), 45, 3), sl.LIFSqueeze(tau_mem=torch.full((20,), 4.0), spike_threshold=torch.ones(20), norm_input=True, **one), seeded(torch.nn.Linear(20, 6), 46, 4), sl.LIFSqueeze(tau_mem=torch.full((6,), 6.0), spike_threshold=torch.ones(6), norm_input=True, **one)], x, scale, dt=1.0, reset="subtract", compare="ge", **{"from": "exact"})
    img, s = inputs(8, (2, 8, 8), spikes=True)
    run("sinabs_conv", [seeded(torch.nn.Conv2d(2, 4, 3, padding=1, stride=1), 47), sl.IAFSqueeze(**one), sl.SumPool2d(2), seeded(torch.nn.Conv2d(4, 6, 3, groups=2, bias=False), 48), sl.IAFSqueeze(**one), torch.nn.Flatten(), seeded(torch.nn.Linear(24, 5), 49), sl.IAFSqueeze(**one)], img, s)


def readback_cases():
    """What snnTorch's own importer makes of NIR files that snnc train has written (cmd/snnc/readback_test.go; SNNC_UPDATE=1 writes them)."""
    torch.set_default_dtype(torch.float64)
    from snntorch.import_nir import import_from_nir

    def fire(v):
        return (v > 0).to(v.dtype)

    for name, shape in (("dense", (12,)), ("cuba", (12,)), ("conv", (1, 9, 8))):
        x, scale = inputs(9, shape)
        net = import_from_nir(nir.read(str(OUT / f"readback_{name}.nir"))).double()  # nirtorch makes float32 of it
        neurons = [m for m in net.modules() if hasattr(m, "reset_mem")]
        for m in neurons:
            m.spike_grad = fire
        out = []
        for s in range(SAMPLES):
            for m in neurons:
                m.reset_mem()
            # One sample without a batch: the importer gives Flatten's dimensions, which count without it, to PyTorch as they are.
            out.append([net(torch.tensor(x[s, t] * scale))[0].detach().numpy() for t in range(STEPS)])
        out = np.array(out).reshape(SAMPLES, STEPS, -1)
        rate = out.mean()
        assert set(np.unique(out)) <= {0.0, 1.0} and 0.02 < rate < 0.9, (name, rate)
        np.savez_compressed(OUT / f"readback_{name}.npz", input=x, scale=np.float64(scale), spikes=out.astype(np.uint8))
        cases[f"readback_{name}"] = {"kind": "spikes", "from": "snntorch", "reset": "zero"}
        print(f"readback_{name}", out.shape, rate)


if __name__ == "__main__":
    wanted = sys.argv[1:]
    for make in (snntorch_cases, spikingjelly_cases, norse_cases, sinabs_cases, readback_cases):
        if not wanted or make.__name__.removesuffix("_cases") in wanted:
            make()
    path = OUT / "cases.json"
    known = json.loads(path.read_text()) if wanted and path.exists() else {}
    path.write_text(json.dumps(dict(sorted({**known, **cases}.items())), indent=1) + "\n")
