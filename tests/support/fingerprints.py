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
    """

    written: str
    shown: int
    happens: str
    commands: tuple[str, ...]
    advice: str


_CERTAIN = (
    "A loss like this is not a measure of how wrong the predictions are, but of where a clip lies: look at these rows "
    "(`--worst 5`), for labels that are wrong, classes in another order, or predictions that were rounded to 0 and 1."
)
NUMBERS = (
    Number(
        "16.118",
        2,
        "You see it in Keras, for one row or as the loss of a whole epoch, and multiples of it divided by the number "
        "of rows. The true class has the probability 0 (or one below 1e-7, where Keras clips).",
        ("losscli ce '[[1,0]]' 1 -q", "losscli ce '[[1,0]]' 1 --like exact -q", "losscli bce 1 0 --dtype float32 -q"),
        f"{_CERTAIN} If *all* rows cost 16.118, the labels are not those that the model was trained on, or logits were "
        "read as probabilities: `from_logits=True`.",
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
        "In the first epoch it is as it should be. Later: is the learning rate too high (all units dead), are labels "
        "shuffled against the inputs, does the last layer get a gradient? `losscli check` says if the predictions are "
        "no better than the class frequencies.",
    ),
    Number(
        "0.6931",
        1,
        "It is ln 2: yes or no, with a probability of one half. Every binary classifier starts there, a GAN's "
        "discriminator that can't tell ends there.",
        ("losscli bce 0.5 1 -q", "losscli bce 0 1 --from-logits -q", "losscli ce '[[0.5,0.5]]' 0 -q"),
        "If it stays: the network's output doesn't depend on its input. Check that labels are 0 and 1, that the last "
        "layer has one unit with a sigmoid (a softmax over one unit is always 1), and that anything is learned at all.",
    ),
    Number(
        "27.63",
        2,
        "You see it in PyTorch before 1.5 (`BCELoss` added 1e-12 within the logarithm), and wherever someone wrote "
        "`log(p + 1e-12)`.",
        ("losscli bce 0 1 --like torch==1.4 -q", "losscli bce 0 1 --like torch -q"),
        f"{_CERTAIN} Since PyTorch 1.5 the same row costs [100](loss-100.md).",
    ),
    Number(
        "34.54",
        2,
        "You see it in scikit-learn up to 1.1 and on Kaggle, whose log loss clips at 1e-15: the label has probability "
        "0. Also in shares: one such row of a hundred adds 0.3454.",
        ("losscli bce 0 1 --like sklearn==1.1 -q", "losscli bce 0 1 --like kaggle -q"),
        f"{_CERTAIN} Since scikit-learn 1.2 the same row costs [36.04](loss-36.04.md): the scores of old and new "
        "versions can't be compared where rows are certain and wrong.",
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
    ),
    Number(
        "100",
        1,
        "You see it in PyTorch since 1.5: `BCELoss` stops the logarithm at -100. With several outputs or rows it comes "
        "as a share, 100 divided by how many there are.",
        ("losscli nn.BCELoss 0 1 -q", "losscli nn.BCELoss '[[0,1],[1,1]]' '[[1,1],[1,1]]' -q"),
        f"{_CERTAIN} `BCEWithLogitsLoss` on the logits has no such limit, and keeps a gradient where this has none.",
    ),
)  # fmt: skip


def page(number: Number) -> str:
    """The page, with commands whose output is still to be filled in."""
    commands = "".join(f"$ {command}\n" for command in number.commands)
    return f"""# Why is my loss {number.written}?

{_wrapped(number.happens)}

```console
$ losscli identify --value {number.written} -n {number.shown}
```

These give it, or show what it would be elsewhere:

```console
{commands}```

{_wrapped(number.advice)}

With the data, `losscli identify preds.csv --value {number.written}` searches losses, readings, conventions and
reductions for what gives the number; without, `losscli identify --value X` knows many more. What each framework makes
of the same row: [why another number](another-number.md). All pages: [examples](README.md#pages).
"""


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)
