"""How the metrics of gradient boosting tools are declared: one number, rows weighted by the sum of the weights."""

from __future__ import annotations

from typing import Any

from losscli.losses.reference import SKLEARN, Reference, Weighting
from losscli.record import replace

ZERO_IF_EMPTY = replace(SKLEARN, empty=0.0)
ONE_IF_EMPTY = replace(SKLEARN, empty=1.0)
_METRIC: dict[str, Any] = {"reductions": SKLEARN, "weighting": Weighting.ROWS}

_CATBOOST = _METRIC | {"reductions": ZERO_IF_EMPTY, "single_labels": True, "colon": True}


def xgboost_call(name: str, **data: Any) -> Reference:
    """A metric of XGBoost, by the name that ``eval_metric`` has for it, without its parameter."""
    return Reference(f"xgboost.{name}", **(_METRIC | {"reductions": ZERO_IF_EMPTY} | data))


def lightgbm_call(name: str, also: tuple[str, ...] = (), **data: Any) -> Reference:
    """A metric of LightGBM, by the name that ``metric`` has for it, and by the others that mean the same."""
    aliases = tuple(f"lightgbm.{other}" for other in also)
    return Reference(f"lightgbm.{name}", aliases=aliases, **(_METRIC | {"single_labels": True} | data))


def catboost_call(name: str, **data: Any) -> Reference:
    """A metric of CatBoost, by the name that ``eval_metric`` has for it, without its parameters."""
    return Reference(f"catboost.{name}", **(_CATBOOST | data))
