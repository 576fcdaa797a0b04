"""Write the HDF5 files of this folder and, beside each, what h5py reads from it as JSON.

    python make.py          with h5py and numpy; also renews models.json if SNNC_SHARED names the shared folder

The files differ in library version bounds ("earliest" is what h5py writes by default, and so what .nir files are) and
in the features that their names say. Files must stay below 20 KB.
"""
import ctypes
import hashlib
import json
import os
import pathlib

import h5py
import numpy as np
from h5py import h5d, h5f, h5p, h5s, h5t

import dump

here = pathlib.Path(__file__).parent
BOUNDS = {
    "earliest": (h5f.LIBVER_EARLIEST, h5f.LIBVER_V18),
    "v108": (h5f.LIBVER_V18, h5f.LIBVER_V18),
    "v110": (h5f.LIBVER_V110, h5f.LIBVER_V110),
    "latest": (h5f.LIBVER_LATEST, h5f.LIBVER_LATEST),
}
files = []


def create(name, bounds="earliest", track_order=False, **settings):
    """Open a new file; settings are calls on the creation property list: userblock=(512,) is set_userblock(512)."""
    files.append(name)
    fcpl, fapl = h5p.create(h5p.FILE_CREATE), h5p.create(h5p.FILE_ACCESS)
    for setting, arguments in settings.items():
        if setting in ("istore_k", "sym_k"):
            set_property(fcpl, setting, *arguments)
        else:
            getattr(fcpl, "set_" + setting)(*arguments)
    if track_order:
        fcpl.set_link_creation_order(h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)
        fcpl.set_attr_creation_order(h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED)
    fapl.set_libver_bounds(*BOUNDS[bounds])
    return h5py.File(h5f.create(str(here / f"{name}.h5").encode(), h5f.ACC_TRUNC, fcpl, fapl))


def set_property(plist, name, *arguments):
    """Make a call that h5py lacks, in the library that its wheel brings."""
    libs = pathlib.Path(h5py.__file__).parents[1] / "h5py.libs"
    libhdf5 = ctypes.CDLL(str(next(libs.glob("libhdf5-*"))))
    status = getattr(libhdf5, "H5Pset_" + name)(ctypes.c_int64(plist.id), *map(ctypes.c_uint, arguments))
    assert status == 0, name


def low_dataset(f, name, tid, data, dcpl=None, shape=None):
    """Create a dataset through the low-level interface, with exactly this file type."""
    data = np.asarray(data)
    shape = data.shape if shape is None else shape
    space = h5s.create_simple(shape) if shape else h5s.create(h5s.SCALAR)
    d = h5d.create(f.id, name.encode(), tid, space, dcpl)
    d.write(h5s.ALL, h5s.ALL, data)


def types(f):
    for dt in "i1 u1 i2 u2 i4 u4 i8 u8".split():
        info = np.iinfo(dt)
        for order in "<>":
            f[f"{order}{dt}"] = np.array([info.min, -1 if info.min else 1, 0, 1, info.max], dtype=order + dt)
    for dt in "f2 f4 f8".split():
        info = np.finfo(dt)
        special = [0, -0.0, 1, -1.5, np.pi, info.max, info.tiny, info.smallest_subnormal, np.inf, -np.inf, np.nan]
        for order in "<>":
            f[f"{order}{dt}"] = np.array(special, dtype=order + dt)
    f["scalar"] = np.float32(0.1)
    f["cube"] = np.arange(24, dtype="i4").reshape(2, 3, 4)
    f.create_dataset("empty", shape=(0, 3), dtype="f4")
    f.create_dataset("unwritten", shape=(2, 2), dtype="i2")
    f.create_dataset("unwritten_fill", shape=(3,), dtype="f8", fillvalue=2.5)
    f["null"] = h5py.Empty("f4")
    f["bool"] = True
    f["bools"] = np.array([[True, False], [False, True]])
    colour = h5py.enum_dtype({"RED": -1, "GREEN": 0, "BLUE": 500}, basetype=">i2")
    f.create_dataset("enum", data=np.array([-1, 500, 0], dtype=">i2"), dtype=colour)
    f.create_dataset("enum_u", data=[7, 200], dtype=h5py.enum_dtype({"A": 7, "LONGER NAME": 200}, basetype="u1"))
    compact = h5p.create(h5p.DATASET_CREATE)
    compact.set_layout(h5d.COMPACT)
    low_dataset(f, "compact", h5t.IEEE_F32LE, np.arange(5, dtype="f4"), compact)
    low_dataset(f, "compact_scalar", h5t.STD_I64BE, np.int64(-3), compact)


