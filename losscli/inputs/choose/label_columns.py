"""Which columns hold the labels: by their names, by their values, or named as the predictions are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.class_names import whole_number
from losscli.errors import InputError
from losscli.inputs.cells import are_flags
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.both_tables import add_up
from losscli.inputs.choose.class_columns import class_columns, class_of, forms, pairing
from losscli.inputs.choose.two_readings import has_fractions
from losscli.inputs.numbers import looks_numeric, plain_numbers
from losscli.lazy import regex
from losscli.text import quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.inputs.choose.column_spec import Columns, Selection
    from losscli.inputs.read_options import ReadOptions

_HUMP = regex(r"(?<=[a-z])(?=[A-Z])")
Found = tuple[tuple[int, ...], str]
_SHARES = frozenset(("public", "private", "ignored"))  # the use of a row, in solution files of competitions
_TRUTH = frozenset(("true", "truth", "actual", "observed", "gold", "label", "target", "orig"))
_ONE = "--label with one of them"
_GROUP = ("y", "label", "labels", "true", "y_true", "target", "actual", "gold", "truth")


def labels_of(
    columns: Columns,
    taken: Collection[int],
    options: ReadOptions,
    *,
    alone: bool,
    beside: tuple[Columns, Selection] | None,
) -> Found:
    """The label columns among those without a role, and why; none if unclear.

    Raises:
        InputError: Several could be.
    """
    free = [i for i in range(len(columns.kinds)) if i not in taken and not _is_weight(columns, i)]
    classes = set() if alone else _called_like_labels(columns, free)
    others = [i for i in free if i not in classes]
    named = _by_name(columns, others)
    if beside is not None:
        words = _of_words(columns, named, *beside)
        if words:
            return words, "its values are those of the predictions"
        weighed = [i for i in range(len(columns.kinds)) if i not in taken and not _is_given(columns, i, options)]
        wide = _as_predictions(columns, weighed, *beside)
        if wide and {*named} <= {*wide}:
            return wide, "named as the predictions are"
        if wide and named:
            one, two = columns.called(named[0]), shortened(", ".join(map(columns.called, wide)))
            what = f"the labels may be column {one}, by its name, or {two}, as the predictions are called"
            raise InputError(
                what, columns.source, _ONE if len(wide) == 1 else f"--label {quoted(one)}, or --label with the others"
            )
    if len(named) > 1:
        names = ", ".join(f"{columns.called(i)} (column {i + 1})" for i in named)
        raise InputError(f"several columns could be the labels: {names}", columns.source, _ONE)
    several = None if alone else _predicted(columns, free)
    if several is not None and len(several[0]) > 1 and {*named} <= {*several[0]}:
        return several  # x and z, too, beside x_pred, y_pred and z_pred
    if named:
        return named, "by its name"
    if not alone:
        told = _worded(columns, others) or _grouped(columns, others) or _predicted(columns, free)
        found = told or _by_values(columns, free, columns, free)
        found = found if found[0] else _decided_for(columns, free)
        found = found if found[0] else _of_probability(columns, free)
        if not found[0]:
            _refuse_several(columns, others)
        return found
    return _all(columns, free, beside, options)


def _is_weight(columns: Columns, column: int) -> bool:
    return columns.names is not None and known.key(columns.names[column]) in known.WEIGHTS


def _is_given(columns: Columns, column: int, options: ReadOptions) -> bool:
    """Whether a column holds the weights that were asked for."""
    return columns.names is not None and columns.names[column] == options.sample_weight


def _by_name(columns: Columns, free: Sequence[int]) -> tuple[int, ...]:
    if columns.names is None:
        return ()
    return tuple(i for i in free if known.is_label(columns.names[i], columns.names))


def _called_like_labels(columns: Columns, free: Sequence[int]) -> set[int]:
    """The class columns that words name, if one of them is called like labels: ``gold`` beside ``silver``."""
    names, numbers = columns.names or (), [i for i in free if columns.kinds[i] == "number"]
    suspects = {*_by_name(columns, numbers), *_with_word(columns, numbers)}
    words = [sorted({*columns.seen(i)}) for i in free if suspects and columns.kinds[i] == "text"]
    for seen in words:
        if any(word in names[i] for i in numbers for word in seen):
            classes = class_columns([names[i] for i in numbers], seen)
            found = {-1} if classes is None else {*classes.find(seen).tolist()}
            if -1 not in found and (suspects <= {numbers[at] for at in found} or add_up(columns, numbers)):
                return {*numbers}
    return set()


def _as_predictions(columns: Columns, free: Sequence[int], other: Columns, predictions: Selection) -> tuple[int, ...]:
    """Label columns with the names of the prediction columns, in this order."""
    if columns.names is None or other.names is None:
        return ()
    ours = [other.names[i] for i in predictions.predictions]
    if len(ours) == 1:
        return tuple(i for i in free if known.key(columns.names[i]) == known.key(ours[0]))
    numbers = [i for i in free if columns.kinds[i] == "number"]
    order = pairing([columns.names[i] for i in numbers], ours) if len(numbers) >= len(ours) else None
    return () if order is None else tuple(sorted(numbers[i] for i in order))


def _of_words(columns: Columns, named: Sequence[int], other: Columns, predictions: Selection) -> tuple[int, ...]:
    """The one column that holds the predicted words, whatever its name; none if several do.

    Raises:
        InputError: Another one is called like labels.
    """
    chosen = predictions.predictions
    if len(chosen) != 1 or not other.holds_words(chosen[0]):
        return ()
    found = sharing(columns, range(len(columns.kinds)), other.seen(chosen[0]))
    if len(found) != 1 or found == [*named]:
        return ()
    if named:
        one, two = columns.called(named[0]), columns.called(found[0])
        what = f"the predictions are words of column {two}, and none of column {one}, which is called like labels"
        raise InputError(what, columns.source, f"--label {quoted(two)}")
    return tuple(found)


def sharing(columns: Columns, among: Sequence[int], words: Sequence[str]) -> list[int]:
    """The columns of words that share some of these words."""
    return [i for i in among if columns.holds_words(i) and not {*words}.isdisjoint(columns.seen(i))]


def _worded(columns: Columns, free: Sequence[int]) -> Found | None:
    """The one column with a usual word in its name: ``actual_income``, ``sales_true``."""
    found = _with_word(columns, free)
    return (tuple(found), "named like labels") if len(found) == 1 else None


def _with_word(columns: Columns, free: Sequence[int]) -> list[int]:
    found = []
    for i in free if columns.names else ():
        assert columns.names is not None
        if known.prediction_prefix(columns.names[i]) is None and not known.is_decided(columns.names[i]):
            name = known.key(_HUMP.sub("_", columns.names[i]))
            found += [i] if {name.partition("_")[0], name.rpartition("_")[2]} & _TRUTH else []
    return found


def _refuse_several(columns: Columns, free: Sequence[int]) -> None:
    """Refuse several columns that are named like labels."""
    found = _with_word(columns, free)
    if found:
        names = ", ".join(f"{columns.called(i)} (column {i + 1})" for i in found)
        raise InputError(f"several columns could be the labels: {names}", columns.source, _ONE)


def _predicted(columns: Columns, free: Sequence[int]) -> Found | None:
    """The columns after which the predictions are named: ``age`` next to ``age_pred``."""
    names = columns.names or ()
    place = {known.key(names[i]): i for i in free if names and known.predicted(names[i]) is None}
    stems = {known.key(stem): name for name in names if (stem := known.predicted(name))}
    found = [place[stem] for stem in stems if stem in place]
    if not found or (len(found) > 1 and any(columns.kinds[i] != "number" for i in found)):
        return None
    return tuple(sorted(found)), f"{stems[known.key(names[found[0]])]} is named after it"


def _grouped(columns: Columns, free: Sequence[int]) -> Found | None:
    """Several label columns that share a usual word: ``y_1, y_2`` next to ``pred_1, pred_2``."""
    groups: dict[str, list[int]] = {}
    for i in free if columns.names else ():
        assert columns.names is not None
        name = known.key(columns.names[i])
        fits = columns.kinds[i] == "number" or are_flags(columns.seen(i))
        prefix = next((word for word in _GROUP if fits and name.startswith(f"{word}_")), None)
        prefix = prefix or next((f"…{word}" for word in _GROUP if fits and name.endswith(f"_{word}")), None)
        if prefix is not None and known.prediction_prefix(columns.names[i]) is None:
            groups.setdefault(prefix, []).append(i)
    wide = [(prefix, group) for prefix, group in groups.items() if len(group) > 1]
    if len(wide) != 1:
        return None
    return tuple(wide[0][1]), f"named like labels ({wide[0][0]})"


def _by_values(columns: Columns, free: Sequence[int], other: Columns, predictions: Sequence[int]) -> Found:
    """The one text column whose values are classes of the prediction columns."""
    if other.names is None:
        return (), ""
    numbers = [i for i in predictions if other.kinds[i] == "number"]
    group = [i for i in numbers if known.prediction_prefix(other.names[i])]
    names = [other.names[i] for i in (group if len(group) > 1 else numbers)]
    fitting = []
    words = [i for i in free if columns.kinds[i] == "text"]
    apart = columns is not other
    for i in [i for i in words if apart or not _is_predicted(columns, i)] or words:
        seen = sorted(set(columns.seen(i)))
        classes = class_columns(names, seen) if names and seen else None
        if len(names) == 1 and (classes is None or not classes.one or class_of(names[0]) is None or len(seen) != 2):
            continue
        if classes is not None and (classes.find(seen) >= 0).all():
            fitting.append(i)
    if len(fitting) > 1:
        called = ", ".join(columns.called(i) for i in fitting)
        what = f"several columns hold the classes that other columns are named after: {called}"
        raise InputError(what, columns.source, _ONE)
    return (tuple(fitting), "its values are the names of the other columns") if fitting else ((), "")


def _of_numbers(columns: Columns, free: Sequence[int], other: Columns, predictions: Sequence[int]) -> Found:
    """The one column of class numbers, beside others that can't be, where the predictions are probabilities."""
    names = [other.names[i] for i in predictions] if other.names else []
    places = {*range(len(predictions))}

    def fits(column: int) -> bool:
        seen = [*{*columns.seen(column)}] if columns.kinds[column] == "number" else []
        classes = class_columns(names, seen)
        if classes is not None and classes.valued:
            return {*map(float, seen)} <= {*map(float, classes.names)}
        if classes is not None and classes.numeric:
            return bool(seen) and -1 not in classes.find(seen)
        return bool(seen) and {whole_number(text) for text in seen} <= places

    found = [i for i in free if fits(i)] if add_up(other, predictions) else []
    return (tuple(found), "its numbers are classes of the predictions") if len(found) == 1 else ((), "")


