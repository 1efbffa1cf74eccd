"""The loss types of TRL's trainers: predictions are log-probabilities of the chosen answers, one per row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.preference import log_odds, smoothed_log_sigmoid
from losscli.losses.reference import BATCH_MEAN, calls_in
from losscli.losses.vocabulary import Kind, Param, Takes
from losscli.ops import log_sigmoid, log_softmax, sigmoid
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.ops import Array

BETA = Param("beta", 0.1, "Scale of the rewards.")
SMOOTHING = Param("label_smoothing", 0.0, "The share of preferences that are the wrong way round.")
DIVERGENCES = ("reverse_kl", "forward_kl", "js_divergence", "alpha_divergence")
RAISES = "raises here as well"
SMOOTHS = "label_smoothing acts on exo_pair, robust, aot and aot_unpaired alone"


@record
class _Pair:
    """The terms of a DPO loss: log-ratios of model and reference, for the chosen and the rejected answers.

    Attributes:
        model: The model's lead of the chosen answers over the rejected ones.
        reference: The reference model's lead.
        c: Log-ratio of the chosen answers.
        r: Log-ratio of the rejected answers.
        lead: The difference of the two scores under the f-divergence; by default, of the log-ratios.
        beta: Scale of the rewards.
        s: Label smoothing.
        tau: DiscoPOP's temperature.
    """

    model: Array
    reference: Array
    c: Array
    r: Array
    lead: Array
    beta: float
    s: float
    tau: float

    @property
    def z(self) -> Array:
        """The lead, scaled."""
        return np.asarray(self.beta * self.lead)


def _score(ratio: Array, divergence: str, alpha: float) -> Array:
    """The derivative of the f-divergence, up to a constant, at a ratio given by its logarithm."""
    match divergence:
        case "forward_kl":
            return -np.expm1(-ratio)
        case "js_divergence":
            return np.asarray(math.log(2.0) + log_sigmoid(ratio))
        case "alpha_divergence" if abs(alpha - 1.0) >= 1e-6:
            power = np.minimum((alpha - 1.0) * ratio, 80.0)  # TRL's limit for float32
            return np.expm1(power) / (alpha - 1.0)
    return ratio


def _exo(one: _Pair) -> Array:
    if not one.s:
        raise UsageError(f"--loss-type exo_pair needs --label-smoothing above 0; TRL {RAISES}", hint="0.001")
    right, wrong = log_sigmoid(one.z), log_sigmoid(-one.z)
    return np.asarray(np.exp(right) * (right - np.log1p(-one.s)) + np.exp(wrong) * (wrong - np.log(one.s)))


def _robust(one: _Pair) -> Array:
    return -((1.0 - one.s) * log_sigmoid(one.z) - one.s * log_sigmoid(-one.z)) / (1.0 - 2.0 * one.s)


def _sppo(one: _Pair) -> Array:
    half = 0.5 / one.beta
    return (one.c - half) ** 2 + (one.r + half) ** 2


def _nca(one: _Pair) -> Array:
    c, r = one.beta * one.c, one.beta * one.r
    return -log_sigmoid(c) - 0.5 * log_sigmoid(-c) - 0.5 * log_sigmoid(-r)


def _discopop(one: _Pair) -> Array:
    share = sigmoid(one.z / one.tau)
    return -log_sigmoid(one.z) * (1.0 - share) + np.exp(-one.z) * share


def _sorted_lead(better: Array, worse: Array, one: _Pair) -> Array:
    return smoothed_log_sigmoid(one.beta * (np.sort(better) - np.sort(worse)), one.s)


_DPO: dict[str, Callable[[_Pair], Array]] = {
    "sigmoid": lambda one: -log_sigmoid(one.z),
    "hinge": lambda one: np.maximum(1.0 - one.z, 0.0),
    "exo_pair": _exo,
    "nca_pair": _nca,
    "robust": _robust,
    "bco_pair": lambda one: -log_sigmoid(one.beta * one.c) - log_sigmoid(-one.beta * one.r),
    "sppo_hard": _sppo,
    "aot": lambda one: _sorted_lead(one.model, one.reference, one),
    "aot_unpaired": lambda one: _sorted_lead(one.c, one.r, one),
    "apo_zero": lambda one: 1.0 - sigmoid(one.beta * one.c) + sigmoid(one.beta * one.r),
    "apo_down": lambda one: sigmoid(one.beta * one.c) + 1.0 - sigmoid(one.beta * (one.c - one.r)),
    "discopop": _discopop,
    "ipo": lambda one: (one.lead - 1.0 / (2.0 * one.beta)) ** 2,
    "sigmoid_norm": lambda one: -log_sigmoid(one.z),
}
_BY_LENGTH = ("ipo", "sigmoid_norm")
_OF_LOG_RATIOS = ("nca_pair", "bco_pair", "sppo_hard", "aot", "aot_unpaired", "apo_zero", "apo_down")


def _dpo(
    x: Array,
    *,
    rejected_logps: Array,
    ref_chosen_logps: Array,
    ref_rejected_logps: Array,
    chosen_lengths: Any = None,
    rejected_lengths: Any = None,
    loss_type: str,
    f_divergence_type: str,
    f_alpha_divergence_coef: float,
    **how: float,
) -> Array:
    """A loss type of TRL's DPOTrainer."""
    if loss_type in _OF_LOG_RATIOS and f_divergence_type != DIVERGENCES[0]:
        raise UsageError(f"--f-divergence-type does not go with --loss-type {loss_type}; TRL {RAISES}")
    lengths = _lengths(loss_type, x, chosen_lengths, rejected_lengths)
    c, r = x - ref_chosen_logps, rejected_logps - ref_rejected_logps
    scores = (_score(ratio, f_divergence_type, f_alpha_divergence_coef) for ratio in (c, r))
    better, worse = (score / length for score, length in zip(scores, lengths, strict=True))
    model, reference = x - rejected_logps, ref_chosen_logps - ref_rejected_logps
    beta, smoothing, tau = (how[name] for name in ("beta", "label_smoothing", "discopop_tau"))
    return np.asarray(_DPO[loss_type](_Pair(model, reference, c, r, better - worse, beta, smoothing, tau)))


