"""losscli: compute, check and explain machine-learning losses.

>>> import losscli
>>> report = losscli.evaluate("cross-entropy", [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]], [1, 2])
>>> report.value
1.176939193690798
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.version import __version__

if TYPE_CHECKING:
    from losscli.api import evaluate as evaluate

__all__ = ["__version__", "evaluate"]


def __getattr__(name: str) -> Any:
    """Load the computing half only when it is asked for: ``losscli --help`` does not need it."""
    if name == "evaluate":
        from losscli.api import evaluate

        return evaluate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
