"""JSON documents: an array, an object of arrays, a list of records; and which of JSON and NDJSON a text is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.array.arrays import Arrays, ArrayStream, in_memory
from losscli.inputs.choose import usual_names as known
from losscli.inputs.delimited.lines import whole_text
from losscli.inputs.json.decode import decoder
from losscli.inputs.json.json_records import open_groups, open_records
from losscli.inputs.json.nested import Locate, Path, to_array
from losscli.inputs.json.path import is_path
from losscli.inputs.json.shapes import as_records, as_rows, several_documents
from losscli.inputs.model import no_rows
from losscli.lazy import regex
from losscli.text import printable, quoted

if TYPE_CHECKING:
    from losscli.inputs.choose.columns import Table
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.byte_stream import ByteStream
    from losscli.inputs.source.bytes import Source


_LONGEST_LINE = 1 << 26
_LOGGED = regex(r"\[[\w ]+\][\s,]*[\[A-Za-z]")  # [0] train-mlogloss:1.02, [LightGBM] [Info] ...
_TIMES = 4  # at least so many times the text's size are needed for its values


def open_json(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table | Arrays:
    """A JSON document; a long array is read element by element, anything else whole.

    Raises:
        InputError: It is not JSON, or JSON without predictions.
    """
    from losscli.inputs.json.stream import element_groups, is_long_array

    if is_long_array(source.stream):
        groups = element_groups(source, options.chunk_bytes, options.memory_limit // (4 * _TIMES))
        return open_groups(groups, source.name, options, decisions)
    text = whole_text(source, options.memory_limit // _TIMES)
    if not text.strip():
        raise no_rows(source.name)
    try:
        places, values = several_documents(text, source.name)
    except InputError as error:
        named = options.format is not None or source.suffix == ".json"
        printed = None if named else _printed(text, source.name, options, decisions)
        if printed is not None:
            return printed
        if _LOGGED.match(text.lstrip()):
            error.hint = "the saved predictions, if this is a training log, which holds losses"
        raise
    if len(values) > 1:
        several = Decision("documents", f"{len(values)}, one after the other", "each is a row")
        return open_groups(iter([(places, values)]), source.name, options, (*decisions, several))
    return interpret(values[0], source.name, options, decisions)


def _printed(text: str, name: str, options: ReadOptions, decisions: tuple[Decision, ...]) -> Arrays | None:
    """An array that was printed into a file, perhaps without commas; None if it is not one."""
    from losscli.inputs.array.inline import has_numbers_only, locate, parse_inline, unwrapped

    if not has_numbers_only(unwrapped(text)):
        return None
    values = parse_inline(text, name)

    def load(key: str, text: bool) -> ArrayStream:
        return in_memory(name, to_array(values, locate(name, values), missing=options.missing), options.chunk_bytes)

    return Arrays(name, ("",), load, (*decisions, Decision("array", "as it was printed", "the text is not JSON")))


def interpret(value: Any, name: str, options: ReadOptions, decisions: tuple[Decision, ...] = ()) -> Table | Arrays:
    """What a JSON value holds.

    Raises:
        InputError: It holds no arrays and no records.
    """
    table = as_records(value, name)
    if table is None and isinstance(value, dict) and not is_path(options.pred, value):
        table = as_rows(value, options)
    if table is not None:
        value, decisions = table[0], (*decisions, Decision("rows", table[1], "the shape of the JSON"))
    if isinstance(value, dict):
        if not _is_record(value, options) and not is_path(options.pred, value):
            return _object_of_arrays(value, name, options, decisions)
        value = [value]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        places = [f"{name}, row {i + 1}" for i in range(len(value))]
        return open_records(iter([(places, value)]), name, options, decisions)
    if isinstance(value, str) or value is None:
        raise InputError(f"the JSON is {'null' if value is None else quoted(value)}, not an array or an object", name)
    data = value if isinstance(value, list) else [value]

    def load(key: str, text: bool) -> ArrayStream:
        array = to_array(data, _locate("", name), text=text, missing=options.missing)
        return in_memory(name, array, options.chunk_bytes)

    return Arrays(name, ("",), load, decisions)


def looks_like_ndjson(stream: ByteStream) -> bool:
    """Whether the first line is a complete JSON value, with more to come."""
    size = 1 << 16
    while True:
        head = stream.head(size)
        text = head.lstrip()
        end = min((at for at in (text.find(b"\n"), text.find(b"\r")) if at >= 0), default=-1)
        if end >= 0 and text[end:].strip():
            break
        if len(head) < size or size >= _LONGEST_LINE:
            return False
        size *= 2
    try:
        decoder().decode(text[:end].decode())
    except (ValueError, RecursionError):
        return False
    return True


def _is_record(value: dict[str, Any], options: ReadOptions) -> bool:
    """Whether an object is one row rather than a set of arrays."""
    roles = (*known.PREDICTIONS, *known.LABELS)
    named = [key for key in value if known.key(key) in roles or key in (options.pred, options.label)]
    if any(isinstance(value[key], list) for key in named):
        return False
    return not all(isinstance(item, list) for item in value.values()) and "predictions" not in value


def _object_of_arrays(
    value: dict[str, Any], name: str, options: ReadOptions, decisions: tuple[Decision, ...]
) -> Arrays:
    keys = tuple(key for key in value if known.key(key) not in known.CLASSES)
    if not keys:
        raise InputError("a JSON object without arrays", name)

    def load(key: str, text: bool) -> ArrayStream:
        data = value[key] if isinstance(value[key], list) else [value[key]]
        locate = _locate(key, name) if data is value[key] else lambda _: (printable(key), name)
        array = to_array(data, locate, text=text, missing=options.missing)
        return in_memory(name, array, options.chunk_bytes)

    return Arrays(name, keys, load, decisions, _classes(value, name))


def _classes(value: dict[str, Any], name: str) -> tuple[str, ...] | None:
    key = next((key for key in value if known.key(key) in known.CLASSES), None)
    if key is None:
        return None
    names = value[key]
    if not isinstance(names, list) or not all(isinstance(item, str | int) for item in names):
        raise InputError(f"{quoted(key)} is not a list of class names", name)
    return tuple(map(str, names))


def _locate(key: str, name: str) -> Locate:
    subject = printable(key)

    def named(path: Path, /) -> tuple[str, str]:
        if len(path) == 1:
            return f"row {path[0] + 1}" + (f" of {subject}" if subject else ""), name
        return (subject + "".join(f"[{i}]" for i in path)) or "the array", name

    return named
