"""The labels beside the predictions: label columns in the order of the prediction columns, words spelled alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.core.class_names import whole_number
from losscli.errors import InputError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose.class_columns import class_columns, forms, numbers_of, pairing
from losscli.inputs.numbers import MISSING_WORDS
from losscli.record import replace
from losscli.text import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Columns, Selection
    from losscli.inputs.read_options import ReadOptions


def paired_labels(
    columns: Columns, labels: Selection, other: Columns, predictions: Selection, options: ReadOptions
) -> tuple[Selection, tuple[Decision, ...]]:
    """Several label columns in the order of the prediction columns, if both have the same names.

    Raises:
        InputError: Some have the same names, and some have not.
    """
    ours = [other.names[i] for i in predictions.predictions] if other.names else []
    theirs = [columns.names[i] for i in labels.labels] if columns.names else []
    _refuse_other_names(columns, labels.labels, ours)
    decisions = _other_words(columns, labels.labels, other, predictions.predictions, options)
    if len(ours) < 2 or len(ours) != len(theirs):
        return labels, decisions
    order = pairing(theirs, ours)
    if order is None:
        where = f"{other.source} and {columns.source}"
        _refuse_overlapping_names(ours, theirs, where)
        _refuse_other_numbers(ours, theirs, where)
        value = f"columns {listed(theirs, 3)} for {listed(ours, 3)}"
        return labels, (Decision("label columns", value, "paired by position: their names are others", note=True),)
    if order == list(range(len(order))):
        return labels, ()
    value = f"columns {listed([columns.called(labels.labels[i]) for i in order])}"
    noted = Decision("label columns", value, "put in the order of the predictions, by their names", note=True)
    return replace(labels, labels=tuple(labels.labels[i] for i in order)), (noted,)


def _refuse_overlapping_names(ours: Sequence[str], theirs: Sequence[str], where: str) -> None:
    only, extra = _unpaired(ours, theirs)
    if not only or len(only) == len(ours):
        return
    what = f"label columns {', '.join(map(quoted, extra[:5]))} are none of the predictions {', '.join(only[:5])}"
    raise InputError(what, where, "--label and --pred with the columns that belong together, in the same order")


def _refuse_other_numbers(ours: Sequence[str], theirs: Sequence[str], where: str) -> None:
    """Refuse numbered columns whose numbers and positions pair them differently."""
    mine, other = numbers_of(ours), numbers_of(theirs)
    if mine is None or other is None:
        return
    ranks = [sorted(range(len(numbers)), key=numbers.__getitem__) for numbers in (mine, other)]
    if ranks[0] != ranks[1]:
        what = f"label columns {listed(theirs, 3)} and predictions {listed(ours, 3)} are numbered in another order"
        hint = "--label and --pred with the columns that belong together, in the same order"
        raise InputError(f"{what}: by position or by number?", where, hint)


def _other_words(
    columns: Columns, labels: Sequence[int], other: Columns, predictions: Sequence[int], options: ReadOptions
) -> tuple[Decision, ...]:
    """The decision to read yes as True, or what the labels have for it.

    Other predicted classes that never match a label only because they are spelled differently are refused.

    Raises:
        InputError: They are, as ``__label__cat`` and ``cat``, or ``Cat`` and ``cat``; or ``NA`` is predicted.
    """
    if len(labels) != 1 or len(predictions) != 1:
        return ()
    if not (columns.holds_words(labels[0]) and other.holds_words(predictions[0])):
        return ()
    if options.missing:
        _refuse_class_or_missing(columns.texts(labels[0]), other.texts(predictions[0]), other, options)
    ours, theirs = (sorted({*one.seen(i)}) for one, i in ((other, predictions[0]), (columns, labels[0])))
    if not ours or not theirs or not {*ours}.isdisjoint(theirs):
        return ()
    if are_flags(ours) and are_flags(theirs):
        value, words = (" and ".join(map(quoted, both)) for both in (ours, theirs))
        return (Decision("prediction values", value, f"read as {words}, as the labels are", note=True),)
    alike = [{word.casefold() for form in forms(words) for word in form} for words in (ours, theirs)]
    if not alike[0].isdisjoint(alike[1]):
        what = f"the predictions are words such as {quoted(ours[0])}, the labels such as {quoted(theirs[0])}"
        raise InputError(f"{what}: none is the same", f"{other.source} and {columns.source}", "write both alike")
    return ()


def _refuse_class_or_missing(
    labels: Sequence[str], predictions: Sequence[str], columns: Columns, options: ReadOptions
) -> None:
    """Refuse a word for a missing value that is both predicted and a label, unless options say what it is."""
    said = {*columns.missing.own, *options.classes, ""}
    both = sorted(MISSING_WORDS.intersection(labels, predictions) - said)
    if both:
        what = f"{both[0]} may be a class, as it is predicted and a label, or stand for a missing value beside --nan"
        hint = f"--na {both[0]} if it is missing; without --nan, or named by --classes, it is a class"
        raise InputError(what, columns.source, hint)


def _refuse_other_names(columns: Columns, labels: Sequence[int], predictions: Sequence[str]) -> None:
    """Refuse class numbers next to a column of class names for the same rows that disagrees with them.

    Raises:
        InputError: It does; or one of the numbers is ``NA``, as a class is called.
    """
    if len(labels) != 1 or len(predictions) < 2 or columns.kinds[labels[0]] != "number":
        return
    numbers = columns.texts(labels[0])
    absent = MISSING_WORDS.intersection(numbers) - columns.missing.own
    words = [word for word in sorted(absent) for form in forms(predictions) if word in form and columns.missing.allowed]
    if words:
        what = f"column {columns.called(labels[0])}: {words[0]} may be the class of that name, or a missing number"
        raise InputError(what, columns.source, f"--na {words[0]} if it is missing; else call the class otherwise")
    classes = class_columns(predictions, numbers)
    if classes is None or classes.numeric or not numbers:
        return
    for i in range(len(columns.kinds)):
        words = columns.texts(i) if columns.kinds[i] == "text" else []
        named = class_columns(predictions, words) if words else None
        found = [] if named is None else named.find(words).tolist()
        if found and min(found) >= 0 and found != [*map(whole_number, numbers)]:
            one, two = columns.called(labels[0]), columns.called(i)
            what = f"column {two} names other classes than the numbers of {one} count to"
            raise InputError(what, columns.source, f"--label {two}")


def _unpaired(predictions: Sequence[str], labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names of predictions without a label column, and those of labels without a prediction column."""
    ours, theirs = (min(forms(names), key=lambda form: sum(map(len, form))) for names in (predictions, labels))
    return [name for name in ours if name not in theirs], [name for name in theirs if name not in ours]
