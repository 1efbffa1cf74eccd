"""Make the next item in a thread while the last one is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, made by a thread; it pays if making them is slow and releases the GIL, like pyarrow's decoding.

    The first is made without a thread, so that a process that only takes one item can still fork.
    """
    from concurrent.futures import ThreadPoolExecutor

    end: Any = object()
    first = next(items, end)
    if first is end:
        return
    yield first
    with ThreadPoolExecutor(1) as thread:
        try:
            coming = thread.submit(next, items, end)
        except RuntimeError:  # the system allows no more threads
            yield from items
            return
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield item
