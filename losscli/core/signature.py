"""One line that says how a number came about: ``cross-entropy|probabilities|labels:sparse|keras|mean/N|...``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from losscli import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.plan import Plan
    from losscli.core.reduction import Reduced
    from losscli.losses.spec import Form


def _weights(given: Mapping[str, float] | Sequence[float] | str) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        return ";".join(f"{name}:{weight:g}" for name, weight in given.items())
    return ";".join(f"{weight:g}" for weight in given)


def _spelled(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(map(_spelled, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def signature(plan: Plan, form: Form, reduced: Reduced) -> str:
    """Everything beside the data that the value depends on; what is at its default is left out."""
    settings = plan.settings
    given = {param.name: param.default for param in plan.loss.params} | dict(settings.params)
    params = [
        f"{param.name.replace('_', '-')}={_spelled(given[param.name])}"
        for param in plan.loss.params
        if given[param.name] != param.default
    ]
    labels = [f"labels:{form}"]
    if settings.label_base is not None:
        labels.append(f"base={settings.label_base}")
    if settings.ignore_index is not None:
        labels.append(f"ignore={settings.ignore_index}")
    if settings.class_weight is not None:
        labels.append(f"class-weight={_weights(settings.class_weight)}")
    if settings.nan != "error":
        labels.append(f"nan={settings.nan}")
    reduction = plan.reduction + (f"/{reduced.divided_by}" if reduced.divided_by else "")
    return "|".join(
        [
            ",".join([plan.loss.name, *params]),
            plan.kind,
            ",".join(labels),
            plan.convention.name,
            reduction,
            settings.dtype,
            f"losscli:{__version__}",
        ]
    )
