"""Class names, from the input or from --classes, and the weights of the classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.batch import Decision
from losscli.core.class_names import ClassNames
from losscli.errors import InputError, UsageError, WordsError
from losscli.losses.vocabulary import Domain, Form, Takes
from losscli.record import replace
from losscli.text import listed, printable, quoted, shortened, some_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.labels import Layout
    from losscli.core.settings import Settings
    from losscli.losses.loss import Loss

_SECOND = "the second column; --pred may name them in another order"
_FLAGS = Decision("label values", "true and false", "read as 1 and 0", note=True)
_OF_CLASSES = (Domain.CLASS_NUMBERS, Domain.BINARY_SCORES, Domain.MASKS, Domain.BINS)


def _picks(loss: Loss, layout: Layout, first: Batch) -> bool:
    """Whether a label picks one of the classes, as opposed to values or several outputs."""
    if loss.domain is Domain.PROBABILITY_ROWS and layout.form is Form.VALUES:
        return first.labels.ndim < first.predictions.ndim or first.labels.ndim == 1
    if loss.domain is Domain.MASKS:
        return first.predictions.ndim == 1
    if layout.form in (Form.BINARY, Form.SIGNS):
        return layout.arrange(first)[0].ndim == 1
    return layout.form is Form.SPARSE


def class_names(
    loss: Loss, settings: Settings, dataset: Dataset, first: Batch, *, layout: Layout, width: int
) -> tuple[ClassNames | None, bool, list[Decision]]:
    """The names of the classes, whether labels are matched to them, and the decisions.

    Raises:
        InputError: The labels are words, and no names say which class they are.
        UsageError: ``--classes`` does not fit.
    """
    text, said = first.labels.dtype == object, first.predictions.dtype == object
    refuse_shuffled(loss, dataset, first, layout)
    compares = (loss.takes is Takes.DECISION and layout.form is Form.VALUES) or loss.domain is Domain.CLASS_NUMBERS
    if compares and (said or not text):  # words may stand on both sides
        return _compared(loss, settings, dataset, first)
    if said:
        raise WordsError(f"the predictions are words; {loss.name} takes numbers")
    binary, found = width == 1, dataset.classes
    worded = text or (binary and found is not None and found.one)
    picks = _picks(loss, layout, first) or (worded and _yes_or_no(loss, settings, compares=compares))
    if settings.classes is not None:
        return _given_names(settings, found, text=text, picks=picks, width=width)
    if found is None or len(found.names) != (2 if binary else width):
        if text and not compares and loss.takes not in (Takes.RAW, Takes.SET):
            raise _words(loss, first, binary=binary)
        return None, False, []
    if text and not picks and loss.takes in (Takes.RAW, Takes.SET):
        return None, False, []
    read = [_FLAGS] * (found.flags and picks and _FLAGS not in dataset.decisions)
    named = Decision("classes", listed(found.names), f"{found.source}, matched to the labels")
    if text:
        return found, True, [named, *read, *_ranked(loss, settings, found)]
    if picks and _are_numbers(found, settings):
        numbers = replace(named, reason=f"{found.source} are numbers, matched to the labels")
        return found, True, [named, *read] if read else [numbers]
    if binary:
        return None, False, [named, *read] if read else []
    return found, False, _from_the_left(found if picks else None, first)


def _compared(
    loss: Loss, settings: Settings, dataset: Dataset, first: Batch
) -> tuple[ClassNames | None, bool, list[Decision]]:
    """What `class_names` returns for classes on both sides; with ``--classes`` words have an order.

    Raises:
        UsageError: They are numbers, which have one.
    """
    if loss.domain is not Domain.CLASS_NUMBERS:
        return None, False, _from_the_left(dataset.classes, first)
    other = _numbered_otherwise(loss, dataset, first, None)
    if other is not None:
        return _by_number(loss, settings, other)
    words = first.predictions.dtype == first.labels.dtype == object
    if settings.classes is None:
        found = dataset.classes
        average = next((settings.params.get(one.name, one.default) for one in loss.params if one.name == "average"), "")
        if words and average == "binary" and "pos_label" not in settings.params and found and found.one and found.flags:
            return found, True, [_FLAGS]
        return None, False, _from_the_left(found, first)
    if not words:
        raise UsageError("--classes: predictions or labels are numbers, which are in order", hint="leave it out")
    return _given_names(settings, None, text=True, picks=False, width=len(settings.classes or ()))


def refuse_shuffled(loss: Loss, dataset: Dataset, first: Batch, layout: Layout | None = None) -> None:
    """Refuse scores of classes that are taken by position, in columns whose numbers are others."""
    found = _numbered_otherwise(loss, dataset, first, layout)
    if found is not None and (layout is None or loss.domain is not Domain.CLASS_NUMBERS):
        raise _shuffled(found)


def _by_number(loss: Loss, settings: Settings, found: ClassNames) -> tuple[ClassNames, bool, list[Decision]]:
    """What `class_names` returns for scores in columns whose numbers are those of the labels, and not 0, 1, 2, ….

    Raises:
        UsageError: The columns count from 0 on to what is computed.
    """
    each = settings.params.get("average") == "none" and found.sorted_columns(np.empty(0)) is not None
    if loss.domain is not Domain.CLASS_NUMBERS or "pos_label" in settings.params or each:
        raise _shuffled(found)
    ranked = _ranked(loss, settings, found)
    reason = f"{found.source} are numbers, matched to the labels; the largest of a row is the predicted class"
    return found, True, [Decision("classes", listed(found.names), reason, note=True), *ranked]


def _numbered_otherwise(loss: Loss, dataset: Dataset, first: Batch, layout: Layout | None) -> ClassNames | None:
    """The classes of scores that are taken by position, in columns whose numbers are others; None if they aren't."""
    about = loss.takes.classes or loss.takes.labelled or loss.domain in _OF_CLASSES
    rows = (first.predictions.ndim, first.labels.ndim) == (2, 1) and first.labels.dtype != object
    found, as_given = dataset.classes, layout is None or layout.form is Form.VALUES
    other = found is not None and found.numeric and not (found.counted or found.one)
    return found if about and rows and as_given and other else None


