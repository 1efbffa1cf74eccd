"""The losses: one explicit list, and the look-up by name.

A loss is a declaration around a pure kernel, in the module of its family; what a framework's call does differently is
data beside it (``reference.py``), a formula that only one framework has stands in ``*_quirks.py``. Kernels get
checked arrays and return one value a row: they never reduce, print, or see ``from_logits``. Start with
``regression.py``.
"""

from __future__ import annotations

import copyreg

from losscli.losses.brier import brier, d2_brier, d2_log_loss
from losscli.losses.calibration import calibration_error
from losscli.losses.decisions import (
    accuracy,
    balanced_accuracy,
    hamming,
    top_k_accuracy,
    zero_one,
)
from losscli.losses.embedding import (
    circle,
    cosine_distance,
    cosine_embedding,
    cosine_similarity,
    nt_xent,
    triplet_margin,
)
from losscli.losses.likelihood import (
    binary_cross_entropy,
    cross_entropy,
    kl_divergence,
    negative_log_likelihood,
)
from losscli.losses.likelihood_focal import (
    binary_focal,
    focal,
    generalized_cross_entropy,
    generalized_kl_divergence,
    poly_cross_entropy,
)
from losscli.losses.loss import Loss, Transform
from losscli.losses.margin import (
    hinge,
    hinge_embedding,
    margin_ranking,
    perceptron,
    soft_margin,
    sparsemax,
    squared_hinge,
)
from losscli.losses.margin_classes import (
    categorical_hinge,
    multi_margin,
    multiclass_perceptron,
    multiclass_sparsemax,
    multilabel_margin,
)
from losscli.losses.ranking import listwise_softmax
from losscli.losses.reference import Reference
from losscli.losses.regression import (
    half_squared_error,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_log_error,
)
from losscli.losses.regression_deviances import (
    gamma_deviance,
    gaussian_nll,
    poisson,
    poisson_deviance,
    poisson_nll,
    tweedie_deviance,
)
from losscli.losses.regression_robust import huber, log_cosh, quantile, smooth_l1
from losscli.losses.scores import (
    d2_absolute_error_score,
    d2_pinball_score,
    d2_tweedie_score,
    explained_variance,
    r2_score,
)
from losscli.losses.segmentation import dice, generalized_dice, tversky
from losscli.losses.set_errors import (
    max_error,
    median_absolute_error,
    root_mean_squared_error,
    root_mean_squared_log_error,
)
from losscli.losses.transforms import logsumexp, one_hot, sigmoid, softmax

LOSSES: tuple[Loss, ...] = (
    cross_entropy,
    binary_cross_entropy,
    negative_log_likelihood,
    kl_divergence,
    generalized_kl_divergence,
    focal,
    binary_focal,
    generalized_cross_entropy,
    poly_cross_entropy,
    brier,
    mean_squared_error,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_log_error,
    half_squared_error,
    huber,
    smooth_l1,
    log_cosh,
    quantile,
    poisson,
    poisson_nll,
    gaussian_nll,
    tweedie_deviance,
    poisson_deviance,
    gamma_deviance,
    hinge,
    squared_hinge,
    categorical_hinge,
    multi_margin,
    perceptron,
    multiclass_perceptron,
    sparsemax,
    multiclass_sparsemax,
    soft_margin,
    multilabel_margin,
    hinge_embedding,
    margin_ranking,
    accuracy,
    top_k_accuracy,
    zero_one,
    hamming,
    balanced_accuracy,
    cosine_similarity,
    cosine_distance,
    cosine_embedding,
    triplet_margin,
    nt_xent,
    circle,
    listwise_softmax,
    dice,
    tversky,
    generalized_dice,
    root_mean_squared_error,
    root_mean_squared_log_error,
    median_absolute_error,
    max_error,
    r2_score,
    explained_variance,
    d2_tweedie_score,
    d2_pinball_score,
    d2_absolute_error_score,
    d2_brier,
    d2_log_loss,
    calibration_error,
)
TRANSFORMS: tuple[Transform, ...] = (softmax, sigmoid, logsumexp, one_hot)

FRAMEWORKS = tuple(dict.fromkeys(reference.framework for loss in LOSSES for reference in loss.references))
CALLS: dict[str, tuple[Loss, Reference]] = {
    call: (loss, reference)
    for loss in LOSSES
    for reference in loss.references
    if reference.command
    for call in (reference.call, *reference.aliases)
}
TYPED = ("torch.nn.HuberLoss", "optax.log_cosh")  # as people type calls; for the help
_SEQUENCES = "not supported yet: needs sequences"
NOT_HERE: tuple[tuple[str, str], ...] = (
    ("keras.losses.CTC", _SEQUENCES),
    ("torch.nn.CTCLoss", _SEQUENCES),
    ("torch.nn.functional.ctc_loss", _SEQUENCES),
    ("torch.nn.functional.linear_cross_entropy", "a layer and a loss in one; losscli ce takes the layer's output"),
    ("optax.losses.ctc_loss", _SEQUENCES),
    ("optax.losses.ctc_loss_with_forward_probs", _SEQUENCES),
    ("optax.losses.make_fenchel_young_loss", "not supported: takes a function"),
    ("optax.losses.smooth_labels", "not a loss; losscli ce takes --label-smoothing"),
)
_BY_NAME = {name: loss for loss in LOSSES for name in (*loss.names, *loss.exponential)}


def find(name: str) -> Loss | None:
    """The loss of that name or alias; underscores count as hyphens."""
    return _BY_NAME.get(name.replace("_", "-"))


def _named(name: str) -> Loss:
    return _BY_NAME[name]


# A loss pickles by its name: its kernel is code, which is there on the other side, too.
copyreg.pickle(Loss, lambda loss: (_named, (loss.name,)))

__all__ = ["CALLS", "FRAMEWORKS", "LOSSES", "NOT_HERE", "TRANSFORMS", "TYPED", "Loss", "Reference", "Transform", "find"]
