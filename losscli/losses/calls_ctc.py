"""The calls of CTC: where the time axis is, how labels are padded, and the cost of a row without an alignment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.alignments import log_alignments
from losscli.losses.reference import Reference, keras_losses, optax_call, tf_call
from losscli.losses.vocabulary import Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Index, Labels


TF_NEVER = math.log(1e-307)  # TensorFlow's logarithm of 0


def _lengths(numbers: Any, name: str, rows: int, most: int) -> Index:
    """The lengths of the rows, ``(N,)``.

    Raises:
        UsageError: There are more or fewer than rows, or one is too long.
    """
    if numbers is None:
        return np.full(rows, most, np.intp)
    found = np.asarray(numbers).reshape(-1).astype(np.intp)
    if len(found) != rows:
        raise UsageError(f"--{name.replace('_', '-')} has {len(found)} numbers for {rows} rows")
    if ((found < 0) | (found > most)).any():
        raise UsageError(f"--{name.replace('_', '-')}: a row has between 0 and {most}")
    return found


def _target(y: Labels, number: Index, classes: int, blank: int) -> Index:
    """Class numbers; invalid ones beyond a row's length become blank.

    Raises:
        InputError: One within the length is invalid.
    """
    target = y.astype(np.intp)
    outside = (target < 0) | (target >= classes)
    if (outside & (np.arange(target.shape[1]) < number[:, None])).any():
        raise InputError(f"a label lies outside 0..{classes - 1}")
    return np.where(outside, blank, target)


def _ranks(x: Array, y: Labels) -> None:
    if x.ndim != 3 or y.ndim != 2 or y.dtype == object:
        raise InputError(f"three axes of scores and rows of class numbers are wanted, not {x.shape} and {y.shape}")


def _torch(x: Array, y: Labels, *, input_lengths: Any, target_lengths: Any, blank: float, zero_infinity: bool) -> Array:
    """torch.nn.CTCLoss: time steps first."""
    _ranks(x, y)
    rows = x.shape[1]
    steps = _lengths(input_lengths, "input_lengths", rows, len(x))
    number = _lengths(target_lengths, "target_lengths", rows, y.shape[1])
    target = _target(y, number, x.shape[-1], int(blank))
    cost = -log_alignments(np.moveaxis(x, 0, 1), target, (steps, number), int(blank))
    return np.where(np.isinf(cost), 0.0, cost) if zero_infinity else cost


def _optax(
    x: Array, y: Labels, *, logit_paddings: Any = None, label_paddings: Any = None, blank_id: float, log_epsilon: float
) -> Array:
    """optax.losses.ctc_loss: impossible alignments have log-probability ``log_epsilon``."""
    _ranks(x, y)
    off = np.zeros(x.shape[:2], x.dtype) if logit_paddings is None else logit_paddings
    number = y.shape[1] - (np.zeros(y.shape) if label_paddings is None else label_paddings).sum(axis=1).astype(np.intp)
    log_p, labels = ops.log_softmax(x), _target(y, number, x.shape[-1], 0)
    never, repeat = x.dtype.type(log_epsilon), np.zeros(y.shape, x.dtype)
    repeat[:, :-1] = labels[:, 1:] == labels[:, :-1]
    blanks = np.full((len(x), y.shape[1] + 1), never)
    blanks[:, 0] = 0.0
    emitted = np.full(y.shape, never)
    for t in range(x.shape[1]):
        emit, rest = np.take_along_axis(log_p[:, t], labels, axis=1), log_p[:, t, int(blank_id), None]
        ahead = _joined(blanks, emitted + never * repeat)
        after = _joined(ahead + rest, emitted + rest + never * (1.0 - repeat))
        own = np.logaddexp(ahead[:, :-1] + emit, emitted + emit)
        pad = off[:, t, None]
        emitted, blanks = pad * emitted + (1.0 - pad) * own, pad * blanks + (1.0 - pad) * after
    return -np.take_along_axis(_joined(blanks, emitted), number[:, None], axis=1)[:, 0]


def _joined(blanks: Array, emitted: Array) -> Array:
    return np.concatenate([blanks[:, :1], np.logaddexp(blanks[:, 1:], emitted)], axis=1)


def _tf(
    x: Array, y: Labels, *, label_length: Any, logit_length: Any, logits_time_major: bool, blank_index: float
) -> Array:
    """tf.nn.ctc_loss of dense labels."""
    _ranks(x, y)
    log_p = ops.log_softmax(np.moveaxis(x, 0, 1) if logits_time_major else x)
    number = _lengths(label_length, "label_length", len(log_p), y.shape[1])
    steps = _lengths(logit_length, "logit_length", len(log_p), log_p.shape[1])
    blank = int(blank_index) % x.shape[-1]
    return -log_alignments(log_p, _target(y, number, x.shape[-1], blank), (steps, number), blank, TF_NEVER)


def _keras(x: Array, y: Labels) -> Array:
    """keras.losses.CTC: 0 is both the blank and the padding of labels."""
    _ranks(x, y)
    single: Any = x.astype(np.float32)  # the only dtype that TensorFlow's function takes
    number = (y != 0).sum(axis=1)
    steps = np.full(len(x), x.shape[1], np.intp)
    target = _target(y, number, x.shape[-1], 0)
    return -log_alignments(ops.log_softmax(single), target, (steps, number), 0, TF_NEVER).astype(x.dtype)


def _lengths_of(name: str, what: str) -> Param:
    return Param(name, None, f"How many {what} of each row count; all by default.", vector=True)


CTC = (
    *keras_losses(
        "CTC",
        "ctc",
        metric=False,
        reads=Kind.LOGITS,
        takes=Takes.RAW,
        kernel=_keras,
        note="Labels are filled up with 0, the blank; computed in float32.",
    ),
    Reference(
        "torch.nn.CTCLoss",
        aliases=("torch.nn.functional.ctc_loss",),
        takes=Takes.RAW,
        kernel=_torch,
        options=(
            Param("blank", 0, "The class that stands for no label."),
            Param("zero_infinity", False, "A row without an alignment costs nothing."),
        ),
        extras=("input_lengths", "target_lengths"),
        rows_second=True,
        per="target_lengths",
        whole=True,
        apart=True,
        note="Log-probabilities (T, N, C), steps first; the mean is of the losses over the lengths of their targets.",
    ),
    optax_call(
        "ctc_loss",
        also=("ctc_loss_with_forward_probs",),
        reads=Kind.LOGITS,
        takes=Takes.RAW,
        kernel=_optax,
        options=(
            Param("blank_id", 0, "The class that stands for no label."),
            Param("log_epsilon", -1e5, "The log-probability of what is impossible."),
        ),
        extras=("logit_paddings", "label_paddings"),
        note="Paddings are 1 where a step or label does not count; a row without an alignment costs 100,000 or more.",
    ),
    tf_call(
        "ctc_loss",
        reads=Kind.LOGITS,
        takes=Takes.RAW,
        kernel=_tf,
        options=(
            _lengths_of("label_length", "labels"),
            _lengths_of("logit_length", "steps"),
            Param("logits_time_major", True, "Logits are (T, N, C), steps first."),
            Param("blank_index", 0, "The class that stands for no label; a negative one counts from the end."),
        ),
        rows_second="logits_time_major",
        whole=True,
        apart=True,
        note="Logits (T, N, C), steps first, unless told otherwise.",
    ),
)
