"""The labels in a table that holds predictions, too: by their names, by values, or named like the predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.class_names import whole_number
from losscli.errors import InputError
from losscli.inputs.cells import FLAGS_HINT, are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.class_columns import class_columns, class_of
from losscli.inputs.choose.columns import MARKS, Found
from losscli.inputs.numbers import looks_numeric
from losscli.lazy import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from losscli.inputs.choose.columns import Columns
    from losscli.inputs.read_options import ReadOptions

_HUMP = regex(r"(?<=[a-z])(?=[A-Z])")
_SHARES = frozenset(("public", "private", "ignored"))  # the use of a row, in solution files of competitions
_TRUTH = frozenset(("true", "truth", "actual", "observed", "gold", "label", "target"))
ONE = "--label with one of them"
_GROUP = ("y", "label", "labels", "true", "y_true", "target", "actual", "gold", "truth")


def labels_of(columns: Columns, taken: Collection[int]) -> Found:
    """The labels of a table that holds predictions, too, among columns without a role.

    Raises:
        InputError: Several could be.
    """
    free = [i for i in range(len(columns.kinds)) if i not in taken and columns.key(i) not in known.WEIGHTS]
    classes = _called_like_labels(columns, free)
    others = [i for i in free if i not in classes]
    named = by_name(columns, others)
    refuse_several(columns, named)
    several = _predicted(columns, free)
    if len(several.columns) > 1 and {*named} <= {*several.columns}:
        return several  # x and z, too, beside x_pred, y_pred and z_pred
    if named:
        return Found(named, "by its name")
    found = _of_forecast(columns, others) or _worded(columns, others) or _grouped(columns, others) or several
    found = found or by_values(columns, free, columns, free)
    found = found or _decided_for(columns, free) or _of_probability(columns, free)
    if not found:
        refuse_several(columns, _with_word(columns, others))
    return found


def grouped_by(columns: Columns, options: ReadOptions) -> tuple[int, ...]:
    """The columns by which rows are grouped or picked, and whose texts are passed through."""
    if not options.grouping:
        return ()
    from losscli.inputs.choose.grouped import handed_through

    return handed_through(columns, options)


def unless_grouped(columns: Columns, grouped: Sequence[int], find: Callable[[set[int]], Found]) -> Found:
    """The labels among columns by which rows are not grouped or picked, else among these, too.

    Raises:
        InputError: There are none.
    """
    others = {i for i in grouped if role_of(columns, i) != "label"}
    found = find(others)
    if not found and others:  # rows may be picked by a column named like labels
        found = find(set())
    if not found:
        what = f"no column has a usual label name (label, y, target ...); {columns.listed()}"
        raise InputError(what, columns.source, "--label COLUMN, or LABELS as the second argument")
    return found


def role_of(columns: Columns, column: int) -> str | None:
    """The role implied by a column's name, if it is one of the usual names."""
    if columns.names is None:
        return None
    if known.is_label(columns.names[column], columns.names):
        return "label"
    return "weight" if columns.key(column) in known.WEIGHTS else None


def by_name(columns: Columns, free: Sequence[int]) -> tuple[int, ...]:
    """The columns that are called like labels."""
    if columns.names is None:
        return ()
    return tuple(i for i in free if known.is_label(columns.names[i], columns.names))


def _called_like_labels(columns: Columns, free: Sequence[int]) -> set[int]:
    """The class columns that words name, if one of them is called like labels: ``gold`` beside ``silver``."""
    names, numbers = columns.names or (), [i for i in free if columns.kinds[i] == "number"]
    suspects = {*by_name(columns, numbers), *_with_word(columns, numbers)}
    words = [sorted({*columns.seen(i)}) for i in free if suspects and columns.kinds[i] == "text"]
    for seen in words:
        if any(word in names[i] for i in numbers for word in seen):
            classes = class_columns([names[i] for i in numbers], seen)
            found = {-1} if classes is None else {*classes.find(seen).tolist()}
            named = {i for at, i in enumerate(numbers) if at in found}
            if len(named) == len(found) and (suspects <= named or columns.add_up(numbers)):
                return {*numbers}
    return set()


