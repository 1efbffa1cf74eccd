"""The parameters of a loss: as asked for or the default, checked against their bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import UsageError
from losscli.losses.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.losses.loss import Loss
    from losscli.losses.vocabulary import Param


def declared(loss: Loss, name: str) -> Param:
    """The declaration of a parameter."""
    param = loss.param(name)
    if param is None:
        raise UsageError(f"{loss.name} has no parameter {name}")
    return param


def parameters(loss: Loss, asked: Mapping[str, Any], *, exact: bool) -> dict[str, Any]:
    """The value of every parameter: as asked for, else the default, or with ``exact`` that of plain mathematics.

    Raises:
        UsageError: One is out of its bounds, or the loss has none of that name.
    """
    values: dict[str, Any] = {
        param.name: param.exact if exact and param.exact is not None else param.default for param in loss.params
    }
    for name, value in asked.items():
        param = declared(loss, name)
        if isinstance(value, int | float) and not _within(param, value):
            raise UsageError(f"{param.option} is {value:g}; it must be {_bounds(param)}")
        values[name] = value
    return values


def refuse_vectors(loss: Loss, params: Mapping[str, Any], outputs: int) -> None:
    """Refuse vectors that do not have one number for each output."""
    for param in loss.params:
        shape = np.shape(params[param.name])
        if param.choices or param.role is Role.SERIES or shape in ((), (1,), (outputs,)):
            continue
        what = f"{shape[0]:,} values" if len(shape) == 1 else f"the shape {shape}"
        rows = "; one row of several outputs is written [[..]]" if outputs == 1 else ""
        of = "the predictions are one output" if outputs == 1 else f"the predictions have {outputs} outputs"
        raise UsageError(f"{param.option} has {what}, {of}{rows}")


def of_kernel(loss: Loss, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that the kernel takes, vectors as arrays; others, such as label smoothing, change the labels."""
    return {
        name: np.asarray(value) if isinstance(value, list) else value
        for name, value in params.items()
        if not declared(loss, name).of_labels
    }


def _within(param: Param, value: float) -> bool:
    """Whether a number is within the parameter's bounds; NaN never is."""
    low, high = param.ge, param.le
    return value == value and (low is None or value >= low) and (high is None or value <= high)


def _bounds(param: Param) -> str:
    parts = [f"at least {param.ge:g}"] if param.ge is not None else []
    parts += [f"at most {param.le:g}"] if param.le is not None else []
    return " and ".join(parts) or "a number"
