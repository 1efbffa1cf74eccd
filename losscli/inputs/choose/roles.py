"""Who is who in a table: labels, predictions, weights, ids; by request, else by name, else by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError, quoted
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.class_columns import class_columns, pairing
from losscli.inputs.choose.column_spec import (
    Columns,
    Selection,
    extra_columns,
    find_columns,
    is_number,
    option_of,
    refuse_text,
    weight_column,
)
from losscli.inputs.choose.id_columns import asked_id, behaving_ids, look, named_ids
from losscli.inputs.choose.label_columns import labels_of, wide_pairs
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.inputs.read_options import ReadOptions

Choice = tuple[Selection, tuple[Decision, ...]]
_FEW = 3  # rows: in fewer, a column of fractions may hold whole numbers by chance


def choose_both(columns: Columns, options: ReadOptions) -> Choice:
    """Roles in one table that holds predictions and labels.

    Raises:
        InputError: No label column, several, or predictions that can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    labels, label_decisions = choose_labels(columns, options, alone=False)
    predictions, decisions = choose_predictions(columns, options, taken=labels.labels)
    paired, more = paired_labels(columns, labels, columns, predictions)
    both = replace(predictions, labels=paired.labels, words=(*predictions.words, *labels.words))
    return both, (*decisions, *label_decisions, *more)


def choose_predictions(
    columns: Columns,
    options: ReadOptions,
    taken: tuple[int, ...] = (),
    key: tuple[int, ...] = (),
    other: Columns | None = None,
    apart: bool = False,
) -> Choice:
    """Predictions, extras, weights and ids.

    Args:
        columns: The table.
        options: What was asked for.
        taken: The label columns of the same table.
        key: As in `Keys`.
        other: The table of the labels, if it is another one.
        apart: The labels are somewhere else.

    Raises:
        InputError: The prediction columns can't be told from the rest, or their names are not unique.
        UsageError: A column that was asked for isn't there, or is asked for twice.
    """
    decisions: list[Decision] = []
    weights = weight_column(columns, options)
    if weights is not None:
        decisions.append(Decision("sample weights", spoken(columns, (weights,)), "given"))
    extras = extra_columns(columns, options)
    for name, chosen in extras.items():
        asked = options.extras[name].strip()
        by_number = is_number(asked) and asked not in (columns.names or ())
        reason = f"given by its number; {asked}.0 would be the value" if by_number else "given"
        decisions.append(Decision(name, spoken(columns, chosen), reason))
    grouped = find_columns(columns, options.by, "--by") if options.by and options.by != "file" else ()
    used = {*taken, *key, *grouped, weights, *(column for chosen in extras.values() for column in chosen)} - {None}
    if options.pred is not None:
        predictions, reason = find_columns(columns, options.pred, "--pred"), "given"
        _refuse_overlap(columns, predictions, taken, "label")
        for name, chosen in extras.items():
            _refuse_overlap(columns, predictions, chosen, name)
        ids = ids_of(columns, options, other, {*used, *predictions})
    else:
        ids = ids_of(columns, options, other, used)
        rest = [i for i in range(len(columns.kinds)) if i not in used and i not in ids]
        seen = columns.texts(taken[0]) if len(taken) == 1 else _seen_in(other, options)
        predictions, reason = _predictions(columns, rest, options, seen, decisions, apart=apart)
    _refuse_duplicates(columns, predictions)
    chosen_id, reason_of_id = _the_id(columns, options, ids, key)
    if chosen_id is not None:
        decisions.insert(0, Decision("ids", spoken(columns, (chosen_id,)), reason_of_id))
    decisions.insert(0, Decision("predictions", spoken(columns, predictions), reason))
    words = _prediction_words(columns, predictions) if options.raw_labels else ()
    out = {*used, *predictions, *ids, chosen_id}
    decisions += [
        Decision("not used", f"column {columns.called(i)}", f"an id: {ids[i]}") for i in ids if i != chosen_id
    ]
    decisions += _left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    selection = Selection(
        predictions, words=words, weights=weights, ids=chosen_id, key=key, extras=extras, others=grouped
    )
    return selection, tuple(decisions)


