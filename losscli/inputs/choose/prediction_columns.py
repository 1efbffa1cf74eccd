"""Which columns hold the predictions: by name, or all that are left once the others have their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, WordsError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.both_tables import add_up
from losscli.inputs.choose.class_columns import class_columns
from losscli.inputs.choose.column_spec import asked_for
from losscli.inputs.choose.label_columns import is_share, sharing
from losscli.inputs.choose.two_readings import has_fractions, outputs_like_roles
from losscli.inputs.numbers import looks_numeric, nearly_number, plain_numbers
from losscli.lazy import regex
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.column_spec import Columns
    from losscli.inputs.read_options import ReadOptions

_MANY = 12  # fewer labels may miss a class by chance
_STEM = regex(r"[_.\-: (\d]")
_FEW = 3  # in fewer rows, a column of fractions may hold whole numbers by chance


def role_of(columns: Columns, column: int) -> str | None:
    """The role implied by a column's name, if it is one of the usual names."""
    if columns.names is None:
        return None
    if known.is_label(columns.names[column], columns.names):
        return "label"
    return "weight" if known.key(columns.names[column]) in known.WEIGHTS else None


def predictions_of(
    columns: Columns,
    rest: list[int],
    options: ReadOptions,
    seen: Sequence[str],
    decisions: list[Decision],
    *,
    apart: bool,
) -> tuple[tuple[int, ...], str]:
    """The prediction columns among those without another role, and why.

    Raises:
        InputError: No column is left, or it is unclear which ones are predictions.
    """
    named = {i: role_of(columns, i) for i in rest}
    values = [i for i in rest if named[i] is None]
    likely = [i for i in values if not is_share(columns, i)]
    outputs = outputs_like_roles(columns, [i for i in rest if named[i] is not None], likely, seen, decisions)
    values = sorted({*values, *outputs})
    decided = _decided(columns, values) if options.decided and options.labels else None
    if decided is not None:
        return (decided,), "named like a class that was decided for"
    words = _words_of_labels(columns, rest, seen) if options.decided and options.labels else []
    if len(words) == 1:
        return tuple(words), "its values are those of the labels"
    labelled = [i for i in rest if named[i] == "label" and columns.kinds[i] == "number"]
    values = _with_values(columns, values, labelled if apart and options.labels else [])
    if not options.labels or (apart and not values):
        values = [i for i in rest if named[i] != "weight" or i in outputs]
    if not values:
        raise InputError(f"no column is left for the predictions; {columns.listed()}", columns.source, "--pred COLUMNS")
    lists = [i for i in values if columns.kinds[i] == "list"]
    if lists:
        return _only_list(columns, lists)
    group, reason = _named_group(columns, values, options) if options.labels else ((), "")
    numbers = [i for i in values if columns.kinds[i] != "text"]
    if group:
        one_alone = len(group) == 1 and not options.decided
        classes = _that_add_up(columns, tuple(numbers), seen, decisions) if one_alone else ()
        return (classes, "the labels name them") if classes else (group, reason)
    chosen = tuple(numbers)
    if not numbers:
        chosen = tuple(values)
        if len(values) > 1 or not options.raw_labels:
            raise _text_only(columns, values)
    chosen = _that_add_up(columns, chosen, seen, decisions) or chosen
    if len(chosen) > 1:
        chosen = _without_odd_one(columns, chosen, seen, decisions)
    return chosen, "the only column left" if len(values) == 1 else _because(chosen, values)


def _words_of_labels(columns: Columns, rest: Sequence[int], seen: Sequence[str]) -> list[int]:
    """The columns that share words with the labels, or hold words for 0 and 1, as the labels do."""
    zero_one = {"0", "1"} <= {*seen} or are_flags(seen)
    flags = [i for i in rest if zero_one and columns.holds_words(i) and are_flags(columns.seen(i))]
    return sharing(columns, rest, seen) or flags


def _with_values(columns: Columns, free: list[int], labelled: list[int]) -> list[int]:
    """The columns that may hold predictions; the ``labelled`` ones, if there are any and all others are text."""
    told = [i for i in free if not is_share(columns, i) and not known.bound_of(columns.names or (), i)]
    if labelled and all(columns.kinds[i] == "text" for i in told):
        return labelled
    return told or free


def forecast_of(columns: Columns, labels: Sequence[int], rest: Sequence[int]) -> tuple[int, ...]:
    """The columns that are called the predictions of the labels: ``age_pred``, ``age (predicted)``.

    A single one must hold fractions, as it may be the class that was decided for.
    """
    names = columns.names or ()
    wanted = {known.key(names[i]) for i in labels} - {""} if names else set()
    own = min(wanted) if len(wanted) == 1 else ""
    named = [i for i in rest if wanted and columns.kinds[i] == "number" and own in known.key(names[i])]
    stems = {i: known.key(known.predicted(names[i]) or "") for i in named}
    found = {i: stem for i, stem in stems.items() if stem in wanted}
    each = len(found) == len({*found.values()}) == len(labels)
    return tuple(found) if each and (len(found) > 1 or all(has_fractions(columns, i) for i in found)) else ()


def _only_list(columns: Columns, lists: Sequence[int]) -> tuple[tuple[int, ...], str]:
    if len(lists) == 1:
        return tuple(lists), "the only field that holds a list"
    named = [i for i in lists if columns.names and known.key(columns.names[i]) in known.PREDICTIONS]
    if len(named) == 1:
        return tuple(named), "the only field named like predictions that holds a list"
    raise InputError(f"several fields hold lists; {columns.listed()}", columns.source, "--pred with one of them")