def _shuffled(found: ClassNames) -> UsageError:
    what = f"the columns are those of classes {listed(found.names)}, and here they are counted from 0 on"
    order = found.from_0
    other = "--pred with the column of a yes" if len(found.names) == 2 else "classes as words, labels too"
    hint = f"--pred with the columns in the order {listed(order)}" if order else other
    return UsageError(what, hint=hint)


def _ranked(loss: Loss, settings: Settings, found: ClassNames) -> tuple[Decision, ...]:
    """What the order of named columns decides, where a loss has a positive class or distances between classes.

    Raises:
        UsageError: They are words for 0 and 1 in the opposite order.
    """
    params = {param.name: settings.params.get(param.name, param.default) for param in loss.params}
    if params.get("average") == "binary" and len(found.names) == 2 and "pos_label" not in settings.params:
        if found.numeric and not found.counted:
            raise _shuffled(found)
        return (Decision("positive class", printable(found.names[1]), _SECOND, note=not found.numeric),)
    if settings.keep is not None and settings.keep.one_of_two and len(found.names) == 2 and not found.from_0:
        reason = "the second column; --positive names another"
        return (Decision("positive class", printable(found.names[1]), reason, note=True),)
    if params.get("weighing") not in (None, "none") and len(found.names) > 2:
        if found.numeric and found.sorted_columns(np.empty(0)) is not None:
            raise _shuffled(found)
        if not found.numeric:
            from losscli.losses.word_order import refuse_unordered

            refuse_unordered(found.names)
        reason = "of the columns; distances are counted in it"
        return (Decision("order of classes", listed(found.names), reason),)
    return ()


def _from_the_left(found: ClassNames | None, first: Batch) -> list[Decision]:
    """A note where numbers count columns whose names are in another order than tools number classes in."""
    reason = "labels are numbers, which count the columns from the left; sorted, the names stand in another order"
    if found is None or not found.unsorted or (first.predictions.ndim, first.labels.ndim) != (2, 1):
        return []
    return [Decision("classes", listed(found.names), reason, note=True)]


