"""The same rows as bytes of any format, plain or compressed, or as words of a command line."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.inputs.source.compression import _zstd

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.fuzz.scenes import Scene

DTYPES = ("<f8", "<f8", "<f8", "<f4", "<f2", ">f8", "<i8", "<i4", "|i1", "|u1", "<u8", "|b1", "<c16", "<M8[D]", "|O")
COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: _zstd().compress(data),
}


def inline(random: Random, values: Any) -> str:
    """As it is typed, in one of several spellings."""
    style = random.randrange(5)
    if style == 0 or not isinstance(values, list):
        return json.dumps(values, ensure_ascii=False)
    if style in (1, 4) and values and isinstance(values[0], list):
        return random.choice(("; ", ";")).join(
            " ".join(map(str, row if isinstance(row, list) else [row])) for row in values
        )
    if style == 2:
        return str(values).replace("'", "")
    if style == 3:
        return "\n".join(" ".join(map(str, row)) if isinstance(row, list) else str(row) for row in values)
    return ",".join(map(str, values)) if style == 4 else json.dumps(values)


def table(random: Random, columns: dict[str, list[Any]], form: str) -> bytes:
    """Columns as a table of a format."""
    if form in ("csv", "tsv", "txt"):
        return _delimited(random, columns, "\t" if form == "tsv" else random.choice(",,,,;| "))
    length = max(map(len, columns.values()), default=0)
    records = [{name: values[i] for name, values in columns.items() if i < len(values)} for i in range(length)]
    if form == "ndjson":
        return "\n".join(json.dumps(record, ensure_ascii=random.random() < 0.5) for record in records).encode()
    if form == "json":
        shown = random.choice((records, columns, {"data": records}, {"columns": columns}, list(columns.values())))
        return json.dumps(shown, indent=random.choice((None, None, 1))).encode()
    if form in ("parquet", "arrow", "feather"):
        return arrow_bytes(random, columns, form)
    return arrays(random, columns, form)


def arrays(random: Random, named: dict[str, list[Any]], form: str) -> bytes:
    """Arrays with names, or the first of them."""
    file = io.BytesIO()
    made = {name: array(random, values) for name, values in named.items()}
    if form == "json":
        return json.dumps(next(iter(named.values()), []) if len(named) == 1 else named).encode()
    if form == "npy":
        np.save(file, next(iter(made.values()), np.zeros(0)), allow_pickle=True)
    elif form == "npz":
        (np.savez if random.random() < 0.5 else np.savez_compressed)(file, **_words(made))
    elif form == "safetensors":
        return safetensors_bytes(made)
    return file.getvalue()


def array(random: Random, values: list[Any]) -> np.ndarray[Any, Any]:
    """An array of any type, C or Fortran."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = np.array(values, dtype=random.choice(DTYPES) if random.random() < 0.4 else None)
        except (ValueError, TypeError, OverflowError):
            made = np.array([str(value) for value in values])
            if random.random() < 0.3:
                made = np.char.encode(made, "utf-8", "replace")
    if random.random() < 0.1:
        made = np.asfortranarray(made)
    if random.random() < 0.03:
        made = made.reshape(*made.shape, *[1] * random.randint(1, 3))
    return made


def compressed(random: Random, name: str, data: bytes) -> tuple[str, bytes]:
    """Now and then compressed, under a name that says so, or not."""
    if random.random() > 0.12:
        return name, data
    suffix = random.choice([*COMPRESSIONS])
    return name + (suffix if random.random() < 0.8 else ""), COMPRESSIONS[suffix](data)


