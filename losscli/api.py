"""The Python door: the same names as the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.check.inspect import Inspection
from losscli.core.batch import Baseline, Batch, Dataset, Other
from losscli.core.inference import level_of, refuse_no_interval
from losscli.core.parts import Coded
from losscli.core.plan import Settings
from losscli.core.steps import PlainSteps
from losscli.errors import InputError, UsageError
from losscli.losses import LOSSES, find
from losscli.losses.vocabulary import Form, Kind
from losscli.record import replace

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from losscli.core.report import Report


def evaluate(
    loss: str,
    predictions: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    from_logits: bool = False,
    from_log_probs: bool | int = False,
    sample_weight: ArrayLike | None = None,
    ci: float | bool | None = None,
    cluster: ArrayLike | None = None,
    against: ArrayLike | Mapping[str, ArrayLike] | None = None,
    **options: Any,
) -> Report:
    """Compute a loss over arrays in memory.

    Args:
        loss: A loss's name or alias, as on the command line: ``"cross-entropy"``, ``"ce"``.
        predictions: ``(N, C)``, ``(N,)`` or of higher rank; classes are on the last axis.
        labels: Class numbers ``(N,)``, class names, or numbers of the predictions' shape; None if the loss takes none.
        from_logits: The predictions are logits.
        from_log_probs: The predictions are log-probabilities; 2 or 10 if these are their base.
        sample_weight: ``(N,)``.
        ci: The report's ``interval`` is wanted, with this confidence level in percent; True is 95.
        cluster: ``(N,)``: equal numbers or texts for rows that belong together, which are then the units of ``ci``.
        against: Other predictions for the same rows, or several by their names: the report's ``against`` has the
            difference to each, with its interval and the verdict.
        **options: ``margin`` and ``test`` (``"t"`` or ``"sign-flip"``) of the differences; ``reduction``, ``like``,
            ``clip``, ``rescale``, ``label_form``, ``label_base``, ``ignore_index``,
            ``classes``, ``class_weight``, ``dtype``, ``nan``, ``percent``, ``base``, ``shift``, the loss's own
            parameters, such as ``label_smoothing``, and the further arrays it takes, such as ``var``.

    Returns:
        The report; ``value`` in the loss's unit (nats for the likelihoods), ``per_sample`` of shape ``(N, ...)``.

    Raises:
        UsageError: No such loss or option.
        InputError: The arrays are not what the loss takes.
    """
    declaration = find(loss)
    if declaration is None:
        raise UsageError(f"no loss is called {loss}", hint="losscli --help lists them")
    if from_logits and from_log_probs:
        raise UsageError("from_logits and from_log_probs exclude each other")
    kind = Kind.LOGITS if from_logits else (Kind.LOG_PROBABILITIES if from_log_probs else None)
    extras = {name: np.asarray(options.pop(name)) for name in declaration.extras if name in options}
    shift = int(options.pop("shift", 0))
    settings = _settings([param.name for param in declaration.params], kind, options)
    if from_log_probs and from_log_probs is not True:
        settings = replace(settings, log_base=str(from_log_probs))
    level = _level(True if ci is None and (against is not None or cluster is not None) else ci)
    steps = PlainSteps(declaration, replace(settings, level=level, digest=True))
    if (ci is not None and ci is not False) or cluster is not None:
        refuse_no_interval(steps)
    named = _baselines(against, settings)
    batch = _beside(_batch(predictions, labels, sample_weight), named)
    batch = _shifted(replace(batch, clusters=_clusters(cluster, len(batch)), extras=extras), shift)
    baselines = tuple(Baseline(name, source=name) for name in named)
    dataset = Dataset(iter([batch]), baselines=baselines, called="predictions")
    inspection = Inspection(steps, dataset, LOSSES)
    rows = [*inspection.run()]
    report = inspection.report()
    if not rows:
        return report
    others = [
        np.concatenate(parts) for parts in zip(*([one.loss for one in each.others] for each in rows), strict=True)
    ]
    differences = tuple(replace(one, per_sample=losses) for one, losses in zip(report.against, others, strict=True))
    return replace(report, per_sample=np.concatenate([one.loss for one in rows]), against=differences)


def _baselines(against: ArrayLike | Mapping[str, ArrayLike] | None, settings: Settings) -> dict[str, ArrayLike]:
    """Other predictions, by their names."""
    if against is None:
        if settings.margin is not None or settings.test != "t":
            raise UsageError("margin and test are about the difference to a baseline", hint="against=")
        return {}
    if settings.test not in ("t", "sign-flip") or (settings.margin is not None and not settings.margin > 0.0):
        raise UsageError('test is "t" or "sign-flip", and margin is above 0')
    if settings.reduction == "none":
        raise UsageError("against: without a reduction there are no two numbers to compare")
    return (
        {str(name): values for name, values in against.items()}
        if isinstance(against, Mapping)
        else {"against": against}
    )


def _beside(batch: Batch, named: dict[str, ArrayLike]) -> Batch:
    """A batch with what baselines predict for its rows."""
    others = []
    for name, values in named.items():
        x = np.atleast_1d(_as_predictions(values))
        if len(x) != len(batch):
            raise InputError(f"{len(batch):,} rows of predictions but {len(x):,} of {name}")
        others.append(Other(x))
    return replace(batch, others=tuple(others))


def _level(ci: float | bool | None) -> float | None:
    if ci is None or isinstance(ci, bool):
        return 0.95 if ci else None
    return level_of(float(ci), f"ci={ci!r}")


def _clusters(given: ArrayLike | None, rows: int) -> Coded | None:
    if given is None:
        return None
    keys, codes = np.unique(np.asarray(given), return_inverse=True)
    if codes.size != rows:
        raise InputError(f"{codes.size:,} clusters for {rows:,} rows")
    return Coded(keys.tolist(), codes.reshape(-1))


def _shifted(batch: Batch, by: int) -> Batch:
    """Predictions with the labels so many places later."""
    if not by:
        return batch
    x, y = batch.predictions, batch.labels
    if y.ndim > 1:
        others = tuple(replace(other, predictions=other.predictions[:, :-by]) for other in batch.others)
        return replace(batch, predictions=x[:, :-by], labels=y[:, by:], others=others)
    others = tuple(replace(other, predictions=other.predictions[:-by]) for other in batch.others)
    weights = None if batch.weights is None else batch.weights[by:]
    clusters = None if batch.clusters is None else batch.clusters.some(slice(by, None))
    return replace(batch, predictions=x[:-by], labels=y[by:], weights=weights, others=others, clusters=clusters)


def _settings(params: list[str], kind: Kind | None, options: dict[str, Any]) -> Settings:
    own = {name: options.pop(name) for name in params if name in options}
    form = options.pop("label_form", None)
    classes = options.pop("classes", None)
    try:
        return Settings(
            kind=kind,
            form=None if form is None else Form(form),
            classes=None if classes is None else tuple(classes),
            params=own,
            **options,
        )
    except (TypeError, ValueError) as error:
        raise UsageError(str(error).replace("Settings.__init__()", "evaluate()")) from None


def _as_predictions(values: ArrayLike) -> NDArray[Any]:
    x: NDArray[Any] = np.asarray(values)
    return x.astype(object if x.dtype.kind in "US" else np.float64)


def _batch(predictions: ArrayLike, labels: ArrayLike | None, sample_weight: ArrayLike | None) -> Batch:
    x = _as_predictions(predictions)
    y: NDArray[Any] = np.empty((len(x), 0)) if labels is None else np.asarray(labels)
    if y.dtype.kind in "US":
        y = y.astype(object)
    if x.ndim == 0 or y.ndim == 0:
        x, y = np.atleast_1d(x), np.atleast_1d(y)
    weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    one_row = x.ndim == 1 and y.shape == (1,) and x.shape != (1,)
    if len(x) != len(y) and not one_row:
        raise InputError(f"{len(x):,} rows of predictions but {len(y):,} of labels")
    if weights is not None and len(weights) != len(y):
        raise InputError(f"{len(weights):,} sample weights for {len(y):,} rows")
    return Batch(0, x, y, weights)
