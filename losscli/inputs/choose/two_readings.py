"""Refuses tables that can be read in two ways with different results, naming both and how to choose."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.core.class_names import whole_number
from losscli.errors import InputError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.both_tables import add_up, is_data, is_telling
from losscli.inputs.choose.class_columns import class_columns, forms
from losscli.inputs.choose.column_spec import asked_for
from losscli.inputs.numbers import MISSING_WORDS, parse_number, plain_numbers
from losscli.text import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.column_spec import Columns, Selection
    from losscli.inputs.read_options import ReadOptions

_DECIDED = frozenset(("…pred", "…preds", "…predicted", "…prediction", "…predictions"))
_PROBABLE = frozenset(("…prob", "…probs", "…proba", "…probability", "…probabilities"))
_OFF = 0.02  # how far the sum of a row of rounded probabilities may be from 1
_FEW, _MANY = 3, 12  # rows: fewer may be the same by chance, or grow


def refuse_shared_label(
    columns: Columns, predictions: Sequence[int], rest: Sequence[int], other: Columns | None
) -> None:
    """Refuse predictions of unclear name, where a column named like labels is in the other table, too.

    ``x`` and ``y`` in both may be two outputs, or ``x`` the prediction of ``y``.
    """
    if other is None or columns.names is None or other.names is None:
        return
    theirs, chosen = other.places, {*predictions}
    shared = [
        i
        for i in rest
        if i not in chosen
        and columns.kinds[i] == "number"
        and known.key(columns.names[i]) in theirs
        and known.key(columns.names[i]) not in known.SPLITS
    ]
    left = [i for i in shared if not is_data(columns, i, other)]
    told = any(known.prediction_prefix(columns.names[i]) for i in predictions)
    if told and not all(known.key(columns.names[i]) in theirs for i in predictions):
        return
    labels = [i for i in left if told or known.is_label(columns.names[i], columns.names)]
    if labels:
        names = f"column {columns.called(predictions[0])}, or {columns.called(labels[0])} as in {other.source}"
        hint = "--pred with one of them, or with both"
        both = sorted({*shared, *predictions})
        if len(both) > 2 and all(known.key(columns.names[i]) in theirs for i in both):
            every = asked_for(columns, both)
            hint = f"--pred with one of them, or --pred {quoted(every)} --label {quoted(every)} if all are outputs"
        raise InputError(f"the predictions may be {names}", columns.source, hint)


def refuse_confidence(columns: Columns, predictions: Sequence[int], rest: Sequence[int]) -> None:
    """Refuse scores next to the predicted class, if they may be the scores of that class.

    Classifiers write ``label,score`` with the score of the label: then no score is below a half although both classes
    are predicted; scores of yes would never look like that.
    """
    if columns.names is None or len(predictions) != 1 or columns.kinds[predictions[0]] != "number":
        return
    scores = [parse_number(text) for text in columns.texts(predictions[0])]
    if not all(score is not None and 0.5 <= score <= 1.0 for score in scores):
        return
    for i in rest:
        name = columns.names[i]
        decided = known.key(name) in known.LABELS or known.is_decided(name) or known.prediction_prefix(name)
        if i not in predictions and decided and columns.holds_words(i) and len(set(columns.texts(i))) > 1:
            score, label = columns.called(predictions[0]), columns.called(i)
            what = f"column {score} may be the probability of a yes, or of the class that column {label} decides for"
            raise InputError(what, columns.source, f"--pred {quoted(score)} if it is that of a yes in every row")


def refuse_several_models(columns: Columns, predictions: Sequence[int], seen: Sequence[str]) -> None:
    """Refuse predictions of several models, ``a_pred`` and ``b_pred``, for one label.

    Raises:
        InputError: Rows are not one-hot, or most do not sum to 1, and the columns are not numbered like classes.
    """
    if len(predictions) < 2 or columns.names is None or not seen:
        return
    names = [columns.names[i] for i in predictions]
    words = {known.prediction_prefix(name) for name in names}
    if not words <= _DECIDED | _PROBABLE or any(whole_number(text) is None for text in {*seen}):
        return
    classes = class_columns(names, seen)
    numbers = [] if classes is not None and classes.numeric else [plain_numbers(columns.texts(i)) for i in predictions]
    if not numbers or None in numbers:
        return
    rows = list(zip(*(column or [] for column in numbers), strict=True))
    whole = all(value.is_integer() and value >= 0 for row in rows for value in row)
    probable = words <= _PROBABLE and all(0 <= value <= 1 for row in rows for value in row)
    if not (whole if words <= _DECIDED else probable):
        return
    off = sum(abs(sum(row) - 1.0) > _OFF for row in rows)
    if off if words <= _DECIDED else 2 * off > len(rows):
        what = f"columns {listed([columns.called(i) for i in predictions], 5)} may be of several models, or of classes"
        one, every = asked_for(columns, predictions[:1]), asked_for(columns, predictions[:8])
        hint = f"--pred {one}, or --pred '{every}' for classes"
        raise InputError(what, columns.source, hint)


def outputs_like_roles(
    columns: Columns, named: Sequence[int], others: Sequence[int], seen: Sequence[str], decisions: list[Decision]
) -> list[int]:
    """Of columns named like labels or weights, those that are outputs by what they hold.

    Args:
        columns: The table.
        named: The columns with such names that have no role.
        others: The columns that may be outputs by their names.
        seen: The labels of the first rows.
        decisions: Appended to for outputs that only their values show.

    Raises:
        InputError: They may be outputs or not, and the numbers would differ.
    """
    named = [i for i in named if columns.kinds[i] == "number" and columns.rows]
    others = [i for i in others if columns.kinds[i] == "number"]
    if not named or not others or columns.names is None:
        return []
    names, words = columns.names, {text.casefold() for text in seen}
    called = [i for i in named if names[i].strip().casefold() in words]
    classes = class_columns([names[i] for i in (*others, *called)], seen) if called else None
    if classes is None or not (classes.find(list(seen)) >= 0).all():
        called = []
    outputs, rest = [*others, *called], [i for i in named if i not in called]
    by_name = any(known.prediction_prefix(names[i]) or known.is_decided(names[i]) for i in others)
    if by_name or add_up(columns, outputs):
        return called
    for more in (rest, *([i] for i in rest)):
        if more and add_up(columns, [*outputs, *more]):
            if all(columns.look(i).flags for i in more):
                refuse_either(columns, outputs, more)
            reason = "named like a role, but rows sum to 1 with it"
            decisions += [Decision("predictions", f"column {columns.called(i)}", reason, note=True) for i in more]
            return [*called, *more]
    unclear = [i for i in rest if _may_be_output(columns, i, outputs, seen)]
    if unclear and _are_classes(seen, len(outputs) + len(unclear)):
        refuse_either(columns, outputs, unclear)
    return called


def has_fractions(columns: Columns, column: int) -> bool:
    """Whether some numbers of a column are not whole."""
    return any(not value.is_integer() for value in plain_numbers(columns.texts(column)) or ())


def _may_be_output(columns: Columns, column: int, outputs: Sequence[int], seen: Sequence[str]) -> bool:
    """Whether a column named like a role has values like the outputs, and unlike its role."""
    assert columns.names is not None
    name = known.key(columns.names[column])
    mine = plain_numbers(columns.texts(column))
    theirs = [value for i in outputs for value in plain_numbers(columns.texts(i)) or ()]
    if known.is_plainly_a_role(name) or not mine or not theirs:
        return False
    if name in known.WEIGHTS and min(mine) >= 0.0 and max(mine) > 1.0 >= max(theirs) and min(theirs) >= 0.0:
        return False  # weights next to probabilities
    classes = class_columns([columns.names[i] for i in outputs], seen) if seen else None
    by_name = classes is not None and all(text in classes.names for text in seen)
    if by_name and (name in known.WEIGHTS or len(seen) >= _MANY):
        return False
    if has_fractions(columns, column):
        return any(not value.is_integer() for value in theirs)
    return all(value.is_integer() for value in theirs) and not {*mine} <= {*(plain_numbers(seen) or ())}


def _are_classes(seen: Sequence[str], most: int) -> bool:
    """Whether labels are words, or class numbers from 0 to ``most``."""
    numbers = plain_numbers(seen)
    return bool(seen) and (numbers is None or all(n.is_integer() and 0 <= n <= most for n in numbers))


def refuse_either(columns: Columns, outputs: Sequence[int], more: Sequence[int]) -> None:
    """Refuse columns that may be among the outputs, or not.

    Raises:
        InputError: Always; it names both readings.
    """
    every, fewer = (asked_for(columns, sorted(chosen)) for chosen in ([*outputs, *more], outputs))
    name = columns.called(more[0])
    what = f"column {name} is named like a role, but may be one of the outputs by what it holds"
    raise InputError(what, columns.source, f"--pred {quoted(every)}, or --pred {quoted(fewer)} without it")


def refuse_coordinates(columns: Columns, predictions: Sequence[int], labels: Sequence[int]) -> bool:
    """Whether ``x`` and ``y`` are prediction and label by name alone, as they may be coordinates.

    Raises:
        InputError: There is also a ``z``, so that they look like coordinates.
    """
    names = [known.key(name) for name in columns.names or ()]
    if len(predictions) != 1 or len(labels) != 1 or names[labels[0] : labels[0] + 1] != ["y"]:
        return False
    if names[predictions[0]] not in ("x", "z"):
        return False
    if {"x", "z"} <= {*names}:
        what = "columns x, y and z may be coordinates, or y the label and one of the others its prediction"
        raise InputError(what, columns.source, "--label y --pred x, or --pred z; the truth of coordinates as LABELS")
    return True


def refuse_same_values(columns: Columns, labels: Sequence[int], other: Columns, predictions: Selection) -> None:
    """Refuse one of several outputs that is the same in both tables, or only grows: it may be data of the rows.

    Raises:
        InputError: Some outputs are like that, and others are not.
    """
    if len(labels) < 2 or columns.names is None or other.names is None:
        return
    place = {known.key(other.names[i]): i for i in predictions.predictions}
    pairs = [(i, place[known.key(columns.names[i])]) for i in labels if known.key(columns.names[i]) in place]
    same = [i for i, j in pairs if is_telling(columns, i) and sorted(columns.texts(i)) == sorted(other.texts(j))]
    steady = [i for i, j in pairs if len({*columns.texts(i), *other.texts(j)}) == 1]
    same += steady if any(has_fractions(other, j) for _, j in pairs) else []
    grows = [i for i, j in pairs if _grows(columns, i) and _grows(other, j)]
    for found, how in ((same, "holds the same values"), (grows, "only grows")):
        if found and len(found) < len(pairs):
            rest = next(columns.called(i) for i, _ in pairs if i not in found)
            name = columns.called(found[0])
            what = f"column {name} {how} in both files: is it an output, or data of the rows?"
            hint = f"--pred and --label with {rest} and what else counts"
            raise InputError(what, f"{other.source} and {columns.source}", hint)


def _grows(columns: Columns, column: int) -> bool:
    """Whether each number exceeds the one before, over more rows than by chance."""
    numbers = plain_numbers(columns.texts(column)) or []
    return len(numbers) >= _MANY and all(one < two for one, two in pairwise(numbers))


def other_words(
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


def refuse_other_names(columns: Columns, labels: Sequence[int], predictions: Sequence[str]) -> None:
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