def _is_predicted(columns: Columns, column: int) -> bool:
    name = columns.names[column] if columns.names else ""
    return known.is_decided(name) or known.prediction_prefix(name) is not None


def _decided_for(columns: Columns, free: Sequence[int]) -> Found:
    """The one column of words that shares words with a column of predicted classes."""
    decided = [i for i in free if columns.holds_words(i) and _is_predicted(columns, i)]
    rest = [i for i in free if i not in decided]
    found = sharing(columns, rest, columns.seen(decided[0])) if len(decided) == 1 else []
    return (tuple(found), f"its values are those of {columns.called(decided[0])}") if len(found) == 1 else ((), "")


def _of_probability(columns: Columns, free: Sequence[int]) -> Found:
    """The column of yes and no after which the one column of probabilities is named: ``churn`` of ``churn_prob``."""
    names = columns.names or ()
    stems = [stem for i in free if names and columns.kinds[i] == "number" and (stem := class_of(names[i]))]
    if len(stems) != 1:
        return (), ""
    named = [i for i in free if known.key(names[i]) == known.key(stems[0])]
    found = [i for i in named if are_flags(columns.seen(i)) or {*map(whole_number, columns.seen(i))} <= {0, 1}]
    return (tuple(found), "the probability is named after it") if len(found) == 1 else ((), "")


