"""Baselines (``--against``): columns of PREDICTIONS, or another source with the same rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Baseline, Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.array.arrays import Arrays, find_key
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.class_columns import forms
from losscli.inputs.choose.column_spec import find_columns, means_columns
from losscli.inputs.choose.extras import without_extras
from losscli.inputs.choose.from_arrays import from_one, with_columns
from losscli.inputs.choose.held_rows import key_role
from losscli.inputs.choose.pairing import IDS, KEY, labels_role
from losscli.inputs.model import Keys, Piece, Stream, baseline_name, baseline_role
from losscli.inputs.opening import open_input
from losscli.record import record, replace
from losscli.text import did_you_mean, listed, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import BinaryIO

    from losscli.core.class_names import ClassNames
    from losscli.inputs.choose.columns import Columns, Table
    from losscli.inputs.read_options import ReadOptions
    from losscli.ops import Array

_OF = " of --against"
_LONGEST = 24  # characters of inline values that serve as a name
Rivals = dict[int, "Table | Arrays | SavedLosses"]


@record
class SavedLosses:
    """A saved result with the losses of all rows."""

    name: str
    document: Mapping[str, Any]
    losses: Array

    def stream(self, i: int) -> Stream:
        """Its losses, in place of predictions."""

        def place(row: int, column: int | None) -> str:
            return f"{self.name}, row {row + 1}"

        pieces = iter((Piece(len(self.losses), {baseline_role(i): self.losses}, {baseline_role(i): place}),))
        decision = Decision("against", f"the losses in {self.name}", "a result that was saved with -f json")
        return Stream(self.name, "--against", pieces, against=i, decisions=(decision,))


def among_columns(opened: Table | Arrays, options: ReadOptions) -> ReadOptions:
    """The options with baselines that are columns or arrays of PREDICTIONS as extras; an existing path is a file."""
    from losscli.inputs.source.bytes import is_file

    found = {}
    for i, argument in enumerate(options.against):
        if argument in options.held or is_file(argument) or argument.strip() == "-":
            continue
        mine = argument in opened.keys if isinstance(opened, Arrays) else means_columns(opened.columns, argument)
        if mine:
            found[baseline_name(i)] = argument
    return replace(options, extras={**options.extras, **found}) if found else options


def open_rivals(opened: Table | Arrays, options: ReadOptions, stdin: BinaryIO | None) -> Rivals:
    """The baselines that are separate sources, by their positions.

    Raises:
        UsageError: There is no such file or column.
        InputError: What is there can't be read.
    """
    found: Rivals = {}
    limit = None if options.join is not None else options.limit  # a row's partner may come later
    own = replace(options, meter=None, limit=limit)
    for i, argument in enumerate(options.against):
        if baseline_name(i) in options.extras:
            continue
        if argument in options.held:
            found[i] = options.held[argument]
            continue
        _refuse_unknown(opened, argument)
        if _is_report(argument):
            found[i] = _saved(argument)
            continue
        found[i] = open_input(argument, "--against", own, stdin)
    return found


def _is_report(argument: str) -> bool:
    from losscli.inputs.saved_report import is_saved_report
    from losscli.inputs.source.bytes import is_file

    return argument.strip() != "-" and is_file(argument) and is_saved_report(argument)


def _saved(path: str) -> SavedLosses:
    """The losses of a saved result.

    Raises:
        UsageError: It does not hold those of all rows.
    """
    from losscli.inputs.saved_report import saved_report

    document = saved_report(path, "--against")
    losses, samples = document.get("per_sample"), (document.get("inputs") or {}).get("samples")
    try:
        array = np.array(losses, np.float64)  # reads "NaN" and "Infinity", too
    except (TypeError, ValueError):
        array = np.empty(())
    if not array.ndim or len(array) != samples:
        held = f"{len(array)} of {samples} rows" if array.ndim else "no losses of rows"
        what = f"--against {printable(path)} holds {held}"
        raise UsageError(what, hint="a result that was saved with -f json, with all rows")
    return SavedLosses(printable(path), document, array)


def _refuse_unknown(opened: Table | Arrays, argument: str) -> None:
    """Refuse a word that is neither a file nor a column of PREDICTIONS."""
    from losscli.inputs.source.bytes import is_file

    text = argument.strip()
    if isinstance(opened, Arrays) or is_file(argument) or not text.isidentifier():
        return
    what = f"--against: no column and no file {quoted(text)}; {opened.columns.listed()}"
    raise UsageError(what, opened.columns.source, did_you_mean(text, opened.columns.names or ()))


def key_beside(opened: Table | Arrays, rivals: Rivals, options: ReadOptions) -> tuple[int, ...]:
    """The columns of PREDICTIONS by which rows of a baseline are paired; none if they are paired by position alone.

    Raises:
        UsageError: ``--join`` asks for columns that aren't there.
    """
    for rival in rivals.values():
        keys = _keys_of(opened, rival, options, ())
        if keys is not None:
            return keys.ours
    return ()


def _keys_of(
    opened: Table | Arrays, rival: Table | Arrays | SavedLosses, options: ReadOptions, ours: tuple[int, ...]
) -> Keys | None:
    """The columns by which rows of a baseline are paired or compared; ``ours`` are those of PREDICTIONS, if known."""
    if isinstance(opened, Arrays) or isinstance(rival, Arrays | SavedLosses):
        if options.join is not None:
            name = (
                opened.name
                if isinstance(opened, Arrays)
                else rival.name
                if isinstance(rival, SavedLosses | Arrays)
                else ""
            )
            raise UsageError(f"--join {printable(options.join)}: there are no columns to pair rows by", name)
        return None
    from losscli.inputs.choose.key_columns import same_column, shared_keys

    mine, other = opened.columns, rival.columns
    keys = shared_keys(mine, other, options, other.source, labelled=True)
    if keys is None or not ours or keys.ours == ours:
        return keys
    column = same_column(mine, ours[0], other) if len(ours) == 1 else None
    return None if column is None else Keys(ours, (column,), mine.called(ours[0]), "both files have it")


def beside(
    opened: Table | Arrays, rivals: Rivals, streams: Sequence[Stream], key: tuple[int, ...], options: ReadOptions
) -> list[Stream]:
    """The streams of the baselines that are separate sources; ``streams`` are those of PREDICTIONS and LABELS.

    Raises:
        InputError: The predictions can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    found: list[Stream] = []
    ours = next((stream.keys.ours for stream in streams if stream.keys is not None), key)
    for i, rival in rivals.items():
        keys = _keys_of(opened, rival, options, ours)
        if isinstance(rival, SavedLosses):
            found.append(rival.stream(i))
            continue
        told = {(one.what, one.value) for stream in streams for one in stream.decisions}
        found += _renamed(_streams_of(rival, streams[0], keys, options), i, keys, told)
    return found


