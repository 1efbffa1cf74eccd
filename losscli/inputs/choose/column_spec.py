"""Requests for columns, by name, glob, number or range, become the columns of a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.errors import InputError, UsageError
from losscli.inputs.choose.usual_names import INDEXES, key
from losscli.inputs.model import extra_role, is_baseline
from losscli.lazy import regex
from losscli.text import composed, printable, quoted, repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Columns
    from losscli.inputs.read_options import ReadOptions

_RANGE = regex(r"(\d+)-(\d+)?", re.ASCII)


def asked_for(columns: Columns, chosen: Sequence[int]) -> str:
    """The value of ``--pred`` for some columns: their names, or their numbers if names would be ambiguous."""
    names = [columns.names[i] for i in chosen] if columns.names else []
    clear = len(names) == len(chosen) and not any(
        set(name) & set(",*?[") or is_number(name) or name != name.strip() or not name.isprintable() for name in names
    )
    return ",".join(names if clear else [str(i + 1) for i in chosen])


def weight_column(columns: Columns, options: ReadOptions) -> int | None:
    """The column of sample weights, if ``--sample-weight`` is the name of one."""
    if options.sample_weight is None or columns.names is None or options.sample_weight not in columns.names:
        return None
    return _only(columns, options.sample_weight, "--sample-weight")


def option_of(extra: str) -> str:
    """The option that asks for an extra."""
    return "--against" if is_baseline(extra_role(extra)) else f"--{extra.replace('_', '-')}"


def extra_columns(columns: Columns, options: ReadOptions) -> dict[str, tuple[int, ...]]:
    """The extras that are columns of the predictions' table.

    Raises:
        UsageError: A number or a range of columns that aren't there.
        InputError: A name belongs to several columns, or a column holds text.
    """
    found = {}
    for name, argument in options.extras.items():
        if not means_columns(columns, argument):
            continue
        text = argument.strip()
        if is_number(text) and text not in (columns.names or ()) and not 1 <= int(text) <= len(columns.kinds):
            what = f"{option_of(name)} {text}: there are {len(columns.kinds)} columns, counted from 1"
            raise UsageError(what, columns.source, f"{text}.0 for the value")
        found[name] = find_columns(columns, text, option_of(name))
        if not (options.raw_labels and is_baseline(extra_role(name))):
            refuse_text(columns, found[name], option_of(name))
    return found


def refuse_text(columns: Columns, chosen: Sequence[int], option: str) -> None:
    """Refuse columns of text for an extra."""
    for column in chosen:
        if columns.kinds[column] == "text":
            what = f"{option}: column {columns.called(column)} is {columns.shown_text(column)}"
            raise InputError(what, columns.source, "numbers; 1 and 0 for true and false")


def means_columns(columns: Columns, argument: str) -> bool:
    """Whether an argument that could also be values or a path means columns."""
    from losscli.inputs.array.inline import has_numbers_only

    text = argument.strip()
    parts = _parts(text)
    if columns.names and (text in columns.names or all(part in columns.names for part in parts)):
        return True
    if text.startswith(("[", "(", "{")) or (has_numbers_only(text) and not is_number(text)):
        return False
    return all(is_request(columns, part) for part in parts)


def is_request(columns: Columns, part: str) -> bool:
    """Whether a text is the name of a column, a glob that finds some, a number or a range."""
    if is_number(part) or _RANGE.fullmatch(part):
        return True
    from fnmatch import fnmatchcase

    is_glob = any(c in part for c in "*?[")
    return any(part == name or (is_glob and fnmatchcase(name, part)) for name in columns.names or ())


def ranges(options: ReadOptions) -> list[str]:
    """The arguments that can only be columns by number, with a range among them, as those of an array are."""
    return [
        argument
        for argument in (*options.extras.values(), *options.against)
        if all(is_number(part) or _RANGE.fullmatch(part) for part in _parts(argument)) and "-" in argument
    ]


def _parts(argument: str) -> list[str]:
    return [part.strip() for part in argument.split(",")]


def is_number(text: str) -> bool:
    """Whether a text can be the number of a column."""
    return text.isascii() and text.isdigit()


def find_columns(columns: Columns, spec: str, option: str) -> tuple[int, ...]:
    """The columns of a request such as ``p_cat,p_dog``, ``'p_*'``, ``3`` or ``2-11``.

    Raises:
        UsageError: One of its parts names no column, or a column comes twice.
        InputError: A name belongs to several columns.
    """
    if columns.names and spec in columns.names:
        return (_only(columns, spec, option),)
    found: list[int] = []
    for part in spec.split(","):
        found += _find_part(columns, part.strip(), option)
    twice = repeated(found)
    if twice is not None:
        raise UsageError(f"{option} names column {columns.called(twice)} twice", columns.source)
    return tuple(found)


def _find_part(columns: Columns, part: str, option: str) -> list[int]:
    width = len(columns.kinds)
    if columns.names and part in columns.names:
        return [_only(columns, part, option)]
    same = [] if part.isascii() else [name for name in columns.names or () if composed(name) == composed(part)]
    if same:
        return [_only(columns, same[0], option)]
    if columns.names and any(c in part for c in "*?["):
        from fnmatch import fnmatchcase

        found = [i for i, name in enumerate(columns.names) if fnmatchcase(name, part)]
        if found:
            return found
    if is_number(part):
        if 1 <= int(part) <= width:
            return [int(part) - 1]
        raise UsageError(f"{option} {part}: there are {width} columns, counted from 1", columns.source)
    if match := _RANGE.fullmatch(part):
        first, last = int(match[1]), int(match[2] or width)
        if 1 <= first <= last <= width:
            return list(range(first - 1, last))
        raise UsageError(f"{option} {part}: there are {width} columns, counted from 1", columns.source)
    if found := _otherwise(columns, part):
        return found
    raise UsageError(f"{option}: no column {quoted(part)}; {columns.listed()}", columns.source, _close(columns, part))


def _otherwise(columns: Columns, part: str) -> list[int]:
    """The column without a name, as pandas calls it; or those that an object of JSON became."""
    names = columns.names or ()
    if names and not names[0].strip() and key(part) in INDEXES:
        return [0]
    return [i for i, name in enumerate(names) if part and name.startswith(f"{part}.")]


def _close(columns: Columns, part: str) -> str:
    import difflib

    if columns.names is None:
        return "1-based numbers and ranges, as in 3 or 2-11"
    close = difflib.get_close_matches(part, columns.names, n=1)
    return f"did you mean {printable(close[0])}?" if close else ""


def _only(columns: Columns, name: str, option: str) -> int:
    """The one column of that name."""
    assert columns.names is not None
    found = [i for i, other in enumerate(columns.names) if other == name]
    if len(found) > 1:
        places = " and ".join(str(i + 1) for i in found)
        hint = f"{option} with one of the numbers"
        raise InputError(f"columns {places} are both named {quoted(name)}", columns.source, hint)
    return found[0]
