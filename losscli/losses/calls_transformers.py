"""The calls of ``transformers.loss``: cross-entropies of language models, with their shifts of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.label_sets import class_index
from losscli.losses.reference import MEAN, WHOLE, calls_in
from losscli.losses.vocabulary import Kind, Param, Role, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


VOCABULARY = Param("vocab_size", None, "The number of tokens; by default the last axis of the logits.")
ITEMS = Param("num_items_in_batch", None, "What the sum is divided by; by default the number of labels that count.")
IGNORE = Param("ignore_index", -100, "Tokens with this label do not count.", role=Role.IGNORE, to="ignore_index")


def _tokens(x: Array, y: Labels, ignore_index: float, items: float | None) -> Array:
    """The cost of each token; masked where its label does not count."""
    if y.shape != x.shape[:-1]:
        raise InputError(f"logits of shape {x.shape} take labels of shape {x.shape[:-1]}, not {y.shape}")
    counts = y != ignore_index
    index = class_index(np.where(counts, y, 0), x.shape[-1])
    values = -ops.log_softmax_at(x, index)
    if items is not None:  # so that the mean equals the sum over the items
        values = values * x.dtype.type(counts.sum() / items)
        if not counts.any():
            return np.ma.masked_array(np.zeros_like(values), np.zeros_like(counts))
    return np.ma.masked_array(np.where(counts, values, 0.0), ~counts)


def _vocabulary(x: Array, vocab_size: float | None) -> None:
    if vocab_size is not None and vocab_size != x.shape[-1]:
        raise UsageError(f"--vocab-size {vocab_size:g}: the last axis of the logits is {x.shape[-1]}")


def _masked_lm(
    x: Array, y: Labels, *, vocab_size: float | None, num_items_in_batch: float | None, ignore_index: float
) -> Array:
    _vocabulary(x, vocab_size)
    return _tokens(x, y, ignore_index, num_items_in_batch)


def _causal_lm(
    x: Array,
    y: Labels,
    *,
    vocab_size: float | None,
    num_items_in_batch: float | None,
    ignore_index: float,
    shift_labels: Any = None,
) -> Array:
    """transformers.loss.ForCausalLMLoss: each logit is for the label after its own; the last has none."""
    _vocabulary(x, vocab_size)
    if shift_labels is None:
        last = np.full((*y.shape[:-1], 1), ignore_index, y.dtype)
        shift_labels = np.concatenate([y[..., 1:], last], axis=-1)
    return _tokens(x, np.asarray(shift_labels), ignore_index, num_items_in_batch)


def _token_classes(x: Array, y: Labels, *, num_items_in_batch: float | None, ignore_index: float) -> Array:
    return _tokens(x, y, ignore_index, num_items_in_batch)


def _answers(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    end_logits: Array,
    end_positions: Labels,
    num_items_in_batch: float | None,
) -> Array:
    """transformers.loss.ForQuestionAnsweringLoss: positions beyond the text do not count."""
    if weights is not None or x.ndim != 2 or end_logits.shape != x.shape:
        raise InputError(f"logits (N, length) of starts and ends are wanted, not {x.shape} and {end_logits.shape}")
    parts = []
    for logits, positions in ((x, y), (end_logits.astype(x.dtype), end_positions)):
        flat = positions[:, 0] if positions.ndim == 2 else positions
        if flat.shape != x.shape[:1]:
            raise InputError(f"one position for each of {len(x):,} rows, not shape {positions.shape}")
        values: Any = _tokens(logits, np.clip(flat, 0, x.shape[1]), x.shape[1], num_items_in_batch)
        parts.append(values.mean() if values.count() else np.nan)
    return np.asarray((parts[0] + parts[1]) / 2.0, x.dtype)


def _sequences(
    x: Array, y: Labels, *, problem_type: str | None, num_items_in_batch: float | None, ignore_index: float
) -> Array:
    """transformers.loss.ForSequenceClassificationLoss: one of three losses, chosen by the labels by default."""
    labels = x.shape[-1] if x.ndim > 1 else 1
    if problem_type is None:
        numbers = y.ndim < x.ndim and labels > 1
        problem_type = "single_label_classification" if numbers else "multi_label_classification"
        problem_type = "regression" if labels == 1 else problem_type
    if problem_type == "single_label_classification":
        return _tokens(x.reshape(-1, labels), y.reshape(-1), ignore_index, num_items_in_batch)
    if labels == 1:
        x, y = x.reshape(-1), y.reshape(-1)
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    y = y.astype(x.dtype)
    if problem_type == "regression":
        return np.asarray((x - y) ** 2)
    return np.asarray(-y * ops.log_sigmoid(x) - (1.0 - y) * ops.log_sigmoid(-x))


_call = calls_in("transformers.loss", reads=Kind.LOGITS, takes=Takes.RAW, reductions=MEAN, whole=True, apart=True)
CROSS_ENTROPY = (
    _call(
        "ForCausalLMLoss",
        kernel=_causal_lm,
        options=(VOCABULARY, ITEMS, IGNORE),
        extras=("shift_labels",),
        note="Each logit is compared with the label of the NEXT token; -100 does not count.",
    ),
    _call(
        "ForMaskedLMLoss",
        kernel=_masked_lm,
        options=(VOCABULARY, ITEMS, IGNORE),
        note="Not shifted; -100 does not count.",
    ),
    _call(
        "ForTokenClassification",
        kernel=_token_classes,
        options=(ITEMS, IGNORE),
        note="Not shifted; -100 does not count.",
    ),
    _call(
        "ForQuestionAnsweringLoss",
        takes=Takes.SET,
        kernel=_answers,
        options=(ITEMS,),
        extras=("end_logits", "end_positions"),
        reductions=WHOLE,
        note="Half the sum of the cross-entropies of start and end; positions behind the text do not count.",
    ),
    _call(
        "ForSequenceClassificationLoss",
        kernel=_sequences,
        options=(
            Param(
                "problem_type",
                None,
                "What the labels are; by default class numbers if they are one a row, else several yes or no, and "
                "values if there is one output.",
                choices=("regression", "single_label_classification", "multi_label_classification"),
            ),
            ITEMS,
            IGNORE,
        ),
        note="Cross-entropy of class numbers, binary cross-entropy of rows of 0 and 1, squared error of values.",
    ),
)
