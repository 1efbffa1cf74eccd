"""Inputs that nearly hold: texts and bytes with something changed, and headers that lie."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from tests.fuzz.scenes import NUMBERS, WORDS

if TYPE_CHECKING:
    from random import Random

    from tests.fuzz.case import Case

_NUMBER = re.compile(rb"-?\d+\.?\d*(?:[eE][+-]?\d+)?")
_HEADER = (b"<f8", b"fortran_order", b"shape", b"descr", b"True", b"False", b"data_offsets", b"dtype", b"F64")
_TOKENS = (
    *(text.encode() for text in ",;\t\n\r:\"'[]{}()#=-|\0\ufeff\u2028"),
    *(b"\xff", b"\xed\xa0\x80", b"\x1b[2J", b"//", b"{}", b"[[", b"]]", b"\n\n", b"\r\n", b"label", b'"a": ', b"null"),
    *(b"[" * 40, b"0" * 400, b'"\\ud800"', b"1e999"),
)
_BIG = (b"0", b"-1", b"1", b"2", b"7", b"99999999999", b"18446744073709551615", b"4611686018427387904", b"1,", b"")


def mutated(random: Random, case: Case) -> Case:
    """The same with something else in a file, in stdin or in an argument."""
    files, args, stdin = dict(case.files), list(case.args), case.stdin
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        where = random.random()
        if files and where < 0.6:
            name = random.choice([*files])
            files[name] = changed(random, files[name])
        elif stdin and where < 0.7:
            stdin = changed(random, stdin)
        elif args:
            at = random.randrange(len(args)) or random.randrange(len(args))
            args[at] = _argument(random, args[at])
    return dataclasses.replace(case, args=tuple(args), files=files, stdin=stdin)


def changed(random: Random, data: bytes) -> bytes:
    """Bytes with something changed."""
    if not data:
        return random.choice(_TOKENS)
    how = random.randrange(9)
    at = random.randrange(len(data))
    end = min(len(data), at + random.choice((1, 1, 2, 4, 16, 200)))
    if how == 0:
        return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]
    if how == 1:
        return data[:at] + data[end:]
    if how == 2:
        return data[:end] + data[at:]
    if how == 3:
        return data[:at] + random.choice(_TOKENS) + data[at if random.random() < 0.7 else end :]
    if how == 4:
        return data[:at] + random.choice((b"", b"", b"\n", b"}", b"]"))
    if how == 5:
        return data[:at] + random.randbytes(end - at) + data[end:]
    if how == 6:
        return _elsewhere(random, data, _HEADER)
    return _number(random, data)


def _number(random: Random, data: bytes) -> bytes:
    found = [match.span() for match in _NUMBER.finditer(data[:5000])]
    if not found:
        return data + random.choice(_TOKENS)
    start, end = random.choice(found)
    new = random.choice(_BIG) if random.random() < 0.3 else random.choice((*NUMBERS, *WORDS)).encode("utf-8", "replace")
    return data[:start] + new + data[end:]


def _elsewhere(random: Random, data: bytes, tokens: tuple[bytes, ...]) -> bytes:
    """A word of a header in place of another."""
    held = [token for token in tokens if token in data]
    if not held:
        return data[::-1] if random.random() < 0.1 else data + data
    return data.replace(random.choice(held), random.choice((*tokens, b"|O", b"<U9", b"|V8", b">c16", b"BF16")), 1)


def _argument(random: Random, text: str) -> str:
    """Text with something changed; no argument names a path elsewhere, as one may be written to."""
    data = changed(random, text.encode("utf-8", "surrogateescape"))
    new = data.decode("utf-8", "surrogateescape").replace("\0", "")
    return text if harmful(new) and not harmful(text) else new


def harmful(text: str) -> bool:
    """Whether it may name a path beyond the folder that the case runs in."""
    return text.startswith(("/", "~")) or "=/" in text or ".." in text or "o/" in text
