"""Pages on numbers that name their cause, ``examples/loss-16.118.md``: from the table that ``identify`` knows."""

from __future__ import annotations

import textwrap

from losscli.record import record


@record
class Number:
    """A number that people look for.

    Attributes:
        written: As they see it.
        shown: How many of the answers the page shows.
        happens: When it is seen, in a sentence or two.
        commands: What gives it.
        advice: What to do.
        row: A command without options, whose conventions are compared.
    """

    written: str
    shown: int
    happens: str
    commands: tuple[str, ...]
    advice: str
    row: str = ""


_CERTAIN = (
    "A loss like this is not a measure of how wrong the predictions are, but of where a clip lies: look at these rows "
    "(`--worst 5`), for labels that are wrong, classes in another order, or predictions that were rounded to 0 and 1."
)
_LEARNED = (
    "In the first epoch it is as it should be. Later: is the learning rate too high (all units dead), are labels shuffled "
    "against the inputs, does the last layer get a gradient? `losscli check` says if the predictions are no better than "
    "the class frequencies."
)
_WRONG = "losscli bce 0 1"  # a yes to which the prediction gives no chance at all
NUMBERS = (
    Number(
        "16.118",
        2,
        "You see it in Keras, as the loss of one row or of a whole epoch, or in shares: k such rows of N add k/N of it. "
        "The true class has the probability 0 (or one below 1e-7, where Keras clips).",
        ("losscli ce '[[1,0]]' 1 -q", "losscli ce '[[1,0]]' 1 --like exact -q", "losscli bce 1 0 --dtype float32 -q"),
        f"{_CERTAIN} If *all* rows cost 16.118, the labels are not those that the model was trained on, or logits were "
        "read as probabilities: `from_logits=True`.",
        row=_WRONG,
    ),
    Number(
        "2.3026",
        1,
        "It is ln 10: ten classes, all alike. A network that starts has it on MNIST, CIFAR-10 and other data with ten "
        "classes; one that stays there has learned nothing.",
        (
            "losscli ce '[[0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1]]' 3 -q",
            "losscli ce '[[0,0,0,0,0,0,0,0,0,0]]' 3 --from-logits -q",
        ),
        _LEARNED,
    ),
    Number(
        "0.6931",
        1,
        "It is ln 2: yes or no, with a probability of one half. Every binary classifier starts there; a GAN's "
        "discriminator that can't tell real from made ends there.",
        ("losscli bce 0.5 1 -q", "losscli bce 0 1 --from-logits -q", "losscli ce '[[0.5,0.5]]' 0 -q"),
        "If it stays: the network's output doesn't depend on its input. Check that labels are 0 and 1, that the last "
        "layer has one unit with a sigmoid (a softmax over one unit is always 1), and that anything is learned at all.",
    ),
    Number(
        "27.63",
        2,
        "You see it in PyTorch before 1.5, whose `BCELoss` took a probability of 0 as 1e-12, in LightGBM's `cross_entropy`, "
        "and wherever someone wrote `log(p + 1e-12)`.",
        ("losscli bce 0 1 --like torch==1.4 -q", "losscli bce 0 1 --like torch -q"),
        f"{_CERTAIN} Since PyTorch 1.5 the same row costs [100](loss-100.md).",
        row=_WRONG,
    ),
    Number(
        "34.54",
        2,
        "You see it in scikit-learn up to 1.1, on Kaggle and in LightGBM, whose log loss clips at 1e-15: the label has "
        "probability 0. Also in shares: one such row of a hundred adds 0.3454.",
        ("losscli bce 0 1 --like sklearn==1.1 -q", "losscli bce 0 1 --like kaggle -q"),
        f"{_CERTAIN} Since scikit-learn 1.2 the same row costs [36.04](loss-36.04.md): the scores of old and new "
        "versions can't be compared where rows are certain and wrong.",
        row=_WRONG,
    ),
    Number(
        "36.04",
        1,
        "You see it in scikit-learn since 1.2, whose `log_loss` clips at the epsilon of float64, 2.2e-16: the label "
        "has probability 0. A mean of 36.04 is *every* row wrong for certain, mostly classes in another order than the "
        "columns.",
        ("losscli bce 0 1 --like sklearn -q", "losscli bce 0 1 --like sklearn --dtype float32 -q"),
        f"{_CERTAIN} scikit-learn sorts class names: columns in another order are misread. losscli matches names to "
        "the names of the columns, and `check` says if another order would fit.",
        row=_WRONG,
    ),
    Number(
        "100",
        1,
        "You see it in PyTorch since 1.5: `BCELoss` stops the logarithm at -100. With several outputs or rows it comes "
        "as a share, 100 divided by how many there are.",
        ("losscli nn.BCELoss 0 1 -q", "losscli nn.BCELoss '[[0,1],[1,1]]' '[[1,1],[1,1]]' -q"),
        f"{_CERTAIN} `BCEWithLogitsLoss` on the logits has no such limit, and keeps a gradient where this has none.",
        row=_WRONG,
    ),
    Number(
        "15.94",
        2,
        "It is -ln of what float32 leaves of 1e-7 beside 1, 2^-23: Keras clips at 1 - 1e-7, and the nearest float32 is "
        "1 - 1.19e-7. You see it where the label is 0 and the prediction 1; scikit-learn since 1.2 has it for "
        "predictions in float32.",
        (
            "losscli bce 1 0 --dtype float32 -q",
            "losscli bce 0 1 --dtype float32 -q",
            "losscli bce 0 1 --like sklearn --dtype float32 -q",
        ),
        f"{_CERTAIN} That a wrong yes costs 15.94 and a wrong no [16.118](loss-16.118.md) is rounding, not a fault: "
        "in float64 both cost 16.118.",
        row="losscli bce 1 0 --dtype float32",
    ),
    Number(
        "15.42",
        1,
        "You see it in TensorFlow 2.0 to 2.15 and in the package `tf_keras`, which clip at 1e-7 *and* add 1e-7 within "
        "the logarithm: -ln 2e-7.",
        ("losscli bce 0 1 --like tf==2.4 -q", "losscli bce 0 1 --like keras -q"),
        f"{_CERTAIN} Keras 3 clips once, so that the same row costs [16.118](loss-16.118.md): scores of old and new "
        "versions differ where rows are certain and wrong.",
        row=_WRONG,
    ),
    Number(
        "36.84",
        1,
        "You see it in XGBoost, whose `logloss` and `mlogloss` take a probability below 1e-16 as 1e-16.",
        ("losscli xgboost.logloss 0 1 -q", "losscli xgboost.mlogloss '[[1,0]]' 1 -q"),
        f"{_CERTAIN} LightGBM stops at 1e-15, so that the same row costs [34.54](loss-34.54.md) there.",
        row=_WRONG,
    ),
    Number(
        "18.42",
        1,
        "It is -ln 1e-8: someone wrote `log(p + 1e-8)` or clipped there, mostly in code of their own.",
        ("losscli bce 0 1 --clip 1e-8 -q", "losscli bce 0 1 -q"),
        f"{_CERTAIN} A clip of one's own makes a score that can't be compared with a framework's: compute it from "
        "logits, which need none.",
        row=_WRONG,
    ),
    Number(
        "13.8155",
        1,
        "It is -ln 1e-6: predictions were clipped to [1e-6, 1 - 1e-6], or printed with six decimals, where the smallest "
        "that is not 0 is 0.000001.",
        ("losscli bce 0 1 --clip 1e-6 -q", "losscli bce 0.000001 1 -q"),
        f"{_CERTAIN} If it comes from printing, write all digits: `%.17g`, `repr`, Parquet or NPY.",
        row=_WRONG,
    ),
    Number(
        "9.2103",
        1,
        "It is -ln 1e-4: predictions were clipped at 1e-4 or written with four decimals. Also ln 10,000: ten thousand "
        "equally likely classes, as with a vocabulary at the start.",
        ("losscli bce 0 1 --clip 1e-4 -q", "losscli bce 0.0001 1 -q"),
        f"{_CERTAIN} If it comes from printing, write all digits: `%.17g`, `repr`, Parquet or NPY.",
        row=_WRONG,
    ),
    Number(
        "1.0986",
        1,
        "It is ln 3: three classes, all alike. A classifier of three classes starts there; one that stays there has "
        "learned nothing.",
        ("losscli ce '[[0,0,0]]' 1 --from-logits -q", "losscli ce '[[0.2,0.2,0.2]]' 1 -q"),
        _LEARNED,
    ),
    Number(
        "4.6052",
        1,
        "It is ln 100: a hundred classes, all alike, as CIFAR-100 has them. It is also -ln 0.01: one row whose label got "
        "one percent.",
        (
            """losscli ce "[[$(yes 0 | head -100 | paste -sd, -)]]" 3 --from-logits -q""",
            "losscli bce 0.01 1 -q",
        ),
        _LEARNED,
    ),
    Number(
        "6.9078",
        2,
        "It is ln 1000: a thousand classes, all alike, as ImageNet has them; every network starts there. It is also "
        "-ln 0.001, of predictions that were clipped or printed with three decimals.",
        (
            """losscli ce "[[$(yes 0 | head -1000 | paste -sd, -)]]" 3 --from-logits -q""",
            "losscli bce 0.001 1 -q",
        ),
        _LEARNED,
    ),
    Number(
        "1.4612",
        1,
        "It is what a *perfect* classifier of ten classes gets if softmax is applied twice: the network ends in a "
        "softmax, and the loss (`CrossEntropyLoss`, `from_logits=True`) applies it again. Accuracy rises, the loss stops "
        "here.",
        (
            "losscli ce '[[0,0,0,1,0,0,0,0,0,0]]' 3 --from-logits -q",
            "losscli ce '[[0,0,0,1,0,0,0,0,0,0]]' 3 --like exact -q",
        ),
        "Take the softmax out of the model, or tell the loss that it gets probabilities. With C classes the floor is "
        "ln(1 + (C - 1)/e): 0.3133 for 2, 0.5514 for 3, 0.7437 for 4, 3.6222 for 100, 5.9095 for 1000. `losscli check` "
        "finds it in the predictions: [logits or probabilities](logits-or-probabilities.md).",
        row="losscli ce '[[0,0,0,1,0,0,0,0,0,0]]' 3",
    ),
    Number(
        "0.3133",
        2,
        "It is what a *perfect* binary classifier gets if the sigmoid is applied twice: the network ends in a sigmoid, and "
        "the loss (`BCEWithLogitsLoss`, `from_logits=True`) applies it again. Negatives then cost 0.6931 at best.",
        ("losscli bce 1 1 --from-logits -q", "losscli bce 0 0 --from-logits -q", "losscli bce 1 1 --like exact -q"),
        "Take the sigmoid out of the model, or use the loss for probabilities (`BCELoss`, `from_logits=False`). "
        "[Logits or probabilities](logits-or-probabilities.md) shows how to tell.",
        row="losscli bce 1 1",
    ),
    Number(
        "0.25",
        1,
        "It is the Brier score of a coin: every probability is one half. The mean squared error of a binary classifier "
        "starts there.",
        ("losscli brier-score 0.5,0.5 0,1 -q", "losscli mse 0.5,0.5 0,1 -q", "losscli bce 0.5,0.5 0,1 -q"),
        "A model that knows nothing but how often a yes comes, p, gets p(1 - p), which is less: with one yes in ten, 0.09. "
        "So compare with that, not with 0.25: `losscli d2-brier` is the share of it that the model takes away.",
    ),
    Number(
        "nan",
        5,
        "Not a number: somewhere infinity met 0 or another infinity, or a NaN came in and spread. A mean over a million "
        "rows is NaN if one of them is.",
        (
            "losscli ce '[[0.2,0.8],[nan,0.5]]' 1,0",
            "losscli ce '[[0.2,0.8],[nan,0.5]]' 1,0 --nan skip -q",
            "losscli nn.CrossEntropyLoss '[[0.2,0.8]]' -100 -q",
        ),
        "losscli never hides it: a NaN in the input is an error with its row, `--nan skip` leaves such rows out, "
        "`--nan keep` lets them count. In training, look for the first step that has it: a learning rate that is too "
        "high, float16 that overflows at 65504, log or sqrt of a number that is 0 or below, a division by a count that "
        "is 0 (a batch whose labels are all ignored, as in the last line).",
    ),
    Number(
        "inf",
        3,
        "Infinity: the label got the probability 0 and nothing clips, or a number left the range of its type.",
        (
            "losscli bce 0,0.9 1,1 --like exact -q",
            "losscli bce 0,0.9 1,1 -q",
            "losscli bce '[-1000]' 1 --from-logits -q",
        ),
        "Compute from logits where you have them: no probability is rounded to 0 then. Where you have not, decide on a "
        "clip and name it with the score (`--clip 1e-15`). `losscli check` counts the rows that are certain and wrong.",
        row="losscli bce 0,0.9 1,1",
    ),
)  # fmt: skip


def page(number: Number) -> str:
    """The page, with commands whose output is still to be filled in."""
    commands = "".join(f"$ {command}\n" for command in number.commands)
    compared = f"""
What each framework makes of the same row:

```console
$ {number.row} --compare 2>/dev/null | sed '/^$/,$d'
```
"""
    return f"""# Why is my loss {number.written}?

{_wrapped(number.happens)}

```console
$ losscli identify --value {number.written} -n {number.shown}
```

What gives it, and what it would be elsewhere:

```console
{commands}```
{compared if number.row else ""}
{_wrapped(number.advice)}

With the data, `losscli identify preds.csv --value {number.written}` searches losses, readings, conventions and
reductions for what gives the number; without, `losscli identify --value X` knows many more. More:
[other numbers](README.md#numbers), [why another number](another-number.md), [all pages](README.md#pages).
"""


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)
