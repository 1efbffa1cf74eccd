"""Do calls and scores take words as labels wherever the columns, or yes and no, say which class a word is?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from losscli.losses import CALLS, LOSSES
from losscli.losses.vocabulary import Domain, Takes
from tests.support.shell import document, losscli

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = "p_cat,p_dog,p_bird,label\n0.7,0.2,0.1,cat\n0.1,0.8,0.1,dog\n0.2,0.2,0.6,dog\n0.3,0.3,0.4,bird\n"
NUMBERS = {"cat": "0", "dog": "1", "bird": "2", "spam": "1", "ham": "0", "yes": "1", "no": "0"}
SPAM = "p_spam,label\n0.7,spam\n0.1,ham\n0.2,spam\n0.3,ham\n"
YES = "score,label\n0.7,yes\n0.1,no\n0.2,yes\n0.3,no\n"
TOOLS = ("xgboost.", "lightgbm.", "catboost.")
CALLS_THAT_TAKE_NUMBERS = [call for call in CALLS if call.startswith(TOOLS) and not CALLS[call][1].sorts_labels]
MARGINS = tuple(loss.name for loss in LOSSES if loss.takes is Takes.MARGIN and not loss.extras)
PLAIN = ("acc", "auc", "ap", "f1", "mcc", "kappa", "precision", "bce", *MARGINS)


def numbered(text: str) -> str:
    """The same with class numbers, and columns that say nothing."""
    head, *rows = text.splitlines()
    head = ",".join(f"x{i}" for i in range(head.count(","))) + ",label"
    return "\n".join([head, *(f"{row.rpartition(',')[0]},{NUMBERS[row.rpartition(',')[2]]}" for row in rows)]) + "\n"


def value(name: str, text: str, folder: Path) -> str:
    path = folder / "rows.csv"
    path.write_text(text)
    result = losscli(*name.split(), str(path), "-y", "label", "-q")
    return result.out if result.status == 0 else "refused"


@pytest.mark.parametrize("text", [CLASSES, SPAM, YES], ids=["classes", "spam", "yes"])
@pytest.mark.parametrize("name", [*CALLS_THAT_TAKE_NUMBERS, *PLAIN, "f1 --average macro"])
def test_words_are_as_good_as_class_numbers(name: str, text: str, tmp_path: Path) -> None:
    by_number, by_word = value(name, numbered(text), tmp_path), value(name, text, tmp_path)
    assert by_word == by_number or (by_word == "refused" and not of_classes(name))


def of_classes(name: str) -> bool:
    """Whether classes are what it is about: an error of numbers may refuse words."""
    loss = CALLS[name][0] if name in CALLS else None
    return loss is None or loss.takes.labelled or loss.domain in (Domain.CLASS_NUMBERS, Domain.BINARY_SCORES)


@pytest.mark.parametrize("name", MARGINS)
def test_two_words_are_the_signs_of_a_margin(name: str) -> None:
    found = {
        losscli(name, "0.2,0.5,-0.3", labels, "-q").out
        for labels in ("1,-1,1", "1,0,1", "yes,no,yes", "True,False,True")
    }
    assert len(found) == 1, found


@pytest.mark.parametrize(("label", "area"), [("spam", 0.75), ("ham", 0.25)])
def test_a_label_that_is_named_is_the_yes(label: str, area: float, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(SPAM)
    assert document("auc", str(path), "--pos-label", label)["value"] == area


def test_a_word_that_is_no_class_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(CLASSES.replace(",bird\n", ",brid\n"))
    result = losscli("xgboost.merror", str(path), "-q")
    assert result.status == 3
    assert "brid" in result.err


def test_columns_that_one_label_does_not_belong_to_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(CLASSES)
    result = losscli("xgboost.error", str(path), "-q")
    assert result.status == 3
    assert "predictions of shape (4, 3) and labels of shape (4,) do not match" in result.err


ORDERED = "p_0,p_1,p_2,label\n0.1,0.1,0.8,2\n0.7,0.2,0.1,0\n0.2,0.6,0.2,1\n0.5,0.3,0.2,1\n"
SHUFFLED = "p_2,p_0,p_1,label\n0.8,0.1,0.1,2\n0.1,0.7,0.2,0\n0.2,0.2,0.6,1\n0.2,0.5,0.3,1\n"
OF_CLASSES: list[Any] = [
    loss.name for loss in LOSSES if of_classes(loss.name) and loss.name not in ("crps", "weighted-quantile-loss")
]
OF_CLASSES += [
    pytest.param(name, marks=pytest.mark.long)
    for name, (loss, call) in CALLS.items()
    if of_classes(name) and not call.sorts_labels
]


FROM_1 = "p_1,p_2,p_3,label\n0.1,0.1,0.8,3\n0.7,0.2,0.1,1\n0.2,0.6,0.2,2\n0.5,0.3,0.2,2\n"


@pytest.mark.parametrize("text", [SHUFFLED, FROM_1], ids=["shuffled", "from 1"])
@pytest.mark.parametrize("name", [*OF_CLASSES, "f1 --average macro", "iou --average macro"])
def test_columns_of_other_numbers_than_their_places_are_matched_or_refused(
    name: str, text: str, tmp_path: Path
) -> None:
    by_name, by_place = value(name, text, tmp_path), value(name, ORDERED, tmp_path)
    if by_name != "refused":
        found, wanted = ([float(word) for word in text.split()] for text in (by_name, by_place))
        assert sorted(found) == pytest.approx(sorted(wanted), rel=1e-9, abs=1e-12)


def test_how_columns_are_put_in_order_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(SHUFFLED)
    result = losscli("kappa", str(path), "--weighing", "linear")
    what = "the columns are those of classes 2, 0, 1, and here they are counted from 0 on"
    assert (result.status, result.err.splitlines()[:2]) == (
        2, [f"Error: {what}", "  try  --pred with the columns in the order 0, 1, 2"],
    )  # fmt: skip
    assert losscli("mcc", str(path), "--pred", "p_0,p_1,p_2", "-q").out == "0.7\n"
    assert losscli("mcc", str(path), "-q").out == "0.7\n"


TWO = "label,{}\n1,0.9,0.1\n0,0.4,0.6\n1,0.3,0.7\n0,0.8,0.2\n0,0.1,0.9\n"


@pytest.mark.parametrize("names", ["yes,no", "p_True,p_False", "Positive,Negative", "p(pos),p(neg)", "p_1,p_0"])
@pytest.mark.parametrize("words", [("1", "0"), ("yes", "no"), ("positive", "negative")])
def test_two_columns_that_mean_1_and_0(names: str, words: tuple[str, str], tmp_path: Path) -> None:
    rows = TWO.format(names).replace("\n1,", f"\n{words[0]},").replace("\n0,", f"\n{words[1]},")
    path = tmp_path / "rows.csv"
    path.write_text(rows)
    told = losscli("ce", str(path), "-q")
    if told.status == 0:  # words of another pair name no column
        assert float(told.out) == pytest.approx(0.7069915, rel=1e-6)
        for loss in ("f1", "precision", "recall", "iou"):
            result = losscli(loss, str(path))
            assert result.status == 2, result.out
            order = names.replace("p_", "").replace("p(", "").replace(")", "").split(",")
            assert result.err.splitlines() == [
                f"Error: the columns are those of classes {', '.join(order)}, and here they are counted from 0 on",
                f"  try  --pred with the columns in the order {', '.join(order[::-1])}",
            ]
        second, first = names.split(",")
        assert float(losscli("f1", str(path), "--pred", f"{first},{second}", "-q").out) == 0.5
    else:
        assert "are not among the column names" in told.err


def test_what_the_order_of_words_decides_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(TWO.format("cat,dog").replace("\n1,", "\ncat,").replace("\n0,", "\ndog,"))
    told = losscli("f1", str(path))
    assert told.err == "note: positive class: dog; the second column; --pred may name them in another order\n"
    path.write_text("low,top,mid,label\n0.8,0.1,0.1,low\n0.1,0.7,0.2,top\n0.2,0.2,0.6,mid\n0.2,0.5,0.3,mid\n")
    assert losscli("kappa", str(path)).err == ""
    refused = losscli("kappa", str(path), "--weighing", "linear", "-q")
    assert (refused.status, refused.err) == (
        2,
        "Error: distances between classes need their order, and words have none that is known: low, top, mid\n"
        "  try  --classes with these words in their order, as in --classes low,top,mid\n",
    )
    told = losscli("kappa", str(path), "--weighing", "linear", "--classes", "low,mid,top")
    assert told.err == "note: predictions: columns low, mid, top; put in the order of --classes, by their names\n"
    by_column = losscli("kappa", str(path), "--weighing", "linear", "--classes", "low,mid,top", "-q")
    numbers = losscli("kappa", "0,2,1,2", "0,2,1,1", "--weighing", "linear", "-q")
    assert float(by_column.out) == float(numbers.out)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("low,mid,high", False),
        ("negative,neutral,positive", True),
        ("b1,b2,b3", True),
        ("A,B,C", True),
        ("x,y,yy", False),
    ],
)
def test_distances_of_words_need_an_order(words: str, known: bool, tmp_path: Path) -> None:
    """Predicted words are sorted, and a known scale may be in that order."""
    first, second, third = words.split(",")
    pairs = ((first, first), (third, second), (second, third), (second, second), (first, third))
    path = tmp_path / "words.csv"
    path.write_text("pred,label\n" + "".join(f"{x},{y}\n" for x, y in pairs))
    numbers = float(losscli("kappa", "0,2,1,1,0", "0,1,2,1,2", "--weighing", "linear", "-q").out)
    plain = losscli("kappa", str(path), "--weighing", "linear", "-q")
    assert plain.status == (0 if known else 2)
    assert not known or float(plain.out) == numbers
    assert float(losscli("kappa", str(path), "--weighing", "linear", "-q", "--classes", words).out) == numbers
    assert losscli("kappa", str(path), "-q", "--classes", words).out == losscli("kappa", str(path), "-q").out
    unknown = losscli("kappa", str(path), "--classes", f"{first},{second}")
    assert (unknown.status, unknown.err.splitlines()[0]) == (3, "Error: 2 labels are not among --classes")


def test_classes_of_numbers_have_an_order() -> None:
    refused = losscli("kappa", "0,1,2", "0,2,2", "--classes", "a,b,c")
    assert (refused.status, refused.err) == (
        2,
        "Error: --classes: predictions or labels are numbers, which are in order\n  try  leave it out\n",
    )


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        (("f1", "--average", "macro"), 7 / 9),
        (("precision", "--average", "macro"), 5 / 6),
        (("mcc",), 0.7),
        (("kappa",), 7 / 11),
        (("balanced-accuracy",), 5 / 6),
        (("zero-one",), 0.25),
        (("hamming",), 0.25),
        (("acc",), 0.75),
    ],
)
@pytest.mark.parametrize("names", ["p_1,p_2,p_3", "p_3,p_1,p_2", "2,1,4", "p_0,p_1,p_2", "p_cat,p_dog,p_bird"])
def test_rows_of_scores_are_compared_by_the_class_of_their_largest(
    loss: tuple[str, ...], value: float, names: str, tmp_path: Path
) -> None:
    """Columns may be called by other numbers than 0, 1, 2, and the labels are these."""
    classes = [name.removeprefix("p_") for name in names.split(",")]
    rows = ((0.7, 0.2, 0.1, 0), (0.1, 0.8, 0.1, 1), (0.2, 0.2, 0.6, 2), (0.3, 0.3, 0.4, 1))
    path = tmp_path / "rows.csv"
    path.write_text(f"{names},label\n" + "".join(f"{a},{b},{c},{classes[y]}\n" for a, b, c, y in rows))
    result = losscli(*loss, str(path))
    assert result.status == 0, result.err
    assert float(losscli(*loss, str(path), "-q").out) == pytest.approx(value)
    numbers = names in ("p_1,p_2,p_3", "p_3,p_1,p_2", "2,1,4")
    told = (
        f"note: classes: {', '.join(classes)}; the column names are numbers, matched to the labels; "
        "the largest of a row is the predicted class\n"
    )
    assert result.err == (told if numbers and loss != ("acc",) else "")


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (("f1", "--average", "none"), "p_3,p_1,p_2"),
        (("kappa", "--weighing", "linear"), "p_3,p_1,p_2"),
        (("f1", "--pos-label", "2"), "p_1,p_2"),
        (("f1",), "p_1,p_2"),
    ],
)
def test_columns_of_other_numbers_are_refused_where_their_places_count(
    args: tuple[str, ...], names: str, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    rows = "0.7,0.2,0.1,1\n0.2,0.8,0.0,2\n" if names.count(",") > 1 else "0.7,0.3,1\n0.2,0.8,2\n"
    path.write_text(f"{names},label\n{rows}")
    refused = losscli(*args, str(path))
    order = names.replace("p_", "").replace(",", ", ")
    assert (refused.status, refused.err.splitlines()[0]) == (
        2,
        f"Error: the columns are those of classes {order}, and here they are counted from 0 on",
    )


@pytest.mark.parametrize("words", ["False,True", "no,yes", "N,Y"])
def test_words_for_0_and_1_are_read_as_these_on_both_sides(words: str, tmp_path: Path) -> None:
    no, yes = words.split(",")
    rows = ((1, 1), (1, 0), (0, 1), (1, 1), (0, 0))
    path = tmp_path / "rows.csv"
    path.write_text("pred,label\n" + "".join(f"{(no, yes)[x]},{(no, yes)[y]}\n" for x, y in rows))
    result = losscli("f1", str(path))
    assert result.err == "note: label values: true and false; read as 1 and 0\n"
    assert float(losscli("f1", str(path), "-q").out) == pytest.approx(2 / 3)
    assert float(losscli("f1", str(path), "-q", "--pos-label", no).out) == pytest.approx(0.5)
    other = path.read_text().replace(no, "ham").replace(yes, "spam")
    path.write_text(other)
    assert losscli("f1", str(path)).err.splitlines()[0] == "Error: no label is 1; they are ham, spam"
