"""The command line: the only room that knows click, ``sys`` and exit statuses."""

import gc

# Imports make no garbage, but Python looks for it forty times until the first number is out: a tenth of a one-liner.
gc.set_threshold(100_000, 20, 100)

from losscli.cli.main import main  # noqa: E402

__all__ = ["main"]
