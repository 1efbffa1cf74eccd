"""``losscli identify``: which computation gives a number?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from losscli.cli.commands.declared_command import ToolCommand, no_input
from losscli.cli.commands.input_options import data_arguments, input_options
from losscli.cli.commands.meaning_options import any_meaning_options, nan_option
from losscli.cli.commands.option_types import GroupedOption
from losscli.cli.commands.result_options import output_options
from losscli.errors import UsageError
from losscli.record import replace
from losscli.text import is_number

if TYPE_CHECKING:
    from losscli.cli.run.request import Request

_option = partial(GroupedOption, group="Options")

SUMMARY = "Which loss, reading, convention and reduction give this number?"
_TEXT = (
    "Computes every loss that takes the data, of logits, probabilities and log-probabilities, under every "
    "convention and framework's call, with every reduction, and with slips of unit or divisor (bits, "
    "percent, half, N - 1, mean over classes, mean of batch means), and shows what gives the number to the digits "
    "typed, the likeliest first. Without data: what numbers like ln C or a clip's limit stand for."
)
_EXAMPLES = """\
losscli identify 2.3026
losscli identify --value 3.9856 --samples 4
losscli identify '[[0.05,0.95,0],[0.1,0.8,0.1]]' 1,2 --value 0.9869
losscli identify preds.csv --label y --value 0.1795"""
# Options whose values are searched, and which are not offered.
_SEARCHED = ("like", "clip", "rescale", "percent", "from_logits", "from_log_probs")


class IdentifyCommand(ToolCommand):
    """The command ``identify``."""

    needs_input = False

    def __init__(self) -> None:
        meaning = any_meaning_options()
        super().__init__(
            "identify",
            params=[
                *data_arguments(),
                _option("--value", metavar="X", help="The number, as printed."),
                _option(
                    "--samples",
                    type=click.IntRange(min=1),
                    metavar="N",
                    help="Without data: how many rows there were.",
                ),
                *(option for option in meaning if option.name not in (*_SEARCHED, "classes")),
                GroupedOption(
                    "--classes", group="Meaning", metavar="C|A,B,C", help="How many classes, or their names in order."
                ),
                *input_options(),
                nan_option(),
                GroupedOption(
                    "-n", "--rows", group="Result", type=click.IntRange(min=1), metavar="N",
                    help="Show N answers. [5]",
                ),
                *output_options(),
            ],
            summary=SUMMARY,
            text=_TEXT,
            usage="[PREDICTIONS [LABELS] --value] X [OPTIONS]",
            examples=_EXAMPLES,
        )  # fmt: skip

    def run(self, request: Request) -> int:
        """Search for the number."""
        from losscli.cli.run.run_identify import run_identify

        if request.value is None and request.labels is None and is_number(request.predictions or ""):
            request = replace(request, value=request.predictions, predictions=None)
        if request.value is None:
            raise UsageError("which number? --value is missing", hint="losscli identify PREDICTIONS LABELS --value X")
        return run_identify(request, searched=request.predictions is not None or request.label is not None or piped())


def piped() -> bool:
    """Whether there is data on stdin; waits for a pipe, whose writer may still be running."""
    import os
    import stat
    import sys

    if no_input():
        return False
    try:
        status = os.fstat(sys.stdin.fileno())
    except (OSError, ValueError):
        return True
    if stat.S_ISREG(status.st_mode):
        return status.st_size > 0
    return stat.S_ISFIFO(status.st_mode) and _filled(sys.stdin.fileno())


def _filled(pipe: int) -> bool:
    """Wait until a pipe has data or is closed; whether it has data."""
    try:
        import fcntl
        import select
        import termios
    except ImportError:
        return _begun()
    if not select.select([pipe], [], [], 1.0)[0]:
        click.echo("note: waiting for data on stdin; without data: </dev/null", err=True)
        select.select([pipe], [], [])
    return any(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))


def _begun() -> bool:
    """The same on Windows, by reading a byte and putting it back."""
    import io
    import sys

    raw: Any = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    first = raw.read(1)

    class Again(io.RawIOBase):
        """The pipe from its beginning."""

        def readable(self) -> bool:
            return True

        def fileno(self) -> int:
            return int(raw.fileno())

        def readinto(self, buffer: Any, /) -> int | None:
            nonlocal first
            if not first:
                return int(raw.readinto(buffer) or 0)
            buffer[:1], first = first, b""
            return 1

    sys.stdin = io.TextIOWrapper(io.BufferedReader(Again()))
    return bool(first)
