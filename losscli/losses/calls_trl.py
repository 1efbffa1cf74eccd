"""The loss types of TRL's trainers: predictions are log-probabilities of the chosen answers, one a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError
from losscli.lazy import lazy
from losscli.losses.preference import log_odds, smoothed_log_sigmoid
from losscli.losses.reference import Reductions, Reference, Rule
from losscli.losses.vocabulary import Kind, Param, Takes
from losscli.ops import log_sigmoid, sigmoid

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from losscli.ops import Array
else:
    np = lazy("numpy")

TRL = Reductions({"mean": Rule.MEAN, "sum": Rule.SUM, "none": Rule.NONE})
BETA = Param("beta", 0.1, "Scale of the rewards.")
SMOOTHING = Param("label_smoothing", 0.0, "How often a preference is the wrong way round.")
TAU = 0.05  # DiscoPOP's temperature


class _Pair:
    """What a DPO loss is made of: log-ratios of model and reference, of the chosen and of the rejected answers.

    Args:
        chosen: Of the chosen answers, the model's log-probabilities and the reference's.
        rejected: The same of the rejected ones.
        beta: Scale of the rewards.
        smoothing: Label smoothing.
    """

    def __init__(
        self, chosen: tuple[Array, Array], rejected: tuple[Array, Array], beta: float, smoothing: float
    ) -> None:
        self.model = chosen[0] - rejected[0]
        self.reference = chosen[1] - rejected[1]
        self.c = chosen[0] - chosen[1]
        self.r = rejected[0] - rejected[1]
        self.beta = beta
        self.s = smoothing

    @property
    def z(self) -> Array:
        """The lead, scaled."""
        return self.beta * (self.c - self.r)


def _exo(one: _Pair) -> Array:
    s = one.s or 1e-3
    right, wrong = log_sigmoid(one.z), log_sigmoid(-one.z)
    return np.asarray(np.exp(right) * (right - np.log(1.0 - s)) + np.exp(wrong) * (wrong - np.log(s)))


def _robust(one: _Pair) -> Array:
    return -((1.0 - one.s) * log_sigmoid(one.z) - one.s * log_sigmoid(-one.z)) / (1.0 - 2.0 * one.s)


def _sppo(one: _Pair) -> Array:
    half = 0.5 / one.beta
    return (one.c - half) ** 2 + (one.r + half) ** 2


def _nca(one: _Pair) -> Array:
    c, r = one.beta * one.c, one.beta * one.r
    return -log_sigmoid(c) - 0.5 * log_sigmoid(-c) - 0.5 * log_sigmoid(-r)


def _discopop(one: _Pair) -> Array:
    share = sigmoid(one.z / TAU)
    return -log_sigmoid(one.z) * (1.0 - share) + np.exp(-one.z) * share


def _sorted_lead(better: Array, worse: Array, one: _Pair) -> Array:
    return smoothed_log_sigmoid(one.beta * (np.sort(better) - np.sort(worse)), one.s)


_DPO: dict[str, Callable[[_Pair], Array]] = {
    "sigmoid": lambda one: smoothed_log_sigmoid(one.z, one.s),
    "hinge": lambda one: np.maximum(1.0 - one.z, 0.0),
    "exo_pair": _exo,
    "nca_pair": _nca,
    "robust": _robust,
    "bco_pair": lambda one: -log_sigmoid(one.beta * one.c) - log_sigmoid(-one.beta * one.r),
    "sppo_hard": _sppo,
    "aot": lambda one: _sorted_lead(one.model, one.reference, one),
    "aot_unpaired": lambda one: _sorted_lead(one.c, one.r, one),
    "apo_zero": lambda one: 1.0 - sigmoid(one.beta * one.c) + sigmoid(one.beta * one.r),
    "apo_down": lambda one: sigmoid(one.beta * one.c) + 1.0 - sigmoid(one.z),
    "discopop": _discopop,
}
_BY_LENGTH: dict[str, Callable[[Array, float], Array]] = {
    "ipo": lambda lead, beta: (lead - 1.0 / (2.0 * beta)) ** 2,
    "sigmoid_norm": lambda lead, beta: -log_sigmoid(beta * lead),
}


def _dpo(
    x: Array,
    *,
    rejected_logps: Array,
    ref_chosen_logps: Array,
    ref_rejected_logps: Array,
    chosen_lengths: Any = None,
    rejected_lengths: Any = None,
    loss_type: str,
    beta: float,
    label_smoothing: float,
) -> Array:
    """A loss type of TRL's DPOTrainer."""
    one = _Pair((x, ref_chosen_logps), (rejected_logps, ref_rejected_logps), beta, label_smoothing)
    if loss_type not in _BY_LENGTH:
        return np.asarray(_DPO[loss_type](one))
    if chosen_lengths is None or rejected_lengths is None:
        raise UsageError(
            f"--loss-type {loss_type} divides by the lengths of the answers",
            hint="--chosen-lengths and --rejected-lengths",
        )
    lengths = [np.asarray(each, x.dtype) for each in (chosen_lengths, rejected_lengths)]
    if any((each <= 0).any() for each in lengths):
        raise InputError("the lengths of the answers must be positive")
    return np.asarray(_BY_LENGTH[loss_type](one.c / lengths[0] - one.r / lengths[1], beta))


def _cpo(
    x: Array, *, rejected_logps: Array, loss_type: str, beta: float, simpo_gamma: float, label_smoothing: float
) -> Array:
    """The preference term of a loss type of TRL's CPOTrainer."""
    lead = x - rejected_logps
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


def _call(name: str, **data: Any) -> Reference:
    defaults: dict[str, Any] = {"reads": Kind.VALUES, "takes": Takes.ANCHOR, "reductions": TRL, "apart": True}
    return Reference(f"trl.{name}", **(defaults | data))


DPO = (
    _call(
        "DPO",
        kernel=_dpo,
        options=(
            Param("loss_type", "sigmoid", "Which of the trainer's losses.", choices=(*_DPO, *_BY_LENGTH)),
            BETA,
            SMOOTHING,
        ),
        extras=("rejected_logps", "ref_chosen_logps", "ref_rejected_logps", "chosen_lengths", "rejected_lengths"),
        whole=True,
        note="Log-probabilities summed over an answer; ipo and sigmoid_norm divide by its length.",
    ),
)
CPO = (
    _call(
        "CPO",
        kernel=_cpo,
        options=(
            Param("loss_type", "sigmoid", "Which of its losses.", choices=("sigmoid", "hinge", "ipo", "simpo")),
            BETA,
            Param("simpo_gamma", 0.5, "By how much the chosen answer must lead, with simpo."),
            SMOOTHING,
        ),
        extras=("rejected_logps",),
        note="The preference alone, without the cost of the chosen answer; simpo and ipo take means per token.",
    ),
)
ORPO = (
    _call(
        "ORPO.odds_ratio_loss",
        kernel=_orpo,
        options=(BETA,),
        extras=("rejected_logps",),
        note="beta log sigmoid of the log odds ratio, WITH A PLUS: the loss is the cost of the chosen minus it.",
    ),
)
REWARD = (_call("RewardTrainer", kernel=_reward, extras=("rewards_rejected", "margin")),)