def files(random: Random, scene: Scene) -> tuple[dict[str, bytes], list[str]]:
    """Files that hold the rows, and the words that name them."""
    form = random.choice(
        ("csv", "csv", "csv", "tsv", "txt", "json", "ndjson", "parquet", "arrow", "npz", "safetensors")
    )
    if random.random() < 0.45:
        if form in ("npz", "safetensors"):
            held = {"predictions": scene.predictions, "labels": scene.labels, **scene.beside}
            return {f"d.{form}": arrays(random, held, form)}, [f"d.{form}"]
        return {f"d.{form}": table(random, scene.columns(), form)}, [f"d.{form}"]
    if random.random() < 0.15:
        return _shards(random, scene, form)
    made, names = {}, []
    for stem, values in (("x", scene.predictions), ("y", scene.labels)):
        ending = random.choice(("npy", "npy", "npy", form, "csv", "json", "npz"))
        columns = {stem: values}
        if ending in ("csv", "tsv", "txt", "ndjson", "parquet", "arrow"):
            alone = type(scene)(values, [], scene.beside if random.random() < 0.3 else {}, scene.classes).columns()
            columns = {name: column for name, column in alone.items() if name != "label"}
        write = arrays if ending == "json" and random.random() < 0.7 else table
        made[f"{stem}.{ending}"] = write(random, columns, ending)
        names.append(f"{stem}.{ending}")
    return made, names


def _shards(random: Random, scene: Scene, form: str) -> tuple[dict[str, bytes], list[str]]:
    columns = scene.columns()
    pieces = random.randint(1, 3)
    held = {
        f"s/part-{i}.{form}": table(random, {name: values[i::pieces] for name, values in columns.items()}, form)
        for i in range(pieces)
    }
    return held, [random.choice(("s", "s/*", f"s/part-?.{form}", f"s/part-0.{form}"))]


def _delimited(random: Random, columns: dict[str, list[Any]], delimiter: str) -> bytes:
    rows = [list(columns)] if random.random() < 0.92 else []
    length = max(map(len, columns.values()), default=0)
    rows += [[_field(values[i]) for values in columns.values() if i < len(values)] for i in range(length)]
    quoting = random.random() < 0.1
    ends = random.choice(("\n", "\n", "\n", "\r\n", "\r"))

    def cell(text: str) -> str:
        needs = delimiter in text or '"' in text or "\n" in text
        return '"' + text.replace('"', '""') + '"' if quoting or (needs and random.random() < 0.9) else text

    text = ends.join(delimiter.join(map(cell, row)) for row in rows) + random.choice((ends, ends, ""))
    if random.random() < 0.05:
        return text.encode(random.choice(("utf-16", "utf-8-sig", "latin-1", "utf-16-le", "utf-32")), "replace")
    return text.encode("utf-8", "surrogatepass")


def _field(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list) else str(value)


def arrow_bytes(random: Random, columns: dict[str, list[Any]], form: str, *, nulls: bool = True) -> bytes:
    """Columns as Parquet, Arrow or Feather, now and then with a null."""
    import pyarrow as pa
    from pyarrow import feather, parquet

    made = {}
    length = max(map(len, columns.values()), default=0)
    for name, values in columns.items():
        padded = [*values, *[None] * (length - len(values))]
        try:
            made[name] = pa.array([None if nulls and random.random() < 0.01 else value for value in padded])
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            made[name] = pa.array(list(map(str, padded)))
        if random.random() < 0.1 and pa.types.is_string(made[name].type):
            made[name] = made[name].dictionary_encode()
    held = pa.table(made)
    file = io.BytesIO()
    if form == "parquet":
        parquet.write_table(
            held, file, compression=random.choice(("snappy", "gzip", "zstd", "none")), row_group_size=100
        )
    elif form == "feather":
        feather.write_feather(held, file)
    else:
        with (pa.ipc.new_file if random.random() < 0.5 else pa.ipc.new_stream)(file, held.schema) as writer:
            writer.write_table(held, max_chunksize=100)
    return file.getvalue()


def safetensors_bytes(made: dict[str, np.ndarray[Any, Any]]) -> bytes:
    """Arrays as safetensors."""
    names = {"f8": "F64", "f4": "F32", "f2": "F16", "i8": "I64", "i4": "I32", "i1": "I8", "u1": "U8", "b1": "BOOL"}
    header: dict[str, Any] = {}
    body = b""
    for name, values in made.items():
        kind = names.get(values.dtype.str[1:])
        held = np.ascontiguousarray(values if kind else np.zeros(values.shape))
        data = held.tobytes()
        header[name] = {
            "dtype": kind or "F64",
            "shape": list(held.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + body


def _words(made: dict[str, Any]) -> dict[str, Any]:
    return {
        name if name.isidentifier() and name != "file" else f"a{i}": held for i, (name, held) in enumerate(made.items())
    }
