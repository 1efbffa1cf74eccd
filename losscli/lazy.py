"""NumPy and regular expressions that are loaded at their first use: most commands need few of them."""

from __future__ import annotations

import importlib.util
import re
import sys
from typing import TYPE_CHECKING, Any, cast

__all__ = ["np", "regex"]

if TYPE_CHECKING:
    import numpy as np
else:

    def __getattr__(name):
        """``np``: NumPy, bound now and loaded when it is first used; ``import numpy`` would load it at once."""
        if name != "np":
            raise AttributeError(name)
        module = sys.modules.get("numpy")
        if module is None:
            spec = importlib.util.find_spec("numpy")
            if spec is None:
                raise ModuleNotFoundError("No module named 'numpy'", name="numpy")
            spec.loader = importlib.util.LazyLoader(spec.loader)
            module = sys.modules["numpy"] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        globals()["np"] = module
        return module


class _Pattern:
    """A regular expression that is compiled at its first use."""

    def __init__(self, text: str, flags: int) -> None:
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile`` at the first use: compiling twenty takes as long as importing a fifth of the package."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
