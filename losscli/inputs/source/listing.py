"""The files that an argument stands for: a glob, a directory, several arguments."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.inputs.array.inline import has_numbers_only
from losscli.inputs.formats import has_known_suffix
from losscli.inputs.source.bytes import called
from losscli.inputs.source.remote import is_remote, list_remote
from losscli.record import record
from losscli.text import masked, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence


@record
class FileList:
    """The files that an argument stands for.

    Attributes:
        paths: In natural order: ``part-2`` before ``part-10``.
        reason: What the argument was.
    """

    paths: tuple[str, ...]
    reason: str


def natural(path: str) -> tuple[list[str | int], str]:
    """The key by which files are sorted: runs of digits count as numbers."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"([0-9]+)", path))], path


def files_of(argument: str, role: str, hint: str = "") -> FileList | None:
    """The files of a directory or of a glob; None for anything else.

    Raises:
        UsageError: There are none; with the hint, if it is a glob.
    """
    if is_remote(argument):
        return _elsewhere(argument, role)
    path = Path(argument)
    try:
        if path.is_dir():
            return _in_directory(path, role)
        if path.exists() or not re.search(r"[*?]|\[.+\]", argument):
            return None
    except (OSError, ValueError):
        return None
    from glob import glob

    found = [name for name in glob(argument, recursive=True) if Path(name).is_file()]  # noqa: PTH207 - of any path
    if not found:
        raise UsageError(f"no file matches {quoted(masked(argument))} for {role}", hint=hint)
    return FileList(tuple(sorted(found, key=natural)), f"they match {called(argument)}")


def _elsewhere(argument: str, role: str) -> FileList | None:
    found = list_remote(argument)
    if found is None:
        return None
    name = called(argument)
    if not re.search(r"[*?]|\[.+\]", argument):
        found = [url for url in found if has_known_suffix(url) and not url.rpartition("/")[2].startswith(".")]
    if not found:
        raise UsageError(f"no file matches {quoted(masked(argument))} for {role}")
    return FileList(tuple(sorted(found, key=natural)), f"found at {name}")


def _in_directory(path: Path, role: str) -> FileList:
    inside = [str(entry) for entry in path.iterdir() if entry.is_file() and not entry.name.startswith(".")]
    found = sorted(filter(has_known_suffix, inside), key=natural)
    name = called(str(path))
    if not found:
        what = "holds no files" if not inside else "holds no file whose suffix says that it has data"
        raise UsageError(f"the directory {name} {what} for {role}", hint="give the files, or a glob in quotes")
    left = len(inside) - len(found)
    return FileList(tuple(found), f"in the directory {name}" + (f", {left} others left out" if left else ""))


def several(arguments: Sequence[str], role: str) -> FileList:
    """The files of several arguments, each a path, a directory or a glob.

    Raises:
        UsageError: One of them is not a file, or comes twice.
    """
    paths: list[str] = []
    hint = "three or more arguments are files of PREDICTIONS; values and LABELS are given as two arguments"
    if all(map(has_numbers_only, arguments)):
        hint = "values are two arguments, PREDICTIONS and LABELS; in PowerShell quote them: '0.1,0.9' '1,0'"
    for argument in arguments:
        found = files_of(argument, role, hint)
        if found is None and not is_remote(argument) and not Path(argument).exists():
            raise UsageError(f"no such file for {role}: {called(argument)}", hint=hint)
        paths += (argument,) if found is None else found.paths
    twice = next((path for path, times in Counter(paths).items() if times > 1), None)
    if twice is not None:
        raise UsageError(f"{called(twice)} is given twice")
    return FileList(tuple(sorted(paths, key=natural)), "given")
