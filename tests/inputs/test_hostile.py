"""Is input that is meant to harm, or that changes under the reader's hands, refused in time, in memory and in words?"""

from __future__ import annotations

import gzip
import io
import os
import time
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.errors import InputError
from losscli.inputs import ReadOptions, read
from losscli.inputs.source.bytes import open_span
from losscli.text import masked
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

HEADER, ROW = b"p_a,p_b,label\n", b"0.25,0.75,1\n"
CHANGED = "the file changed while it was read: "


def read_while(path: Path, change: object) -> int:
    """The rows of a file that is changed after its first batch."""
    path.write_bytes(HEADER + ROW * 100_000)
    os.utime(path, (1, 1))
    batches = read(str(path), None, ReadOptions(chunk_bytes=1 << 14)).batches
    rows = len(next(batches))
    change()  # type: ignore[operator]
    return rows + sum(map(len, batches))


def test_a_file_that_is_cut_short_at_a_line_end(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    left = len(HEADER) + len(ROW) * 90_000
    with pytest.raises(InputError) as raised:
        read_while(path, lambda: os.truncate(path, left))
    says = f"{CHANGED}it ends after {left:,} bytes, {len(ROW) * 10_000:,} early"
    assert (raised.value.what, raised.value.where, raised.value.exit_status) == (says, str(path), 3)


def test_a_file_that_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"

    def change() -> None:
        with path.open("r+b") as file:
            file.seek(-len(ROW), os.SEEK_END)
            file.write(b"0.75,0.25,1\n")

    with pytest.raises(InputError, match=f"{CHANGED}something was written into it"):
        read_while(path, change)


def test_a_file_that_grows_is_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"

    def change() -> None:
        with path.open("ab") as file:
            file.write(ROW)

    assert read_while(path, change) == 100_000


def write(path: Path, probabilities: np.ndarray) -> None:
    """A table of two classes in the format of the suffix."""
    table = {"p_0": probabilities, "p_1": 1 - probabilities, "label": np.zeros(len(probabilities), np.int64)}
    if path.suffix == ".safetensors":
        save = pytest.importorskip("safetensors.numpy").save_file
        save({"probabilities": np.stack([table["p_0"], table["p_1"]], 1), "labels": table["label"]}, path)
        return
    arrow = pytest.importorskip("pyarrow")
    if path.suffix == ".parquet":
        from pyarrow import parquet

        parquet.write_table(arrow.table(table), path, row_group_size=5000, use_dictionary=False, compression="none")
        return
    with arrow.ipc.new_file(path, arrow.table(table).schema) as file:
        file.write_table(arrow.table(table), max_chunksize=5000)


@pytest.mark.parametrize("suffix", ["parquet", "arrow", "safetensors"])
@pytest.mark.parametrize("how", ["cut", "written over", "replaced"])
def test_files_of_columns_and_tensors_that_change(suffix: str, how: str, tmp_path: Path) -> None:
    path, other = tmp_path / f"t.{suffix}", tmp_path / f"u.{suffix}"
    probabilities = np.random.default_rng(1).random(50_000)
    write(path, probabilities)
    os.utime(path, (1, 1))
    batches = read(str(path), None, ReadOptions(chunk_bytes=1 << 14)).batches
    rows = len(next(batches))
    if how == "cut":
        os.truncate(path, path.stat().st_size * 6 // 10)
    elif how == "written over":
        with path.open("r+b") as file:
            file.seek(path.stat().st_size * 7 // 10)
            file.write(b"\x11" * 100)
    else:
        write(other, probabilities[::-1])
        other.replace(path)
    if how == "replaced" and suffix != "safetensors":  # the open file is what it was
        assert rows + sum(map(len, batches)) == 50_000
        return
    says = "it was replaced" if how == "replaced" else "something was written into it"
    with pytest.raises(InputError) as raised:
        rows += sum(map(len, batches))
    assert (raised.value.what, raised.value.exit_status) == (f"{CHANGED}{says}", 3)


def test_a_part_of_another_file(tmp_path: Path) -> None:
    path, other = tmp_path / "t.csv", tmp_path / "u.csv"
    path.write_bytes(HEADER + ROW * 10)
    read(str(path), None, ReadOptions())
    other.write_bytes(HEADER + b"0.75,0.25,1\n" * 10)
    other.replace(path)
    with pytest.raises(InputError, match=f"{CHANGED}it was replaced"):
        open_span(str(path), 14, 50)


LONG = 50_000


@pytest.mark.parametrize("sign", ["0", "_", "-", " ", "(", "[", ".", "a", "/", "e", "_p", "1-", "p_", "0,", '"'])
def test_nothing_is_quadratic_in_the_length_of_a_text(sign: str, tmp_path: Path) -> None:
    text = (sign * LONG)[:LONG] + "x"
    table, labels, field = (tmp_path / f"{name}.csv" for name in ("t", "l", "f"))
    table.write_text(f"{text},label\n0.5,1\n0.2,0\n")
    labels.write_text(f"p_a,p_b,label\n0.5,0.5,{text}\n0.2,0.8,a\n")
    field.write_text(f"p,label\n{text},1\n0.2,0\n")
    start = time.monotonic()
    for args in (
        ["bce", text, "1"],
        ["bce", str(table)],
        ["bce", str(table), "--pred", text],
        ["ce", str(labels)],
        ["bce", str(field)],
    ):
        assert losscli(*args).status in (0, 2, 3)
    assert time.monotonic() - start < 10


@pytest.mark.long
def test_nothing_is_quadratic_in_the_number_of_columns_or_keys(tmp_path: Path) -> None:
    table, keys = tmp_path / "t.csv", tmp_path / "k.json"
    names = ",".join(f"p_{i}" for i in range(60_000))
    table.write_text(f"label,{names}\n" + f"1{',0.00001' * 60_000}\n" * 2)
    keys.write_text("{" + ",".join(f'"k{i}": 1' for i in range(80_000)) + ', "k79999": 1}')
    labels, separate = tmp_path / "y.csv", tmp_path / "x.csv"
    labels.write_text("id,label\na,1\nb,2\n")
    separate.write_text(f"id,{names}\n" + "".join(f"{row}{',0.5' * 60_000}\n" for row in "ab"))
    start = time.monotonic()
    assert losscli("ce", str(table), "-q").status == 0
    assert losscli("ce", str(separate), str(labels), "--from-logits", "-q").status == 0
    assert "the key 'k79999' comes twice" in losscli("ce", str(keys)).err
    assert time.monotonic() - start < 25


def bomb(name: str, folder: Path) -> Path:
    """Two million bytes that look like a few."""
    path = folder / name
    if name.endswith(".npz"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("predictions.npy", "w") as file:
            header = {"descr": "<f8", "fortran_order": True, "shape": (125_000, 2)}
            np.lib.format.write_array_header_1_0(file, header)
            file.write(bytes(2_000_000))
    else:
        start = {"a.json.gz": b"[[", "n.npz.gz": b"PK\x03\x04", "f.npy.gz": npy_header()}.get(name, b"")
        path.write_bytes(gzip.compress(start + (b" " if "json" in name else b"\0") * 8_000_000))
    return path


def npy_header() -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": True, "shape": (500_000, 2)})
    return b"\x93NUMPY\x01\x00" + file.getvalue()[8:]


@pytest.mark.parametrize("name", ["s.json.gz", "a.json.gz", "n.npz.gz", "t.safetensors.gz", "b.npz", "f.npy.gz"])
def test_what_is_decompressed_has_a_limit_that_can_be_raised(name: str, tmp_path: Path) -> None:
    if "safetensors" in name:
        pytest.importorskip("safetensors")
    path = bomb(name, tmp_path)
    done = losscli("ce", str(path), "0", "--memory-limit", "1M")
    assert (done.status, done.out) == (2, "")
    assert ", decompressed or from a pipe, that must be held in memory at once\n" in done.err
    assert "try  --memory-limit 4G, or CSV, NDJSON or Parquet, which are read row by row\n" in done.err
    assert "held in memory" not in losscli("ce", str(path), "0", "--memory-limit", "4G").err


@pytest.mark.parametrize(("text", "status"), [("1", 0), ("1k", 0), ("2GiB", 0), ("x", 2), ("-1", 2), ("1Q", 2)])
def test_sizes(text: str, status: int) -> None:
    done = losscli("mse", "1", "2", "--memory-limit", text)
    assert done.status == status
    assert status == 0 or f"'{text}' is no size, such as 512M or 4G" in done.err


def test_a_long_field_is_no_open_quote(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'p,label,"n"\n0.5{"0" * 200_000},1,2\n0.5,0,2\n')
    assert losscli("bce", str(path), "-q").out == "0.6931471805599453\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:s3cr3t@host/a.csv", "https://user:***@host/a.csv"),
        ("s3://KEY:SEC/RET+x@bucket/a.csv", "s3://KEY:***@bucket/a.csv"),
        ("https://ghp_token@host/a.csv", "https://***@host/a.csv"),
        ("https://host/a.csv?X-Amz-Signature=dead&b=beef#t=x", "https://host/a.csv?X-Amz-Signature=***&b=***"),
        ("simplecache::ftp://u:pw@host/x", "simplecache::ftp://u:***@host/x"),
        ("s3://bucket/part-?.csv", "s3://bucket/part-?.csv"),
        ("C:\\data\\a@b.csv", "C:\\data\\a@b.csv"),
        ("'https://u:p@h/x' and 'https://u:q@h/x'", "'https://u:***@h/x' and 'https://u:***@h/x'"),
    ],
)
def test_secrets_of_urls(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("option", [[], ["--sample-weight"], ["-o"], ["--pos-weight"], ["--bogus"]])
@pytest.mark.parametrize("url", ["nowhere://user:s3cr3t@host/a.csv?sig=s3cr3t", "nowhere://s3cr3t@h/*.csv"])
def test_no_message_tells_them(option: list[str], url: str) -> None:
    for data in ([url], ["0.5", "1"], ["0.5", url], [url, url, url]):
        done = losscli("bce", *data, *option, *[url] * bool(option))
        assert "s3cr3t" not in done.err + done.out


def test_the_places_of_rows_do_not_tell_them() -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.pipe("/user:s3cr3t@d/a.csv", b"p,label\n0.5,1\n1.5,0\n")
    try:
        done = losscli("bce", "memory://user:s3cr3t@d/a.csv")
        assert done.status == 3
        assert "memory://user:***@d/a.csv:3" in done.err
        done = losscli("check", "memory://user:s3cr3t@d/a.csv", "-f", "json")
        assert "s3cr3t" not in done.out + done.err
    finally:
        system.store.clear()


def test_a_chain_of_urls_is_one() -> None:
    pytest.importorskip("fsspec")
    for url in ("simplecache::nowhere://x/a.csv", "zip://a::file:///x.zip", "reference::file://x.json"):
        done = losscli("bce", url)
        assert done.status == 2
        assert "inline values look like" not in done.err
        assert url in done.err


def test_markdown_strikes_nothing_out() -> None:
    done = losscli("ce", "-", "-f", "markdown", stdin="id,p_a,p_b,label\n~~s~~,0.5,0.5,a\n")
    assert "\\~\\~s\\~\\~" in done.out
