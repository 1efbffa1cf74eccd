"""Preference losses: how much likelier a model makes the chosen answer than the rejected one.

Predictions are log-probabilities of whole answers, or for some losses their mean per token, one per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes
from losscli.ops import log1mexp, log_sigmoid, weigh

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "preference"
BETA = Param("beta", 0.1, "How strongly the model is held to the reference.", ge=0.0, usual=(0.01, 0.05, 0.5, 1.0))
FLIPS = Param("flips", 0.0, "How often a preference is the wrong way round.", ge=0.0, le=0.5, usual=(0.1,))
CHOSEN_REJECTED = {"rejected": "log-probabilities of the rejected answers"}
REFERENCE = {
    **CHOSEN_REJECTED,
    "ref_chosen": "log-probabilities of the chosen answers under the reference model",
    "ref_rejected": "log-probabilities of the rejected answers under the reference model",
}
LAWS = frozenset({"non-negative", "row-permutation"})
LEAD = ("d", "(x - ref_chosen) - (rejected - ref_rejected)")
DIFFERENCES = "A few ulp of the largest log-probability, times beta: they are rounded and subtracted."


def lead(x: Array, rejected: Array, ref_chosen: Array, ref_rejected: Array) -> Array:
    """How much more the model prefers the chosen answer than the reference model does."""
    return (x - ref_chosen) - (rejected - ref_rejected)


def smoothed_log_sigmoid(z: Array, flips: float) -> Array:
    """The negative log-probability of a preference whose label is wrong with a small probability."""
    if not flips:
        return -log_sigmoid(z)
    return -((1.0 - flips) * log_sigmoid(z) + flips * log_sigmoid(-z))


@loss(
    name="dpo",
    summary="Cross-entropy of the preference, from the log-probabilities of both answers under model and reference.",
    formula="-(1 - s) log sigmoid(beta d) - s log sigmoid(-beta d)"
    "\n    d = (x - ref_chosen) - (rejected - ref_rejected), s: flips",
    steps=(LEAD, ("z", "beta * d"), ("right", "(1 - flips) * softplus(-z)"), ("loss", "right + flips * softplus(z)")),
    takes=Takes.ANCHOR,
    unit="nats",
    params=(BETA, FLIPS),
    extras=REFERENCE,
    references=("calls_trl.DPO",),
    laws=LAWS,
    examples=(
        Example(
            "3",
            "",
            0.5981388693815918,
            "by hand: log(1 + exp(-0.2))",
            {"rejected": 2, "ref_chosen": 1, "ref_rejected": 2},
        ),
        Example("0", "", 0.6931471805599453, "by hand: log 2", {"rejected": 0, "ref_chosen": 0, "ref_rejected": 0}),
    ),
    accuracy=DIFFERENCES,
    source="Rafailov et al. 2023, Direct preference optimization, arXiv:2305.18290",
)
def dpo(x: Array, *, rejected: Array, ref_chosen: Array, ref_rejected: Array, beta: float, flips: float) -> Array:
    """In nats; log 2 where the model prefers exactly as much as the reference."""
    return smoothed_log_sigmoid(beta * lead(x, rejected, ref_chosen, ref_rejected), flips)


@loss(
    name="ipo",
    summary="How far the model's lead over the reference is from 1 / (2 beta), squared.",
    formula="(d - 1 / (2 beta))^2        d = (x - ref_chosen) - (rejected - ref_rejected)",
    steps=(LEAD, ("loss", "(d - 1 / (2 * beta))^2")),
    takes=Takes.ANCHOR,
    params=(Param("beta", 0.1, BETA.help, ge=1e-300, usual=BETA.usual),),
    extras=REFERENCE,
    laws=LAWS,
    examples=(
        Example(
            "3", "", 9.0, "by hand: (2 - 5)^2",
            {"rejected": 2, "ref_chosen": 1, "ref_rejected": 2},
        ),
        Example(
            "0.75", "", 0.25, "by hand: (0.75 - 0.25)^2",
            {"rejected": 0, "ref_chosen": 0, "ref_rejected": 0, "beta": 2},
        ),
    ),
    accuracy="A few ulp of the largest log-probability, squared: they are rounded and subtracted.",
    source="Azar et al. 2023, A general theoretical paradigm to understand learning from human preferences, "
    "arXiv:2310.12036",
)  # fmt: skip
def ipo(x: Array, *, rejected: Array, ref_chosen: Array, ref_rejected: Array, beta: float) -> Array:
    """The paper takes summed log-probabilities; TRL divides them by the lengths of the answers."""
    apart = lead(x, rejected, ref_chosen, ref_rejected) - 1.0 / (2.0 * beta)
    return apart * apart


@loss(
    name="kto",
    summary="How far a single answer falls short of being wanted or unwanted, on the scale of prospect theory.",
    formula="w (1 - sigmoid(s beta (x - ref - kl)))      s: 1 wanted, -1 unwanted; w: its weight",
    steps=(
        ("z", "s * beta * (x - ref - kl)"),
        ("w", "desirable_weight if s == 1 else undesirable_weight"),
        ("loss", "w / (1 + exp(z))"),
    ),
    takes=Takes.MARGIN,
    params=(
        BETA,
        Param("kl", 0.0, "The divergence from the reference, the same for all rows.", usual=(0.1,)),
        Param("desirable_weight", 1.0, "Weight of wanted answers.", ge=0.0),
        Param("undesirable_weight", 1.0, "Weight of unwanted answers.", ge=0.0),
    ),
    extras={"ref": "log-probabilities of the answers under the reference model"},
    laws=LAWS,
    examples=(
        Example("-10,-12", "1,-1", 0.47502081252106, "by hand: (1 - sigmoid(0.1) + sigmoid(-0.1)) / 2",
                {"ref": [-11, -11]}),
        Example("0", "1", 1.0, "by hand: 2 / 2", {"ref": [0], "desirable_weight": 2.0}),
    ),
    accuracy="A few ulp of the largest log-probability, times beta: they are rounded and subtracted.",
    source="Ethayarajh et al. 2024, KTO: Model alignment as prospect theoretic optimization, arXiv:2402.01306",
)  # fmt: skip
def kto(
    score: Array, sign: Array, *, ref: Array, beta: float, kl: float, desirable_weight: float, undesirable_weight: float
) -> Array:
    """Scores are log-probabilities of answers; from 0 to the weight."""
    z = sign * (beta * (score - ref - kl))
    small = np.exp(-abs(z))
    weight = np.where(sign > 0.0, desirable_weight, undesirable_weight)
    return weight * np.where(z > 0.0, small, 1.0) / (1.0 + small)


@loss(
    name="simpo",
    summary="Cross-entropy of the preference without a reference: mean log-probabilities, and a margin.",
    formula="-log sigmoid(beta (x - rejected) - gamma)      x, rejected: mean log-probability of a token",
    steps=(("z", "beta * (x - rejected) - gamma"), ("loss", "softplus(-z)")),
    takes=Takes.ANCHOR,
    unit="nats",
    params=(
        Param("beta", 2.0, "Scale of the difference.", ge=0.0, usual=(2.5, 10.0)),
        Param("gamma", 1.0, "By how much the chosen answer must lead.", usual=(0.5, 1.6)),
    ),
    extras={"rejected": "mean log-probabilities of the rejected answers"},
    laws=LAWS,
    examples=(
        Example("-1", "", 0.6931471805599453, "by hand: log 2", {"rejected": [-1.5]}),
        Example("-1,-2", "", 0.8132616875182228, "by hand: (log(1 + exp(-1)) + log(1 + e)) / 2",
                {"rejected": [-2, -2]}),
    ),
    accuracy="A few ulp of the larger mean log-probability, times beta, or of gamma: they are rounded and subtracted.",
    source="Meng, Xia and Chen 2024, SimPO, arXiv:2405.14734",
)  # fmt: skip
def simpo(x: Array, *, rejected: Array, beta: float, gamma: float) -> Array:
    """In nats."""
    return -log_sigmoid(beta * (x - rejected) - gamma)


@loss(
    name="cpo",
    summary="Cross-entropy of the preference without a reference, plus the cost of the chosen answer itself.",
    formula="-(1 - s) log sigmoid(beta d) - s log sigmoid(-beta d) - alpha x      d = x - rejected",
    steps=(
        ("z", "beta * (x - rejected)"),
        ("right", "(1 - flips) * softplus(-z)"),
        ("loss", "right + flips * softplus(z) - alpha * x"),
    ),
    takes=Takes.ANCHOR,
    unit="nats",
    params=(BETA, FLIPS, Param("alpha", 1.0, "Weight of the chosen answer's own cost.", ge=0.0, usual=(0.0,))),
    extras=CHOSEN_REJECTED,
    references=("calls_trl.CPO",),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("-1", "", 1.6931471805599454, "by hand: log 2 + 1", {"rejected": [-1]}),
        Example("-10", "", 0.5981388693815918, "by hand: log(1 + exp(-0.2))", {"rejected": [-12], "alpha": 0.0}),
    ),
    accuracy=DIFFERENCES,
    source="Xu et al. 2024, Contrastive preference optimization, arXiv:2401.08417",
)
def cpo(x: Array, *, rejected: Array, beta: float, flips: float, alpha: float) -> Array:
    """In nats."""
    return smoothed_log_sigmoid(beta * (x - rejected), flips) - alpha * x


def log_odds(x: Array) -> Array:
    """The log-odds of a probability given by its logarithm."""
    return x - log1mexp(x)


@loss(
    name="orpo",
    summary="The cost of the chosen answer, plus cross-entropy of the preference by the ratio of the odds.",
    formula="-x - beta log sigmoid(log(odds(x) / odds(rejected)))      odds(x) = e^x / (1 - e^x)",
    steps=(
        ("a", "x - log(1 - exp(x))"),
        ("b", "rejected - log(1 - exp(rejected))"),
        ("loss", "-x + beta * softplus(b - a)"),
    ),
    takes=Takes.ANCHOR,
    domain=Domain.LOG_PROBABILITIES,
    unit="nats",
    params=(BETA,),
    extras={"rejected": "mean log-probabilities of the rejected answers"},
    references=("calls_trl.ORPO",),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("-0.5", "", 0.5693147180559945, "by hand: 0.5 + 0.1 log 2", {"rejected": [-0.5]}),
        Example("-0.5", "", 0.5320299785237537, "by hand: 0.5 + 0.1 log(1 + r), r: ratio of the odds (rejected/chosen)",
                {"rejected": [-1]}),
    ),
    accuracy="A few ulp of the larger log-odds, times beta: they are rounded and subtracted.",
    source="Hong, Lee and Thorne 2024, ORPO, arXiv:2403.07691",
)  # fmt: skip
def orpo(x: Array, *, rejected: Array, beta: float) -> Array:
    """Mean log-probabilities of a token, below 0; in nats."""
    return weigh(np.asarray(beta), -log_sigmoid(log_odds(x) - log_odds(rejected))) - x


@loss(
    name="bradley-terry",
    aliases=("reward", "pairwise-logistic"),
    summary="Cross-entropy of the preference given by two rewards, on which reward models are trained.",
    formula="-log sigmoid(x - rejected - margin)",
    steps=(("z", "x - rejected - margin"), ("loss", "softplus(-z)")),
    takes=Takes.ANCHOR,
    unit="nats",
    params=(Param("margin", 0.0, "By how much the chosen reward must lead.", usual=(1.0,)),),
    extras={"rejected": "rewards of the rejected answers"},
    references=("calls_trl.REWARD",),
    laws=LAWS,
    examples=(
        Example("1,2", "", 0.5032044340390841, "by hand: (log(1 + exp(-1)) + log 2) / 2", {"rejected": [0, 2]}),
        Example("3", "", 0.6931471805599453, "by hand: log 2", {"rejected": [1], "margin": 2.0}),
    ),
    accuracy="A few ulp of the larger reward, or of the margin: they are rounded and subtracted.",
    source="Bradley and Terry 1952, Rank analysis of incomplete block designs; Ouyang et al. 2022, arXiv:2203.02155",
)
def bradley_terry(x: Array, *, rejected: Array, margin: float) -> Array:
    """In nats."""
    return -log_sigmoid((x - rejected) - margin)
