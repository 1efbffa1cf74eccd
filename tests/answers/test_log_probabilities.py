"""Are log-probabilities of what happened read wherever they are written, and averaged over what was asked for?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest

import losscli
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

LOGPROB = "choices[].logprobs.content[].logprob"


def completion(name: str, *tokens: tuple[str, float]) -> str:
    content = [{"token": text, "logprob": value, "bytes": [*text.encode()]} for text, value in tokens]
    return json.dumps({"id": name, "choices": [{"logprobs": {"content": content}}]})


LOG = "\n".join((completion("a", ("the", -0.8), ("cat", -1.6)), completion("b", ("is", -0.2))))
WRITTEN = {
    "inline": ("[-0.8,-1.6]", ""),
    "inline without brackets": ("-0.8,-1.6", ""),
    "a null first": ("[null,-0.8,-1.6]", ""),
    "lines": ("-", "-0.8\n-1.6\n"),
    "lines after a null": ("-", "null\n-0.8\n-1.6\n"),
    "a column": ("-", "token,logprob\nthe,-0.8\ncat,-1.6\n"),
    "the only column of numbers": ("-", "token\tx\nthe\t-0.8\ncat\t-1.6\n"),
    "an array": ("-", '{"token_logprobs": [null, -0.8, -1.6]}'),
    "records": ("-", '[{"token": "the", "logprob": -0.8}, {"token": "cat", "logprob": -1.6}]'),
    "lists of lines": ("-", '{"id": 1, "token_logprobs": [null, -0.8]}\n{"id": 2, "token_logprobs": [null, -1.6]}\n'),
    "rows of other lengths": ("-", "[-0.8]\n[-1.6]\n"),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_no_labels_are_needed(written: str) -> None:
    argument, stdin = WRITTEN[written]
    result = shell("nll", argument, "-q", stdin=stdin)
    assert float(result.out) == pytest.approx(1.2)
    told = shell("nll", argument, stdin=stdin).err
    assert ("null" in stdin + argument) == ("null; nothing stands before the first token" in told)
    assert float(shell("perplexity", argument, "-q", stdin=stdin).out) == pytest.approx(math.exp(1.2))


def test_a_path_into_nested_documents(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(LOG)
    (tmp_path / "one.json").write_text(LOG.splitlines()[0])
    path = str(tmp_path / "log.jsonl")
    assert float(shell("nll", path, "-p", LOGPROB, "-q").out) == pytest.approx(2.6 / 3)
    one = shell("nll", str(tmp_path / "one.json"), "-p", "choices[0].logprobs.content[1].logprob", "-q")
    assert float(one.out) == 1.6
    bad = shell("nll", path, "-p", "choices[].logprob.content")
    assert (bad.status, bad.err) == (
        3,
        f"Error: choices[].logprob.content: no key 'logprob'; keys: logprobs\n  at   {path}:1\n",
    )


def test_means_over_tokens_sequences_and_documents() -> None:
    by = shell("nll", "-", "-p", LOGPROB, "--by", "id", "-q", stdin=LOG)
    assert [line.partition("\t")[2] for line in by.out.splitlines()] == ["a", "b", "total"]
    assert float(shell("nll", "-", "-p", LOGPROB, "--per", "id", "-q", stdin=LOG).out) == pytest.approx((1.2 + 0.2) / 2)
    table = "doc,lp\nx,-1\ny,-3\nx,-3\n"
    assert float(shell("nll", "--per", "doc", "-p", "lp", "-q", stdin=table).out) == pytest.approx((2 + 3) / 2)


@pytest.mark.parametrize(
    ("options", "name", "count"),
    [
        (["--bytes", "8"], "bits_per_byte", 8),
        (["--bytes", "choices[].logprobs.content[].bytes"], "bits_per_byte", 8),
        (["--words", "choices[].logprobs.content[].token"], "bits_per_word", 3),
    ],
)
def test_bits_per_byte_and_word(options: list[str], name: str, count: int) -> None:
    found = json.loads(shell("nll", "-", "-p", LOGPROB, *options, "-f", "json", stdin=LOG).out)
    assert found[name] == pytest.approx(2.6 / math.log(2) / count)


def test_a_column_of_counts() -> None:
    text = "logprob,n\n-1,2\n-2,4\n"
    found = json.loads(shell("nll", "--bytes", "n", "-p", "logprob", "-f", "json", stdin=text).out)
    assert found["bits_per_byte"] == pytest.approx(3 / math.log(2) / 6)


@pytest.mark.parametrize(("base", "factor"), [("2", math.log(2)), ("10", math.log(10)), ("e", 1.0)])
def test_other_bases(base: str, factor: float) -> None:
    found = json.loads(shell("nll", "[-1,-2]", "--from-log-probs", base, "-f", "json").out)
    assert found["value"] == pytest.approx(1.5 * factor)
    again = shell(found["signature"], "[-1,-2]", "-q")
    assert float(again.out) == found["value"]
    assert losscli.evaluate("nll", [-1, -2], from_log_probs=int(base) if base != "e" else True).value == found["value"]


def test_values_above_0_are_refused() -> None:
    result = shell("nll", "[-0.5,0.2]")
    assert result.status == 3
    assert "1 row holds values above 0: they are not log-probabilities" in result.err


def test_rows_of_classes_still_need_labels() -> None:
    result = shell("nll", "[[-0.5,-0.9],[-0.1,-2]]")
    assert (result.status, "no labels" in result.err) == (3, True)
    assert float(shell("nll", "[[-0.5,-0.9],[-0.1,-2]]", "1,0", "-q").out) == pytest.approx(0.5)
