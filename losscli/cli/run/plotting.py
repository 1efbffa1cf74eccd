"""``--plot``: checked before anything is read, drawn at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.cli.notice import say
from losscli.cli.run.destination import destination
from losscli.errors import UsageError
from losscli.file_formats import PLOTS
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.cli.run.request import Request
    from losscli.outputs.draw.block import Block
    from losscli.outputs.plot import Picture


def check_plot(request: Request) -> None:
    """Refuse what can't be drawn.

    Raises:
        UsageError: The suffix is unknown, or matplotlib is missing.
    """
    if request.plot is None:
        return
    if _form(request.plot) not in PLOTS:
        raise UsageError(f"--plot {quoted(request.plot)}: the name ends with .{', .'.join(PLOTS)}")
    if request.plot == request.output:
        raise UsageError("--plot and -o name the same file")
    from losscli.outputs.plot import require

    require()


def inline(request: Request, draw: Callable[[], Picture]) -> tuple[Block, ...]:
    """The picture as a block of the page, if the page holds pictures."""
    if request.plot is None or not request.written.whole:
        return ()
    from losscli.outputs.draw.block import Block
    from losscli.outputs.plot import rendered

    _, start, svg = rendered(draw(), "svg").decode().partition("<svg ")
    return (Block((), (), svg=start + svg),)


def write_plot(request: Request, picture: Picture) -> None:
    """Draw into the file, with a warning if a name has letters that no font has."""
    import warnings

    from losscli.outputs.plot import MISSING, rendered

    assert request.plot is not None
    form = _form(request.plot)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        drawn = rendered(picture, form)
    with destination(request.plot, request.sources, "--plot") as stream:
        stream.flush()
        stream.buffer.write(drawn)
    if any(MISSING in str(one.message) for one in told):
        say("note", f"--plot {quoted(request.plot)}: {MISSING}")


def _form(path: str) -> str:
    return path.lower().rpartition(".")[2]