def sharing(columns: Columns, among: Sequence[int], words: Sequence[str]) -> list[int]:
    """The columns of words that share some of these words."""
    return [i for i in among if columns.holds_words(i) and not {*words}.isdisjoint(columns.seen(i))]


def _worded(columns: Columns, free: Sequence[int]) -> Found:
    """The one column with a usual word in its name: ``actual_income``, ``sales_true``."""
    return Found.only(_with_word(columns, free), "named like labels")


def _with_word(columns: Columns, free: Sequence[int]) -> list[int]:
    found = []
    for i in free if columns.names else ():
        assert columns.names is not None
        if not _is_predicted(columns, i):
            name = known.key(_HUMP.sub("_", columns.names[i]))
            found += [i] if {name.partition("_")[0], name.rpartition("_")[2]} & _TRUTH else []
    return found


def refuse_several(columns: Columns, found: Sequence[int]) -> None:
    """Refuse more than one column that could be the labels."""
    if len(found) > 1:
        names = ", ".join(f"{columns.called(i)} (column {i + 1})" for i in found)
        raise InputError(f"several columns could be the labels: {names}", columns.source, ONE)


def _predicted(columns: Columns, free: Sequence[int]) -> Found:
    """The columns after which the predictions are named: ``age`` next to ``age_pred``."""
    names = columns.names or ()
    place = {known.key(names[i]): i for i in free if names and known.predicted(names[i]) is None}
    stems = {known.key(stem): name for name in names if (stem := known.predicted(name))}
    found = [place[stem] for stem in stems if stem in place]
    if not found or (len(found) > 1 and any(columns.kinds[i] != "number" for i in found)):
        return Found()
    return Found(tuple(sorted(found)), f"{stems[known.key(names[found[0]])]} is named after it")


def _of_forecast(columns: Columns, free: Sequence[int]) -> Found:
    """The one column called the truth of what the others predict: ``y_churn`` beside ``p_churn``."""
    names = columns.names or ()
    stems = {stem: i for i in free if names and (stem := known.truth_of(names[i])) and not _is_predicted(columns, i)}
    said = {known.key(known.predicted(name) or class_of(name) or ""): name for name in names if stems}
    found = [i for stem, i in stems.items() if stem in said]
    return Found.only(found, f"{said[known.truth_of(names[found[0]]) or '']} is named after it") if found else Found()


def _grouped(columns: Columns, free: Sequence[int]) -> Found:
    """Several label columns that share a usual word: ``y_1, y_2`` next to ``pred_1, pred_2``."""
    groups: dict[str, list[int]] = {}
    for i in free if columns.names else ():
        assert columns.names is not None
        name = columns.key(i)
        fits = columns.kinds[i] == "number" or are_flags(columns.seen(i))
        prefix = next((word for word in _GROUP if fits and name.startswith(f"{word}_")), None)
        prefix = prefix or next((f"…{word}" for word in _GROUP if fits and name.endswith(f"_{word}")), None)
        if prefix is not None and known.prediction_prefix(columns.names[i]) is None:
            groups.setdefault(prefix, []).append(i)
    wide = [(prefix, group) for prefix, group in groups.items() if len(group) > 1]
    return Found(tuple(wide[0][1]), f"named like labels ({wide[0][0]})") if len(wide) == 1 else Found()


def each_name(cells: Sequence[str], columns: Sequence[str]) -> Sequence[str]:
    """The names in cells that name several classes each, by what columns are called; else the cells."""
    if all(map(MARKS.isdisjoint, cells)):
        return cells
    from losscli.inputs.choose.label_lists import names_or_cells

    return names_or_cells(cells, columns)