def _lengths(loss_type: str, x: Array, chosen: Any, rejected: Any) -> tuple[Any, Any]:
    """The divisors of scores: the lengths of the answers, or 1."""
    if loss_type not in _BY_LENGTH:
        return 1.0, 1.0
    if chosen is None or rejected is None:
        raise UsageError(
            f"--loss-type {loss_type} divides by the lengths of the answers",
            hint="--chosen-lengths and --rejected-lengths",
        )
    lengths = np.asarray(chosen, x.dtype), np.asarray(rejected, x.dtype)
    if any((each <= 0).any() for each in lengths):
        raise InputError("the lengths of the answers must be positive")
    return lengths


def _cpo(
    x: Array,
    *,
    rejected_logps: Array,
    loss_type: str,
    beta: float,
    simpo_gamma: float,
    label_smoothing: float,
    alpha: float,
) -> Array:
    """The preference term of a loss type of TRL's CPOTrainer."""
    better, worse = (-np.expm1(-alpha * logps) / alpha if alpha else logps for logps in (x, rejected_logps))
    lead = better - worse
    match loss_type:
        case "hinge":
            return np.maximum(1.0 - beta * lead, 0.0)
        case "ipo":
            return (lead - 1.0 / (2.0 * beta)) ** 2
        case "simpo":
            return smoothed_log_sigmoid(beta * lead - simpo_gamma, label_smoothing)
    return smoothed_log_sigmoid(beta * lead, label_smoothing)


def _orpo(x: Array, *, rejected_logps: Array, beta: float) -> Array:
    """TRL's odds_ratio_loss: with a plus, since the trainer subtracts its mean."""
    return beta * log_sigmoid(log_odds(x) - log_odds(rejected_logps))


def _reward(x: Array, *, rewards_rejected: Array, margin: Any = None) -> Array:
    lead = x - rewards_rejected
    return -log_sigmoid(lead if margin is None else lead - margin)


def _generalized_jsd(x: Array, y: Array, *, beta: float, temperature: float) -> Array:
    """GKDTrainer.generalized_jsd_loss, class by class; beta of 0 is the divergence from the teacher."""
    s, t = (log_softmax(logits / temperature) for logits in (x, y))
    if beta in (0.0, 1.0):
        s, t = (t, s) if beta else (s, t)
        return np.exp(t) * (t - s)
    mixed = np.logaddexp(s + math.log1p(-beta), t + math.log(beta))
    return beta * (np.exp(t) * (t - mixed)) + (1.0 - beta) * (np.exp(s) * (s - mixed))


_call = calls_in("trl", reads=Kind.VALUES, takes=Takes.ANCHOR, apart=True)
DPO = _call(
    "DPO",
    kernel=_dpo,
    options=(
        Param("loss_type", "sigmoid", "Which of the trainer's losses.", choices=tuple(_DPO)),
        BETA,
        SMOOTHING,
        Param("f_divergence_type", DIVERGENCES[0], "What keeps the model near the reference.", choices=DIVERGENCES),
        Param("f_alpha_divergence_coef", 0.5, "The alpha of an alpha divergence."),
        Param("discopop_tau", 0.05, "DiscoPOP's temperature."),
    ),
    extras=("rejected_logps", "ref_chosen_logps", "ref_rejected_logps", "chosen_lengths", "rejected_lengths"),
    whole=True,
    note=f"Log-probabilities summed over an answer; ipo and sigmoid_norm divide by its length; {SMOOTHS}.",
)
CPO = _call(
    "CPO",
    kernel=_cpo,
    options=(
        Param("loss_type", "sigmoid", "Which of its losses.", choices=("sigmoid", "hinge", "ipo", "simpo")),
        BETA,
        Param("simpo_gamma", 0.5, "By how much the chosen answer must lead, with simpo."),
        SMOOTHING,
        Param("alpha", 0.0, "AlphaPO: rewards are (1 - p^-alpha) / alpha; with 0 the log-probabilities."),
    ),
    extras=("rejected_logps",),
    note="The preference alone, without the cost of the chosen answer; simpo and ipo take means per token.",
)
ORPO = _call(
    "ORPO.odds_ratio_loss",
    kernel=_orpo,
    options=(BETA,),
    extras=("rejected_logps",),
    note="beta log sigmoid of the log odds ratio, WITH A PLUS: the loss is the cost of the chosen minus it.",
)
REWARD = _call("RewardTrainer", kernel=_reward, extras=("rewards_rejected", "margin"))
DISTILLATION = _call(
    "GKDTrainer.generalized_jsd_loss",
    kernel=_generalized_jsd,
    takes=Takes.VECTOR,
    options=(
        Param("beta", 0.5, "0: the divergence from the teacher, 1: from the student, between: from their mixture."),
        Param("temperature", 1.0, "Logits are divided by it; the loss is not multiplied."),
    ),
    reductions=BATCH_MEAN,
    note="A generalized Jensen-Shannon divergence, class by class; the mean is over the classes as well.",
)
