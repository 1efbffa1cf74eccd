"""The command line: the only room that knows click, ``sys`` and exit statuses.

``main.py`` is the entry point, where everything ends with a status; ``app.py`` finds a command by name. What can be
typed is in ``commands/``, what happens then in ``run/``. There is no arithmetic here, and no name of a loss or a
framework.
"""

import gc

# Imports make no garbage, but Python looks for it forty times until the first number is out: a tenth of a one-liner.
gc.set_threshold(100_000, 20, 100)

from losscli.cli.main import main  # noqa: E402

__all__ = ["main"]
