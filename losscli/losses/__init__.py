"""The losses: declarations, found by name.

A loss is a declaration around a pure kernel, in the module of its family; what a framework's call does differently is
data next to it (``reference.py``), a formula that only one framework has is in ``*_quirks.py``. Kernels get
checked arrays and return one value per row: they never reduce, print, or see ``from_logits``. Start with
``regression.py``; ``every.py`` lists them all.

Of a single command only the family that it needs is imported: ``index.py``, made from the declarations, says which.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

from losscli.losses.index import CALLS_OF, FRAMEWORKS, HOME
from losscli.losses.loss import Loss, Transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.losses.reference import Reference


class _Losses(Sequence[Loss]):
    """All losses in order, imported on first use."""

    @overload
    def __getitem__(self, at: int) -> Loss: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Loss]: ...
    def __getitem__(self, at: int | slice) -> Loss | Sequence[Loss]:
        every: tuple[Loss, ...] = _every().LOSSES
        return every[at]

    def __iter__(self) -> Iterator[Loss]:
        return iter(_every().LOSSES)

    def __len__(self) -> int:
        return len(_every().LOSSES)


class _Calls(Mapping[str, "tuple[Loss, Reference]"]):
    """The frameworks' calls and their aliases by full name; looking one up imports only its own family."""

    def __getitem__(self, call: str) -> tuple[Loss, Reference]:
        loss = _named(CALLS_OF[call][0])
        return loss, next(one for one in loss.references if one.command and call in (one.call, *one.aliases))

    def __iter__(self) -> Iterator[str]:
        return iter(CALLS_OF)

    def __len__(self) -> int:
        return len(CALLS_OF)


LOSSES: Sequence[Loss] = _Losses()
USED_MOST = ("ce", "bce", "nll", "kl", "focal", "mse", "mae", "huber", "hinge", "acc")
CALLS: Mapping[str, tuple[Loss, Reference]] = _Calls()


def _every() -> Any:
    return import_module("losscli.losses.every")


def _named(name: str) -> Loss:
    module, attribute = HOME[name]
    loss: Loss = getattr(import_module(f"losscli.losses.{module}"), attribute)
    return loss


def find(name: str) -> Loss | None:
    """The loss of that name or alias; underscores count as hyphens."""
    name = name.replace("_", "-")
    known = name in HOME or ("." not in name and take_all() and name in HOME)
    return _named(name) if known else None


def find_quietly(name: str) -> Loss | None:
    """As `find`, but nothing is imported to find out that there is none."""
    name = name.replace("_", "-")
    return _named(name) if name in HOME else None


def take_all() -> bool:
    """Import every declaration; True if some were not in the index, as while one is being written."""
    known = len(HOME) + len(CALLS_OF)
    home, calls, _ = _every().index()
    HOME.update(home)
    CALLS_OF.update(calls)
    return len(HOME) + len(CALLS_OF) > known


# A loss is pickled by name: its kernel is code, which the other process has, too.
copyreg.pickle(Loss, lambda loss: (_named, (loss.name,)))

TYPED = ("torch.nn.HuberLoss", "optax.log_cosh")  # calls as people type them; for the help
NOT_HERE: tuple[tuple[str, str], ...] = (
    ("torch.nn.functional.linear_cross_entropy", "a layer and a loss in one; losscli ce takes the layer's output"),
    ("torch.nn.LinearCrossEntropyLoss", "a layer and a loss in one; losscli ce takes the layer's output"),
    ("torch.nn.AdaptiveLogSoftmaxWithLoss", "a layer and a loss in one; losscli nll takes its log_prob"),
    ("optax.losses.make_fenchel_young_loss", "not supported: takes a function"),
    ("optax.losses.smooth_labels", "not a loss; losscli ce takes --label-smoothing"),
)

__all__ = ["CALLS", "FRAMEWORKS", "LOSSES", "NOT_HERE", "TYPED", "Loss", "Transform", "find", "take_all"]
