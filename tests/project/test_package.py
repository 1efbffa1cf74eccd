"""Is what people install in order: metadata, extras, links, the files that name a version?"""

from __future__ import annotations

import re
import tomllib

from losscli.version import __version__
from tests.support.documents import README, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]


def test_every_extra_that_is_named_exists() -> None:
    texts = [*(ROOT / "losscli").rglob("*.py"), README, ROOT / "CHANGELOG.md"]
    named = {
        extra
        for path in texts
        for group in re.findall(r"losscli\[([\w,]+)\]", path.read_text())
        for extra in group.split(",")
    }
    assert named - {*EXTRAS} == set()
    assert {"all", "arrow", "dask", "fast", "parquet", "plot", "remote", "safetensors", "zstd"} <= {*EXTRAS}


def test_nothing_of_an_extra_is_for_development() -> None:
    for name, requirements in EXTRAS.items():
        if name != "test":
            assert not re.search("pytest|ruff|mypy|hypothesis", " ".join(requirements))


def test_the_index_can_show_the_readme() -> None:
    text = README.read_text()
    assert re.findall(r"\]\((?!https://)[^)]*\)", text) == []
    for path in re.findall(rf"\]\({PROJECT['urls']['Source']}/blob/main/([^)#]*)", text):
        assert (ROOT / path).exists(), path


def test_who_cites_it_names_the_version() -> None:
    assert f"\nversion: {__version__}\n" in (ROOT / "CITATION.cff").read_text()


def test_each_python_from_the_lowest_on_is_a_classifier() -> None:
    minors = [int(one.rpartition(".")[2]) for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)]
    assert PROJECT["requires-python"] == f">=3.{minors[0]}"
    assert minors == [*range(minors[0], 15)]
