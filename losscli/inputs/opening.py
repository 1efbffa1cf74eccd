"""One argument becomes arrays or a table: inline values, a path or stdin, or files."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from losscli.errors import UsageError
from losscli.inputs.arrays import Arrays, ArrayStream, in_memory

if TYPE_CHECKING:
    from losscli.inputs.choose.column_spec import Table
    from losscli.inputs.options import ReadOptions


def open_input(argument: str, role: str, options: ReadOptions, stdin: BinaryIO | None) -> Table | Arrays:
    """What an argument names or spells.

    Args:
        argument: Inline values, a path or ``-``.
        role: What the usage calls the argument: ``PREDICTIONS``, ``LABELS`` or an option.
        options: How to read it.
        stdin: Standard input.

    Raises:
        UsageError: There is no such file, or its format is not supported.
        InputError: What is there can't be read as numbers or labels.
    """
    if not argument.strip():
        raise UsageError(f"{role} is empty", hint="give a path, - or values such as 0.1,0.9")
    if argument.strip() == "-":
        from losscli.inputs.formats import open_file

        return open_file("-", role, options, stdin)
    if not is_typed(argument):
        return _open_path(argument, role, options)
    if argument.lstrip().startswith("{"):
        from losscli.inputs.json_text import decode
        from losscli.inputs.jsons import interpret

        return interpret(decode(argument, role), role, options)
    return _inline(argument, role, options)


def _open_path(argument: str, role: str, options: ReadOptions) -> Table | Arrays:
    """One file, or those of a directory or a glob."""
    from losscli.inputs.formats import open_file
    from losscli.inputs.source import may_be_many

    if may_be_many(argument):
        from losscli.inputs.listing import files_of

        found = files_of(argument, role)
        if found is not None:
            from losscli.inputs.files import open_files

            return open_files(found, role, options)
    return open_file(argument, role, options)


def is_typed(argument: str) -> bool:
    """Whether an argument is meant as values, and not as a path or stdin; numbers always are, whatever files exist."""
    from losscli.inputs.inline import has_numbers_only, looks_inline

    if has_numbers_only(argument):
        return True
    if not (argument.lstrip().startswith("{") or looks_inline(argument)):
        return False
    from losscli.inputs.source import is_file

    return not is_file(argument)


def _inline(argument: str, role: str, options: ReadOptions) -> Arrays | Table:
    from losscli.inputs.inline import as_texts, locate, parse_inline
    from losscli.inputs.nested import to_array

    values = parse_inline(argument, role)
    if values and isinstance(values[0], dict):
        from losscli.inputs.json_text import decode
        from losscli.inputs.jsons import interpret

        return interpret(decode(argument, role), role, options)

    def load(key: str, text: bool) -> ArrayStream:
        words = as_texts(argument, role) if text else None
        return in_memory(role, to_array(words or values, locate(role, values), text=text), options.chunk_bytes)

    return Arrays(role, ("",), load)
<<<<<<< HEAD
=======


def _open_source(source: Source, role: str, options: ReadOptions) -> Table | Arrays:
    if source.suffix in _UNSUPPORTED:
        what, hint = _UNSUPPORTED[source.suffix]
        raise UsageError(what, source.name, hint.format(name=source.name))
    if options.meter is not None and role == "PREDICTIONS":
        options.meter.opened(source.consumed, source.size)
    by_suffix = _BY_SUFFIX.get(source.suffix)
    if options.encoding is not None and by_suffix in (None, "csv", "tsv", "json", "ndjson"):
        from losscli.inputs.source import recoded

        source = recoded(source, options.encoding)
    # -i speaks of PREDICTIONS; another source follows it only if its own name says nothing.
    asked = options.format if role == "PREDICTIONS" or not by_suffix else None
    if asked:
        kind, reason = asked, "given"
    elif by_suffix:
        kind, reason = by_suffix, f"the suffix {source.suffix}"
    else:
        kind, reason = _by_content(source)
    of = "" if role == "PREDICTIONS" else f" of {role}"
    decisions = (*(replace(d, what=d.what + of) for d in source.decisions), Decision(f"format{of}", kind, reason))
    if kind in ("csv", "tsv"):
        from losscli.inputs.delimited import open_delimited

        table = open_delimited(source, options, tabs=kind == "tsv")
        layout = (replace(d, what=d.what + of) for d in table.decisions)
        return replace(table, decisions=(*decisions, *layout))
    if kind in ("json", "ndjson"):
        from losscli.inputs.jsons import open_json
        from losscli.inputs.records import open_ndjson

        return (open_json if kind == "json" else open_ndjson)(source, options, decisions)
    return _open_binary(kind, source, options, decisions)


def _open_binary(kind: str, source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table | Arrays:
    if kind in ("npy", "npz"):
        from losscli.inputs.npy import open_npy, open_npz

        return (open_npy if kind == "npy" else open_npz)(source, options, decisions)
    if kind in ("parquet", "arrow"):
        from losscli.inputs.columnar import open_arrow, open_parquet

        return (open_parquet if kind == "parquet" else open_arrow)(source, options, decisions)
    if kind == "safetensors":
        from losscli.inputs.tensors import open_safetensors

        return open_safetensors(source, options, decisions)
    raise UsageError(f"no format {quoted(kind)}", hint=f"-i {', '.join(FORMATS)}")


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
    if head.lstrip()[:1] not in (b"[", b"{"):
        return "csv", "it begins like text"
    from losscli.inputs.jsons import looks_like_ndjson

    if looks_like_ndjson(source.stream):
        return "ndjson", "the first line is a JSON value of its own"
    return "json", f"it begins with {head.lstrip()[:1].decode()}"
>>>>>>> 8e5fef3 (Text that is not just a table: comments, lines before it, a limit, encodings, and what stands for no value)
