#!/usr/bin/env python3
"""Writes the .npy and .npz files that array_test.go reads, with NumPy itself. Run in this folder."""

import hashlib
import numpy as np

base = np.arange(24).reshape(3, 2, 4)
arrays = {}
for code in ["b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]:
    values = base % 2 if code == "b1" else base - 12 if code[0] == "i" else (base - 12) / 2 if code[0] == "f" else base
    for order_name, order in [("le", "<"), ("be", ">")]:
        a = values.astype(order + code)
        arrays[f"{code}_{order_name}_C"] = np.ascontiguousarray(a)
        arrays[f"{code}_{order_name}_F"] = np.asfortranarray(a)
arrays["scalar"] = np.array(7, "<i4")
arrays["empty"] = np.zeros((0, 5), "<f4")
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)

half = np.arange(65536, dtype="<u2").view("<f2")
wide = half.astype("<f4")
wide[np.isnan(wide)] = 0
print("all float16 as float32, NaN as 0:", hashlib.sha256(wide.tobytes()).hexdigest())

np.save("structured.npy", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
np.save("complex.npy", np.zeros(2, "<c8"))
np.save("text.npy", np.array(["ab", "c"]))
np.save("object.npy", np.array([[1], [1, 2]], dtype=object), allow_pickle=True)
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(f"version{version[0]}.npy", "wb") as f:
        np.lib.format.write_array(f, np.arange(6, dtype="<u2").reshape(2, 3), version=version)