def _the_id(
    columns: Columns, options: ReadOptions, ids: dict[int, str], key: tuple[int, ...]
) -> tuple[int | None, str]:
    """The column that names the samples: the key, the one asked for, else the first that is unique."""
    if key and options.id is None:
        return key[0], "rows are paired by it"
    unique = [i for i in ids if not columns.rows or look(columns, i).unique]
    chosen = (unique or [*ids])[:1]
    return (chosen[0], ids[chosen[0]]) if chosen else (None, "")


def _seen_in(other: Columns | None, options: ReadOptions) -> list[str]:
    """Some labels of another table, if it is plain which column holds them."""
    if other is None:
        return []
    if options.label is not None:
        found = find_columns(other, options.label, "--label")
    else:
        found, _ = labels_of(other, named_ids(other), alone=True, beside=None)
    return other.texts(found[0]) if len(found) == 1 else []


def ids_of(
    columns: Columns, options: ReadOptions, other: Columns | None = None, taken: Collection[int | None] = ()
) -> dict[int, str]:
    """The columns that tell samples apart, and why; no column with a role is one."""
    asked = asked_id(columns, options)
    found: dict[int, str] = {} if asked is None else {asked: "given"}
    found |= {i: "by its name" for i in named_ids(columns) if i not in taken and i not in found}
    found |= behaving_ids(columns, other, {i for i in (*taken, *found) if i is not None})
    left = [i for i in range(len(columns.kinds)) if i not in taken and i not in found]
    keys = set(taken) <= set(named_ids(columns))  # which say nothing of their own
    if not left and options.pred is None and asked is None and found and keys and len(found) + len(taken) > 1:
        # An id is never alone: the last of those that are named after one is a value then.
        del found[max(found)]
    return found


def choose_labels(
    columns: Columns,
    options: ReadOptions,
    *,
    alone: bool,
    key: tuple[int, ...] = (),
    beside: tuple[Columns, Selection] | None = None,
) -> Choice:
    """The label columns.

    Args:
        columns: The table.
        options: What was asked for.
        alone: It holds nothing but labels, weights, ids and the key of rows.
        key: As in `Keys`.
        beside: The table of the predictions and what was chosen there, if it is another one.

    Raises:
        InputError: No column or several could be the labels.
        UsageError: A column that was asked for isn't there.
    """
    extras = {} if alone else extra_columns(columns, options)
    taken = {column for chosen in extras.values() for column in chosen}
    decisions: list[Decision] = []
    ids: dict[int, str] = {}
    if options.label is not None:
        labels, reason = find_columns(columns, options.label, "--label"), "given"
        for name, chosen in extras.items():
            _refuse_overlap(columns, chosen, labels, "label", name)
    else:
        if alone:
            ids = ids_of(columns, replace(options, pred=None, id=None), beside[0] if beside else None, key)
        pred = find_columns(columns, options.pred, "--pred") if options.pred is not None and not alone else ()
        labels, reason = labels_of(columns, {*taken, *key, *ids, *pred}, alone=alone, beside=beside)
        if not labels:
            hint = "--label COLUMN, or LABELS as the second argument"
            raise InputError(f"no column is named as labels are; {columns.listed()}", columns.source, hint)
    words = _words_of(columns, labels)
    decisions += [
        Decision("labels", spoken(columns, labels), reason),
        Decision("label values", *_label_kind(columns, labels, words)),
    ]
    if alone:
        weights = [i for i in range(len(columns.kinds)) if role_of(columns, i) == "weight"]
        out = {*labels, *key, *ids, *weights}
        decisions += _left_alone(columns, [i for i in range(len(columns.kinds)) if i not in out], decisions)
    chosen_labels = Selection(labels=labels, words=words, key=key)
    if beside is not None:
        chosen_labels, more = paired_labels(columns, chosen_labels, *beside)
        decisions += more
    return chosen_labels, tuple(decisions)


def _words_of(columns: Columns, labels: tuple[int, ...]) -> tuple[int, ...]:
    """The label columns to read as words: text, and class numbers of more digits than a float holds.

    Raises:
        InputError: One of several is text.
    """
    text = [i for i in labels if columns.kinds[i] in ("text", "mixed")]
    if len(text) == len(labels) > 1 and all(are_flags(columns.texts(i)) for i in labels):
        return labels
    if text and len(labels) > 1:
        what = f"column {columns.called(text[0])} is text, so these can't be one-hot labels; {columns.listed()}"
        raise InputError(what, columns.source, "--label with one column, or with columns of numbers")
    if not text and len(labels) == 1 and columns.kinds[labels[0]] == "number":
        seen = columns.texts(labels[0])
        if seen and all(t.isascii() and t.isdigit() for t in seen) and max(map(int, seen)) > 2**53:
            return labels
    return tuple(text)


