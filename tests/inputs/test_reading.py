"""Is a file taken for what its writer meant, or refused? Small inputs as others write them, with the right value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.shell import losscli

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent.parent / "golden" / "reading.json").read_text())


def run(case: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in case["files"].items():
        (folder / name).write_text(text)
    monkeypatch.chdir(folder)
    quiet = [] if case["want"] is None else ["-q"]
    done = losscli(*case["args"], *quiet, stdin=case["stdin"] or "")
    assert done.status == case["status"], done.err
    assert all(text in done.err for text in case["says"])
    assert not any(text in done.err for text in case["says_not"])
    if case["want"] is not None:
        assert float(done.out) == pytest.approx(case["want"], rel=1e-6)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_a_file_says(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(case, tmp_path, monkeypatch)
