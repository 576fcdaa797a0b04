#!/usr/bin/env python3
"""Fits the coefficients of compiler/cost_family.go to builds.

    python3 bench/fit.py bench/testdata/boards.json [NAME ...]

Reads what `make calibrate` wrote (features and use of each trial) and the present coefficients, which are the start,
and prints for each family new ones and two errors of each trial: that of the fit, and that of a fit which the trial took no
part in, a prediction. Least squares of relative errors over the logarithms of the coefficients, so that none changes its
sign, each held to where it was by a weight: few builds do not determine them all. Trials that are NAMEd take part in no
fit. Needs numpy and scipy.
"""
import json
import os
import re
import sys

import numpy as np
from scipy.optimize import least_squares

LUT = ["lane", "operand", "turn", "shown", "reads", "deep", "valid", "neuron", "product", "writer", "word", "window", "router", "core", "system"]
FF = ["pipeline", "windowFF", "coreFF", "systemFF"]
HOLD = 0.08  # weight of a coefficient's change by a factor of e, beside relative errors
FAMILY = {"icebreaker": "ice40", "ice40-hx8k": "ice40", "arty-a7-35t": "xc7", "pynq-z2": "xc7"}


def coefficients():
    path = os.path.join(os.path.dirname(__file__), "..", "compiler", "cost_family.go")
    families = {}
    for block in re.split(r"&Family\{Name: ", open(path).read())[1:]:
        name = re.match(r'"(\w+)"', block)[1]
        families[name] = {k: float(v) for k, v in re.findall(r"(\w+): ([0-9.]+)[,}]", re.search(r"weigh: weights\{(.*?)\}", block, re.S)[1] + ",")}
        alone = re.search(r"alone: ([0-9.]+)", block)
        families[name]["alone"] = float(alone[1]) if alone else 0.0
    return families


def use(row, name):
    return next((u["used"] for u in row["used"] if u["name"] == name), 0)


def fit(A, fixed, y, start, used):
    start = np.array(start)

    def f(x):
        return np.concatenate([((A @ (start * np.exp(x)) + fixed - y) / y)[used], HOLD * x])

    return start * np.exp(least_squares(f, np.zeros(len(start))).x)


def main():
    rows = json.load(open(sys.argv[1]))
    out = set(sys.argv[2:])
    for family, w in coefficients().items():
        part = [r for r in rows if FAMILY.get(r["board"], "ecp5") == family]
        if not part:
            continue
        used = np.array([r["name"] not in out for r in part])
        x = [dict(r["features"], system=1) for r in part]
        A = np.array([[f.get(k, 0) for k in LUT] for f in x])
        ff = np.array([use(r, "FF") for r in part], float)
        fixed = np.array([f["luts"] for f in x]) + w["alone"] * ff
        y = np.array([use(r, "LUT") for r in part], float)
        F = np.array([[f.get("stages", 0), f.get("window", 0), f.get("core", 0), 1] for f in x])
        ffs = np.array([f["ffs"] for f in x])

        def both(used):
            return fit(A, fixed, y, [w[k] for k in LUT], used), fit(F, ffs, ff, [w[k] for k in FF], used)

        c, d = both(used)
        print(family, ", ".join(f"{k}: {v:.4g}" for k, v in zip(LUT + FF, list(c) + list(d))))
        for i, r in enumerate(part):
            others = used.copy()
            others[i] = False
            p, q = both(others) if used[i] and others.any() else (c, d)
            off = lambda e, n: f"{100 * (e / n - 1):+6.1f}"
            print(f"  {r['name']:44s} LUT {y[i]:6.0f} {off(A[i] @ c + fixed[i], y[i])} % predicted {off(A[i] @ p + fixed[i], y[i])} %"
                  f"  FF {ff[i]:6.0f} {off(F[i] @ d + ffs[i], ff[i])} % predicted {off(F[i] @ q + ffs[i], ff[i])} %")


main()
