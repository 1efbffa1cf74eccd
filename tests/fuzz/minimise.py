"""A case that fails, made as small as it can be while it fails in the same way."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fuzz.attempt import attempt
from tests.fuzz.batch import Child

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fuzz.case import Case

SECONDS = 20.0
FATAL = ("ended by", "a hang", "more than a gigabyte")


def minimised(case: Case, wrong: str) -> Case | None:
    """The smallest that was found; None if it does not fail by itself, with nothing before it."""
    fatal = wrong.startswith(FATAL)

    def fails(candidate: Case) -> bool:
        return _alone(candidate) == wrong

    if not fails(case):
        return None
    if fatal:
        return smallest(case, fails)

    def work(note: Callable[[Case], None]) -> Any:
        def same(candidate: Case) -> bool:
            note(candidate)
            return attempt(candidate, Path.cwd()).wrong == wrong

        return smallest(case, same)

    return _watched(work) or case


def smallest(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Try smaller ones until none of them fails, or for a while."""
    deadline = time.monotonic() + SECONDS
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(case):
            if time.monotonic() > deadline:
                return case
            if candidate.size < case.size and fails(candidate):
                case, smaller = candidate, True
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:
    for i in range(1, len(case.args)):
        yield dataclasses.replace(case, args=case.args[:i] + case.args[i + 1 :])
    for name in case.files:
        yield dataclasses.replace(case, files={other: data for other, data in case.files.items() if other != name})
    for name, data in case.files.items():
        for part in _parts(data):
            yield dataclasses.replace(case, files=case.files | {name: part})
    for part in _parts(case.stdin):
        yield dataclasses.replace(case, stdin=part)
    for i, arg in enumerate(case.args):
        for text in _parts(arg):
            yield dataclasses.replace(case, args=(*case.args[:i], text, *case.args[i + 1 :]))


def _parts(data: Any) -> Iterator[Any]:
    """Text or bytes with less and less left out."""
    length = len(data)
    step = length
    while step:
        for start in range(0, length, step):
            yield data[:start] + data[start + step :]
        step //= 2


def _alone(case: Case) -> str:
    """What is wrong with it in a process of its own."""

    def work(note: Callable[[Case], None]) -> str:
        note(case)
        return attempt(case, Path.cwd()).wrong

    found = _watched(work, told=True)
    return str(found)


def _watched(work: Callable[[Callable[[Case], None]], Any], told: bool = False) -> Any:
    child = Child(work)
    while (ended := child.ended()) is None:
        time.sleep(0.01)
    found = child.result() if not ended else (ended if told else None)
    child.close()
    return found