def _streams_of(rival: Table | Arrays, first: Stream, keys: Keys | None, options: ReadOptions) -> list[Stream]:
    """A baseline's predictions, and its labels and ids, which are compared with those of PREDICTIONS."""
    if isinstance(rival, Arrays):
        names = {name: text for name, text in (("pred", options.pred), ("label", options.label)) if text in rival.keys}
        own = replace(options, pred=names.get("pred"), label=names.get("label"), sample_weight=None, id=None)
        rival = with_columns(without_extras(rival, own), options, options.pred, needed=False)
        if isinstance(rival, Arrays):
            labelled = own.labels and find_key(rival, known.LABELS, own.label, "")[0] is not None
            return from_one(rival, replace(own, labels=labelled))
    own, key = _fitting(rival.columns, options), keys.theirs if keys else ()
    if own.pred is not None or not _has(rival.columns, first.names):
        found = _labelled_or_not(rival, own, key)
        ordered = _in_order(first.names, found[0].names)
        return found if ordered is None else _labelled_or_not(rival, replace(own, pred=",".join(ordered)), key)
    alike = _labelled_or_not(rival, replace(own, pred=",".join(first.names)), key)
    try:
        found = _labelled_or_not(rival, own, key)
    except InputError:
        return alike
    if found[0].names == first.names:
        return found
    if {*found[0].names} != {*first.names}:
        both = " or ".join(listed(list(names), 4) for names in (first.names, found[0].names))
        what = f"which columns are the predictions, those of {first.name} or all that might be: {both}?"
        raise InputError(what, rival.columns.source, "--pred with the columns that both have, as in --pred 'p_*'")
    return alike


def _in_order(ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...] | None:
    """Columns named after the same classes or outputs as ours, in our order; None if they are in it already."""
    if not ours or not theirs or any("," in name for name in theirs):
        return None
    for mine in forms(ours):
        for other in forms(theirs):
            if {*mine} == {*other}:
                return None if mine == other else tuple(theirs[other.index(name)] for name in mine)
    return None


def _labelled_or_not(rival: Table, options: ReadOptions, key: tuple[int, ...]) -> list[Stream]:
    """The streams with labels, or without if there are none."""
    try:
        return from_one(rival, options, key)
    except InputError:
        return from_one(rival, replace(options, labels=False, label=None), key)