def paired_labels(
    columns: Columns, labels: Selection, other: Columns, predictions: Selection
) -> tuple[Selection, tuple[Decision, ...]]:
    """Several label columns in the order of the prediction columns, if both have the same names.

    Raises:
        InputError: Some have the same names, and some have not.
    """
    ours = [other.names[i] for i in predictions.predictions] if other.names else []
    theirs = [columns.names[i] for i in labels.labels] if columns.names else []
    if len(ours) < 2 or len(ours) != len(theirs):
        return labels, ()
    order = pairing(theirs, ours)
    if order is None:
        _refuse_overlapping_names(ours, theirs, f"{other.source} and {columns.source}")
        return labels, ()
    if order == list(range(len(order))):
        return labels, ()
    value = f"columns {', '.join(columns.called(labels.labels[i]) for i in order[:6])}" + (" …" * (len(order) > 6))
    noted = Decision("label columns", value, "put in the order of the predictions, by their names", note=True)
    return replace(labels, labels=tuple(labels.labels[i] for i in order)), (noted,)


def _refuse_overlapping_names(ours: Sequence[str], theirs: Sequence[str], where: str) -> None:
    only, extra = wide_pairs(ours, theirs)
    if not only or len(only) == len(ours):
        return
    what = f"label columns {', '.join(map(quoted, extra[:5]))} are none of the predictions {', '.join(only[:5])}"
    raise InputError(what, where, "--label and --pred with the columns that belong together, in the same order")


def choose_extra(columns: Columns, name: str) -> Choice:
    """The columns of a table that holds nothing but an extra and ids.

    Raises:
        InputError: A column holds text.
    """
    every = tuple(range(len(columns.kinds)))
    ids = named_ids(columns)
    chosen = tuple(i for i in every if i not in ids) or every
    refuse_text(columns, chosen, option_of(name))
    reason = "all columns" if chosen == every else "all columns but ids"
    decision = Decision(name, f"{spoken(columns, chosen)} of {columns.source}", reason)
    return Selection(extras={name: chosen}), (decision,)


def choose_rows(columns: Columns, options: ReadOptions) -> Choice:
    """Numbers to transform and all other columns to hand through.

    Raises:
        InputError: No column holds numbers, or the names of those that do are not unique.
        UsageError: A column that was asked for isn't there.
    """
    if options.pred is not None:
        predictions, reason = find_columns(columns, options.pred, "--pred"), "given"
    else:
        labels = find_columns(columns, options.label, "--label") if options.label else ()
        named = {i for i in range(len(columns.kinds)) if role_of(columns, i) in ("label", "weight")}
        ids = ids_of(columns, options, None, {*labels, *named})
        rest = [i for i in range(len(columns.kinds)) if i not in {*ids, *labels, *named}]
        numbers = [i for i in rest if columns.kinds[i] != "text"]
        if not numbers:
            raise InputError(f"no column holds numbers; {columns.listed()}", columns.source)
        predictions, reason = _predictions(columns, numbers, options, [], [], apart=False)
    _refuse_duplicates(columns, predictions)
    others = tuple(i for i in range(len(columns.kinds)) if i not in predictions)
    decision = Decision("predictions", spoken(columns, predictions), reason)
    return Selection(predictions, others=others), (decision,)


def holds_labels(columns: Columns) -> bool:
    """Whether a table has labels by name, and other values that are the predictions."""
    labels = [i for i in range(len(columns.kinds)) if role_of(columns, i) == "label"]
    names = columns.names or ()
    predicted = [i for i, name in enumerate(names) if i not in labels and known.prediction_prefix(name)]
    values = [i for i, kind in enumerate(columns.kinds) if kind == "number" and i not in (*labels, *named_ids(columns))]
    return len(labels) == 1 and (bool(predicted) or len(values) > 1)


