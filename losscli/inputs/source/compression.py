"""Compressed bytes, told by how they begin, and what they hold."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Any

from losscli.errors import missing_package
from losscli.inputs.source.byte_stream import BrokenBytesError, ByteStream

if TYPE_CHECKING:
    import io


class _Decompressed:
    def __init__(self, file: io.BufferedIOBase, method: str, damaged: tuple[type[Exception], ...]) -> None:
        self._file = file
        self._method = method
        self._damaged = damaged

    def read(self, size: int, /) -> bytes:
        # read1 hands out what there is before the damage; read would lose it.
        try:
            return self._file.read1(size)
        except EOFError:
            raise BrokenBytesError(f"the {self._method} data ends early") from None
        except self._damaged:
            raise BrokenBytesError(f"the {self._method} data is damaged") from None


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


def decompressed(stream: ByteStream, method: str) -> _Decompressed:
    """What the data holds.

    Raises:
        UsageError: The method needs a package that is not installed.
    """
    file: io.BufferedIOBase
    if method == "gzip":
        import gzip
        import zlib

        file = gzip.GzipFile(fileobj=stream)  # type: ignore[call-overload]
        return _Decompressed(file, method, (zlib.error, OSError))
    if method == "bzip2":
        import bz2

        return _Decompressed(bz2.BZ2File(stream), method, (OSError, ValueError))  # type: ignore[call-overload]
    if method == "zstd":
        zstd = _zstd()
        return _Decompressed(zstd.ZstdFile(stream), method, (zstd.ZstdError,))
    import lzma

    return _Decompressed(lzma.LZMAFile(stream), method, (lzma.LZMAError,))  # type: ignore[arg-type]


def _zstd() -> Any:
    """The module of Python 3.14, else its backport."""
    for name in ("compression.zstd", "backports.zstd"):
        with contextlib.suppress(ImportError):
            return importlib.import_module(name)
    raise missing_package("zstd", "backports.zstd", "zstd")
