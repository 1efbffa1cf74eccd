"""Blocks of whole lines: UTF-8 checked, line ends unified, one block in memory at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from losscli.errors import InputError
from losscli.inputs.source.byte_stream import AGAIN, BrokenBytesError
from losscli.inputs.source.bytes import read_whole
from losscli.lazy import regex
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.inputs.source.byte_stream import ByteStream
    from losscli.inputs.source.bytes import Source

_NEWLINE = ord("\n")
_LONGEST_LINE = 1 << 26
_ENDS = regex(r"\r\n|\n|\r")
_MAGIC = (
    (b"\x93NUMPY", "an NPY array", "-i npy"),
    (b"PK\x03\x04", "a ZIP archive", "-i npz if it holds NumPy arrays"),
    (b"PAR1", "Parquet", "-i parquet"),
    (b"ARROW1", "Arrow", "-i arrow"),
    (b"\x89HDF", "HDF5", "convert it to CSV or NPY"),
    (b"\x80\x04", "a Python pickle, which is never loaded", "save the arrays with np.save"),
)


@record
class TextBlock:
    r"""Whole lines.

    Attributes:
        data: UTF-8 text in which every line ends in ``\n``.
        first_line: The 1-based number of its first line in the file.
    """

    data: bytes
    first_line: int

    @property
    def count(self) -> int:
        """The number of lines."""
        return int(np.count_nonzero(np.frombuffer(self.data, np.uint8) == _NEWLINE))  # data.count takes 8 times as long

    @cached_property
    def quoted(self) -> bool:
        """Whether there is a quote; each search takes a hundredth of the time of all reading."""
        return b'"' in self.data

    @property
    def lines(self) -> list[str]:
        """The lines without line ends, split anew at each call."""
        lines = self.data.decode().split("\n")
        lines.pop()  # what follows the last line end
        return lines

    def split(self, lines: int) -> Iterator[TextBlock]:
        """The first ``lines`` lines, and the others if there are any."""
        text = np.frombuffer(self.data, np.uint8)
        ends = np.flatnonzero(text == _NEWLINE)[lines - 1 : lines]
        cut = int(ends[0]) + 1 if len(ends) else len(self.data)
        yield TextBlock(self.data[:cut], self.first_line)
        if cut < len(self.data):
            yield TextBlock(self.data[cut:], self.first_line + lines)


class LineEnds:
    """The line ends of a text whose rows are written again.

    Attributes:
        usual: The most common line end of the first lines.
        odd: Other line ends by line number.
    """

    def __init__(self) -> None:
        self.usual = ""
        self.odd: dict[int, str] = {}
        self._lines = 0

    def note(self, data: bytes) -> None:
        """Record the line ends of some text, which does not split a line end of two characters."""
        feeds, returns, both = data.count(b"\n"), data.count(b"\r"), data.count(b"\r\n")
        counts = {"\n": feeds - both, "\r\n": both, "\r": returns - both}
        self.usual = self.usual or max(counts, key=counts.__getitem__)
        every = sum(counts.values())
        if counts[self.usual] < every:
            ends = _ENDS.findall(data.decode("latin-1"))
            self.odd |= {i: end for i, end in enumerate(ends, self._lines + 1) if end != self.usual}
        self._lines += every

    def restored(self, text: str, line: int) -> str:
        """The text of a row that begins on a line, with its original line ends."""
        first, *more = text.split("\n")
        return "".join([first, *(f"{self.odd.get(i, self.usual)}{part}" for i, part in enumerate(more, line))])


def text_blocks(
    source: Source, chunk_bytes: int, line: int = 1, ahead: int = 0, ends: LineEnds | None = None
) -> Iterator[TextBlock]:
    """Read text in blocks of about ``chunk_bytes``.

    Args:
        source: The bytes.
        chunk_bytes: Size of a block.
        line: Number of the first line, for the middle of a file; 0 if unknown.
        ahead: How many more bytes belong to the first block.
        ends: Records the line ends.

    Raises:
        InputError: NUL bytes, bytes that are not UTF-8, compressed data that ends early or is damaged.
    """
    if line == 1:
        refuse_binary(source)
    carry = b""
    try:
        for data in _unix_lines(source.stream, chunk_bytes, ahead, ends):
            cut = data.rfind(b"\n") + 1
            if not cut:
                carry += data
                if len(carry) > _LONGEST_LINE:
                    what = f"a line of more than {_LONGEST_LINE >> 20} MiB"
                    raise InputError(what, place(source, line), "is this text?")
                continue
            whole, carry = b"".join((carry, memoryview(data)[:cut])), data[cut:]
            check_text(whole, source, line)
            block = TextBlock(whole, line)
            if line:
                line += block.count
            yield block
    except BrokenBytesError as broken:
        raise InputError(f"{broken}, after {line - 1} whole lines", source.name, AGAIN) from None
    if carry:
        check_text(carry, source, line)
        yield TextBlock(carry + b"\n", line)


def without_comments(blocks: Iterator[TextBlock], skip: int, comment: str | None) -> Iterator[TextBlock]:
    """The text without its first lines and without comments; other lines keep their numbers."""
    mark = None if comment is None else comment.encode("utf-8", "surrogateescape")
    for block in blocks:
        data, line = block.data, block.first_line
        while skip and data:
            data, line, skip = data[data.index(b"\n") + 1 :], line + 1, skip - 1
        if mark is not None and mark in data:
            yield from _uncommented(data, line, mark)
        elif data:
            yield TextBlock(data, line)


def _uncommented(data: bytes, first: int, mark: bytes) -> Iterator[TextBlock]:
    """Blocks of the lines between comments."""
    held: list[bytes] = []
    start = first
    for number, line in enumerate(data.split(b"\n")[:-1], first):
        if not line.lstrip().startswith(mark):
            held.append(_before(line, mark) if mark in line else line)
            continue
        if held:
            yield TextBlock(b"\n".join((*held, b"")), start)
        held, start = [], number + 1
    if held:
        yield TextBlock(b"\n".join((*held, b"")), start)


def _before(line: bytes, mark: bytes) -> bytes:
    """A line up to its comment, if that does not begin within quotes."""
    at = line.find(mark)
    while at >= 0 and line.count(b'"', 0, at) % 2:
        at = line.find(mark, at + 1)
    return line if at < 0 else line[:at].rstrip(b" ")


def whole_text(source: Source, most: int) -> str:
    """The whole text, of at most ``most`` bytes.

    Raises:
        InputError: As for `text_blocks`.
    """
    refuse_binary(source)
    try:
        data = read_whole(source, most)
    except BrokenBytesError as broken:
        raise InputError(str(broken), source.name, AGAIN) from None
    check_text(data, source, 1)
    return data.decode()


def next_bytes(source: Source, size: int) -> bytes:
    """The next bytes of the text; empty at the end."""
    try:
        return source.stream.read(size)
    except BrokenBytesError as broken:
        raise InputError(str(broken), source.name, AGAIN) from None


def place(source: Source, line: int) -> str:
    """The place of a line in messages."""
    return f"{source.name}:{line}"


def check_text(data: bytes, source: Source, first_line: int) -> None:
    """Refuse what is not text.

    Raises:
        InputError: With the line of the first NUL byte or of the first bytes that are not UTF-8.
    """
    nul = data.find(b"\0")
    if nul >= 0:
        line = first_line + data.count(b"\n", 0, nul)
        hint = "UTF-16 needs a byte order mark, or --encoding utf-16-le"
        raise InputError("a NUL byte: this is not text", place(source, line), hint)
    if data.isascii():
        return
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = first_line + data.count(b"\n", 0, error.start)
        hint = "--encoding latin-1, or whatever it is"
        raise InputError(f"byte 0x{data[error.start]:02x} is not UTF-8 text", place(source, line), hint) from None


def refuse_binary(source: Source) -> None:
    """Refuse well-known binary formats by name."""
    start = source.stream.head(8)
    for magic, what, hint in _MAGIC:
        if start.startswith(magic):
            raise InputError(f"this is not text but {what}", source.name, hint)


def _unix_lines(stream: ByteStream, size: int, ahead: int, ends: LineEnds | None) -> Iterator[bytes]:
    r"""Bytes in which the line ends of Windows and of the old Mac have become ``\n``."""
    held = b""
    while read := stream.read(size + ahead):
        ahead = 0
        data = held + read
        held = b""
        if data.endswith(b"\r"):  # its \n may begin the next block
            data, held = data[:-1], b"\r"
        if ends is not None:
            ends.note(data)
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield data
    if held:
        yield b"\n"