def strings(f):
    f.create_dataset("scalar", data="CubaLIF", dtype=h5py.string_dtype())
    f.create_dataset("utf8", data="größe λ 神経", dtype=h5py.string_dtype())
    f.create_dataset("ascii", data="plain", dtype=h5py.string_dtype("ascii"))
    f.create_dataset("edges", data=[["input", "0"], ["0", "out.put"], ["", "x"]], dtype=h5py.string_dtype())
    f.create_dataset("long", data="spike " * 800, dtype=h5py.string_dtype())
    f.create_dataset("none", shape=(0,), dtype=h5py.string_dtype())
    f.create_dataset("unwritten", shape=(2,), dtype=h5py.string_dtype())
    f["fixed"] = np.array([b"dense", b"input", b""], dtype="S10")
    f["fixed_scalar"] = np.bytes_(b"conv")
    f.create_dataset("fixed_utf8", data="größe".encode(), dtype=h5py.string_dtype(length=8))
    for name, pad in ("nullterm", h5t.STR_NULLTERM), ("nullpad", h5t.STR_NULLPAD), ("spacepad", h5t.STR_SPACEPAD):
        tid = h5t.C_S1.copy()
        tid.set_size(6)
        tid.set_strpad(pad)
        low_dataset(f, name, tid, np.array([b"abc", b"abcde", b" b"], dtype="S6"))


def filters(f):
    rng = np.random.default_rng(1)
    data = rng.integers(0, 50, (9, 7)).astype("i4")
    for name, kw in {
        "plain": {},
        "gzip": {"compression": "gzip"},
        "gzip_shuffle": {"compression": "gzip", "shuffle": True},
        "fletcher32": {"fletcher32": True},
        "lzf": {"compression": "lzf"},
        "all": {"compression": "gzip", "shuffle": True, "fletcher32": True},
    }.items():
        f.create_dataset(name, data=data, chunks=(4, 4), **kw)
    f.create_dataset("one_chunk", data=data, chunks=(9, 7), compression="gzip")
    f.create_dataset("cube", data=np.arange(60, dtype="f4").reshape(3, 4, 5), chunks=(2, 2, 2), compression="gzip")
    f.create_dataset("odd", data=rng.integers(0, 9, 11).astype("i1"), chunks=(5,), fletcher32=True)
    f.create_dataset("strings", data=["a", "bb", "", "cccc"], dtype=h5py.string_dtype(), chunks=(3,), compression="gzip")
    noise = f.create_dataset("noise", data=rng.integers(0, 256, 64, dtype="u1"), chunks=(32,), compression="lzf")
    assert noise.id.get_chunk_info(0).filter_mask == 1  # h5py leaves LZF out where it does not help
    sparse = f.create_dataset("sparse", shape=(8, 8), dtype="f8", chunks=(3, 3), fillvalue=-1.25, compression="gzip")
    sparse[3:6, 3:6] = 7
    grown = f.create_dataset("shrunk", data=np.arange(40), chunks=(8,), maxshape=(40,))
    grown.resize((17,))


