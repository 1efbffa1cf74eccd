"""The formats of files: by suffix or by content, and what opens each."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from losscli.core.batch import Decision
from losscli.errors import UsageError
from losscli.file_formats import INPUTS, by_suffix
from losscli.record import replace
from losscli.text import quoted

if TYPE_CHECKING:
    from losscli.inputs.array.arrays import Arrays
    from losscli.inputs.choose.columns import Table
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.bytes import Source

_BY_SUFFIX = {f".{suffix}": name for suffix, name in by_suffix(INPUTS).items()}
_TO_ARRAYS = "save the arrays with np.save, or as CSV"
_UNSUPPORTED = {
    ".xlsx": ("Excel files are not supported", "save the sheet as CSV"),
    ".zip": ("ZIP archives are not supported", "unzip -p {name} | losscli ... -"),
    ".pkl": ("pickles are never loaded", _TO_ARRAYS),
    ".pickle": ("pickles are never loaded", _TO_ARRAYS),
    ".pt": ("pickles are never loaded", _TO_ARRAYS),
    ".pth": ("pickles are never loaded", _TO_ARRAYS),
}


def open_file(path: str, role: str, options: ReadOptions, stdin: BinaryIO | None = None) -> Table | Arrays:
    """Open one file, or stdin for ``-``.

    Raises:
        UsageError: There is no such file, or its format is not supported.
        InputError: What is there can't be read as numbers or labels.
    """
    from losscli.inputs.source.bytes import open_source

    return _open_source(open_source(path, role, stdin), role, options)


def has_known_suffix(path: str) -> bool:
    """Whether the suffix of a path says that it holds data."""
    from losscli.inputs.source.bytes import suffix_of

    return suffix_of(path) in _BY_SUFFIX


def _recoded(source: Source, encoding: str) -> Source:
    """The text of a source in UTF-8, unless a byte order mark has already decided the encoding."""
    from losscli.inputs.source.encoding import as_utf8, encoding_of

    name = encoding_of(encoding)
    if name in ("utf-8", "ascii") or any(decision.what == "encoding" for decision in source.decisions):
        return source
    decided = (*source.decisions, Decision("encoding", name, "given"))
    return replace(source, stream=as_utf8(source.stream, encoding), path=None, decisions=decided)


def _open_source(source: Source, role: str, options: ReadOptions) -> Table | Arrays:
    if source.suffix in _UNSUPPORTED:
        what, hint = _UNSUPPORTED[source.suffix]
        raise UsageError(what, source.name, hint.format(name=source.name))
    if options.meter is not None and role == "PREDICTIONS":
        options.meter.opened(source.consumed, source.size)
    by_suffix = _BY_SUFFIX.get(source.suffix)
    if options.encoding is not None and by_suffix in (None, "csv", "tsv", "json", "ndjson"):
        source = _recoded(source, options.encoding)
    # -i is about PREDICTIONS; another source obeys it only if its own suffix is unknown.
    asked = options.format if role == "PREDICTIONS" or not by_suffix else None
    if asked:
        kind, reason = asked, "given"
    elif by_suffix == "json" and source.stream.head(1) and _has_lines(source):
        kind, reason = "ndjson", "the first line is a JSON value of its own"
    elif by_suffix:
        kind, reason = by_suffix, f"the suffix {source.suffix}"
    else:
        kind, reason = _by_content(source)
    of = "" if role == "PREDICTIONS" else f" of {role}"
    decisions = (*(replace(d, what=d.what + of) for d in source.decisions), Decision(f"format{of}", kind, reason))
    if kind in ("csv", "tsv"):
        from losscli.inputs.delimited.text_table import open_delimited

        table = open_delimited(source, options, tabs=kind == "tsv")
        layout = (replace(d, what=d.what + of) for d in table.decisions)
        return replace(table, decisions=(*decisions, *layout))
    if kind in ("json", "ndjson"):
        from losscli.inputs.json.document import open_json
        from losscli.inputs.json.json_records import open_ndjson

        return (open_json if kind == "json" else open_ndjson)(source, options, decisions)
    return _open_binary(kind, source, options, decisions)


def _open_binary(kind: str, source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table | Arrays:
    if kind in ("npy", "npz"):
        from losscli.inputs.array.npy import open_npy, open_npz

        return (open_npy if kind == "npy" else open_npz)(source, options, decisions)
    if kind in ("parquet", "arrow"):
        from losscli.inputs.arrow.arrow_files import open_arrow, open_parquet

        return (open_parquet if kind == "parquet" else open_arrow)(source, options, decisions)
    if kind == "safetensors":
        from losscli.inputs.array.safetensors import open_safetensors

        return open_safetensors(source, options, decisions)
    raise UsageError(f"no format {quoted(kind)}", hint=f"-i {', '.join(INPUTS)}")


def _has_lines(source: Source) -> bool:
    """Whether each line is a JSON value of its own."""
    from losscli.inputs.json.document import looks_like_ndjson

    return looks_like_ndjson(source.stream)


def _by_content(source: Source) -> tuple[str, str]:
    head = source.stream.head(1 << 16)
    if head.startswith(b"\x93NUMPY"):
        return "npy", "by its first bytes"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "npz", "by its first bytes"
    if head.startswith(b"PAR1"):
        return "parquet", "by its first bytes"
    if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "arrow", "by its first bytes"
    if head.lstrip().startswith((b"tensor(", b"array(")):
        return "json", "it begins as a printed array does"
    if head.lstrip()[:1] not in (b"[", b"{"):
        return "csv", "the content looks like text"
    if _has_lines(source):
        return "ndjson", "the first line is a JSON value of its own"
    return "json", f"it begins with {head.lstrip()[:1].decode()}"
