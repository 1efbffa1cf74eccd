"""Do transforms keep every row and column, in every format, so that the next command can read them?"""

from __future__ import annotations

import io
import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.inputs import ReadOptions
from losscli.inputs.read_rows import read_rows
from tests.support.shell import Result
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

COLUMN = "z,label\n1,0\n2,1\n-3,1\n"
SIGMOID = ["0.7310585786300049", "0.8807970779778823", "0.04742587317756679"]  # 1 / (1 + exp(-z)) by mpmath
P = [0.2689414213699951, 0.7310585786300049]  # softmax of 1 and 2: sigmoid of -1 and 1
RECORD = '{"logits": [1, 2], "labels": 0, "id": "x"}\n'
LOSS = 1.3132616875182228  # -log P[0] = log(1 + e)


def rows_of(result: Result) -> list[list[str]]:
    assert (result.status, result.err) == (0, "")
    return [line.split(",") for line in result.out.splitlines()]


def refused(result: Result, status: int, *words: str) -> None:
    assert (result.status, result.out) == (status, "")
    for word in words:
        assert word in result.err


class TestOneColumn:
    """One column is as many rows as it has fields."""

    def test_sigmoid(self) -> None:
        expected = [["z", "label"], [SIGMOID[0], "0"], [SIGMOID[1], "1"], [SIGMOID[2], "1"]]
        assert rows_of(shell("sigmoid", stdin=COLUMN)) == expected

    def test_softmax_of_one_class(self) -> None:
        refused(shell("softmax", stdin=COLUMN), 3, "softmax over a single column is always the same", "column z")
        refused(shell("softmax", stdin="1\n2\n"), 3, "softmax over a single column is always the same")

    def test_logsumexp_of_one_number(self) -> None:
        expected = [["logsumexp", "label"], ["1", "0"], ["2.0", "1"], ["-3.0", "1"]]
        assert rows_of(shell("logsumexp", stdin=COLUMN)) == expected

    def test_one_of_several_columns(self) -> None:
        table = "a,z,b\n7,1,x\n8,2,y\n9,-3,w\n"
        expected = [["a", "z", "b"], ["7", SIGMOID[0], "x"], ["8", SIGMOID[1], "y"], ["9", SIGMOID[2], "w"]]
        assert rows_of(shell("sigmoid", "-p", "z", stdin=table)) == expected

    def test_without_a_header(self) -> None:
        assert rows_of(shell("sigmoid", stdin="1\n2\n-3\n")) == [[text] for text in SIGMOID]
        assert rows_of(shell("sigmoid", "[[1,5],[2,6],[-3,7]]", "-p", "1")) == [
            [text, other] for text, other in zip(SIGMOID, "567", strict=True)
        ]

    @pytest.mark.parametrize("lines", ['{"z":1,"y":0}\n{"z":2,"y":1}\n', '[{"z":1,"y":0},{"z":2,"y":1}]'])
    def test_records(self, lines: str) -> None:
        assert rows_of(shell("sigmoid", stdin=lines)) == [["z", "y"], [SIGMOID[0], "0"], [SIGMOID[1], "1"]]

    def test_a_number_on_each_line_of_ndjson(self) -> None:
        assert rows_of(shell("sigmoid", "-i", "ndjson", stdin="1\n2\n-3\n")) == [[text] for text in SIGMOID]

    def test_an_array_of_rank_1_is_one_row(self) -> None:
        assert rows_of(shell("sigmoid", "1,2,-3")) == [SIGMOID]
        assert rows_of(shell("sigmoid", stdin="[1,2,-3]")) == [SIGMOID]

    @pytest.mark.parametrize("chunk_rows", [None, 1, 2])
    def test_in_chunks(self, chunk_rows: int | None) -> None:
        batches = list(read_rows("-", ReadOptions(chunk_rows=chunk_rows), io.BytesIO(COLUMN.encode())).batches)
        assert np.concatenate([batch.values for batch in batches]).tolist() == [[1], [2], [-3]]


