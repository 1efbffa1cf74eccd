"""Columns that can be read in two ways with different results: the rest decides, or both are named and refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.core.class_names import whole_number
from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.class_columns import class_columns
from losscli.inputs.choose.column_spec import asked_for
from losscli.inputs.choose.columns import OFF, Found
from losscli.inputs.numbers import looks_numeric, parse_number, plain_numbers
from losscli.lazy import regex
from losscli.text import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Columns

_DECIDED = frozenset(("…pred", "…preds", "…predicted", "…prediction", "…predictions"))
_PROBABLE = frozenset(("…prob", "…probs", "…proba", "…probability", "…probabilities"))
_STEM = regex(r"[_.\-: (\d]")
_FEW, _MANY = 3, 12  # rows: fewer may be the same by chance, or grow
_WIDE = 24  # of more columns some add up to 1 by chance


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
            what = f"column {score} may be the probability of a yes, or of the class that column {label} predicts"
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
    numbers = [] if classes is not None and classes.numeric else [columns.numbers(i) for i in predictions]
    if not numbers or None in numbers:
        return
    rows = list(zip(*(column or [] for column in numbers), strict=True))
    whole = all(value.is_integer() and value >= 0 for row in rows for value in row)
    probable = words <= _PROBABLE and all(0 <= value <= 1 for row in rows for value in row)
    if not (whole if words <= _DECIDED else probable):
        return
    off = sum(abs(sum(row) - 1.0) > OFF for row in rows)
    if off if words <= _DECIDED else 2 * off > len(rows):
        what = f"columns {listed([columns.called(i) for i in predictions], 5)} may be of several models, or of classes"
        one, every = asked_for(columns, predictions[:1]), asked_for(columns, predictions[:8])
        hint = f"--pred {one}, or --pred '{every}' for classes"
        raise InputError(what, columns.source, hint)


def outputs_like_roles(columns: Columns, named: Sequence[int], others: Sequence[int], seen: Sequence[str]) -> Found:
    """Of columns named like labels or weights, those that are outputs by what they hold.

    Args:
        columns: The table.
        named: The columns with such names that have no role.
        others: The columns that may be outputs by their names.
        seen: The labels of the first rows.

    Raises:
        InputError: They may be outputs or not, and the numbers would differ.
    """
    named = [i for i in named if columns.kinds[i] == "number" and columns.rows]
    others = [i for i in others if columns.kinds[i] == "number"]
    if not named or not others or columns.names is None:
        return Found()
    names, words = columns.names, {text.casefold() for text in seen}
    called = [i for i in named if names[i].strip().casefold() in words]
    classes = class_columns([names[i] for i in (*others, *called)], seen) if called else None
    if classes is None or not (classes.find(list(seen)) >= 0).all():
        called = []
    outputs, rest = [*others, *called], [i for i in named if i not in called]
    by_name = any(known.prediction_prefix(names[i]) or known.is_decided(names[i]) for i in others)
    if by_name or columns.add_up(outputs):
        return Found(tuple(called))
    for more in (rest, *([i] for i in rest)):
        if more and columns.add_up([*outputs, *more]):
            if all(columns.look(i).flags for i in more):
                refuse_either(columns, outputs, more)
            reason = "its name says something else, but rows sum to 1 with it"
            told = (Decision("predictions", f"column {columns.called(i)}", reason, note=True) for i in more)
            return Found((*called, *more), told=tuple(told))
    unclear = [i for i in rest if _may_be_output(columns, i, outputs, seen)]
    if unclear and _are_classes(seen, len(outputs) + len(unclear)):
        refuse_either(columns, outputs, unclear)
    return Found(tuple(called))


def _may_be_output(columns: Columns, column: int, outputs: Sequence[int], seen: Sequence[str]) -> bool:
    """Whether a column named like a role has values like the outputs, and unlike its role."""
    assert columns.names is not None
    name = columns.key(column)
    mine = columns.numbers(column)
    theirs = [value for i in outputs for value in columns.numbers(i) or ()]
    if known.is_plainly_a_role(name) or not mine or not theirs:
        return False
    if name in known.WEIGHTS and min(mine) >= 0.0 and max(mine) > 1.0 >= max(theirs) and min(theirs) >= 0.0:
        return False  # weights next to probabilities
    classes = class_columns([columns.names[i] for i in outputs], seen) if seen else None
    by_name = classes is not None and all(text in classes.names for text in seen)
    if by_name and (name in known.WEIGHTS or len(seen) >= _MANY):
        return False
    if columns.has_fractions(column):
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
    what = f"column {name} has the name of something else, but may be one of the outputs by its values"
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


def that_add_up(columns: Columns, among: Sequence[int], seen: Sequence[str]) -> Found:
    """The columns that the labels name and whose rows sum to 1: those between 0 and 1, or with the same beginning."""
    if len(among) <= 2 or len(columns.rows) < _FEW or columns.names is None or not seen:
        return Found()
    first = plain_numbers([columns.rows[0][i] for i in among]) or []
    inside = [i for i, number in zip(among, first, strict=False) if 0.0 <= number <= 1.0]
    groups = {"": tuple(i for i in inside if known.prediction_prefix(columns.names[i]) is None)}
    for i in among:
        stem = _STEM.split(columns.names[i], 1)[0]
        groups[stem] = (*groups.get(stem, ()), i) if stem else groups[""]
    wide = {group for group in groups.values() if 1 < len(group) < len(among)}
    found = [group for group in wide if columns.add_up(group)]
    if len(found) != 1 or not _are_named(columns, found[0], seen) or columns.add_up(among):
        return Found()
    out = [i for i in among if i not in found[0]]
    because = "the labels name the other columns, whose rows sum to 1 without it"
    return Found(found[0], "the labels name them", told=_not_used(columns, out, because))


def run_that_adds_up(columns: Columns, group: Found, seen: Sequence[str]) -> Found:
    """Those of some columns, one beside another, whose rows sum to 1 while the rows of all don't: the classes."""
    among = group.columns
    if not 2 < len(among) <= _WIDE or len(columns.rows) < _FEW or not seen:
        return Found()
    first = plain_numbers([columns.rows[0][i] for i in among])
    if not first or not 0.0 <= min(first) <= max(first) <= 1.0 or abs(sum(first) - 1.0) <= OFF:
        return Found()
    numbers = {*map(whole_number, seen)}
    spans = [(at, end) for at in range(len(among)) for end in range(at + 2, len(among) + 1)]
    some = [among[at:end] for at, end in spans if abs(sum(first[at:end]) - 1.0) <= OFF]
    some = [one for one in some if numbers <= {*range(len(one))} or _are_named(columns, one, seen)]
    runs = [one for one in some if columns.add_up(one)]
    if len(runs) != 1:
        return Found()
    out = [i for i in among if i not in runs[0]]
    return Found(runs[0], group.reason, told=_not_used(columns, out, "the rows of the others sum to 1 without it"))


