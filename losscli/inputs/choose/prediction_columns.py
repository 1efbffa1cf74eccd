"""Which columns hold the predictions: by name, or all that are left once the others have their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, WordsError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.class_columns import class_columns, class_of
from losscli.inputs.choose.columns import Found
from losscli.inputs.choose.label_columns import is_share, role_of, says_yes_or_no, sharing
from losscli.inputs.choose.two_readings import (
    name_all,
    outputs_like_roles,
    refuse_other_words,
    run_that_adds_up,
    that_add_up,
    without_odd_one,
)
from losscli.inputs.numbers import looks_numeric, nearly_number, plain_numbers
from losscli.record import replace
from losscli.text import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Columns
    from losscli.inputs.read_options import ReadOptions

_FEW = 3  # in fewer rows, all values may be the same by chance


def predictions_of(
    columns: Columns, rest: Sequence[int], options: ReadOptions, seen: Sequence[str], *, elsewhere: bool
) -> Found:
    """The prediction columns among those without another role; labels that are ``elsewhere`` are in none of them.

    Raises:
        InputError: No column is left, or it is unclear which ones are predictions.
    """
    named = {i: role_of(columns, i) for i in rest}
    plain = [i for i in rest if named[i] is None]
    likely = [i for i in plain if not is_share(columns, i)]
    outputs = outputs_like_roles(columns, [i for i in rest if named[i] is not None], likely, seen)
    values = sorted({*plain, *outputs.columns})
    found = Found()
    if options.decided and options.labels:
        found = _decided(columns, values, seen) or _words_of_labels(columns, rest, seen)
    if not found:
        labelled = [i for i in rest if named[i] == "label" and columns.kinds[i] == "number"]
        values = _with_values(columns, values, labelled if elsewhere else [])
        if not options.labels or (elsewhere and not values):
            values = [i for i in rest if named[i] != "weight" or i in outputs.columns]
        found = _among(columns, values, options, seen)
    if options.decided and options.labels:
        refuse_other_words(columns, found.columns, rest, seen)
    return replace(found, told=(*outputs.told, *found.told))


def _among(columns: Columns, values: Sequence[int], options: ReadOptions, seen: Sequence[str]) -> Found:
    """The predictions: a list, else the columns that are named so, else those of numbers."""
    if not values:
        raise InputError(f"no column is left for the predictions; {columns.listed()}", columns.source, "--pred COLUMNS")
    lists = [i for i in values if columns.kinds[i] == "list"]
    if lists:
        return _only_list(columns, lists)
    numbers = [i for i in values if columns.kinds[i] != "text"]
    group = _named_group(columns, values, options) if options.labels else Found()
    if group:
        one_alone = len(group.columns) == 1 and not options.decided
        if one_alone and len(numbers) > 1 and name_all(columns, numbers, seen):
            return Found(tuple(numbers), "the labels name them")
        return (that_add_up(columns, numbers, seen) if one_alone else run_that_adds_up(columns, group, seen)) or group
    if not numbers and (len(values) > 1 or not options.raw_labels):
        raise _text_only(columns, values)
    every = tuple(numbers or values)
    found = that_add_up(columns, every, seen) or run_that_adds_up(columns, Found(every), seen) or Found(every)
    odd = without_odd_one(columns, found.columns, seen) if len(found.columns) > 1 else found
    told = found.told if odd is found else (*found.told, *odd.told)
    reason = "the only column left" if len(values) == 1 else _because(odd.columns, values)
    return Found(odd.columns, reason, told=told)


def _words_of_labels(columns: Columns, rest: Sequence[int], seen: Sequence[str]) -> Found:
    """The one column that shares words with the labels, or holds words for 0 and 1, as the labels do."""
    zero_one = {"0", "1"} <= {*seen} or are_flags(seen)
    flags = [i for i in rest if zero_one and columns.holds_words(i) and are_flags(columns.seen(i))]
    return Found.only(sharing(columns, rest, seen) or flags, "its values are those of the labels")


def _with_values(columns: Columns, free: list[int], labelled: list[int]) -> list[int]:
    """The columns that may hold predictions; the ``labelled`` ones, if there are any and all others are text."""
    told = [i for i in free if not is_share(columns, i) and not known.bound_of(columns.names or (), i)]
    if labelled and all(columns.kinds[i] == "text" for i in told):
        return labelled
    return told or free


def forecast_of(columns: Columns, labels: Sequence[int], rest: Sequence[int]) -> Found:
    """The columns that are called the predictions of the labels: ``age_pred``, ``age (predicted)``.

    A single one must hold fractions, as it may be the class that was decided for.
    """
    names = columns.names or ()
    wanted = {columns.key(i) for i in labels} - {""} if names else set()
    own = min(wanted) if len(wanted) == 1 else ""
    named = [i for i in rest if wanted and columns.kinds[i] == "number" and own in columns.key(i)]
    stems = {i: known.key(known.predicted(names[i]) or "") for i in named}
    found = {i: stem for i, stem in stems.items() if stem in wanted}
    each = len(found) == len({*found.values()}) == len(labels)
    fits = each and (len(found) > 1 or all(map(columns.has_fractions, found)))
    if not fits and len(labels) == 1:
        found = dict.fromkeys(_of_truth(columns, labels[0], rest), "")
    return Found(tuple(found), "named after the labels") if fits or found else Found()


def _of_truth(columns: Columns, label: int, rest: Sequence[int]) -> list[int]:
    """The one column of fractions that predicts what the label is the truth of: ``prob1`` for ``prob1_outcome``."""
    names = columns.names or ()
    stem = known.truth_of(names[label]) if names else None
    fractions = [i for i in rest if stem and columns.kinds[i] == "number" and columns.has_fractions(i)]
    named = [i for i in fractions if known.key(known.predicted(names[i]) or "") == stem]
    if fractions and not named and says_yes_or_no(columns, label):
        named = [i for i in fractions if known.key(class_of(names[i]) or "") == stem]
    if not named:
        named = [i for i in fractions if columns.key(i) == stem]
        others = any(known.prediction_prefix(names[i]) for i in fractions if i not in named)
        named = [i for i in named if not others or known.prediction_prefix(names[i])]
    return named if len(named) == 1 else []


def _only_list(columns: Columns, lists: Sequence[int]) -> Found:
    if len(lists) == 1:
        return Found(tuple(lists), "the only field that holds a list")
    named = [i for i in lists if columns.key(i) in known.PREDICTIONS]
    if len(named) == 1:
        return Found(tuple(named), "the only field named like predictions that holds a list")
    raise InputError(f"several fields hold lists; {columns.listed()}", columns.source, "--pred with one of them")


def _of_kind(columns: Columns, found: list[int], named: Sequence[int], seen: Sequence[str]) -> list[int]:
    """Those classes that are words or numbers as the labels are, if any: ``pred_id`` beside ``pred_name``."""
    words = not all(map(looks_numeric, seen))
    if not seen or not found or are_flags(seen) or any(are_flags(columns.seen(i)) for i in found):
        return found
    alike = [i for i in found if columns.holds_words(i) is words]
    others = [i for i in named if columns.holds_words(i) is words and (words or columns.look(i).whole)]
    return alike or others or found


def _whole(columns: Columns, named: Sequence[int], seen: Sequence[str]) -> list[int]:
    """The one called just predictions that holds numbers of classes beside fractions: ``predict`` beside ``p0, p1``."""
    exact = [i for i in named if columns.key(i) in known.PREDICTED and columns.look(i).whole]
    rest = [i for i in named if i not in exact]
    own, labels = (plain_numbers(texts) or () for texts in (columns.seen(exact[0]) if exact else (), seen))
    fits = len(exact) == 1 and own and rest and {*own} <= {*labels} and all(map(columns.has_fractions, rest))
    return exact if fits else []


def _decided(columns: Columns, values: Sequence[int], seen: Sequence[str]) -> Found:
    """The one column of predicted classes next to their probabilities or scores, by its name or its words."""
    if columns.names is None:
        return Found()
    named = [i for i in values if known.prediction_prefix(columns.names[i]) or known.is_decided(columns.names[i])]
    found = [i for i in named if columns.holds_words(i) or known.is_decided(columns.names[i])]
    found = _of_kind(columns, found, named, seen) or _whole(columns, named, seen)
    if not found and any(columns.kinds[i] == "list" for i in values):
        found = [i for i in named if columns.kinds[i] == "number"]
    fits = len(found) == 1 < len(named) and columns.kinds[found[0]] != "list"
    return Found(tuple(found), "named like a predicted class") if fits else Found()


def _because(chosen: Sequence[int], values: Sequence[int]) -> str:
    if len(chosen) == len(values):
        return "every column not used otherwise"
    return "the only column of numbers left" if len(chosen) == 1 else "all columns of numbers not used otherwise"


def _text_only(columns: Columns, text: Sequence[int]) -> InputError:
    called = ", ".join(columns.called(i) for i in text[:5])
    what = f"columns {called} are text"
    if columns.types or len(text) == 1:
        what = ", ".join(f"column {columns.called(i)} is {columns.shown_text(i)}" for i in text[:5])
    nearly = nearly_number(columns.texts(text[0]))
    if nearly is not None:
        example = quoted(columns.texts(text[0])[0])
        return InputError(f"column {called} holds {nearly[0]}, {example}", columns.source, nearly[1])
    what = f"which columns are the predictions? {what}; {columns.listed()}"
    kind = WordsError if len(text) == 1 else InputError
    return kind(what, columns.source, "--pred COLUMNS, as in --pred 'p_*' or --pred 2-4; --label COLUMN")


def _named_group(columns: Columns, rest: Sequence[int], options: ReadOptions) -> Found:
    """The columns that share a usual prefix or suffix, if there is one such group."""
    groups: dict[str, list[int]] = {}
    for i in rest if columns.names else ():
        assert columns.names is not None
        prefix = known.prediction_prefix(columns.names[i])
        if known.is_decided(columns.names[i]):
            prefix = "a predicted class"
        if prefix is not None and (columns.kinds[i] != "text" or options.decided):
            groups.setdefault(prefix, []).append(i)
    groups = {prefix: _without_bounds(columns, group) for prefix, group in groups.items()}
    wide = {prefix: group for prefix, group in groups.items() if len(group) > 1}
    candidates = wide or groups
    if len(candidates) > 1 and not wide:
        candidates = _decided_or_not(columns, candidates, options)
    if len(candidates) > 1:
        firsts = ", ".join(columns.called(group[0]) for group in candidates.values())
        what = f"which columns are the predictions, those like {firsts}? {columns.listed()}"
        raise InputError(what, columns.source, "--pred COLUMNS, as in --pred 'p_*'")
    for prefix, group in candidates.items():
        numbers = (i for i in sorted({*rest} - {*group}) if columns.kinds[i] == "number")
        others = tuple(i for i in numbers if _varies(columns, i))
        if len(group) == 1 < len(others) and not options.decided and columns.add_up(others):
            return Found(others, f"rows sum to 1, and {columns.called(group[0])} is not one of them")
        if len(group) < len(rest):
            return Found(tuple(group), f"named like predictions ({prefix})")
    return Found()


def _varies(columns: Columns, column: int) -> bool:
    """Whether a column varies in the first rows, unlike a threshold."""
    texts = columns.texts(column)
    return len(texts) < _FEW or len({*texts}) > 1


def _without_bounds(columns: Columns, group: list[int]) -> list[int]:
    """A forecast without its bounds and deviations: ``yhat`` of ``yhat, yhat_lower, yhat_upper``."""
    exact = [i for i in group if columns.key(i) in known.PREDICTIONS]
    bounds = [i for i in group if columns.key(i).rpartition("_")[2] in known.BOUNDS]
    return exact if exact and len(exact) + len(bounds) == len(group) else group


def _decided_or_not(columns: Columns, groups: dict[str, list[int]], options: ReadOptions) -> dict[str, list[int]]:
    """Of a class and its probability, the one that the loss takes; both if unclear."""
    looks = {prefix: columns.look(group[0]) for prefix, group in groups.items()}
    fractions = [p for p, group in groups.items() if columns.kinds[group[0]] == "number" and not looks[p].whole]
    decided = [p for p in groups if p not in fractions]
    if len(fractions) != 1 or len(decided) != 1:
        return groups
    if options.decided:
        return {decided[0]: groups[decided[0]]}
    return {fractions[0]: groups[fractions[0]]} if looks[decided[0]].flags else groups


def prediction_words(columns: Columns, predictions: tuple[int, ...]) -> tuple[int, ...]:
    """The prediction column, if it holds words.

    Raises:
        InputError: There are other predictions besides it.
    """
    text = [i for i in predictions if columns.holds_words(i)]
    if text and len(predictions) > 1:
        what = f"column {columns.called(text[0])} is text, so it must be the only prediction; {columns.listed()}"
        raise InputError(what, columns.source, "--pred with one column, or with columns of numbers")
    return tuple(text)


def refuse_duplicates(columns: Columns, predictions: Sequence[int]) -> None:
    """Refuse two prediction columns of the same name, as they would be the same class."""
    if columns.names is None:
        return
    seen: dict[str, int] = {}
    for i in predictions:
        name = columns.names[i]
        if name in seen:
            what = f"prediction columns {seen[name] + 1} and {i + 1} are both named {quoted(name)}"
            raise InputError(what, columns.source, "rename one, or choose with --pred by number")
        seen[name] = i


def in_given_order(columns: Columns, found: Found, classes: tuple[str, ...]) -> Found:
    """The columns in the order of ``--classes``, if they are called so in another order."""
    names = (
        [columns.names[i] for i in found.columns] if columns.names and len(classes) == len(found.columns) > 1 else []
    )
    if not names:
        return found
    named = class_columns(names, classes)
    at = [] if named is None else named.find(list(classes)).tolist()
    if sorted(at) != [*range(len(names))] or at == sorted(at):
        return found
    order = tuple(found.columns[i] for i in at)
    value = f"columns {listed([columns.called(i) for i in order])}"
    told = Decision("predictions", value, "put in the order of --classes, by their names", note=True)
    return replace(found, columns=order, told=(*found.told, told))