def indexes(f):
    """Every chunk index of layout version 4."""
    data = np.arange(30, dtype="i2").reshape(5, 6)
    f.create_dataset("single", data=data, chunks=(5, 6))
    f.create_dataset("single_gzip", data=data, chunks=(5, 6), compression="gzip")
    early = h5p.create(h5p.DATASET_CREATE)
    early.set_chunk((2, 4))
    early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    low_dataset(f, "implicit", h5t.STD_I16LE, data, early)
    f.create_dataset("fixed", data=data, chunks=(2, 4))
    f.create_dataset("fixed_gzip", data=data, chunks=(2, 4), compression="gzip")
    f.create_dataset("fixed_max", data=data, chunks=(2, 4), maxshape=(9, 9))
    f.create_dataset("fixed_unwritten", shape=(5, 6), dtype="i2", chunks=(2, 4), fillvalue=9)
    f.create_dataset("btree2", data=data, chunks=(2, 4), maxshape=(None, None))
    f.create_dataset("btree2_gzip", data=data, chunks=(2, 4), maxshape=(None, None), compression="gzip", shuffle=True)
    edges = h5p.create(h5p.DATASET_CREATE)
    edges.set_chunk((2, 4))
    edges.set_deflate(9)
    set_property(edges, "chunk_opts", 2)  # H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS
    low_dataset(f, "edges_unfiltered", h5t.STD_I16LE, data, edges)
    f.create_dataset("extensible", data=data, chunks=(2, 4), maxshape=(None, 6))


def paged(f):
    """An index of two pages of 1024 and 1 entries, of which one page was written."""
    f.create_dataset("fixed_paged", shape=(1025,), dtype="u1", chunks=(1,), fillvalue=5)


def attributes(f):
    d = f.create_dataset("d", data=np.arange(3))
    for o in f, d, f.create_group("g"):
        o.attrs["text"] = "größe"
        o.attrs["fixed"] = np.bytes_(b"abc")
        o.attrs["float"] = 0.1
        o.attrs["ints"] = np.array([1, -2, 3], dtype="i2")
        o.attrs["matrix"] = np.arange(6, dtype=">f4").reshape(2, 3)
        o.attrs["bool"] = True
        o.attrs["texts"] = ["a", "", "ccc"]
        o.attrs["null"] = h5py.Empty("i4")
    f["named"] = np.dtype("<i4")
    f.create_dataset("uses_named", data=[1, 2], dtype=f["named"])
    d.attrs.create("typed", 5, dtype=f["named"])
    f["named"].attrs["on_type"] = 1


def many(f):
    """Groups and attributes beyond what fits in one node, block or header."""
    f["v"] = np.int8(1)
    g = f.create_group("group")
    for i in range(130):
        g[f"link {i * 7919 % 1000:03d}"] = f["v"]
    a = f.create_group("attrs")
    for i in range(20):
        a.attrs[f"a{i:02d}"] = i


def links(f):
    g = f.create_group("a/b")
    g["value"] = 1.5
    g["again"] = g["value"]
    f["soft"] = h5py.SoftLink("/a/b/value")
    g["relative"] = h5py.SoftLink("value")
    f["through"] = h5py.SoftLink("a/b")
    f["dangling"] = h5py.SoftLink("/nowhere")
    f["loop"] = h5py.SoftLink("/loop")
    f["outside"] = h5py.ExternalLink("other.h5", "/x")
    g["cycle"] = f["a"]


def refused(f):
    """Valid HDF5 that the package names instead of reading."""
    f["compound"] = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    f.create_dataset("sequence", data=np.array([np.arange(2), np.arange(3)], dtype=object), dtype=h5py.vlen_dtype("i4"))
    f.create_dataset("reference", data=f["compound"].ref, dtype=h5py.ref_dtype)
    f["opaque"] = np.void(b"1234")
    f.create_dataset("array", shape=(2,), dtype=np.dtype(("i4", (3,))))
    f["complex"] = np.complex64(1j)
    f.create_dataset("scaleoffset", data=np.arange(10), chunks=(5,), scaleoffset=0)
    narrow = h5t.STD_I32LE.copy()
    narrow.set_precision(24)
    low_dataset(f, "narrow", narrow, np.arange(3, dtype="i4"))
    bfloat = h5t.IEEE_F32LE.copy()
    bfloat.set_fields(15, 7, 8, 0, 7)
    bfloat.set_size(2)
    low_dataset(f, "bfloat16", bfloat, np.arange(3, dtype="f4"))
    layout = h5py.VirtualLayout(shape=(3,), dtype="i8")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(3,))
    if f.libver[0] != "earliest":
        f.create_virtual_dataset("virtual", layout)
    f.create_dataset("external", shape=(4,), dtype="u1", external=[("missing.bin", 0, 4)])
    f["fine"] = 3