def refuse_other_words(columns: Columns, chosen: Sequence[int], rest: Sequence[int], seen: Sequence[str]) -> None:
    """Refuse predicted words that the labels lack, beside a column that has only words of the labels.

    Raises:
        InputError: There is one such column.
    """
    if len(chosen) != 1 or not columns.holds_words(chosen[0]) or {*columns.seen(chosen[0])} <= {*seen}:
        return
    words = {i: {*columns.seen(i)} for i in rest if i not in chosen and columns.holds_words(i)}
    found = [i for i, ours in words.items() if len(ours) > 1 and ours <= {*seen}]
    if len(found) == 1:
        one, two = columns.called(chosen[0]), columns.called(found[0])
        word = quoted(min({*columns.seen(chosen[0])} - {*seen}))
        what = f"column {one} is named like predictions and holds {word}, which is not a label; {two} holds only labels"
        raise InputError(what, columns.source, f"--pred {quoted(two)}, or --pred {quoted(one)}")


def _not_used(columns: Columns, out: Sequence[int], reason: str) -> tuple[Decision, ...]:
    return tuple(Decision("not used", f"column {columns.called(i)}", reason, note=True) for i in out)


def without_odd_one(columns: Columns, chosen: tuple[int, ...], seen: Sequence[str]) -> Found:
    """The columns without one of whole numbers among fractions, if the labels show that it is not a class.

    Raises:
        InputError: It is unclear.
    """
    unlike = [i for i in chosen if columns.names is None or known.prediction_prefix(columns.names[i]) is None]
    looks = {i: columns.look(i) for i in unlike}
    odd = [i for i in unlike if looks[i].integers and not looks[i].flags and len(looks[i].texts) >= _FEW]
    rest = tuple(i for i in chosen if i not in odd)
    if not odd or not rest or columns.names is None or any(columns.look(i).whole for i in rest):
        _refuse_apart(columns, chosen, seen)
        return Found(chosen)
    reason = "whole numbers beside fractions, and the labels name the other columns"
    without = Found(rest, told=_not_used(columns, odd, reason))
    if len(rest) > 1 and name_all(columns, rest, seen) and not any(columns.names[i].strip() in seen for i in odd):
        return without
    _refuse_apart(columns, chosen, seen)
    if len(odd) > 1:
        return Found(chosen)
    fits = [_are_named(columns, some, seen) for some in (rest, chosen)]
    if fits[0] and looks[odd[0]].unique:
        return without
    if fits[1] and not fits[0]:
        return Found(chosen)
    others = f"{columns.called(rest[0])} … {columns.called(rest[-1])}" if len(rest) > 1 else columns.called(rest[0])
    name = columns.called(odd[0])
    what = f"column {name} holds whole numbers beside fractions: it may be a prediction, or tell the rows apart"
    raise InputError(what, columns.source, f"--id {asked_for(columns, odd)}, or --pred with it and {others}")