class TestLists:
    """A list is columns of a table, and a list in JSON."""

    @pytest.mark.parametrize("count", [1, 2])
    @pytest.mark.parametrize("output", ["csv", "tsv"])
    def test_delimited(self, count: int, output: str) -> None:
        result = shell("softmax", "-f", output, stdin=RECORD * count)
        expected = ["logits_0,logits_1,labels,id", *[f"{P[0]},{P[1]},0,x"] * count]
        assert (result.status, result.out.replace("\t", ",").splitlines()) == (0, expected)

    @pytest.mark.parametrize("count", [1, 2])
    def test_json(self, count: int) -> None:
        record = {"logits": P, "labels": 0, "id": "x"}
        assert json.loads(shell("softmax", "-f", "json", stdin=RECORD * count).out) == [record] * count
        lines = shell("softmax", "-f", "ndjson", stdin=RECORD * count).out.splitlines()
        assert [json.loads(line) for line in lines] == [record] * count

    @pytest.mark.parametrize("output", ["table", "markdown"])
    def test_tables(self, output: str) -> None:
        lines = shell("softmax", "-f", output, stdin=RECORD * 2).out.replace("\\", "").splitlines()
        assert [word for word in lines[0].split() if word != "|"] == ["logits_0", "logits_1", "labels", "id"]
        assert len(lines) == 4

    @pytest.mark.parametrize("output", ["csv", "tsv", "json", "ndjson"])
    @pytest.mark.parametrize(
        "text",
        [
            RECORD,
            RECORD * 2,
            '[{"id":7,"labels":0,"logits":[1,2]}]',
            '{"logits":[[1,2],[1,2]],"labels":[0,0]}',
            '{"labels":[0],"logits":[[1,2]]}',
            '{"logits":[[1,2],[1,2]],"labels":["cat","cat"],"classes":["cat","dog"]}',
            "p_cat,p_dog,label,id\n1,2,cat,007\n1,2,cat,8\n",
            "a,b,label\n1,2,.0\n",
        ],
    )
    def test_the_output_is_an_input(self, text: str, output: str) -> None:
        result = shell("softmax", "-f", output, stdin=text)
        told = "note: column label left out: named like a label\n" if text.startswith("a,b") else ""
        assert (result.status, result.err) == (0, told)
        value = shell("ce", "--like", "exact", "-q", stdin=result.out)
        assert (value.status, value.err) == (0, "")
        assert float(value.out) == pytest.approx(LOSS, rel=1e-15)

    def test_one_hot_labels_stay_a_list(self) -> None:
        result = shell("softmax", "-f", "ndjson", stdin='{"logits":[1,2],"labels":[1,0]}\n' * 2)
        assert json.loads(result.out.splitlines()[1]) == {"logits": P, "labels": [1, 0]}
        assert float(shell("ce", "-q", "--like", "exact", stdin=result.out).out) == pytest.approx(LOSS, rel=1e-15)

    @pytest.mark.parametrize("output", ["csv", "json", "ndjson"])
    def test_a_single_result_is_no_list(self, output: str) -> None:
        result = shell("logsumexp", "-f", output, stdin=RECORD * 2)
        expected = "2.313261687518223"  # 2 + log(1 + 1/e)
        assert result.out.count(expected) == 2
        assert result.out.count("logsumexp") == (1 if output == "csv" else 2)
        assert "[2.3" not in result.out