def _are_numbers(found: ClassNames, settings: Settings) -> bool:
    """Whether labels that are numbers are matched to the numbers in the names.

    Raises:
        InputError: Two names are the same number, such as ``1`` and ``01``.
    """
    if found.repeated and settings.label_base is None:
        what = f"two of the classes {listed(found.names)} are the same number, and labels are numbers"
        raise InputError(what, hint="rename one, or --label-base 0 if labels count the columns")
    return (found.numeric or found.valued) and settings.label_base is None and not (found.one and found.counted)


def _yes_or_no(loss: Loss, settings: Settings, *, compares: bool) -> bool:
    """Whether words are classes of the columns, or one of them means yes and no parameter names it."""
    named = settings.params.get("pos_label") is not None
    return not named and (compares or loss.domain is Domain.BINARY_SCORES)


def _given_names(
    settings: Settings, found: ClassNames | None, *, text: bool, picks: bool, width: int
) -> tuple[ClassNames, bool, list[Decision]]:
    """The names of ``--classes``; a single column named after one of them is the probability of that class."""
    given = settings.classes or ()
    expected = 2 if width == 1 else width
    if len(given) != expected:
        raise UsageError(f"--classes names {len(given)} classes, the predictions have {expected}")
    if len(set(given)) < expected or "" in given:
        raise UsageError("--classes: the names must differ, and none may be empty")
    names, reason = ClassNames(given, source="--classes"), "--classes"
    if width == 1 and found is not None and found.one and found.source != "the labels":
        if names.find([found.names[1]]).tolist() == [0]:
            names = ClassNames(given[::-1], source="--classes")
        reason = f"--classes; the prediction column is that of {printable(found.names[1])}"
    by_name = text or (picks and names.numeric and settings.label_base is None)
    return names, by_name, [Decision("classes", listed(names.names), reason)]


def _words(loss: Loss, first: Batch, *, binary: bool) -> InputError:
    """The error for labels that are words of unknown meaning."""
    if not (loss.takes.classes or loss.takes.labelled):
        rows = first.labels.reshape(len(first), -1)
        odd = [i for i, row in enumerate(rows.tolist()) if not all(map(_is_number, row))]
        if not odd:
            return InputError(f"the labels are words; {loss.name} takes numbers")
        label, where = quoted(next(text for text in rows[odd[0]] if not _is_number(text))), first.where_label(odd[0])
        if len(odd) == len(rows):
            return InputError(f"the labels are words, such as {label}; {loss.name} takes numbers", where)
        what = f"the label {label} is not a number, as others are; {loss.name} takes numbers"
        return InputError(what, where, "--na with this text and --nan skip, if it stands for a missing value")
    return InputError(
        "the labels are words, and nothing says which prediction belongs to which",
        hint="--classes NO,YES: the name that counts as 0, then the one that counts as 1"
        if binary
        else "--classes with the names in the order of the prediction columns",
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def class_weight_of(settings: Settings, names: ClassNames | None, width: int) -> Sequence[float] | str | None:
    """Weights in the order of the classes; classes that are not named have weight 1.

    Raises:
        UsageError: There is not one weight for each class, or no class of a name.
    """
    given = settings.class_weight
    if given is None or given == "balanced":
        return given
    if isinstance(given, str):
        raise UsageError(f"--class-weight {given}: a list, name=weight pairs, or balanced")
    if not isinstance(given, Mapping):
        if np.shape(given) != (width,):
            if np.ndim(given) > 1:
                raise UsageError(f"--class-weight has the shape {np.shape(given)}; it takes one weight for each class")
            raise UsageError(f"--class-weight has {len(given)} weights, the predictions have {width} classes")
        return given
    known = names.names if names is not None else tuple(map(str, range(width)))
    unknown = [name for name in given if name not in known]
    if unknown:
        what = f"--class-weight: no class is called {shortened(unknown[0])}"
        raise UsageError(what, hint=f"one of {some_names(known, 8)}")
    return [given.get(name, 1.0) for name in known]
