"""The names of a file's columns or arrays, from its first bytes and without NumPy, for completion alone.

Nothing is decided here: a wrong name is refused when the file is read. Paths are plain strings, as importing pathlib
would take a tenth of the time.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from losscli.file_formats import INPUTS, by_suffix
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = 1 << 16
_DELIMITERS = ",\t;|"
_SUFFIXES = by_suffix(INPUTS)
_COMPRESSIONS = {"gz": "gzip", "bz2": "bz2", "xz": "lzma"}
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*", re.IGNORECASE)


def column_names(words: Iterable[str]) -> list[str]:
    """The distinct names in all files among the words; files that can't be read have none."""
    found: dict[str, None] = {}
    for word in words:
        for path in _files(word):
            try:
                found |= dict.fromkeys(name for name in _names(path) if name and name == printable(name))
            except Exception:  # completion stays silent about faulty files
                continue
    return [*found]


def _files(word: str) -> Iterator[str]:
    """The file, or one of those of a pattern or a directory: their columns are the same."""
    path = os.path.expandvars(os.path.expanduser(word))
    if os.path.isfile(path):
        yield path
        return
    if "*" in word or "?" in word:
        import glob

        candidates: Iterable[str] = glob.iglob(path)
    elif os.path.isdir(path):
        candidates = (entry.path for entry in os.scandir(path))
    else:
        return
    found = next((one for one in candidates if os.path.isfile(one)), None)
    if found is not None:
        yield found


def _names(path: str) -> Iterable[str]:
    suffixes = path.lower().split(".")
    compression = _COMPRESSIONS.get(suffixes[-1])
    format_ = _SUFFIXES.get(suffixes[-2 if compression and len(suffixes) > 1 else -1], "")
    match format_:
        case "npy":
            return []
        case "npz":
            import zipfile

            with zipfile.ZipFile(path) as archive:
                return [name.removesuffix(".npy") for name in archive.namelist()]
        case "parquet":
            from losscli.cli.completion.parquet_names import parquet_names

            return parquet_names(path)
        case "arrow":
            return _arrow(path)
        case "safetensors":
            import json

            with open(path, "rb") as file:
                header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            return [name for name in header if name != "__metadata__"]
    text = _decoded(_beginning(path, compression))
    if format_ in ("json", "ndjson") or (not format_ and text.lstrip()[:1] in ("{", "[")):
        return _keys(text)
    return _header(text, "\t" if format_ == "tsv" else "")


def _beginning(path: str, compression: str | None) -> bytes:
    if compression is None:
        with open(path, "rb") as file:
            return file.read(_HEAD)
    import importlib

    with importlib.import_module(compression).open(path, "rb") as file:
        return bytes(file.read(_HEAD))


def _decoded(head: bytes) -> str:
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head.decode(encoding, errors="replace")


def _header(text: str, delimiter: str) -> list[str]:
    """The fields of the first line, unless one of them is a number."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    line = line.removeprefix("#").removeprefix(" ")
    bare = re.sub('"[^"]*"', "", line)
    delimiter = delimiter or max(_DELIMITERS, key=bare.count)
    if '"' in line:
        import csv

        fields = next(csv.reader([line.strip()], delimiter=delimiter if delimiter in bare else " "))
    else:
        fields = line.split(delimiter) if delimiter in line else line.split()
    return [] if any(_NUMBER.fullmatch(field) for field in fields) else [field.strip() for field in fields]


def _keys(text: str) -> list[str]:
    """The keys of the first object, which may be cut off."""
    import json

    text = text.lstrip().removeprefix("[").lstrip()
    try:
        value: Any = json.JSONDecoder().raw_decode(text)[0]
    except ValueError:
        return _outer_keys(text)
    return [*value] if isinstance(value, dict) else []


def _outer_keys(text: str) -> list[str]:
    """The texts before colons at depth one."""
    found, depth, last = [], 0, ""
    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"|[{}\[\]:]', text):
        if match[0] in "{[":
            depth += 1
        elif match[0] in "}]":
            depth -= 1
        elif match[0] != ":":
            last = match[1]
        elif depth == 1:
            found.append(last)
    return found


def _arrow(path: str) -> list[str]:
    from pyarrow import ipc

    with open(path, "rb") as file:
        opened = ipc.open_file if file.read(6) == b"ARROW1" else ipc.open_stream
    with opened(path) as reader:
        return [str(name) for name in reader.schema.names]
