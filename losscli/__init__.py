"""losscli: compute, check and explain machine-learning losses.

>>> import losscli
>>> report = losscli.evaluate("cross-entropy", [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]], [1, 2])
>>> report.value
1.176939193690798
"""

from __future__ import annotations

from losscli.version import __version__ as __version__

TYPE_CHECKING = False  # as in typing, whose import would delay the handling of Ctrl-C
if TYPE_CHECKING:
    from losscli.python.answered import check as check
    from losscli.python.answered import compare as compare
    from losscli.python.answered import explain as explain
    from losscli.python.answered import identify as identify
    from losscli.python.counts import calibrate as calibrate
    from losscli.python.counts import thresholds as thresholds
    from losscli.python.drawn import plot as plot
    from losscli.python.evaluated import Evaluation as Evaluation
    from losscli.python.evaluated import evaluate as evaluate
    from losscli.python.raised import InputError as InputError
    from losscli.python.raised import LossError as LossError
    from losscli.python.raised import UsageError as UsageError
    from losscli.python.reports import Report as Report
    from losscli.python.results import CalibrateResult as CalibrateResult
    from losscli.python.results import CheckResult as CheckResult
    from losscli.python.results import CompareResult as CompareResult
    from losscli.python.results import ExplainResult as ExplainResult
    from losscli.python.results import IdentifyResult as IdentifyResult
    from losscli.python.results import ThresholdsResult as ThresholdsResult
else:
    # The computing half is loaded when it is asked for: ``losscli --help`` does not need it.
    _HOMES = {
        **dict.fromkeys(("Evaluation", "evaluate"), "losscli.python.evaluated"),
        **dict.fromkeys(("check", "compare", "explain", "identify"), "losscli.python.answered"),
        **dict.fromkeys(("calibrate", "thresholds"), "losscli.python.counts"),
        **dict.fromkeys(
            ("CalibrateResult", "CheckResult", "CompareResult", "ExplainResult", "IdentifyResult", "ThresholdsResult"),
            "losscli.python.results",
        ),
        **dict.fromkeys(("InputError", "LossError", "UsageError"), "losscli.python.raised"),
        "Report": "losscli.python.reports",
        "plot": "losscli.python.drawn",
    }

    def __getattr__(name):
        from importlib import import_module

        if name not in _HOMES:
            from losscli.losses.index import HOME

            loss = name.replace("_", "-")
            hint = f'; evaluate("{loss}", predictions, labels) computes it' if loss in HOME else ""
            message = f"module {__name__!r} has no attribute {name!r}{hint}"
            raise AttributeError(message, name=name, obj=import_module(__name__))
        return getattr(import_module(_HOMES[name]), name)

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = [
    "CalibrateResult",
    "CheckResult",
    "CompareResult",
    "Evaluation",
    "ExplainResult",
    "IdentifyResult",
    "InputError",
    "LossError",
    "Report",
    "ThresholdsResult",
    "UsageError",
    "__version__",
    "calibrate",
    "check",
    "compare",
    "evaluate",
    "explain",
    "identify",
    "plot",
    "thresholds",
]
