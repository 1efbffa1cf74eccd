"""The command line: the only room that knows click, ``sys`` and exit statuses."""

from losscli.cli.main import main

__all__ = ["main"]
