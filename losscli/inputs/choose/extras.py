"""Further arrays that a loss takes by name: from the source of the predictions, or from a separate argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.array.arrays import Arrays, ArrayStream, listed, stream_for
from losscli.inputs.choose.column_spec import extra_columns, is_request, option_of
from losscli.inputs.model import Place, Stream, extra_role, is_baseline, joined
from losscli.inputs.opening import open_input
from losscli.record import record, replace
from losscli.text import did_you_mean, printable, quoted

if TYPE_CHECKING:
    from typing import BinaryIO

    from numpy.typing import NDArray

    from losscli.inputs.choose.columns import Table
    from losscli.inputs.read_options import ReadOptions


@record
class Constant:
    """An extra with one row that applies to all rows.

    Attributes:
        name: The name of the extra.
        values: ``(1, ...)``.
        place: Its place in messages.
        decisions: How it was read.
    """

    name: str
    values: NDArray[Any]
    place: Place
    decisions: tuple[Decision, ...] = ()

    def beside(self, size: int) -> Constant:
        """The extra for ``size`` predictions of rank 1: a single row of ``size`` values becomes one value each."""
        if self.values.shape != (1, size):
            return self
        return replace(self, values=self.values[0])

    def rows(self, size: int) -> NDArray[Any]:
        """The values broadcast to ``size`` rows."""
        if len(self.values) == size:
            return self.values
        return np.broadcast_to(self.values, (size, *self.values.shape[1:]))


Extra = Stream | Constant


def keys_of_extras(opened: Table | Arrays, options: ReadOptions) -> dict[str, str]:
    """The extras that are arrays of the predictions' source, with their keys."""
    if not isinstance(opened, Arrays):
        return {}
    return {name: key for name, key in options.extras.items() if key and key in opened.keys}


def without_extras(opened: Table | Arrays, options: ReadOptions) -> Table | Arrays:
    """The source without the arrays that are extras."""
    taken = keys_of_extras(opened, options).values()
    if not isinstance(opened, Arrays) or not taken:
        return opened
    rest = tuple(key for key in opened.keys if key not in taken)
    if not rest:
        raise InputError(f"no array is left for the predictions; {listed(opened)}", opened.name)
    return replace(opened, keys=rest)


def open_extras(
    opened: Table | Arrays, rest: Table | Arrays, options: ReadOptions, stdin: BinaryIO | None
) -> list[Extra]:
    """The extras that are not columns of the predictions' table.

    Args:
        opened: The source of the predictions.
        rest: The same without the arrays that are extras, as a table if its columns are asked for.
        options: What was asked for.
        stdin: Standard input.

    Raises:
        UsageError: An extra is no column, no array, no values and no file.
        InputError: What is there can't be read as numbers.
    """
    keys = keys_of_extras(opened, options)
    columns = {} if isinstance(rest, Arrays) else extra_columns(rest.columns, options)
    found: list[Extra] = []
    for name, argument in options.extras.items():
        if name in keys:
            assert isinstance(opened, Arrays)
            what = "against" if is_baseline(extra_role(name)) else name
            decision = Decision(what, f"array {printable(keys[name])}", "given")
            array = opened.load(keys[name], options.raw_labels and what != name)
            found.append(_from_array(array, name, (decision,)))
        elif name not in columns:
            _refuse_unknown(opened, rest, name, argument)
            found.append(_separate(name, argument, options, stdin))
    return found


def _separate(name: str, argument: str, options: ReadOptions, stdin: BinaryIO | None) -> Extra:
    option = option_of(name)
    values = f"[{argument.strip()}]" if argument.strip().lower() in ("true", "false") else argument
    source = open_input(values, option, options, stdin)
    if isinstance(source, Arrays):
        key = name if name in source.keys else source.keys[0]
        if key != name and len(source.keys) > 1:
            what = f"which array holds the {name}? {listed(source)}"
            raise InputError(what, source.name, f"name one of them {quoted(name)}")
        named = (Decision(name, f"array {printable(key)} of {source.name}", "by its name"),) if key == name else ()
        return _from_array(source.load(key, False), name, (*source.decisions, *named))
    from losscli.inputs.choose.from_tables import extra_table

    return extra_table(source, name)


def _from_array(array: ArrayStream, name: str, decisions: tuple[Decision, ...]) -> Extra:
    baseline = is_baseline(extra_role(name))
    stream = replace(stream_for(array, extra_role(name), "--against" if baseline else name), decisions=decisions)
    if array.shape[0] != 1 or baseline:
        return stream
    piece = joined(list(stream.pieces))
    role = extra_role(name)
    return Constant(
        name,
        piece.values[role],
        lambda row, column: piece.places[role](0, column),
        (*decisions, Decision(name, "the same for every row", f"{stream.name} has one row")),
    )


def _refuse_unknown(opened: Table | Arrays, rest: Table | Arrays, name: str, argument: str) -> None:
    """Refuse an argument that can only be the name of a column or an array, if there is none.

    Raises:
        UsageError: There is no such column or array.
    """
    from losscli.inputs.source.bytes import is_file

    words = [part.strip() for part in argument.split(",")]
    if is_file(argument) or any(word.lower() in ("true", "false", "nan", "inf", "infinity") for word in words):
        return
    if not isinstance(rest, Arrays):
        unknown = [word for word in words if not is_request(rest.columns, word)]
        if unknown and all(word.isidentifier() or any(c in word for c in "*?") for word in unknown):
            what = f"{option_of(name)}: no column and no file {quoted(unknown[0])}; {rest.columns.listed()}"
            raise UsageError(what, rest.columns.source, did_you_mean(unknown[0], rest.columns.names or ()))
    elif isinstance(opened, Arrays) and any(opened.keys) and argument.isidentifier():
        what = f"{option_of(name)}: no array and no file {quoted(argument)}; {listed(opened)}"
        raise UsageError(what, opened.name, did_you_mean(argument, opened.keys))
