"""Is a column that is only named like a role an output, if that is what it holds, and never dropped unsaid?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

MEDALS = "gold,silver,bronze,y\n0.7,0.2,0.1,0\n0.1,0.6,0.3,1\n0.2,0.5,0.3,1\n"
PAIRS = (
    "True,False", "actual,not_actual", "target,background", "weight,height", "class,other", "label,nolabel",
    "true,fake", "truth,lie",
)  # fmt: skip
TWO = 1.329630018466389  # -(ln 0.1 + ln 0.7) / 2


def refusal(column: str, every: str, fewer: str) -> str:
    return (
        f"Error: column {column} has the name of something else, but may be one of the outputs by its values\n"
        "  at   stdin\n"
        f"  try  --pred '{every}', or --pred '{fewer}' without it\n"
    )


@pytest.mark.parametrize("names", PAIRS)
@pytest.mark.parametrize("loss", ["ce", "sklearn.metrics.log_loss", "check"])
def test_a_class_of_the_labels(names: str, loss: str) -> None:
    first, second = names.split(",")
    done = losscli(loss, "-", "--label", "y", "-f", "json", stdin=f"{names},y\n0.1,0.9,{first}\n0.3,0.7,{second}\n")
    assert done.status == 0
    assert "1.3296300184663" in done.out
    assert "not used" not in done.err


@pytest.mark.parametrize("names", PAIRS)
def test_one_loss_of_two_columns(names: str) -> None:
    first, second = names.split(",")
    table = f"{names},y\n0.1,0.9,{first}\n0.3,0.7,{second}\n"
    done = losscli("bce", "-", "--label", "y", "-q", stdin=table)
    assert (done.status, done.out) == (3, "")
    assert done.err.startswith("Error: predictions of shape (N, 2) and labels of shape (N,) do not match")


def test_rows_that_sum_to_1() -> None:
    done = losscli("ce", "-", "--label", "y", "-q", stdin=MEDALS)
    assert done.status == 0
    assert float(done.out) == pytest.approx(0.5202159160882228, rel=1e-15)
    done = losscli("ce", "-", "--label", "y", stdin=MEDALS)
    assert "note: predictions: column gold; its name says something else, but rows sum to 1 with it\n" in done.err


@pytest.mark.parametrize("names", ["target,background", "weight,height"])
@pytest.mark.parametrize(
    "rows", ["-1.1,0.9,1\n2.3,0.7,0\n", "0.1,0.8,1\n0.3,0.9,0\n", "-4,9,1\n23,7,0\n", "1,0,0\n0,1,1\n"]
)
def test_two_readings(names: str, rows: str) -> None:
    done = losscli("ce", "-", "--label", "y", "-q", "--from-logits", stdin=f"{names},y\n{rows}")
    assert (done.status, done.out) == (3, "")
    assert done.err == refusal(names.split(",")[0], names, names.split(",")[1])


@pytest.mark.parametrize(
    ("loss", "table", "column", "role"),
    [
        ("bce", "weight,p,y\n0.5,.9,1\n1.5,.2,0\n", "weight", "weight"),
        ("bce", "weight,model,y\n0.5,.9,1\n1.5,.2,0\n", "weight", "weight"),
        ("bce", "target,model,y\n1,.9,1\n0,.2,0\n", "target", "label"),
        ("acc", "true,model,y\n1,1,1\n0,1,0\n", "true", "label"),
        ("mse", "true,model,y\n1.5,1.25,1.5\n2.5,3.5,2.5\n", "true", "label"),
        ("ce", "cat,dog,weight,y\n.9,.1,1.5,cat\n.2,.8,.5,dog\n", "weight", "weight"),
    ],
)
def test_a_role_is_left_out_and_named(loss: str, table: str, column: str, role: str) -> None:
    done = losscli(loss, "-", "--label", "y", stdin=table)
    assert done.status == 0
    assert f"note: not used: column {column}; named like a {role}\n" in done.err


@pytest.mark.parametrize(("name", "labels"), [("False", "TF"), ("no", "yn"), ("no", "10")])
def test_a_single_column_of_a_class(name: str, labels: str) -> None:
    yes, no = {"TF": ("True", "False"), "yn": ("yes", "no"), "10": ("1", "0")}[labels]
    done = losscli("bce", "-", "--label", "y", "-q", stdin=f"{name},y\n0.9,{yes}\n0.7,{no}\n")
    assert done.status == 0
    assert float(done.out) == pytest.approx(TWO, rel=1e-14)


class TestTransforms:
    """Fractions are data, whatever their name; what is left out is named."""

    @pytest.mark.parametrize(
        ("transform", "first"),
        [
            ("softmax", "0.4639634279648094,0.2814080440460307,0.25462852798915997,0"),
            ("sigmoid", "0.6681877721681662,0.549833997312478,0.52497918747894,0"),
            ("logsumexp", "1.4679495489036247,0"),
        ],
    )
    def test_fractions(self, transform: str, first: str) -> None:
        done = losscli(transform, "-", stdin=MEDALS)
        assert (done.status, done.out.splitlines()[1]) == (0, first)
        assert done.err == (
            "note: column gold is data: named like a label, but it holds fractions\n"
            "note: column y left out: named like a label\n"
        )

    def test_only_names_of_roles(self) -> None:
        done = losscli("softmax", "-", stdin="target,gold\n0.5,0.5\n1.5,1.5\n")
        assert (done.status, done.out) == (0, "target,gold\n0.5,0.5\n0.5,0.5\n")

    @pytest.mark.parametrize("table", ["a,b,sample_weight\n1,1,.5\n", "p_a,p_b,y\n1,1,.5\n"])
    def test_a_plain_role(self, table: str) -> None:
        name = table.splitlines()[0].split(",")[2]
        role = "weight" if "weight" in name else "label"
        done = losscli("softmax", "-", stdin=table)
        assert (done.status, done.out.splitlines()[1]) == (0, "0.5,0.5,.5")
        assert done.err == f"note: column {name} left out: named like a {role}\n"

    def test_a_single_column(self) -> None:
        done = losscli("softmax", "-", stdin="target,background\n1,1\n0,3\n")
        assert (done.status, done.out) == (3, "")
        assert done.err == (
            "note: column target left out: named like a label\n"
            "Error: softmax over a single column is always the same\n  at   stdin:2, column background\n"
            "  try  --pred with all its columns, or sigmoid for one number a row\n"
        )


@pytest.mark.parametrize(
    "names",
    ["gold,silver,bronze", "true,false,mixed", "target,noise,clutter", "is_true,is_false,is_odd", "t_gold,t_x,t_y"],
)
@pytest.mark.parametrize("label", ["medal", "label"])
@pytest.mark.parametrize("rows", ["0120", "1212"])
def test_classes_that_words_name_are_no_labels(names: str, label: str, rows: str) -> None:
    """Also where the one that is called like labels never occurs, as the rows sum to 1 with it."""
    words = [name.rpartition("_")[2] for name in names.split(",")]
    scores = ((0.7, 0.2, 0.1), (0.1, 0.8, 0.1), (0.2, 0.3, 0.5), (0.3, 0.5, 0.2))
    table = f"id,{names},{label}\n" + "".join(
        f"q{i},{','.join(map(str, row))},{words[int(at)]}\n"
        for i, (row, at) in enumerate(zip(scores, rows, strict=True))
    )
    value = -sum(math.log(row[int(at)]) for row, at in zip(scores, rows, strict=True)) / 4
    done = losscli("ce", "-", "-q", stdin=table)
    assert (done.status, done.err) == (0, "")
    assert float(done.out) == pytest.approx(value)


LABELLED = "k,{}\nx1,b\nx2,a\nx3,b\nx4,b\n"
AMOUNTS = (
    "k,amount,b,a b,a,predicted\nx1,901,.3,.5,.2,.5\nx2,10.5,.2,.5,.3,.5\nx3,55.9,.1,.6,.3,.6\nx4,13,.7,.2,.1,.7\n"
)


@pytest.mark.parametrize("loss", ["ce", "torch.nn.CrossEntropyLoss", "ece"])
def test_data_beside_classes_that_sum_to_1(loss: str, tmp_path: Path) -> None:
    for name, text in (("p", AMOUNTS), ("y", LABELLED.format("species"))):
        (tmp_path / f"{name}.csv").write_text(text)
    both = [str(tmp_path / "p.csv"), str(tmp_path / "y.csv")]
    done, asked = losscli(loss, *both), losscli(loss, *both, "-p", "b,a b,a", "-q")
    assert (done.status, asked.status) == (0, 0)
    assert losscli(loss, *both, "-q").out == asked.out
    for column in ("amount", "predicted"):
        says = f"not used: column {column}; the labels name the other columns, whose rows sum to 1 without it"
        assert says in done.err


@pytest.mark.parametrize(
    ("names", "classes"), [("p_2,p_1", "2112"), ("cat,dog", "0110"), ("c_0.5,c_1.5", ".5 1.5 1.5 .5")]
)
def test_a_column_of_class_numbers_beside_data(names: str, classes: str, tmp_path: Path) -> None:
    labels = classes.split() if " " in classes else [*classes]
    (tmp_path / "p.csv").write_text(f"k,{names}\nx1,.7,.3\nx2,.2,.8\nx3,.4,.6\nx4,.6,.4\n")
    rows = zip((901.2, 1.5, 551.9, 2.0), labels, strict=True)
    (tmp_path / "y.csv").write_text(
        "k,amount,outcome\n" + "".join(f"x{i + 1},{a},{y}\n" for i, (a, y) in enumerate(rows))
    )
    done = losscli("ce", str(tmp_path / "p.csv"), str(tmp_path / "y.csv"), "-q")
    assert float(done.out) == pytest.approx(-(2 * math.log(0.6) + math.log(0.7) + math.log(0.8)) / 4), done.err


@pytest.mark.parametrize("names", ["{}_pred", "{}_hat", "pred_{}", "predicted {}"])
@pytest.mark.parametrize("order", ["xyz", "zxy", "yzx"])
def test_y_beside_other_outputs_is_one_of_them(names: str, order: str) -> None:
    values, errors = {"x": (1, 2, 3), "y": (5, 4, 6), "z": (9, 8, 7)}, {"x": 0.5, "y": 1.0, "z": 2.0}
    forecasts = {names.format(name): [v + errors[name] for v in values[name]] for name in "yxz"}
    columns = {**{name: [*values[name]] for name in order}, **forecasts}
    table = (
        ",".join(columns)
        + "\n"
        + "".join(",".join(map(str, row)) + "\n" for row in zip(*columns.values(), strict=True))
    )
    done = losscli("mse", "-", "-q", stdin=table)
    assert float(done.out) == pytest.approx((0.25 + 1 + 4) / 3), done.err


@pytest.mark.parametrize("names", ["churn,churn_prob", "churn,p_churn", "p(Churn),churn"])
@pytest.mark.parametrize("words", [("1", "0"), ("yes", "no"), ("True", "False")])
def test_the_label_after_which_a_probability_is_named(names: str, words: tuple[str, str]) -> None:
    rows = ((1, 0.9), (0, 0.2), (1, 0.7))
    cells = [(words[1 - y], str(p)) for y, p in rows]
    table = (
        "age,"
        + names
        + "\n"
        + "".join(f"3{i},{','.join(row if names[0] == 'c' else row[::-1])}\n" for i, row in enumerate(cells))
    )
    done = losscli("bce", "-", "-q", stdin=table)
    assert float(done.out) == pytest.approx(0.22839300363692283), done.err


SAME = "column week holds the same values in both files: is it an output, or other data?"


@pytest.mark.parametrize(
    ("loss", "submission", "solution"),
    [
        ("bce", "k,week,y\na,0,.4\nb,0,.3\nc,1,.6\n", "k,y,week\nb,0,0\nc,1,1\na,1,0\n"),
        ("mse", "k,week,price\na,0,.4\nb,0,.3\nc,0,.6\n", "k,week,price\nb,0,2\nc,0,1\na,0,1\n"),
    ],
)
def test_data_that_both_files_have_is_no_output(loss: str, submission: str, solution: str, tmp_path: Path) -> None:
    for name, text in (("a", submission), ("b", solution)):
        (tmp_path / f"{name}.csv").write_text(text)
    done = losscli(loss, str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--join", "k")
    assert (done.status, SAME in done.err) == (3, True), done.err


def test_labels_that_happen_to_differ_are_no_ids(tmp_path: Path) -> None:
    numbers = (3, 2, 11, 0, 5, 7, 4, 9, 6, 10, 1, 8)
    (tmp_path / "a.csv").write_text("demand\n" + "".join(f"{x + 0.5}\n" for x in numbers))
    (tmp_path / "b.csv").write_text("text,fold,demand\n" + "".join(f"some {x},{x % 3},{x}\n" for x in numbers))
    assert losscli("mse", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "-q").out == "0.25\n"
    (tmp_path / "p.csv").write_text("k,p_churn\na,.9\nb,.2\nc,.7\n")
    (tmp_path / "y.csv").write_text("k,week,churn\na,0,1\nb,1,0\nc,0,1\n")
    done = losscli("sklearn.metrics.log_loss", str(tmp_path / "p.csv"), str(tmp_path / "y.csv"))
    assert (done.status, "several columns could be the labels: week, churn" in done.err) == (3, True), done.err