def main():
    for bounds in "earliest", "v108", "latest":
        for content in types, strings, filters, attributes, many:
            # Small nodes make deep trees in small files, and in "earliest" need superblock version 1.
            small = {filters: {"istore_k": (2,)}, many: {"sym_k": (4, 4)}}.get(content, {})
            with create(f"{content.__name__}_{bounds}", bounds, **small) as f:
                content(f)
    for bounds in "v110", "latest":
        with create(f"indexes_{bounds}", bounds) as f:
            indexes(f)
    for name, i in ("paged_first", 3), ("paged_last", 1024):
        with create(name, "v110") as f:
            paged(f)
            f["fixed_paged"][i] = 2
    for bounds in "earliest", "latest":
        with create(f"links_{bounds}", bounds) as f:
            links(f)
        with create(f"refused_{bounds}", bounds) as f:
            refused(f)
    with create("refused_huge", "latest") as f:
        huge = f.create_group("huge")
        for i in range(9):
            huge.attrs[f"a{i}"] = np.zeros(5000 if i == 4 else 1, dtype="i1")
    with create("userblock", userblock=(1024,)) as f:
        f["x"] = np.arange(4)
        f["s"] = "text"
    with create("sizes4", sizes=(4, 4)) as f:
        f.create_dataset("x", data=np.arange(10), chunks=(3,))
        f["s"] = ["a", "bc"]
        f["g/y"] = 1.0
    with create("track_order", "latest", track_order=True) as f:
        f["b"], f["a"] = 1, 2
        f.attrs["z"], f.attrs["y"] = 1, 2
        g = f.create_group("g", track_order=True)
        for i in range(12):
            g[f"{i * 5 % 12}"] = f["a"]
            g.attrs[f"{i * 5 % 12}"] = i

    for name in files:
        path = here / f"{name}.h5"
        assert path.stat().st_size <= 20480, (name, path.stat().st_size)
        if name.startswith("refused"):
            continue  # what must be refused, and how, is written in the tests
        with open(here / f"{name}.json", "w") as out:
            # One line for each object, so that a change shows in a diff.
            got = dump.dump(path)
            lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(got["objects"].items()))
            out.write(f'{{"attrs": {json.dumps(got["attrs"])},\n"objects": {{\n{lines}\n}}}}\n')
    if os.environ.get("SNNC_SHARED"):
        models(pathlib.Path(os.environ["SNNC_SHARED"]) / "models")


def models(folder):
    """Digest every dataset of the shared networks: path, type, shape and values, in the order of h5py's visit."""
    out = {}
    for path in sorted([*folder.rglob("*.nir"), *folder.rglob("*.net")]):
        digest, n = hashlib.sha256(), 0

        def visit(name, obj):
            nonlocal n
            if not isinstance(obj, h5py.Dataset):
                return
            n += 1
            kind = dump.type_name(obj.dtype)
            digest.update(f"/{name} {kind} {list(obj.shape)}\n".encode())
            data = np.asarray(obj[()])
            if kind.startswith("string"):
                for v in data.reshape(-1):
                    digest.update(dump.value(v).encode() + b"\n")
            else:
                digest.update(np.ascontiguousarray(data).tobytes())

        with h5py.File(path) as f:
            f.visititems(visit)
        out[path.relative_to(folder).as_posix()] = {"datasets": n, "sha256": digest.hexdigest()}
    with open(here / "models.json", "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


if __name__ == "__main__":
    main()