def role_of(columns: Columns, column: int) -> str | None:
    """The role that a column's name gives it, if it has one of the usual names."""
    if columns.names is None:
        return None
    name = known.key(columns.names[column])
    roles = (("label", known.LABELS), ("weight", known.WEIGHTS))
    return next((role for role, usual in roles if name in usual), None)


def _left_alone(columns: Columns, rest: Sequence[int], decisions: Sequence[Decision]) -> list[Decision]:
    """Columns that have no role, with a note that names them; of those named after a role, as what."""
    told = {one.value for one in decisions if one.what == "not used"}
    found: list[Decision] = []
    plain = []
    for i in rest:
        role = role_of(columns, i)
        if f"column {columns.called(i)}" in told:
            continue
        if role is not None:
            found.append(Decision("not used", f"column {columns.called(i)}", f"named like a {role}", note=True))
        else:
            plain.append(i)
    if plain:
        names = ", ".join(columns.called(i) for i in plain[:8]) + (" …" if len(plain) > 8 else "")
        word = "column" if len(plain) == 1 else "columns"
        found.append(Decision("not used", f"{word} {names}", "without a role", note=True))
    return found


def _predictions(
    columns: Columns,
    rest: list[int],
    options: ReadOptions,
    seen: Sequence[str],
    decisions: list[Decision],
    *,
    apart: bool,
) -> tuple[tuple[int, ...], str]:
    """The prediction columns among those without another role, and why."""
    named = {i: role_of(columns, i) for i in rest}
    values = [i for i in rest if named[i] is None]
    # With labels elsewhere, the only column with values is the prediction, whatever it is called.
    if (not values and apart) or not options.labels:
        values = [i for i in rest if named[i] != "weight"]
    if not values:
        raise InputError(f"no column is left for the predictions; {columns.listed()}", columns.source, "--pred COLUMNS")
    lists = [i for i in values if columns.kinds[i] == "list"]
    if len(lists) == 1:
        return tuple(lists), "the only field that holds a list"
    if lists:
        raise InputError(f"several fields hold lists; {columns.listed()}", columns.source, "--pred with one of them")
    group, reason = _named_group(columns, values, options) if options.labels else ((), "")
    if group:
        return group, reason
    numbers = [i for i in values if columns.kinds[i] != "text"]
    chosen = tuple(numbers)
    if not numbers:
        chosen = tuple(values)
        if len(values) > 1 or not options.raw_labels:
            raise _text_only(columns, values)
    if len(chosen) > 1:
        chosen = _without_odd_one(columns, chosen, seen, decisions)
    return chosen, "the only column left" if len(values) == 1 else _because(chosen, values)


def _because(chosen: Sequence[int], values: Sequence[int]) -> str:
    if len(chosen) == len(values):
        return "all the columns without another role"
    return "the only column of numbers left" if len(chosen) == 1 else "all the columns of numbers without another role"


def _text_only(columns: Columns, text: Sequence[int]) -> InputError:
    called = ", ".join(columns.called(i) for i in text[:5])
    what = f"column {called} is text" if len(text) == 1 else f"columns {called} are text"
    if columns.types:
        what = ", ".join(f"column {columns.called(i)} is {columns.types[i]}" for i in text[:5])
    what = f"which columns are the predictions? {what}; {columns.listed()}"
    return InputError(what, columns.source, "--pred COLUMNS, as in --pred 'p_*' or --pred 2-4; --label COLUMN")


def _without_odd_one(
    columns: Columns, chosen: tuple[int, ...], seen: Sequence[str], decisions: list[Decision]
) -> tuple[int, ...]:
    """The columns without one of whole numbers beside fractions, if the labels say that it is none of the classes.

    Raises:
        InputError: It might be either.
    """
    looks = {i: look(columns, i) for i in chosen}
    odd = [i for i in chosen if looks[i].integers and not looks[i].flags and len(looks[i].texts) >= _FEW]
    rest = tuple(i for i in chosen if i not in odd)
    if len(odd) != 1 or not rest or any(looks[i].whole for i in rest) or columns.names is None:
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
    raise InputError(what, columns.source, f"--id {name}, or --pred with it and {others}")