def _has(columns: Columns, names: Sequence[str]) -> bool:
    """Whether the table has the prediction columns of PREDICTIONS by name."""
    return bool(names) and all(name in (columns.names or ()) and "," not in name for name in names)


def _fitting(columns: Columns, options: ReadOptions) -> ReadOptions:
    """The options for PREDICTIONS, without columns that this table lacks."""

    def there(request: str | None) -> str | None:
        try:
            return request if request is not None and find_columns(columns, request, "") else None
        except UsageError:
            return None

    label, by = there(options.label), there(options.by)
    return replace(options, label=label, pred=there(options.pred), id=there(options.id), by=by)


def _renamed(streams: Sequence[Stream], i: int, keys: Keys | None, told: set[tuple[str, str]]) -> list[Stream]:
    """The streams of a baseline in its roles; decisions that are in ``told`` are not repeated."""
    found = []
    for stream in streams:
        if stream.holds not in ("predictions", "labels", "ids"):
            continue
        as_ids = stream.holds == "ids"
        own = Keys((), (), "the id", "") if as_ids else keys if stream.holds == "predictions" else None
        decisions = tuple(
            replace(
                one, what=f"{one.what.removesuffix(_OF)} of {stream.name}", note=one.note and one.what != "not used"
            )
            for one in stream.decisions
            if (one.what.removesuffix(_OF), one.value) not in told
        )
        renamed = replace(in_roles(stream, i), holds="--against", keys=own, against=i, decisions=decisions)
        found.append(replace(renamed, whole=False, cuts=stream.cuts and stream.cuts.then(partial(in_roles, i=i))))
    return found


def in_roles(stream: Stream, i: int) -> Stream:
    """The rows with the roles of a baseline."""
    roles = {"predictions": baseline_role(i), "labels": labels_role(i), KEY: key_role(i), IDS: key_role(i)}

    def pieces() -> Iterator[Piece]:
        for piece in stream.pieces:
            own = {role: value for role, value in piece.values.items() if role != IDS or len(piece.values) == 1}
            values = {roles[role]: value for role, value in own.items() if role in roles}
            places = {roles[role]: place for role, place in piece.places.items() if role in roles}
            yield replace(piece, values=values, places=places)

    return replace(stream, pieces=pieces(), against=i)


def baselines(
    opened: Table | Arrays, rivals: Rivals, streams: Sequence[Stream], rows: Sequence[Stream], options: ReadOptions
) -> tuple[Baseline, ...]:
    """The baselines, in the order in which they were given."""
    found = tuple(_baseline(i, argument, opened, streams, rows) for i, argument in enumerate(options.against))
    saved = {i: rival.document for i, rival in rivals.items() if isinstance(rival, SavedLosses)}
    return tuple(replace(one, saved=saved.get(i)) for i, one in enumerate(found))


def _baseline(
    i: int, argument: str, opened: Table | Arrays, streams: Sequence[Stream], rivals: Sequence[Stream]
) -> Baseline:
    stream = next((rival for rival in rivals if rival.against == i), None)
    name = printable(argument.strip())
    if stream is not None:
        own = replace(stream, seen=stream.seen or next((one.seen for one in streams if one.seen), ()))
        long = stream.name == "--against" and len(name) > _LONGEST  # typed values
        return Baseline("--against" if long else name, _classes(own), stream.tabular, stream.name)
    names: tuple[str, ...] = ()
    if not isinstance(opened, Arrays) and opened.columns.names is not None:
        chosen = find_columns(opened.columns, argument.strip(), "--against")
        names = tuple(opened.columns.names[j] for j in chosen)
    seen = next((one.seen for one in streams if one.seen), ())
    first = replace(streams[0], names=names, seen=seen, classes=None)
    return Baseline(name, _classes(first), streams[0].tabular, streams[0].name)


def _classes(stream: Stream) -> ClassNames | None:
    if not (stream.names or stream.classes):
        return None
    from losscli.inputs.choose.class_columns import classes_of

    return classes_of([stream])


def chosen(rivals: Rivals, opened: Table | Arrays, options: ReadOptions) -> tuple[Decision, ...]:
    """The decisions on names that are both a file's and a column's."""
    return tuple(
        Decision("against", f"the file {printable(argument)}", "a file of that name comes before the column")
        for i, argument in enumerate(options.against)
        if i in rivals and not isinstance(opened, Arrays) and argument.strip() in (opened.columns.names or ())
    )
