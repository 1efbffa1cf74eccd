"""Compressed bytes, recognised by how they begin, and their contents."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Any

from losscli.errors import missing_package
from losscli.inputs.source.byte_stream import BrokenBytesError, ByteStream, Readable

if TYPE_CHECKING:
    import io


_AT_ONCE = 1 << 13  # compressed bytes read at a time
_DEFLATE = 8
_HEAD_SUM, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16


class _Decompressed:
    def __init__(self, file: io.BufferedIOBase, method: str, damaged: tuple[type[Exception], ...]) -> None:
        self._file = file
        self._method = method
        self._damaged = damaged

    def read(self, size: int, /) -> bytes:
        # read1 returns what comes before the damage; read would lose it.
        try:
            return self._file.read1(size)
        except EOFError:
            raise BrokenBytesError(f"the {self._method} data ends early") from None
        except self._damaged:
            raise BrokenBytesError(f"the {self._method} data is damaged") from None


class _Unzipped:
    """The members of gzip data, one after the other; zeros may follow. Checksums are verified after each member."""

    def __init__(self, stream: ByteStream, zlib: Any) -> None:
        self._stream = stream
        self._zlib = zlib
        self._rest = b""
        self._member: Any = None
        self._sum = self._size = 0
        self._more = False  # whether output may come without further input

    def read(self, size: int, /) -> bytes:
        while True:
            if self._member is None and not self._begin():
                return b""
            if self._member.eof:
                self._end()
                continue
            if not self._more:
                self._need(1)
            try:
                found: bytes = self._member.decompress(self._rest, size)
            except self._zlib.error:
                raise _damaged() from None
            self._rest = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            self._more = len(found) == size
            self._sum = self._zlib.crc32(found, self._sum)
            self._size += len(found)
            if found:
                return found

    def _begin(self) -> bool:
        """Begin the next member, if there is one."""
        while not (self._rest and self._rest.strip(b"\0")):
            self._rest = self._stream.read(_AT_ONCE)
            if not self._rest:
                return False
        self._rest = self._rest.lstrip(b"\0")
        self._rest += self._stream.read(1)  # a single byte is no magic number
        if not self._rest.startswith(b"\x1f\x8b"):
            raise _damaged()
        head = self._take(10)
        if head[2] != _DEFLATE:
            raise _damaged()
        flags = head[3]
        if flags & _EXTRA:
            self._take(int.from_bytes(self._take(2), "little"))
        for flag in (_NAME, _COMMENT):
            while flags & flag and self._take(1) != b"\0":
                pass
        if flags & _HEAD_SUM:
            self._take(2)
        self._member = self._zlib.decompressobj(-15)
        self._sum = self._size = 0
        return True

    def _end(self) -> None:
        """Verify a member's checksum and size."""
        sums = self._take(8)
        self._member = None
        if sums != self._sum.to_bytes(4, "little") + (self._size & 0xFFFFFFFF).to_bytes(4, "little"):
            raise _damaged()

    def _take(self, count: int) -> bytes:
        self._need(count)
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def _need(self, count: int) -> None:
        while len(self._rest) < count:
            more = self._stream.read(_AT_ONCE)
            if not more:
                raise BrokenBytesError("the gzip data ends early")
            self._rest += more


def _damaged() -> BrokenBytesError:
    return BrokenBytesError("the gzip data is damaged")


def compression_of(start: bytes) -> str | None:
    """The method of data that begins like this, from its magic bytes; None if it is not compressed."""
    if start.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    if start.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    # 'BZh' alone could begin a header; the six bytes after the level are the digits of pi.
    if start[:3] == b"BZh" and start[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        return "bzip2"
    return None


def decompressed(stream: ByteStream, method: str) -> Readable:
    """The decompressed data.

    Raises:
        UsageError: The method needs a package that is not installed.
    """
    if method == "gzip":
        return _Unzipped(stream, _zlib())
    if method == "bzip2":
        import bz2

        return _Decompressed(bz2.BZ2File(stream), method, (OSError, ValueError))  # type: ignore[call-overload]
    if method == "zstd":
        zstd = _zstd()
        return _Decompressed(zstd.ZstdFile(stream), method, (zstd.ZstdError,))
    import lzma

    return _Decompressed(lzma.LZMAFile(stream), method, (lzma.LZMAError,))  # type: ignore[arg-type]


def _zlib() -> Any:
    """The faster zlib of isal, if it is installed."""
    with contextlib.suppress(ImportError):
        return importlib.import_module("isal.isal_zlib")
    import zlib

    return zlib


def _zstd() -> Any:
    """The module of Python 3.14, else its backport."""
    for name in ("compression.zstd", "backports.zstd"):
        with contextlib.suppress(ImportError):
            return importlib.import_module(name)
    raise missing_package("zstd", "backports.zstd", "zstd")