def _named_group(columns: Columns, rest: Sequence[int], options: ReadOptions) -> tuple[tuple[int, ...], str]:
    """The columns that share one of the usual words before or after, if there is one such group."""
    groups: dict[str, list[int]] = {}
    for i in rest if columns.names else ():
        prefix = known.prediction_prefix(columns.names[i]) if columns.names else None
        if prefix is not None and (columns.kinds[i] != "text" or options.raw_labels):
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
        if len(group) < len(rest):
            return tuple(group), f"named like predictions ({prefix})"
    return (), ""


def _without_bounds(columns: Columns, group: list[int]) -> list[int]:
    """A forecast without the bounds and deviations beside it: ``yhat`` of ``yhat, yhat_lower, yhat_upper``."""
    names = columns.names or ()
    exact = [i for i in group if known.key(names[i]) in known.PREDICTIONS]
    bounds = [i for i in group if known.key(names[i]).rpartition("_")[2] in known.BOUNDS]
    return exact if exact and len(exact) + len(bounds) == len(group) else group


def _decided_or_not(columns: Columns, groups: dict[str, list[int]], options: ReadOptions) -> dict[str, list[int]]:
    """Of a class and its probability the one that the loss asks for; both, if that isn't plain."""
    looks = {prefix: look(columns, group[0]) for prefix, group in groups.items()}
    fractions = [p for p, group in groups.items() if columns.kinds[group[0]] == "number" and not looks[p].whole]
    decided = [p for p in groups if p not in fractions]
    if len(fractions) != 1 or len(decided) != 1:
        return groups
    if options.raw_labels:
        return {decided[0]: groups[decided[0]]}
    return {fractions[0]: groups[fractions[0]]} if looks[decided[0]].flags else groups


def _prediction_words(columns: Columns, predictions: tuple[int, ...]) -> tuple[int, ...]:
    """The prediction column, if it holds words."""
    text = [i for i in predictions if columns.kinds[i] in ("text", "mixed")]
    if text and len(predictions) > 1:
        what = f"column {columns.called(text[0])} is text, so it must be the only prediction; {columns.listed()}"
        raise InputError(what, columns.source, "--pred with one column, or with columns of numbers")
    return tuple(text)


def _refuse_overlap(
    columns: Columns, ours: Sequence[int], theirs: Sequence[int], other: str, one: str = "prediction"
) -> None:
    both = next((i for i in ours if i in theirs), None)
    if both is not None:
        what = f"column {columns.called(both)} can't be both {one} and {other}"
        hint = "--pred without the label column" if (one, other) == ("prediction", "label") else ""
        raise UsageError(what, columns.source, hint)


def _refuse_duplicates(columns: Columns, predictions: Sequence[int]) -> None:
    """Two prediction columns of one name would be two classes that can't be told apart."""
    if columns.names is None:
        return
    seen: dict[str, int] = {}
    for i in predictions:
        name = columns.names[i]
        if name in seen:
            what = f"prediction columns {seen[name] + 1} and {i + 1} are both named {quoted(name)}"
            raise InputError(what, columns.source, "rename one, or choose with --pred by number")
        seen[name] = i


def _label_kind(columns: Columns, labels: Sequence[int], words: Sequence[int]) -> tuple[str, str]:
    kind, example = columns.kinds[labels[0]], columns.examples[labels[0]]
    if columns.types:
        said = {"list": "lists", "number": "numbers"}.get(kind, "text")
        return said, f"the type is {columns.types[labels[0]]}"
    if kind in ("text", "mixed"):
        return "text", f"for example {example}" if kind == "text" else f"not all are numbers: {example}"
    if words:
        return "text", "the numbers have more digits than a float holds"
    return ("lists", "the first is one") if kind == "list" else ("numbers", "the first rows hold nothing else")


def spoken(columns: Columns, chosen: Sequence[int]) -> str:
    """Columns for a person: ``column 3 (label)``, ``columns 2-11 (p_0 … p_9)``."""
    numbers = [i + 1 for i in chosen]
    if len(chosen) == 1:
        name = f" ({columns.called(chosen[0])})" if columns.names else ""
        return f"column {numbers[0]}{name}"
    consecutive = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    text = f"{numbers[0]}-{numbers[-1]}" if consecutive else ", ".join(map(str, numbers))
    names = f" ({columns.called(chosen[0])} … {columns.called(chosen[-1])})" if columns.names else ""
    return f"columns {text}{names}"