class TestDocuments:
    """An object of arrays is as many rows as its arrays have."""

    def test_the_other_arrays_pass_through(self) -> None:
        document = '{"id":["a","b"],"logits":[[1,2],[2,1]],"labels":[0,1],"w":[0.5,2]}'
        expected = [["id", "logits_0", "logits_1", "labels", "w"]]
        expected += [["a", str(P[0]), str(P[1]), "0", "0.5"], ["b", str(P[1]), str(P[0]), "1", "2"]]
        rows = rows_of(shell("softmax", "-p", "logits", document))
        assert [row[:4] for row in rows] == [row[:4] for row in expected]
        assert rows[0][4] == "w"
        assert [float(row[4]) for row in rows[1:]] == [0.5, 2]

    def test_class_names_name_the_columns(self) -> None:
        document = '{"logits":[[1,2]],"labels":["cat"],"classes":["cat","dog"]}'
        assert rows_of(shell("softmax", document))[0] == ["logits_cat", "logits_dog", "labels"]

    def test_of_npz(self) -> None:
        file = io.BytesIO()
        np.savez(file, logits=np.array([[1.0, 2], [2, 1]]), labels=np.array([0, 1]))
        result = shell("softmax", "-f", "ndjson", stdin=file.getvalue())
        assert [json.loads(line)["labels"] for line in result.out.splitlines()] == [0, 1]

    def test_what_is_not_one_per_row_is_told(self) -> None:
        result = shell("softmax", '{"logits":[[1,2],[2,1]],"labels":[0,1],"model":"m","meta":{"a":1}}')
        assert result.status == 0
        assert result.out.splitlines()[0] == "logits_0,logits_1,labels"
        assert "note: array model left out: " in result.err
        assert "note: array meta left out: " in result.err

    def test_labels_that_do_not_fit_are_refused(self) -> None:
        refused(shell("softmax", '{"logits":[[1,2],[2,1]],"labels":[0]}'), 3, "labels has the shape (1,)", "2 rows")

    def test_labels_among_other_arrays(self) -> None:
        result = shell("one-hot", "--classes", "2", "-f", "ndjson", '{"logits":[[1,2],[3,4]],"labels":[0,1]}')
        expected = [{"logits": [1, 2], "0": 1.0, "1": 0.0}, {"logits": [3, 4], "0": 0.0, "1": 1.0}]
        assert [json.loads(line) for line in result.out.splitlines()] == expected
        refused(shell("one-hot", "--classes", "2", '{"a":[0,1],"b":[1,0]}'), 3, "which array holds the labels?")


class TestOtherColumns:
    """They pass through as what they are."""

    def test_from_a_table_to_json(self) -> None:
        table = "z,n,zip,share,word\n1,5,007,.5,a\n2,,8,1e-3,3\n"
        lines = shell("sigmoid", "-p", "z", "-f", "ndjson", stdin=table).out.splitlines()
        first, second = (json.loads(line) for line in lines)
        assert [first[name] for name in ("n", "zip", "share", "word")] == [5, "007", 0.5, "a"]
        assert [second[name] for name in ("n", "zip", "share", "word")] == ["", 8, 0.001, "3"]

    def test_of_records(self) -> None:
        record = {"z": 1, "none": None, "yes": True, "deep": {"a": [1]}, "text": "5", "ends": "Infinity"}
        result = shell("sigmoid", "-p", "z", "-f", "ndjson", stdin=json.dumps(record) + "\n" + json.dumps(record))
        assert json.loads(result.out.splitlines()[1]) == record | {"z": float(SIGMOID[0])}

    @pytest.mark.parametrize("output", ["json", "ndjson"])
    def test_two_of_one_name_are_too_many_for_json(self, output: str) -> None:
        refused(shell("sigmoid", "-p", "1", "-f", output, stdin="z,a,a\n1,2,3\n4,5,6\n"), 2, "two columns", "'a'")


class TestNoClass:
    """A row that rules out every class has no softmax."""

    @pytest.mark.parametrize("options", [[], ["--log"]])
    def test_it_is_refused(self, options: list[str]) -> None:
        refused(shell("softmax", *options, "--", "-inf,-inf"), 3, "1 row rules out every class", "--nan keep")
        refused(shell("softmax", *options, "-inf,-inf"), 3, "1 row rules out every class")
        table = "a,b\n1,2\n-inf,-inf\n-inf,0\n-inf,-inf\n"
        refused(shell("softmax", *options, stdin=table), 3, "2 rows rule out every class", "stdin:3")

    def test_unless_asked_for(self) -> None:
        assert rows_of(shell("softmax", "--nan", "keep", "-inf,-inf")) == [["nan", "nan"]]

    def test_one_class_is_enough(self) -> None:
        assert rows_of(shell("softmax", "-inf,3")) == [["0", "1"]]

    def test_others_know_minus_infinity(self) -> None:
        assert rows_of(shell("sigmoid", "-inf,0")) == [["0", "0.5"]]
        assert rows_of(shell("logsumexp", "-inf,-inf")) == [["-inf"]]


