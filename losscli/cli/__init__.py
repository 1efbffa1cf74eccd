"""The command line: the only room that uses click, ``sys`` and exit statuses.

``main.py`` is the entry point and turns every outcome into a status; ``app.py`` finds a command by name. ``commands/``
declares what can be typed, ``run/`` does it. There is no arithmetic here, and no name of a loss or a framework.
"""

from __future__ import annotations

import gc

from losscli.cli.interrupt import leave_at_once

TYPE_CHECKING = False  # as in typing, which is not imported yet
if TYPE_CHECKING:
    from typing import NoReturn

# Imports leave no garbage, yet Python collects forty times before the first number: a tenth of a one-liner's time.
gc.set_threshold(100_000, 20, 100)


def main() -> NoReturn:
    """The entry point: Ctrl-C is handled before anything else is imported."""
    leave_at_once()
    from losscli.cli.main import main as run

    run()


__all__ = ["main"]
