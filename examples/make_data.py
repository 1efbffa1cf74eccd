"""Make the data files in this directory: out-of-fold predictions of real models.

Every prediction comes from a model that never saw its row: five folds, shuffled with
a fixed seed. The data sets ship with scikit-learn, so nothing is downloaded. To remake
the files, from the root of the repository:

    python -m venv .venv-data
    .venv-data/bin/pip install scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
    .venv-data/bin/python examples/make_data.py
    git diff --stat examples

`expected.json` holds what scikit-learn's own metrics say about each file, twice: for
the numbers as they are read back from the file (`from_file`), and for the predictions
before they were rounded to be written (`full_precision`, to 12 digits: the digits after
those differ between processors).
"""

# scikit-learn has no type hints, and is not needed to work on losscli.
# mypy: disable-error-code="import-untyped,import-not-found"

import csv
import json
import platform
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

Array = NDArray[np.float64]
Scores = dict[str, float]
Entry = dict[str, Any]  # what expected.json says about one file

HERE = Path(__file__).parent
STRATIFIED = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
PLAIN = KFold(n_splits=5, shuffle=True, random_state=0)
DIGITS_STEP = 3  # every third row of the digits: enough to show, a third of the size


def logistic_regression(strength: float) -> LogisticRegression:
    """Multinomial (or binary) logistic regression, solved until only rounding is left.

    Newton's method with a tight tolerance makes the written digits a property of the
    data and the model, and not of the machine on which the solver happened to stop.
    """
    return LogisticRegression(C=strength, solver="newton-cholesky", tol=1e-10, max_iter=200)


def out_of_fold(model: BaseEstimator, x: Array, y: NDArray[Any], method: str) -> Array:
    """Predict each row with the model of the fold that left this row out."""
    folds = PLAIN if method == "predict" else STRATIFIED
    return np.asarray(cross_val_predict(model, x, y, cv=folds, method=method))


def describe(model: BaseEstimator) -> str:
    """Spell the model as scikit-learn does, its steps from left to right."""
    steps = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    return " | ".join(" ".join(repr(step).split()) for step in steps)


def softmax(logits: Array) -> Array:
    """Probabilities from logits, row by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def significant(value: float, digits: int) -> str:
    """Spell a number with this many significant digits, without trailing zeros."""
    return f"{value:.{digits}g}"


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file, with the same bytes on every platform."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read_text(path: Path, name: str) -> list[str]:
    """Read one column of a CSV file back, as text."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [row[name] for row in csv.DictReader(handle)]


def read_numbers(path: Path, names: Sequence[str]) -> Array:
    """Read columns of a CSV file back as numbers, one row per sample."""
    columns = [read_text(path, name) for name in names]
    return np.array(columns, dtype=np.float64).T


def require(holds: bool, claim: str) -> None:
    """Stop if a claim made about the files is not true."""
    if not holds:
        message = f"not true of the data: {claim}"
        raise ValueError(message)


def classification(labels: Sequence[str], probabilities: Array, classes: Sequence[str]) -> Scores:
    """Score rows of probabilities, with columns in the order of the classes."""
    chosen = [classes[column] for column in probabilities.argmax(axis=1)]
    return {
        "log_loss": float(log_loss(labels, probabilities, labels=classes)),
        "accuracy_score": float(accuracy_score(labels, chosen)),
    }


def regression(target: Array, prediction: Array) -> Scores:
    """Score the predictions of a regression."""
    return {
        "mean_squared_error": float(mean_squared_error(target, prediction)),
        "mean_absolute_error": float(mean_absolute_error(target, prediction)),
        "r2_score": float(r2_score(target, prediction)),
    }


def make_digits() -> dict[str, Entry]:
    """Write ten classes, as probabilities and as the logits they are the softmax of."""
    x, y = load_digits(return_X_y=True)
    model = make_pipeline(PCA(12, svd_solver="full"), StandardScaler(), logistic_regression(1.0))
    every = slice(None, None, DIGITS_STEP)
    classes = [str(digit) for digit in range(10)]
    labels = [classes[digit] for digit in y[every]]
    logits = out_of_fold(model, x, y, "decision_function")[every]
    probabilities = out_of_fold(model, x, y, "predict_proba")[every]

    logit_names = [f"z_{name}" for name in classes]
    logit_path = HERE / "digits_logits.csv"
    rows = [[label, *(f"{value:.9f}" for value in row)] for label, row in zip(labels, logits, strict=True)]
    write_table(logit_path, ["label", *logit_names], rows)

    # The probabilities are those of the logits as written, so that the two files agree
    # to the last digit.
    names = [f"p_{name}" for name in classes]
    path = HERE / "digits.csv"
    written = softmax(read_numbers(logit_path, logit_names))
    require(np.allclose(written, probabilities, rtol=1e-8, atol=0.0), "the softmax of the logits is predict_proba")
    rows = [[label, *(significant(value, 9) for value in row)] for label, row in zip(labels, written, strict=True)]
    write_table(path, ["label", *names], rows)

    description = {
        "dataset": "sklearn.datasets.load_digits, every third row (0, 3, 6, ...)",
        "model": describe(model),
        "folds": repr(STRATIFIED),
        "samples": len(labels),
    }
    read = read_numbers(path, names)
    before = classification(labels, probabilities, classes)
    return {
        path.name: {
            **description,
            "predictions": "predict_proba",
            "from_file": classification(read_text(path, "label"), read, classes),
            "full_precision": before,
        },
        logit_path.name: {
            **description,
            "predictions": "decision_function; the scores are those of its softmax",
            "from_file": classification(read_text(logit_path, "label"), written, classes),
            "full_precision": before,
        },
    }