def by_values(columns: Columns, free: Sequence[int], other: Columns, predictions: Sequence[int]) -> Found:
    """The one text column whose values are classes of the prediction columns."""
    if other.names is None:
        return Found()
    numbers = [i for i in predictions if other.kinds[i] == "number"]
    group = [i for i in numbers if known.prediction_prefix(other.names[i])]
    names = [other.names[i] for i in (group if len(group) > 1 else numbers)]
    fitting = []
    words = [i for i in free if columns.kinds[i] == "text"]
    for i in [i for i in words if columns is not other or not _is_predicted(columns, i)] or words:
        seen = sorted({*each_name(columns.seen(i), names)})
        classes = class_columns(names, seen) if names and seen else None
        if len(names) == 1 and (classes is None or not classes.one or class_of(names[0]) is None or len(seen) != 2):
            continue
        if classes is not None and (classes.find(seen) >= 0).all():
            fitting.append(i)
    if len(fitting) > 1:
        called = ", ".join(columns.called(i) for i in fitting)
        what = f"several columns hold the classes that other columns are named after: {called}"
        raise InputError(what, columns.source, ONE)
    return Found.only(fitting, "its values are the names of the other columns")


def _is_predicted(columns: Columns, column: int) -> bool:
    name = columns.names[column] if columns.names else ""
    return known.is_decided(name) or known.prediction_prefix(name) is not None


def _decided_for(columns: Columns, free: Sequence[int]) -> Found:
    """The one column of words that shares words with a column of predicted classes."""
    decided = [i for i in free if columns.holds_words(i) and _is_predicted(columns, i)]
    words = {*columns.seen(decided[0])} if len(decided) == 1 else set[str]()
    found = sharing(columns, [i for i in free if i not in decided], [*words])
    found = [i for i in found if len(words & {*columns.seen(i)}) * 2 > len(words)]  # a word or two may be a coincidence
    return Found.only(found, f"its values are those of {columns.called(decided[0])}") if found else Found()


def _of_probability(columns: Columns, free: Sequence[int]) -> Found:
    """The column of yes and no after which the one column of probabilities is named: ``churn`` of ``churn_prob``."""
    names = columns.names or ()
    stems = [stem for i in free if names and columns.kinds[i] == "number" and (stem := class_of(names[i]))]
    if len(stems) != 1:
        return Found()
    named = [i for i in free if columns.key(i) == known.key(stems[0])]
    found = [i for i in named if says_yes_or_no(columns, i)]
    return Found.only(found, "the probability is named after it")


def says_yes_or_no(columns: Columns, column: int) -> bool:
    """Whether a column holds 0 and 1, or words for them."""
    return are_flags(columns.seen(column)) or {*map(whole_number, columns.seen(column))} <= {0, 1}


def is_share(columns: Columns, column: int) -> bool:
    """Whether a column tells what a row is used for (public, private; a fold), as in solution files of competitions."""
    seen = {text.lower() for text in columns.texts(column)} if columns.holds_words(column) else set[str]()
    named = columns.key(column) in known.SPLITS
    return (bool(seen) and seen <= _SHARES) or (named and not columns.has_fractions(column))


def words_of(columns: Columns, labels: tuple[int, ...]) -> tuple[int, ...]:
    """The label columns to read as words: text, and class numbers of more digits than a float holds.

    Raises:
        InputError: One of several is text.
    """
    text = [i for i in labels if columns.holds_words(i)]
    if len(text) == len(labels) > 1 and all(are_flags(columns.texts(i)) for i in labels):
        return labels
    if text and len(labels) > 1:
        what = f"column {columns.called(text[0])} is text, so these can't be one-hot labels; {columns.listed()}"
        raise InputError(what, columns.source, "--label with one column, or with columns of numbers")
    _refuse_true_among_numbers(columns, labels)
    if not text and len(labels) == 1 and columns.kinds[labels[0]] == "number" and not columns.types:
        seen = {*columns.texts(labels[0])}
        least = 2**63 - 1 if columns.exact else 2**53
        if seen and all(t.isascii() and t.isdigit() for t in seen) and max(map(int, seen)) > least:
            return labels
    return tuple(text)


def _refuse_true_among_numbers(columns: Columns, labels: tuple[int, ...]) -> None:
    for i in labels:
        words = [text for text in columns.seen(i) if not looks_numeric(text)] if columns.kinds[i] == "mixed" else []
        if words and {word.lower() for word in words} <= {"true", "false"}:
            what = f"column {columns.called(i)} holds {words[0]} among numbers: {columns.examples[i]}"
            raise InputError(what, columns.source, FLAGS_HINT)
