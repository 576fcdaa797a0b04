"""Writes optimisers.json: what torch.optim's optimisers, schedules and norm clipping do to two small arrays, in float64.

    env/bin/python optimisers.py

"optimisers": name → the torch class and its arguments, and "after": the arrays after each step with "gradients"; where "clip" is given, clip_grad_norm_ (the 2-norm
over both arrays) comes first, and "norms" are those before clipping. "schedules": name → arguments and "lr", the rate used in step 0, 1, …
"""

import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
g = torch.Generator().manual_seed(6)
START = [torch.randn(2, 3, generator=g), torch.randn(4, generator=g)]
STEPS = 8
GRADS = [[torch.randn(p.shape, generator=g) * 10.0 ** (-(t % 3)) for p in START] for t in range(STEPS)]
flat = lambda ps: [p.detach().flatten().tolist() for p in ps]

optimisers = {
    "sgd": ("SGD", dict(lr=0.1), None),
    "sgd_momentum_decay": ("SGD", dict(lr=0.1, momentum=0.9, weight_decay=0.01), None),
    "sgd_nesterov": ("SGD", dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01), None),
    "adam": ("Adam", dict(lr=0.01), None),
    "adam_decay": ("Adam", dict(lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1), None),
    "adamw": ("AdamW", dict(lr=0.01, weight_decay=0.1), None),
    "adam_clipped": ("Adam", dict(lr=0.01), 0.5),
}
out = {"start": flat(START), "gradients": [flat(gs) for gs in GRADS], "shapes": [list(p.shape) for p in START], "optimisers": {}, "schedules": {}}
for name, (kind, args, clip) in optimisers.items():
    params = [p.clone().requires_grad_(True) for p in START]
    o = getattr(torch.optim, kind)(params, **args)
    after, norms = [], []
    for gs in GRADS:
        for p, x in zip(params, gs):
            p.grad = x.clone()
        if clip:
            norms.append(float(torch.nn.utils.clip_grad_norm_(params, clip)))
        o.step()
        after.append(flat(params))
    out["optimisers"][name] = {"class": kind, "arguments": args, "clip": clip, "norms": norms, "after": after}

S = torch.optim.lr_scheduler
schedules = {
    "cosine": dict(lr=0.1, total=10, minimum=0.001, warmup=0, start_factor=1.0),
    "warmup_cosine": dict(lr=0.1, total=12, minimum=0.0, warmup=4, start_factor=0.25),
}
for name, a in schedules.items():
    o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=a["lr"])
    s = S.CosineAnnealingLR(o, a["total"] - a["warmup"], a["minimum"])
    if a["warmup"]:
        s = S.SequentialLR(o, [S.LinearLR(o, a["start_factor"], 1.0, a["warmup"]), s], [a["warmup"]])
    rates = []
    for _ in range(a["total"]):
        rates.append(o.param_groups[0]["lr"])
        o.step()
        s.step()
    out["schedules"][name] = {"arguments": a, "lr": rates}
(pathlib.Path(__file__).parent / "optimisers.json").write_text(json.dumps({"torch": torch.__version__.split("+")[0], **out}) + "\n")
