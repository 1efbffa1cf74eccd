"""Options about reading text that apply to no input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.inputs.numbers import parse_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.core.batch import Decision
    from losscli.inputs.read_options import ReadOptions

_TABLES = ("csv", "tsv")
_LINES = (*_TABLES, "ndjson")
_TEXT = (*_LINES, "json")
_WORDS = (*_TABLES, "parquet", "arrow")  # formats in whose columns a word of --na may stand for no value


def refuse_unread(decisions: Iterable[Decision], options: ReadOptions) -> None:
    """Refuse an option that no input obeys: its user would believe that lines were skipped, or values missing.

    Args:
        decisions: The decisions on all inputs, including their formats.
        options: How they were to be read.
    """
    kinds = {one.value for one in decisions if one.what.partition(" of ")[0] == "format"}
    words = [text for text in options.na if parse_number(text) is None]
    header = "--no-header" if options.header is False else "--header"
    for option, given, formats in (
        ("--delimiter", options.delimiter is not None, _TABLES),
        (header, options.header is not None, _TABLES),
        ("--skip", options.skip > 0, _LINES),
        ("--comment", options.comment is not None, _LINES),
        ("--encoding", options.encoding is not None, _TEXT),
        ("--na", bool(words), _WORDS),
    ):
        if given and not kinds & set(formats):
            found = f"the input is {' and '.join(sorted(kinds))}" if kinds else "no input is a file"
            hint = f"--where 'COLUMN != \"{words[0]}\"' leaves out rows" if option == "--na" else "leave it out"
            raise UsageError(f"{option} is about {', '.join(formats)}, and {found}", hint=hint)
