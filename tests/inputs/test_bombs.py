"""Is what is small on the disk and large in memory, or lies about its size, refused in little time and memory?"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.roads import COMPRESSIONS
from tests.support.shell import losscli

if TYPE_CHECKING:
    from collections.abc import Callable

NPY = b"\x93NUMPY\x02\x00"
# ru_maxrss would be that of the process that starts this one, if it is larger
PEAK = """
import re, sys
from losscli.cli.main import run
status = run(sys.argv[1:])
print(status, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) >> 10)
"""


def measured(path: Path) -> tuple[int, int, str]:
    """The status, the megabytes at the peak and the errors of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "bce", str(path), "-q"], capture_output=True, text=True, check=False, timeout=120
    )
    status, megabytes = done.stdout.split()[-2:]
    return int(status), int(megabytes), done.stderr


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks at the memory of a process")
@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize(
    ("name", "start", "says"),
    [
        ("a.json", b"[[", "that must be held in memory at once"),
        ("a.csv", b"p,label\n", "a line of more than 64 MiB"),
        ("a.ndjson", b'{"p":', "a line of more than 64 MiB"),
    ],
)
def test_bombs(name: str, start: bytes, says: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}{suffix}"
    path.write_bytes(COMPRESSIONS[suffix](start + b" " * 600_000_000))
    status, megabytes, err = measured(path)
    assert status in (2, 3)
    assert says in err
    assert megabytes < 400


def safetensors(length: int, rest: bytes) -> bytes:
    return length.to_bytes(8, "little") + rest


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("deep.json", b"[" * 1_000_000, "JSON nested too deep"),
        ("objects.json", b'{"a":' * 500_000, "JSON nested too deep"),
        ("deep.ndjson", b"[" * 1_000_000, "nested too deep"),
        ("digits.json", b"[" + b"9" * 3_000_000 + b"]", "a number with too many digits"),
        ("e.json", b"[1e" + b"9" * 3_000_000 + b"]", ""),
        ("long.npy", NPY + (0xFFFFFFFF).to_bytes(4, "little") + b" " * 100, "its header is damaged"),
        ("brackets.npy", NPY + (3_000_000).to_bytes(4, "little") + b"(" * 3_000_000, "its header is damaged"),
        ("header.safetensors", safetensors(1 << 62, b"{}"), "not safetensors, or damaged"),
        (
            "offsets.safetensors",
            safetensors(70, b'{"p":{"dtype":"F64","shape":[99999999999],"data_offsets":[0,799999999992]}}'[:70]),
            "not safetensors, or damaged",
        ),
    ],
)
def test_headers_and_depths_that_lie(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    if name.endswith("safetensors"):
        pytest.importorskip("safetensors")
    path = tmp_path / name
    path.write_bytes(content)
    start = time.monotonic()
    done = losscli("bce", str(path))
    assert (done.status, done.out) == (3, "")
    assert says in done.err
    assert len(done.err) < 1000
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("kind", ["npz", "json"])
def test_a_message_names_some_of_many(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"many.{kind}"
    names = [f"a{i}" for i in range(3000)] + ["n" * 100_000]
    if kind == "json":
        path.write_text(json.dumps({name: [1] for name in reversed(names)}))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for name in reversed(names):
                archive.writestr(f"{name[:60_000]}.npy", b"")
    for args in (["bce", str(path)], ["bce", "1", str(path)], ["bce", "0.5", "1", "--sample-weight", str(path)]):
        done = losscli(*args)
        assert done.status in (2, 3)
        assert "nnn, a2999, a2998" in done.err
        assert "a2981 and 2,981 more" in done.err
        assert len(done.err) < 1000


def test_links_in_a_circle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        Path("a.csv").symlink_to("b.csv")
        Path("b.csv").symlink_to("a.csv")
        Path("d").mkdir()
        Path("d/self").symlink_to("../d")
    except OSError:
        pytest.skip("no links here")
    Path("d/t.csv").write_text("p,label\n0.9,1\n")
    assert losscli("bce", "a.csv").status == 2
    assert losscli("bce", "d", "-q").out == losscli("bce", "d/t.csv", "-q").out != ""


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_within_a_bomb_is_unpacked_once(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(pack(b"p,label\n0.5,1\n")))
    assert losscli("bce", str(path)).status == 3
