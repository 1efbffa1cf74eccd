"""Does Dask on this machine give the same report? More, with a real cluster: ``python -m pytest tests/cluster``."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shards(tmp_path: Path) -> str:
    for i in range(5):
        (tmp_path / f"part-{i}.csv").write_text("p_a,p_b,label\n" + f"0.{i + 1},0.{9 - i},b\n" * (i + 2))
    return str(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(
    "options",
    [
        ["--by", "file"],
        ["--by", "label,p_a/0.2", "--where", "p_a > 0.1", "--ci"],
        ["--also", "brier,acc", "--sweep", "label-smoothing=0,0.1"],
        ["-p", "p_a,p_b", "--against", "p_b,p_a", "--cluster", "p_a"],
    ],
)
def test_dask_on_this_machine(shards: str, options: list[str]) -> None:
    pytest.importorskip("distributed")
    results = [
        subprocess.run(
            [sys.executable, "-m", "losscli", "ce", shards, *options, *more], capture_output=True, check=False
        )
        for more in ([], ["--dask", "local"])
    ]
    assert results[0].returncode == 0
    assert results[1].stdout == results[0].stdout
    assert results[1].stderr == results[0].stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--class-weight", "balanced"], "is computed from all rows at once"),
        (["--also", "ece"], "calibration-error is computed from all rows at once"),
        (["-f", "csv"], "all rows are to be written"),
        (["--all"], "all rows are to be written"),
    ],
)
def test_what_is_no_work_for_a_cluster(shards: str, args: list[str], message: str) -> None:
    result = shell("ce", shards, *args, "--dask", "local")
    assert result.status == 2
    assert message in result.err


def test_input_that_cannot_be_shared_out() -> None:
    result = shell("ce", "[[0.5,0.5]]", "1", "--dask", "local")
    assert result.status == 2
    assert "this input can't be shared out" in result.err


@pytest.mark.parametrize(
    ("args", "missing", "hint"),
    [
        (["{shards}", "--dask", "local"], "distributed", "pip install 'losscli[dask]'"),
        (["s3://bucket/part-*.csv"], "fsspec.core", "pip install 'losscli[remote]'"),
        (["s3://bucket/part-*.csv"], "s3fs", "pip install s3fs"),
    ],
)
def test_a_missing_package_is_named(shards: str, args: list[str], missing: str, hint: str) -> None:
    if missing == "s3fs":
        pytest.importorskip("fsspec")
    with patch.dict(sys.modules, {missing: None}):
        result = shell("ce", *[arg.format(shards=shards) for arg in args])
    assert result.status == 2
    assert hint in result.err
