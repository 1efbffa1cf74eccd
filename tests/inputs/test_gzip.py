"""Does gzip data give what the gzip module reads, through zlib and through isal alike?"""

from __future__ import annotations

import gzip
import importlib
import io
import random
from typing import Any

import pytest

from losscli.inputs.source import compression
from losscli.inputs.source.byte_stream import BrokenBytesError, ByteStream

RANDOM = random.Random(7)
TEXT = "".join(f"{RANDOM.random():.6f},{RANDOM.randrange(3)}\n" for _ in range(9000)).encode()
PACKED = gzip.compress(TEXT)


@pytest.fixture(params=["zlib", "isal.isal_zlib"])
def inflater(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    module = pytest.importorskip(request.param)
    monkeypatch.setattr(compression, "_zlib", lambda: module)


def read(data: bytes, size: int = 1 << 16) -> tuple[bytes, str]:
    """All there is, and what is said of what is not."""
    stream = compression.decompressed(ByteStream(io.BytesIO(data)), "gzip")
    found = b""
    try:
        while part := stream.read(size):
            assert len(part) <= size
            found += part
    except BrokenBytesError as error:
        return found, str(error)
    return found, ""


@pytest.mark.usefixtures("inflater")
class TestInflating:
    @pytest.mark.parametrize("size", [1, 1000, 1 << 20])
    def test_members_empty_ones_and_zeros_behind_them(self, size: int) -> None:
        text = TEXT[:3000]
        data = gzip.compress(text[:10]) + gzip.compress(b"") + gzip.compress(text[10:])
        assert read(data, size) == (text, "")
        assert read(data + bytes(20_000), size) == (text, "")

    @pytest.mark.parametrize("left", [1, 9, 10, 11, 500, len(PACKED) - 9, len(PACKED) - 1])
    def test_what_ends_early_gives_all_before_the_end(self, left: int) -> None:
        found, error = read(PACKED[:left] if left > 1 else PACKED + PACKED[:11])
        assert error == "the gzip data ends early"
        assert TEXT.startswith(found)
        assert len(found) >= len(TEXT) * left / len(PACKED) / 2 - 1000

    @pytest.mark.parametrize("at", [len(PACKED) // 2, len(PACKED) - 6, len(PACKED) - 2])
    def test_damage_is_told(self, at: int) -> None:
        data = bytearray(PACKED)
        data[at : at + 2] = bytes(255 - byte for byte in data[at : at + 2])
        found, error = read(bytes(data))
        assert error in ("the gzip data is damaged", "the gzip data ends early")
        assert error == "the gzip data is damaged" or at == len(PACKED) // 2
        assert found == TEXT or at == len(PACKED) // 2
        assert found[:10_000] == TEXT[:10_000]

    def test_other_bytes_behind_a_member_are_damage(self) -> None:
        assert read(PACKED + b"x") == (TEXT, "the gzip data is damaged")
        assert read(PACKED + b"more than that") == (TEXT, "the gzip data is damaged")

    def test_a_bomb_comes_in_small_parts(self) -> None:
        stream = compression.decompressed(ByteStream(io.BytesIO(gzip.compress(bytes(1 << 24)))), "gzip")
        assert len(stream.read(1 << 12)) <= 1 << 12


def test_without_isal_zlib_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def missing(name: str, *rest: Any) -> Any:
        if name.startswith("isal"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", missing)
    assert read(PACKED) == (TEXT, "")
