"""Text in encodings other than UTF-8."""

from __future__ import annotations

import codecs
import contextlib

from losscli.errors import UsageError
from losscli.inputs.source.byte_stream import BrokenBytesError, ByteStream
from losscli.text import quoted


class _Recoded:
    def __init__(self, stream: ByteStream, encoding: str, decoder: codecs.IncrementalDecoder) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = decoder

    def read(self, size: int, /) -> bytes:
        while True:
            data = self._stream.read(size)
            try:
                text = self._decoder.decode(data, not data)
            except UnicodeError:  # UTF-16 without a BOM raises no UnicodeDecodeError
                raise BrokenBytesError(f"the {self._encoding.upper()} text is damaged") from None
            if text or not data:
                return text.encode()


def encoding_of(name: str) -> str:
    """The usual name of an encoding of text.

    Raises:
        UsageError: There is no such encoding.
    """
    try:
        with contextlib.suppress(UnicodeError):
            b"0000".decode(name)  # not Python's codecs that are no encodings of text: base64, zip, rot13
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        hint = "latin-1, cp1252, utf-16-le, shift_jis, gb18030, ..."
        raise UsageError(f"--encoding {quoted(name)}: there is no such encoding", hint=hint) from None


def as_utf8(stream: ByteStream, encoding: str) -> ByteStream:
    """The text of a stream in UTF-8."""
    return ByteStream(_Recoded(stream, encoding, codecs.getincrementaldecoder(encoding)()))