def _are_named(columns: Columns, chosen: Sequence[int], seen: Sequence[str]) -> bool:
    """Whether each label names one of some columns."""
    classes = class_columns([columns.names[i] for i in chosen] if columns.names else [], seen)
    return bool(seen) and classes is not None and -1 not in classes.find(list(seen))


def name_all(columns: Columns, chosen: Sequence[int], seen: Sequence[str]) -> bool:
    """Whether the labels are words that name each of some columns, and nothing else."""
    names = [columns.names[i] for i in chosen] if columns.names else []
    classes = class_columns(names, seen) if seen else None
    if classes is None or (any(map(looks_numeric, seen)) and not classes.numeric):
        return False
    return {*classes.find(list(seen)).tolist()} == {*range(len(names))}


def _refuse_apart(columns: Columns, chosen: Sequence[int], seen: Sequence[str]) -> None:
    """Refuse a column that no label names and whose values lie apart from those of all class columns.

    Raises:
        InputError: It may be a class that never occurred, or data of the rows.
    """
    names = [columns.names[i] for i in chosen] if columns.names else []
    if len(names) < _FEW or len(seen) < _MANY:
        return
    classes = class_columns(names, seen)
    found = [] if classes is None or (classes.numeric and not classes.names) else classes.find([*{*seen}]).tolist()
    unnamed = [i for at, i in enumerate(chosen) if at not in found]
    if not found or min(found) < 0 or len(unnamed) != 1 or known.prediction_prefix(names[chosen.index(unnamed[0])]):
        return
    values = {i: columns.numbers(i) for i in chosen}
    mine = values.pop(unnamed[0])
    others = [value for column in values.values() for value in column or ()]
    if mine and others and (min(mine) > max(others) or max(mine) < min(others)):
        name, rest = columns.called(unnamed[0]), asked_for(columns, [i for i in chosen if i != unnamed[0]][:8])
        what = f"column {name}: no label names it, and its values lie apart: is it a class, or other data?"
        raise InputError(what, columns.source, f"--pred {rest}, or with {name}")
