"""Modules and regular expressions that are made ready when they are first used: most commands need few of them."""

from __future__ import annotations

import importlib.util
import re
import sys
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from types import ModuleType


def lazy(name: str) -> ModuleType:
    """Bind the module ``name`` now and run it at its first attribute access.

    An ``import`` statement would look into the module at once and load it; this call does not.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class _Pattern:
    """A regular expression that is compiled when it is first asked for something."""

    def __init__(self, text: str, flags: int) -> None:
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile`` at the first use: to compile twenty of them takes as long as to import a fifth of this package."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