def make_better_digits() -> dict[str, Entry]:
    """Write another model's probabilities for the same rows: one that sees more of the pixels."""
    x, y = load_digits(return_X_y=True)
    model = make_pipeline(PCA(20, svd_solver="full"), StandardScaler(), logistic_regression(1.0))
    every = slice(None, None, DIGITS_STEP)
    classes = [str(digit) for digit in range(10)]
    labels = [classes[digit] for digit in y[every]]
    probabilities = out_of_fold(model, x, y, "predict_proba")[every]

    names = [f"p_{name}" for name in classes]
    path = HERE / "digits_better.csv"
    rows = [
        [label, *(significant(value, 9) for value in row)] for label, row in zip(labels, probabilities, strict=True)
    ]
    write_table(path, ["label", *names], rows)
    read = read_numbers(path, names)
    return {
        path.name: {
            "dataset": "sklearn.datasets.load_digits, every third row (0, 3, 6, ...)",
            "model": describe(model),
            "folds": repr(STRATIFIED),
            "samples": len(labels),
            "predictions": "predict_proba",
            "from_file": classification(read_text(path, "label"), read, classes),
            "full_precision": classification(labels, probabilities, classes),
        }
    }


def make_iris() -> dict[str, Entry]:
    """Write three classes that have names."""
    data = load_iris()
    classes = [str(name) for name in data.target_names]
    species = [classes[code] for code in data.target]
    model = make_pipeline(StandardScaler(), logistic_regression(1.0))
    probabilities = out_of_fold(model, data.data, data.target, "predict_proba")

    names = [f"p_{name}" for name in classes]
    path = HERE / "iris.csv"
    rows = [
        [number, name, *(significant(value, 9) for value in row)]
        for number, (name, row) in enumerate(zip(species, probabilities, strict=True), start=1)
    ]
    write_table(path, ["id", "species", *names], rows)
    read = read_numbers(path, names)
    return {
        path.name: {
            "dataset": "sklearn.datasets.load_iris",
            "model": describe(model),
            "folds": repr(STRATIFIED),
            "samples": len(species),
            "predictions": "predict_proba",
            "from_file": classification(read_text(path, "species"), read, classes),
            "full_precision": classification(species, probabilities, classes),
        }
    }


def make_breast_cancer() -> dict[str, Entry]:
    """Write two classes in one column: the probability of label 1, malignant."""
    data = load_breast_cancer()
    malignant = list(data.target_names).index("malignant")
    y = (data.target == malignant).astype(int)
    classes = ["0", "1"]
    labels = [classes[code] for code in y]
    model = make_pipeline(StandardScaler(), logistic_regression(0.01))
    both = out_of_fold(model, data.data, y, "predict_proba")

    path = HERE / "breast_cancer.csv"
    rows = [[label, significant(value, 6)] for label, value in zip(labels, both[:, 1], strict=True)]
    write_table(path, ["label", "p"], rows)
    p = read_numbers(path, ["p"])
    read = np.hstack([1.0 - p, p])
    require(bool(np.all((p > 0) & (p < 1))), "no probability is written as 0 or 1")
    return {
        path.name: {
            "dataset": "sklearn.datasets.load_breast_cancer, with malignant as label 1",
            "model": describe(model),
            "folds": repr(STRATIFIED),
            "samples": len(labels),
            "predictions": "predict_proba, the column of label 1",
            "from_file": classification(read_text(path, "label"), read, classes),
            "full_precision": classification(labels, both, classes),
        }
    }


def make_diabetes() -> dict[str, Entry]:
    """Write a number to predict."""
    x, y = load_diabetes(return_X_y=True)
    model = LinearRegression()
    prediction = out_of_fold(model, x, y, "predict")

    path = HERE / "diabetes.csv"
    rows = [[significant(target, 6), significant(value, 6)] for target, value in zip(y, prediction, strict=True)]
    write_table(path, ["target", "prediction"], rows)
    read = read_numbers(path, ["target", "prediction"])
    require(np.array_equal(read[:, 0], y), "the targets are written exactly")
    return {
        path.name: {
            "dataset": "sklearn.datasets.load_diabetes",
            "model": describe(model),
            "folds": repr(PLAIN),
            "samples": len(y),
            "predictions": "predict",
            "from_file": regression(read[:, 0], read[:, 1]),
            "full_precision": regression(y, prediction),
        }
    }


def main() -> None:
    """Write every file."""
    warnings.simplefilter("error")  # a solver that did not converge must not pass
    files: dict[str, Entry] = {}
    for make in (make_digits, make_better_digits, make_iris, make_breast_cancer, make_diabetes):
        files |= make()
    for name, entry in files.items():
        for score, value in entry["full_precision"].items():
            require(
                bool(np.isclose(entry["from_file"][score], value, rtol=1e-5)),
                f"rounding does not change the {score} of {name}",
            )
            # The digits after these depend on the processor's linear algebra.
            entry["full_precision"][score] = float(significant(value, 12))
    expected = {
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "files": files,
    }
    text = json.dumps(expected, indent=2) + "\n"
    (HERE / "expected.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