def _all(
    columns: Columns, free: Sequence[int], beside: tuple[Columns, Selection] | None, options: ReadOptions
) -> Found:
    """All remaining columns of a table of labels."""
    whole = len(free) == len(columns.kinds)
    free = [i for i in free if not _is_blank(columns, i)] or free
    if len(free) == 1:
        return (free[0],), "the only column" if whole else "the only column left"
    rest = [i for i in free if not is_share(columns, i)]
    if beside is not None and len(rest) > 1:
        other, predictions = beside
        found, reason = _by_values(columns, rest, other, predictions.predictions)
        found, reason = (found, reason) if found else _of_numbers(columns, rest, other, predictions.predictions)
        if found:
            return found, reason
        share = _share(columns, rest, options) if len(predictions.predictions) == 1 else ()
        if share:
            return share, "the only column left whose values lie between 0 and 1"
        words = [i for i in rest if _are_words(columns, i)]
        flags = [i for i in words if are_flags(columns.seen(i))]
        if len(flags) == 1 and len(words) == len(rest) and len(predictions.predictions) == 1:
            return tuple(flags), "the only column left of words for yes and no"
        numbers = [i for i in rest if i not in words]
        hard = len(predictions.predictions) == 1 and other.kinds[predictions.predictions[0]] == "text"
        if hard and len(words) == 1:
            return tuple(words), "the only column of words left"
        if numbers and words and not hard:
            rest = numbers
    if len(rest) == 1:
        return (rest[0],), "the only column left"
    return tuple(rest), "all columns" if whole and len(rest) == len(free) else "all columns but ids and weights"