def _decided(columns: Columns, values: Sequence[int]) -> int | None:
    """The one column of predicted classes next to their probabilities or scores, by its name or its words."""
    if columns.names is None:
        return None
    named = [i for i in values if known.prediction_prefix(columns.names[i]) or known.is_decided(columns.names[i])]
    found = [i for i in named if columns.holds_words(i) or known.is_decided(columns.names[i])]
    if not found and any(columns.kinds[i] == "list" for i in values):
        found = [i for i in named if columns.kinds[i] == "number"]
    return found[0] if len(found) == 1 < len(named) and columns.kinds[found[0]] != "list" else None


def _because(chosen: Sequence[int], values: Sequence[int]) -> str:
    if len(chosen) == len(values):
        return "every column not used otherwise"
    return "the only column of numbers left" if len(chosen) == 1 else "all the columns of numbers without another role"


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


def _that_add_up(
    columns: Columns, among: tuple[int, ...], seen: Sequence[str], decisions: list[Decision]
) -> tuple[int, ...]:
    """The columns that the labels name and whose rows sum to 1: those between 0 and 1, or with the same beginning."""
    if len(among) <= 2 or len(columns.rows) < _FEW or columns.names is None or not seen:
        return ()
    first = plain_numbers([columns.rows[0][i] for i in among]) or []
    inside = [i for i, number in zip(among, first, strict=False) if 0.0 <= number <= 1.0]
    groups = {"": tuple(i for i in inside if known.prediction_prefix(columns.names[i]) is None)}
    for i in among:
        stem = _STEM.split(columns.names[i], 1)[0]
        groups[stem] = (*groups.get(stem, ()), i) if stem else groups[""]
    wide = {group for group in groups.values() if 1 < len(group) < len(among)}
    found = [group for group in wide if add_up(columns, group)]
    classes = class_columns([columns.names[i] for i in found[0]], seen) if len(found) == 1 else None
    if classes is None or -1 in classes.find(list(seen)) or add_up(columns, among):
        return ()
    reason = "the labels name the other columns, whose rows sum to 1 without it"
    out = [i for i in among if i not in found[0]]
    decisions += [Decision("not used", f"column {columns.called(i)}", reason, note=True) for i in out]
    return found[0]


def _without_odd_one(
    columns: Columns, chosen: tuple[int, ...], seen: Sequence[str], decisions: list[Decision]
) -> tuple[int, ...]:
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
        return chosen
    if len(rest) > 1 and _name_all(columns, rest, seen) and not any(columns.names[i].strip() in seen for i in odd):
        reason = "whole numbers beside fractions, and the labels name the other columns"
        decisions += [Decision("not used", f"column {columns.called(i)}", reason, note=True) for i in odd]
        return rest
    _refuse_apart(columns, chosen, seen)
    if len(odd) > 1:
        return chosen
    name = columns.called(odd[0])
    without = class_columns([columns.names[i] for i in rest], seen)
    every = class_columns([columns.names[i] for i in chosen], seen)
    fits = [bool(seen) and one is not None and bool((one.find(list(seen)) >= 0).all()) for one in (without, every)]
    if fits[0] and looks[odd[0]].unique:
        reason = "whole numbers beside fractions, and the labels name the other columns"
        decisions.append(Decision("not used", f"column {name}", reason, note=True))
        return rest
    if fits[1] and not fits[0]:
        return chosen
    others = f"{columns.called(rest[0])} … {columns.called(rest[-1])}" if len(rest) > 1 else columns.called(rest[0])
    what = f"column {name} holds whole numbers beside fractions: it may be a prediction, or tell the rows apart"
    raise InputError(what, columns.source, f"--id {asked_for(columns, odd)}, or --pred with it and {others}")


def _name_all(columns: Columns, chosen: Sequence[int], seen: Sequence[str]) -> bool:
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
    values = {i: plain_numbers(columns.texts(i)) for i in chosen}
    mine = values.pop(unnamed[0])
    others = [value for column in values.values() for value in column or ()]
    if mine and others and (min(mine) > max(others) or max(mine) < min(others)):
        name, rest = columns.called(unnamed[0]), asked_for(columns, [i for i in chosen if i != unnamed[0]][:8])
        what = f"column {name}: no label names it, and its values lie apart: is it a class, or data of the rows?"
        raise InputError(what, columns.source, f"--pred {rest}, or with {name}")


def _named_group(columns: Columns, rest: Sequence[int], options: ReadOptions) -> tuple[tuple[int, ...], str]:
    """The columns that share a usual prefix or suffix, if there is one such group."""
    groups: dict[str, list[int]] = {}
    for i in rest if columns.names else ():
        prefix = known.prediction_prefix(columns.names[i]) if columns.names else None
        if columns.names is not None and known.is_decided(columns.names[i]):
            prefix = "a decided class"
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
        if len(group) == 1 < len(others) and not options.decided and add_up(columns, others):
            return others, f"rows sum to 1, and {columns.called(group[0])} is not one of them"
        if len(group) < len(rest):
            return tuple(group), f"named like predictions ({prefix})"
    return (), ""


def _varies(columns: Columns, column: int) -> bool:
    """Whether a column varies in the first rows, unlike a threshold."""
    texts = columns.texts(column)
    return len(texts) < _FEW or len({*texts}) > 1


def _without_bounds(columns: Columns, group: list[int]) -> list[int]:
    """A forecast without its bounds and deviations: ``yhat`` of ``yhat, yhat_lower, yhat_upper``."""
    names = columns.names or ()
    exact = [i for i in group if known.key(names[i]) in known.PREDICTIONS]
    bounds = [i for i in group if known.key(names[i]).rpartition("_")[2] in known.BOUNDS]
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
    text = [i for i in predictions if columns.kinds[i] in ("text", "mixed")]
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