class TestClasses:
    """``--classes`` is a count or names."""

    @pytest.mark.parametrize("count", ["99999999999", "-3", "0", "1e3", "1.5", "1000001", "9" * 5000, "nan", "+2"])
    def test_a_count_that_is_none(self, count: str) -> None:
        refused(shell("one-hot", "0", "--classes", count), 2, f"--classes {count}: ", "from 1 to 1,000,000")

    @pytest.mark.parametrize("names", ["", " ", "a,", "a,,b"])
    def test_an_empty_name(self, names: str) -> None:
        refused(shell("one-hot", "a", "--classes", names), 2, "an empty name")

    def test_a_name_twice(self) -> None:
        refused(shell("one-hot", "a", "--classes", "a,b, a"), 2, "'a' comes twice")

    def test_the_most(self) -> None:
        (row,) = rows_of(shell("one-hot", "999999", "--classes", "1000000"))
        assert (len(row), row[-1], row.count("1")) == (1_000_000, "1", 1)

    def test_many_rows_of_many_classes(self) -> None:
        labels = "0\n" * 150
        assert shell("one-hot", "--classes", "20000", stdin=labels).out == ("1" + ",0" * 19_999 + "\n") * 150

    def test_names_that_are_numbers(self) -> None:
        assert rows_of(shell("one-hot", "1,3", "--classes", "1,2,3")) == [["1", "0", "0"], ["0", "0", "1"]]
        refused(shell("one-hot", "0,3", "--classes", "1,2,3"), 3, "1 label is not among the 3 classes")

    def test_one_label_a_row(self) -> None:
        refused(shell("one-hot", "[[0,1],[1,0]]", "--classes", "2"), 2, "one label for each row")
        record = '{"labels":[0,1],"n":1}\n'
        refused(shell("one-hot", "--classes", "2", stdin=record * 2), 2, "one label for each row")


class TestNegativeNumbers:
    """Arguments that are numbers are no options; other arguments are left alone."""

    @pytest.mark.parametrize("values", ["-1,2", "-.5 1", "-1e-3;2", "-1", "-1,-2.", "-1, nan", "-INF,1", "-Infinity,0"])
    def test_numbers(self, values: str) -> None:
        assert shell("sigmoid", "--nan", "keep", values).status == 0

    def test_any_case_of_infinity(self) -> None:
        assert shell("mse", "-Inf,1", "1,1", "--nan", "keep", "-q").out == "inf\n"
        assert float(shell("mse", "-1,2", "-1,1", "-q").out) == 0.5

    @pytest.mark.parametrize("path", ["-5.csv", "-1e5.npy", "-inf.csv", "-1,cat"])
    def test_a_path_is_not_looked_for_under_another_name(self, path: str) -> None:
        result = shell("ce", path)
        refused(result, 2)
        assert f"' {path}'" not in result.err
        assert f": {path}" in shell("ce", f"./{path}").err.replace("./", "")

    def test_a_path_after_two_dashes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "-5.csv").write_text(COLUMN)
        assert len(rows_of(shell("sigmoid", "--", "-5.csv"))) == 4

    def test_option_values(self) -> None:
        assert rows_of(shell("sigmoid", "-p", "-1", stdin="-1,b\n0,2\n1,3\n"))[1] == ["0.5", "2"]
        assert math.isclose(float(shell("ce", "0.1,0.9", "1", "--ignore-index", "-1", "-q").out), -math.log(0.9))

    def test_a_long_argument_is_looked_at_once(self) -> None:
        refused(shell("sigmoid", "-" + "1" * 200_000 + "x"), 2)
        refused(shell("sigmoid", "-1" + ",2" * 100_000 + "x"), 2)


class TestEnvironment:
    """What a pipe reads depends on the command alone."""

    @pytest.mark.parametrize("value", ["table", "json", "markdown", "xml"])
    def test_the_format_is_csv_unless_asked_for(self, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOSSCLI_FORMAT", value)
        assert rows_of(shell("softmax", "1,2")) == [[str(P[0]), str(P[1])]]
        assert shell("softmax", "1,2", "-f", "json").out == json.dumps([P]) + "\n"
        assert rows_of(shell("one-hot", "0", "--classes", "2")) == [["1", "0"]]

    def test_losses_still_follow_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LOSSCLI_FORMAT", "json")
        assert json.loads(shell("ce", "0.1,0.9", "1").out)["loss"] == "cross-entropy"