def _share(columns: Columns, rest: Sequence[int], options: ReadOptions) -> tuple[int, ...]:
    """The one column between 0 and 1, for a loss of yes and no.

    Raises:
        InputError: Several could be the labels of one prediction.
    """
    shares = [i for i in rest if _are_shares(columns, i)] if options.shares or options.raw_labels else []
    if len(shares) > 1:
        names = ", ".join(columns.called(i) for i in shares)
        raise InputError(f"several columns could be the labels: {names}", columns.source, _ONE)
    return tuple(shares) if options.shares else ()


def _are_words(columns: Columns, column: int) -> bool:
    """Whether a column holds words, some of which may look like numbers."""
    if columns.kinds[column] != "mixed":
        return columns.kinds[column] == "text"
    texts = columns.texts(column)
    return 2 * sum(map(looks_numeric, texts)) < len(texts)


def _are_shares(columns: Columns, column: int) -> bool:
    """Whether a column holds only numbers in [0, 1], or words for 0 and 1."""
    texts = columns.seen(column)
    numbers = plain_numbers(texts) or [-1.0]
    return are_flags(texts) or all(0.0 <= number <= 1.0 for number in numbers)


def _is_blank(columns: Columns, column: int) -> bool:
    """Whether a column is empty in the first rows."""
    return bool(columns.rows) and not any(columns.texts(column))


def is_share(columns: Columns, column: int) -> bool:
    """Whether a column tells what a row is used for (public, private; a fold), as in solution files of competitions."""
    seen = {text.lower() for text in columns.texts(column)} if columns.holds_words(column) else set[str]()
    named = columns.names is not None and known.key(columns.names[column]) in known.SPLITS
    return (bool(seen) and seen <= _SHARES) or (named and not has_fractions(columns, column))


def wide_pairs(predictions: Sequence[str], labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names of predictions without a label column, and those of labels without a prediction column."""
    ours, theirs = (min(forms(names), key=lambda form: sum(map(len, form))) for names in (predictions, labels))
    return [name for name in ours if name not in theirs], [name for name in theirs if name not in ours]
