"""Losses of unaligned sequences: every alignment of the labels with the time steps counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Index, Labels


@loss(
    name="ctc",
    family="likelihood",
    summary="Cross-entropy of a sequence of labels, over all its alignments with a longer sequence of scores.",
    formula="-log sum_a prod_t softmax(x[t])[a[t]]"
    "\n    a: all T steps that give the labels, once repeated ones are merged and blanks are left out",
    steps=(("loss", "-log_alignments(x, y, blank)"),),
    takes=Takes.RAW,
    domain=Domain.SEQUENCES,
    unit="nats",
    params=(Param("blank", 0, "The class that stands for no label.", ge=0),),
    references=("calls_ctc.CTC",),
    laws=frozenset({"non-negative", "row-permutation", "logit-shift"}),
    examples=(
        Example("[[[0,0],[0,0]]]", "[[1]]", 0.2876820724517809, "by hand: -log(3/4): 1 1, 1 blank, blank 1"),
        Example("[[[0,0],[0,0],[0,0]]]", "[[1,1]]", 2.0794415416798357, "by hand: -log(1/8): 1 blank 1"),
        Example("[[[0,0,0]]]", "[[-1]]", 1.0986122886681098, "by hand: log 3: one blank, no label"),
    ),
    accuracy="A few ulp of T and of the largest logit, times T: one log-probability is added for each step.",
    source="Graves et al. 2006, Connectionist temporal classification",
)
def ctc(x: Array, y: Labels, *, blank: int) -> Array:
    """Logits ``(N, T, C)`` and class numbers ``(N, S)``, padded with -1; infinite if T is too short.

    Raises:
        InputError: Other shapes, a label that is no class, or the blank among the labels.
    """
    if x.ndim != 3 or y.ndim != 2 or len(x) != len(y) or y.dtype == object:
        raise InputError(f"scores (N, T, C) and class numbers (N, S) are wanted, not {x.shape} and {y.shape}")
    target = y.astype(np.intp)
    filled = np.logical_or.accumulate(target == -1, axis=1)
    if not (y == target).all() or (target < -1).any() or (target >= x.shape[-1]).any():
        raise InputError(f"a label is neither a class number, 0..{x.shape[-1] - 1}, nor -1, which fills a row up")
    if blank >= x.shape[-1]:
        raise InputError(f"--blank {blank}: there are {x.shape[-1]} classes")
    if ((target == blank) & ~filled).any():
        raise InputError(f"{blank} is the blank, and no label", hint="--blank says which class the blank is")
    steps = np.full(len(x), x.shape[1], np.intp)
    return -log_alignments(ops.log_softmax(x), np.where(filled, blank, target), (steps, (~filled).sum(axis=1)), blank)


def log_alignments(
    log_p: Array, target: Index, lengths: tuple[Index, Index], blank: int, elsewhere: float = -math.inf
) -> Array:
    """The log-probability of all alignments, ``(N,)``.

    Args:
        log_p: ``(N, T, C)``.
        target: ``(N, S)`` class numbers; padding must hold some class, too.
        lengths: The number of steps and labels that count in each row.
        blank: The blank class.
        elsewhere: The logarithm of the factor for an alignment that ends before the last label, or behind it.
    """
    steps, number = lengths
    states = np.full((len(log_p), 2 * target.shape[1] + 1), blank, np.intp)
    states[:, 1::2] = target
    skips = np.zeros(states.shape, bool)  # from one label directly to the next, if they differ
    skips[:, 3::2] = target[:, 1:] != target[:, :-1]
    behind = np.arange(states.shape[1]) - 2 * number[:, None]
    ends = np.where((behind == 0) | (behind == -1), 0.0, elsewhere).astype(log_p.dtype)
    reached = np.full(states.shape, -np.inf, log_p.dtype)
    reached[:, 0] = 0.0  # before the first step; no way leads from here past the first label
    found = ends[:, 0]
    for t in range(log_p.shape[1]):
        ways = [reached, _shifted(reached, 1), np.where(skips, _shifted(reached, 2), -np.inf)]
        reached = ops.logsumexp(np.stack(ways, axis=-1)) + np.take_along_axis(log_p[:, t], states, axis=1)
        found = np.where(steps == t + 1, ops.logsumexp(reached + ends), found)
    return found


def _shifted(a: Array, by: int) -> Array:
    return np.concatenate([np.full((len(a), by), -np.inf, a.dtype), a], axis=1)[:, : a.shape[1]]
