"""Print the content of HDF5 files as h5py sees it, one JSON object for each file and line.

    python dump.py FILE...

Floats are C99 hex literals, so that nothing is lost; integers are decimal strings; strings are strings.
"""
import json
import sys

import h5py
import numpy as np


def type_name(dtype):
    text = h5py.check_string_dtype(dtype)
    if text is not None:
        return "string" if text.length is None else f"string[{text.length}]"
    if dtype == np.dtype(bool):
        return "bool"
    order = " (big-endian)" if dtype.byteorder == ">" else ""
    members = h5py.check_enum_dtype(dtype)
    if members is not None:
        return f"enum[{dtype.name}]{order}"
    if dtype.kind in "iuf" and dtype.subdtype is None and h5py.check_vlen_dtype(dtype) is None:
        return dtype.name + order
    return "other"


def value(v):
    if isinstance(v, (bytes, np.bytes_)):
        return v.decode("utf-8")
    if isinstance(v, str):
        return v
    if isinstance(v, (bool, np.bool_)):
        return bool(v)
    if isinstance(v, np.floating):
        return float(v).hex()
    return str(int(v))


def array(data, dtype, shape):
    name = type_name(dtype)
    if shape is None:
        return {"type": name, "null": True, "shape": [], "values": []}
    out = {"type": name, "shape": list(shape)}
    if name != "other":
        if isinstance(data, str):
            data = np.array(data, dtype=object)
        flat = np.asarray(data).ravel() if np.ndim(data) else np.asarray(data).reshape(1)
        out["values"] = [value(v) for v in flat]
    return out


def attributes(obj):
    out = {}
    for name in obj.attrs:
        low = h5py.h5a.open(obj.id, name.encode())
        shape = None if low.get_space().get_simple_extent_type() == h5py.h5s.NULL else low.shape
        known = type_name(low.dtype) != "other" and shape is not None
        out[name] = array(obj.attrs[name] if known else None, low.dtype, shape)
    return out


def dump(path):
    objects = {}

    def visit(name, obj):
        if isinstance(obj, h5py.Dataset):
            try:
                dtype = obj.dtype
                entry = {"kind": "dataset"} | array(None, np.dtype("V1"), obj.shape)
                if type_name(dtype) != "other":
                    entry |= array(obj[()] if obj.shape is not None else None, dtype, obj.shape)
            except (OSError, TypeError) as err:
                entry = {"kind": "dataset", "type": "other", "shape": [], "error": str(err)}
        elif isinstance(obj, h5py.Group):
            entry = {"kind": "group"}
        else:
            entry = {"kind": "type", "type": type_name(obj.dtype)}
        attrs = attributes(obj)
        if attrs:
            entry["attrs"] = attrs
        objects["/" + name] = entry

    with h5py.File(path, "r") as f:
        root = attributes(f)
        f.visititems(visit)
    return {"attrs": root, "objects": objects}


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(json.dumps(dump(path), sort_keys=True))
