"""The form of rows that ``--append`` hands on as they are, with a column more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.record import replace
from losscli.text import printable

if TYPE_CHECKING:
    from losscli.core.raw_rows import RawForm
    from losscli.inputs.model import Stream

_UNNAMED = "loss"  # the name for --append without one


def raw_form(predictions: Stream, append: str, baselines: int) -> RawForm:
    """The format of the rows of predictions, with the name of the column to append.

    Raises:
        UsageError: They are not rows in a file, or a column has that name.
    """
    if predictions.raw is None:
        what = "--append: PREDICTIONS are not lines of a table that could get another column"
        raise UsageError(what, predictions.name, "CSV and other delimited text, NDJSON, Parquet, Arrow")
    numbers = ["" if i == 0 else f"_{i + 1}" for i in range(baselines)]
    compared = tuple(f"{name}{number}" for number in numbers for name in ("against", "difference"))
    known = {*predictions.raw.names}
    if not append.strip():
        raise UsageError("--append: a column has a name", hint="--append NAME")
    if predictions.raw.kind == "csv" and predictions.raw.header is None and append != _UNNAMED:
        what = f"--append {printable(append)}: there is no header that could name a column"
        raise UsageError(what, predictions.name, "--append alone")
    if append in known | {*compared}:
        what = f"--append {printable(append)}: there is a column of that name"
        raise UsageError(what, predictions.name, "--append NAME with another")
    twice = next((name for name in compared if name in known), None)
    if twice is not None:
        what = f"--append adds a column {twice} beside --against, and there is one of that name"
        raise UsageError(what, predictions.name, "-f csv has the losses without the columns of the input")
    return replace(predictions.raw, added=append, compared=compared)
