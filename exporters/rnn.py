"""Writes testdata/rnn_*.npz: what snnTorch gives for the recurrent networks of the NIR paper on 100 random inputs.

    env/bin/python rnn.py FOLDER      # the paper's 03_rnn: braille_noDelay_bias_zero.nir, braille_noDelay_noBias_subtract.nir

The file's parameters go into snnTorch's Synaptic in float64 (snnTorch 1.0.0's own importer fails on these files with nirtorch 2.6:
'GraphModule' object has no attribute 'items'). The networks themselves stay where they are.
"""

import pathlib
import sys
import warnings

import nir
import numpy as np
import snntorch as snn
import torch

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
OUT = pathlib.Path(__file__).parent / "testdata"
SAMPLES, STEPS = 100, 40


def fire(v):  # snnTorch's surrogates make float32 of their spikes
    return (v > 0).to(v.dtype)


def cell(n, **options):
    """A CubaLIF as snnTorch's, whose gains r*dt/tau_mem and w_in*dt/tau_syn are 1."""
    dt = 1e-4
    assert np.allclose(n.r * dt / n.tau_mem, 1, atol=1e-6) and np.allclose(n.w_in * dt / n.tau_syn, 1, atol=1e-6)
    t = lambda v: torch.tensor(np.asarray(v, dtype=np.float64))
    return snn.Synaptic(alpha=t(1 - dt / n.tau_syn), beta=t(1 - dt / n.tau_mem), threshold=t(n.v_threshold), spike_grad=fire, **options)


def linear(n):
    m = torch.nn.Linear(n.weight.shape[1], n.weight.shape[0], bias=hasattr(n, "bias"))
    with torch.no_grad():
        m.weight.copy_(torch.tensor(n.weight))
        if hasattr(n, "bias"):
            m.bias.copy_(torch.tensor(n.bias))
    return m


def run(path, reset, delay=False):
    g = nir.read(str(path)).nodes
    how = dict(reset_mechanism=reset, reset_delay=delay)
    fc1, fc2 = linear(g["fc1"]), linear(g["fc2"])
    # Synaptic and a matrix beside it: RSynaptic of 1.0.0 forgets the reset in the same step (it changes a local mem and not self.mem).
    lif1, recurrent = cell(g["lif1.lif"], **how), linear(g["lif1.w_rec"])
    lif2 = cell(g["lif2"], **how)
    gain1 = torch.tensor(g["lif1.lif"].r * 1e-4 / g["lif1.lif"].tau_mem * g["lif1.lif"].w_in * 1e-4 / g["lif1.lif"].tau_syn)
    gain2 = torch.tensor(g["lif2"].r * 1e-4 / g["lif2"].tau_mem * g["lif2"].w_in * 1e-4 / g["lif2"].tau_syn)
    with torch.no_grad():  # the file's gains are 1 to seven digits: keep what they are
        for m, gain in ((fc1, gain1), (recurrent, gain1), (fc2, gain2)):
            m.weight.mul_(gain[:, None])
            if m.bias is not None:
                m.bias.mul_(gain)
    resets = 0

    r = np.random.default_rng(7)
    x = (r.random((SAMPLES, STEPS, 12)) < 0.3).astype(np.uint8)
    out = []
    for s in range(SAMPLES):
        spk1 = syn1 = mem1 = torch.zeros(1, fc1.weight.shape[0])
        syn2 = mem2 = torch.zeros(1, fc2.weight.shape[0])
        rows = []
        for t in range(STEPS):
            if not delay:
                resets += int((mem1 > lif1.threshold).sum()) + int((mem2 > lif2.threshold).sum())
            spk1, syn1, mem1 = lif1(fc1(torch.tensor(x[s, t], dtype=torch.float64)[None]) + recurrent(spk1), syn1, mem1)
            spk2, syn2, mem2 = lif2(fc2(spk1), syn2, mem2)
            rows.append(spk2.detach().numpy().reshape(-1))
        out.append(rows)
    out = np.array(out)
    assert set(np.unique(out)) <= {0.0, 1.0}
    print(path.name, out.shape, out.mean(), "membranes above the threshold after a reset:", resets)
    np.savez_compressed(OUT / f"rnn_{path.stem}.npz", input=np.packbits(x), spikes=np.packbits(out.astype(np.uint8)), shape=np.array([SAMPLES, STEPS, x.shape[2], out.shape[2]]))


folder = pathlib.Path(sys.argv[1])
run(folder / "braille_noDelay_bias_zero.nir", "zero")
run(folder / "braille_noDelay_noBias_subtract.nir", "subtract", delay=True)
