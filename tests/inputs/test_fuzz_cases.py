"""Does what once ended in a traceback, or in a warning of NumPy, end in a number or a message?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

ARRAY = b"\x93NUMPY\x01\x00"
PYTHON_2 = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 2L), }      \n"


@pytest.mark.parametrize(
    ("args", "status", "says"),
    [
        (["optax.losses.l2_loss", "0]"], 3, "the predictions are words; optax.losses.l2_loss takes numbers"),
        (["d2-pinball-score", "１,3,3", "1,2,3"], 3, "the predictions are words; d2-pinball-score takes numbers"),
        (["sklearn.metrics.hinge_loss", "a,b", "1,0"], 3, "the predictions are words"),
        (
            ["keras.losses.SparseCategoricalCrossentropy", "--axis", "3", "[[0.5,5,0],[0,8,0]]", "[1,0]"],
            3,
            "outside [0, 1]",
        ),
        (["keras.losses.BinaryCrossentropy", "--axis", "9999999999", "[[1]]", "[[1]]"], 2, "at most 64 axes"),
        (["keras.losses.BinaryCrossentropy", "--axis", "3", "[[1]]", "[[1]]"], 3, "cannot take these arrays: axis 3"),
        (["bce", "--pos-weight", "[1,2]", "0,0.5,1", "1,1,0"], 2, "--pos-weight has 2 values"),
        (["triplet-margin", "[[0,0]]", "--positive", "[[4,1]]", "--negative", "[[6,6,0]]"], 3, "cannot take these"),
        (["identify", "[[2,5,0],[5,0,0]]", "[0,2]", "--value", "6", "--label-base", "9" * 19], 2, "--label-base"),
        (["ece", "[[[0.5],[0.9]]]", "[0]"], 3, "rows of classes are wanted"),
        (["torch.nn.functional.mse_loss", "1 5", "[0]", "--worst", "1"], 0, ""),
        (["torch.nn.functional.smooth_l1_loss", "5,0", "[1]", "-f", "tsv"], 0, ""),
        (["tf.nn.softmax_cross_entropy_with_logits", "[[0]]", "[2]", "--explain"], 2, "--explain cannot write out"),
        (["mae", "5e-324", "0"], 0, ""),
        (["mae", "6,1e-320", "0,0"], 0, ""),
        (["ce", "[[3,0],[2,2],[2,1]]", "[[0,Infinity],[-Infinity,NaN],[6,0]]"], 3, ""),
        (["identify", "4,9.3e18", "1,4", "--value", "1"], 0, ""),
        (["cosine-distance", "[[1e300]]", "[0]", "--dtype", "float32"], 0, "undefined"),
        (["identify", "[[0.7e308]]", "[[0]]", "--value", "0"], 0, ""),
        (["r2", "[[1,2],[3,4]]", "[[1,2],[2,4]]", "--multioutput", "[[1],[2]]"], 2, "has the shape (2, 1)"),
        (["optax.losses.dice_loss", "[[1,2],[3,4]]", "[[1,0],[0,1]]", "--axis", "0.5"], 2, "whole numbers"),
        (["msle", "-2,1", "1,1"], 0, "plain mathematics gives nan"),
        (["check", "0", "1"], 0, ""),
        (["zero-one", "0,1,2,3", "0,2,1e39,3", "--dtype", "float32"], 3, "neither words nor whole numbers"),
        (["calibration-error", "[0.9]", "[1]", "--n-bins", "1000000000"], 0, ""),
        (["calibration-error", "[0.9]", "[1]", "--n-bins", "9" * 30], 2, "--n-bins is 1e+30"),
    ],
)
def test_kinds(args: list[str], status: int, says: str) -> None:
    done = losscli(*args)
    assert done.status == status, done.err + done.out
    assert says in done.err


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (b"{(                   \n", "not an NPY array, or its header is damaged"),
        (b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"1," * 200 + b")}\n", "an NPY header with 200 axes"),
        (b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 2)}\n", "an NPY header with a negative length"),
    ],
)
def test_headers_of_arrays_that_lie(header: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "t.npy"
    path.write_bytes(ARRAY + len(header).to_bytes(2, "little") + header + bytes(16))
    done = losscli("softmax", str(path))
    assert (done.status, done.out) == (3, "")
    assert says in done.err


def test_an_array_of_python_2(tmp_path: Path) -> None:
    path = tmp_path / "t.npy"
    path.write_bytes(ARRAY + len(PYTHON_2).to_bytes(2, "little") + PYTHON_2 + bytes(16))
    assert losscli("softmax", str(path)).out == "0.5,0.5\n"


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    import numpy as np

    np.save(tmp_path / "y.npy", np.array([b"\xff", b"a"]))
    done = losscli("ce", "[[0.5,0.5],[0.5,0.5]]", str(tmp_path / "y.npy"), "--classes", "a,b")
    assert done.status == 3
    assert "an array of bytes that are not UTF-8 text" in done.err


@pytest.mark.parametrize(
    ("args", "files", "status", "says"),
    [
        (["mse", "a.csv", "b.csv"], ("p,q\n1,2\n", "u,v\n1,\"[1,2]\"\n"), 3, "holds lists, so it"),
        (["ce", "a.csv", "b.csv", "--shift", "1"], ("p\n1\n2\n", "u,v\n1,0\n0,1\n"), 3, "predictions have one column"),
        (["nn.CrossEntropyLoss", "a.csv", "b.csv"], ("p;q\n1;2\n3;4\n", "y\n0\n1\n"), 3, "outside 0..0"),
        (
            ["identify", "a.csv", "b.csv", "--value", "0.5"],
            ("p,q\n1,2\n3,4\n", "label\n9007199254740993\n9007199254740992\n"), 0, "",
        ),
    ],
)  # fmt: skip
def test_tables(
    args: list[str], files: tuple[str, str], status: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in zip(("a.csv", "b.csv"), files, strict=True):
        (tmp_path / name).write_text(text)
    done = losscli(*args)
    assert done.status == status, done.err + done.out
    assert says in done.err
