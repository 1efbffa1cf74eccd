"""Do plain losses give what libraries give that are no framework here?  ``python -m pytest tests/live``."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pytest

import losscli
from tests.live import SEED

if TYPE_CHECKING:
    from collections.abc import Callable

    Rng = np.random.Generator
    Both = tuple[Any, Any]  # what losscli gives, and what the library gives

EXAMPLES = 30


def ours(name: str, x: Any, y: Any, **options: Any) -> Any:
    """Per sample, or the one number."""
    report = losscli.evaluate(name, x, y, **options)
    return report.value if report.per_sample is None else report.per_sample


def tensors(*arrays: Any) -> list[Any]:
    torch = importlib.import_module("torch")
    return [torch.tensor(array) for array in arrays]


def cut(package: str, file: str, name: str) -> Any:
    """A function or class of a file of a package that cannot be imported without much else."""
    torch = pytest.importorskip("torch")
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        pytest.skip(f"no {package}")
    tree = ast.parse((Path(found.submodule_search_locations[0]) / file).read_text(encoding="utf-8"))
    (node,) = (one for one in tree.body if getattr(one, "name", "") == name)
    node.decorator_list.clear()  # type: ignore[attr-defined]
    space: dict[str, Any] = {"torch": torch, "F": torch.nn.functional, "nn": torch.nn, "Tensor": torch.Tensor}
    space |= {"Optional": Optional, "math": math, "weight_reduce_loss": lambda loss, *_: loss}
    exec(ast.unparse(node), space)
    return space[name]


def scores(rng: Rng) -> Any:
    shape = (int(rng.integers(1, 6)), int(rng.integers(1, 5)))
    return rng.normal(size=shape) * rng.choice([1.0, 5.0, 30.0]), np.round(rng.uniform(size=shape), 2) * rng.integers(
        0, 2, shape
    )


def quality_focal(rng: Rng) -> Both:
    theirs = cut("mmdet", "models/losses/gfocal_loss.py", "quality_focal_loss_tensor_target")
    x, y = scores(rng)
    beta = float(rng.choice([1.0, 2.0, 2.5]))
    mine = ours("quality-focal", x, y, beta=beta, from_logits=True, label_form="soft" if x.ndim < 2 else "multi-hot")
    return mine, theirs(*tensors(x, y), beta=beta).numpy() / x.shape[1]


def varifocal(rng: Rng) -> Both:
    theirs = cut("mmdet", "models/losses/varifocal_loss.py", "varifocal_loss")
    x, y = scores(rng)
    params = {"alpha": float(rng.choice([0.25, 0.75])), "gamma": float(rng.choice([1.5, 2.0]))}
    mine = ours("varifocal", x, y, from_logits=True, label_form="multi-hot", **params)
    return mine, theirs(*tensors(x, y), **params).numpy().mean(axis=1)


def distribution_focal(rng: Rng) -> Both:
    theirs = cut("mmdet", "models/losses/gfocal_loss.py", "distribution_focal_loss")
    rows, width = int(rng.integers(1, 6)), int(rng.integers(2, 9))
    x, y = rng.normal(size=(rows, width)) * 5.0, rng.uniform(0.0, width - 1.001, rows)
    return ours("distribution-focal", x, y), theirs(*tensors(x, y)).numpy()


def bi_tempered(rng: Rng) -> Both:
    theirs = pytest.importorskip("jax_bitempered_loss.loss")
    importlib.import_module("jax").config.update("jax_enable_x64", True)
    rows, width = int(rng.integers(1, 6)), int(rng.integers(2, 6))
    x = rng.normal(size=(rows, width)) * rng.choice([1.0, 5.0])
    y = rng.dirichlet(np.ones(width), rows) if rng.integers(2) else np.eye(width)[rng.integers(0, width, rows)]
    t1, t2 = float(rng.choice([0.2, 0.8, 0.9])), float(rng.choice([1.2, 2.0, 4.0]))
    mine = ours("bi-tempered", x, y, t1=t1, t2=t2)
    return mine, np.asarray(theirs.bi_tempered_logistic_loss(x, y, t1, t2, 0.0, 200))


def evidential(rng: Rng) -> Both:
    theirs = cut("torch_uncertainty", "losses/classification.py", "DECLoss")
    x, y = rng.exponential(size=(5, 4)) * 10.0, rng.integers(0, 4, 5)
    return ours("evidential", x, y), theirs(loss_type="mse", reduction="none")(*tensors(x, y)).numpy()[:, 0]


def barlow_twins(rng: Rng) -> Both:
    theirs = pytest.importorskip("lightly.loss.barlow_twins_loss").BarlowTwinsLoss
    x, y = rng.normal(size=(2, int(rng.integers(2, 9)), int(rng.integers(1, 5)))) * rng.choice([0.1, 1.0, 9.0])
    weight = float(rng.choice([5e-3, 1.0]))
    return ours("barlow-twins", x, y, redundancy=weight), theirs(weight)(*tensors(x, y)).numpy()


def vicreg(rng: Rng) -> Both:
    theirs = pytest.importorskip("lightly.loss.vicreg_loss").VICRegLoss
    x, y = rng.normal(size=(2, int(rng.integers(2, 9)), int(rng.integers(1, 5)))) * rng.choice([0.1, 1.0, 9.0])
    return ours("vicreg", x, y, covariance=3.0), theirs(nu_param=3.0)(*tensors(x, y)).numpy()


def _angular(rng: Rng, name: str, margin: float, told: float) -> Both:
    metric = pytest.importorskip("pytorch_metric_learning.losses")
    x, y = rng.normal(size=(5, 3)), rng.integers(0, 4, 5)
    found = getattr(metric, "ArcFaceLoss" if name == "arcface" else "CosFaceLoss")(4, 3, margin=told, scale=30)
    w = rng.normal(size=(3, 4))
    found.W.data = tensors(w)[0]
    cosines = (x / np.linalg.norm(x, axis=1, keepdims=True)) @ (w / np.linalg.norm(w, axis=0))
    mine = ours(name, np.clip(cosines, -1.0, 1.0), y, margin=margin, scale=30.0)
    return mine.mean(), found(*tensors(x, y)).detach().numpy()


def arcface(rng: Rng) -> Both:
    degrees = float(rng.choice([5.0, 28.6, 60.0]))
    return _angular(rng, "arcface", np.radians(degrees), degrees)


def cosface(rng: Rng) -> Both:
    return _angular(rng, "cosface", 0.35, 0.35)


def weighted_quantile_loss(rng: Rng) -> Both:
    theirs = pytest.importorskip("gluonts.ev.metrics").MeanWeightedSumQuantileLoss
    levels = [0.1, 0.5, 0.9]
    x, y = rng.normal(size=(int(rng.integers(1, 9)), 3)), rng.normal(size=1)
    y = rng.normal(size=len(x)) * 3.0
    metric = theirs(levels)(axis=None)
    metric.update({"label": y, **{str(q): x[:, i] for i, q in enumerate(levels)}})
    return ours("weighted-quantile-loss", x, y, quantiles=levels), metric.get()


def tukey(rng: Rng) -> Both:
    theirs = pytest.importorskip("statsmodels.robust.norms").TukeyBiweight
    x, y = rng.normal(size=(2, 20)) * 4.0
    c = float(rng.choice([1.0, 4.685, 20.0]))
    return ours("tukey", x, y, c=c), theirs(c).rho(x - y)


def wing(rng: Rng) -> Both:
    theirs = cut("pytorch_toolbelt", "losses/functional.py", "wing_loss")
    x, y = rng.normal(size=(2, 20)) * 9.0
    width, curve = float(rng.choice([2.0, 5.0, 10.0])), float(rng.choice([0.5, 2.0]))
    mine = ours("wing", x, y, width=width, epsilon=curve)
    return mine, theirs(*tensors(x, y), width=width, curvature=curve, reduction="none").numpy()


PLAIN: tuple[Callable[[Rng], Both], ...] = (
    *(quality_focal, varifocal, distribution_focal, bi_tempered, evidential, barlow_twins, vicreg, arcface, cosface),
    *(weighted_quantile_loss, tukey, wing),
)


@pytest.mark.parametrize("both", PLAIN, ids=lambda both: both.__name__)
def test_a_plain_loss_is_that_of_a_library(both: Callable[[Rng], Both]) -> None:
    for seed in range(EXAMPLES):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mine, theirs = both(np.random.default_rng(SEED + seed))
        np.testing.assert_allclose(mine, theirs, rtol=1e-8, atol=1e-9, err_msg=f"seed {seed}")
