"""Writes small pictures with Pillow, and in pictures.npz what Pillow (libjpeg-turbo) reads in them, [3, height, width] by file name.

    python -m venv env && env/bin/pip install numpy==2.4.6 pillow==13.0.0 && env/bin/python make.py
"""

import pathlib

import numpy as np
from PIL import Image

OUT = pathlib.Path(__file__).parent
r = np.random.default_rng(11)


def picture(h, w):
    """Smooth colours with an edge and some noise."""
    y, x = np.mgrid[0:h, 0:w]
    base = np.stack([128 + 100 * np.sin(x / 5 + k) * np.cos(y / (4 + k)) for k in range(3)], -1)
    base[:, w // 2 :, 1] = 255 - base[:, w // 2 :, 1]
    return np.clip(base + r.normal(0, 6, base.shape), 0, 255).astype(np.uint8)


made = {
    "half.jpg": dict(size=(32, 32), quality=75, subsampling=2),  # 4:2:0, as CIFAR-10 (JPEG)
    "odd.jpeg": dict(size=(19, 27), quality=85, subsampling=2),
    "wide.jpg": dict(size=(16, 21), quality=75, subsampling=1),  # 4:2:2
    "full.JPEG": dict(size=(17, 16), quality=90, subsampling=0),
    "progressive.jpg": dict(size=(24, 24), quality=75, subsampling=2, progressive=True),
    "grey.jpg": dict(size=(12, 20), quality=80, grey=True),
    "exact.png": dict(size=(9, 7)),
}
seen = {}
for name, how in made.items():
    im = Image.fromarray(picture(*how.pop("size")))
    if how.pop("grey", False):
        im = im.convert("L")
    im.save(OUT / name, **how)
    seen[name] = np.asarray(Image.open(OUT / name).convert("RGB")).transpose(2, 0, 1)
np.savez_compressed(OUT / "pictures.npz", **seen)
