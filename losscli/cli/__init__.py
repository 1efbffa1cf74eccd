"""The command line: the only room that knows click, ``sys`` and exit statuses.

``main.py`` is where everything ends with a status; ``app.py`` finds a command by name. What can be typed is in
``commands/``, what happens then in ``run/``. There is no arithmetic here, and no name of a loss or a framework.
"""

import gc
from typing import NoReturn

from losscli.cli.interrupt import leave_at_once

# Imports make no garbage, but Python looks for it forty times until the first number is out: a tenth of a one-liner.
gc.set_threshold(100_000, 20, 100)


def main() -> NoReturn:
    """The entry point: Ctrl-C is heard before anything else is imported."""
    leave_at_once()
    from losscli.cli.main import main as run

    run()


__all__ = ["main"]
