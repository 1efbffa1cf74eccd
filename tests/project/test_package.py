"""Is what people install in order: metadata, extras, links, the files that name a version?"""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import pytest

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


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(("tag", "status"), [(f"v{__version__}", 0), (__version__, 1), (f"v{__version__}.1", 1)])
def test_a_release_is_refused_if_its_tag_is_not_the_version(tag: str, status: int) -> None:
    [line] = re.findall(r"run: (test .*)", (ROOT / ".github" / "workflows" / "release.yml").read_text())
    environ = {"PATH": "/usr/bin:/bin", "GITHUB_REF_NAME": tag}
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, env=environ, check=False)
    assert done.returncode == status


def test_the_tag_of_this_commit_is_the_version() -> None:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("a copy without its history")
    done = subprocess.run(["git", "tag", "--points-at", "HEAD"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert {tag for tag in done.stdout.split() if tag.startswith("v")} <= {f"v{__version__}"}


def test_each_action_is_pinned_to_a_commit() -> None:
    used = [
        line
        for path in (ROOT / ".github" / "workflows").glob("*.yml")
        for line in re.findall(r"uses: (.*)", path.read_text())
    ]
    assert [line for line in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    assert len({*used}) == len({line.partition("@")[0] for line in used}), "one version of each"


def test_each_python_from_the_lowest_on_is_a_classifier() -> None:
    minors = [int(one.rpartition(".")[2]) for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)]
    assert PROJECT["requires-python"] == f">=3.{minors[0]}"
    assert minors == [*range(minors[0], 15)]
