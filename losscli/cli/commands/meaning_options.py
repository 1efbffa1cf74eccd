"""Options for the meaning of predictions and labels, and for the convention."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from losscli.cli.commands.option_types import GroupedOption, OptionalValue
from losscli.losses import find
from losscli.losses.index import SUMMARIES
from losscli.losses.vocabulary import Form, Kind, Takes

if TYPE_CHECKING:
    from losscli.losses.loss import Loss


_option = partial(GroupedOption, group="Meaning")
_optional = partial(OptionalValue, group="Meaning")


def meaning_options(loss: Loss) -> list[click.Parameter]:
    """What predictions and labels mean, and the convention."""
    return [*_prediction_options(loss), *class_options(loss), *_label_options(loss)]


def _prediction_options(loss: Loss) -> list[click.Parameter]:
    """Options for the kind of predictions, and for how a convention reads them."""
    options: list[click.Parameter] = []
    if Kind.LOGITS in loss.kinds and len(loss.kinds) > 1:
        logits = _option("--from-logits", is_flag=True, help="Predictions are logits.")
        options += [logits, _log_probabilities()]
    elif loss.kinds == (Kind.LOG_PROBABILITIES,):
        options.append(_log_probabilities())
    if loss.default:
        options.append(
            _option(
                "--like",
                metavar="CONVENTION",
                offers=lambda: ["exact", *loss.conventions],
                help=lambda: f"{', '.join(['exact', *loss.conventions])}. [{loss.default}]",
            )
        )
    if Kind.LOGITS in loss.kinds:
        text = "Divide logits, or logarithms of probabilities, by T. [1]"
        options.append(_option("--temperature", type=float, metavar="T", help=text))
    if Kind.PROBABILITIES in loss.kinds:
        clip, rescale = "Clip probabilities to [EPS, 1 - EPS].", "Divide each row by its sum, or leave it."
        options += [
            _option("--percent", is_flag=True, help="Probabilities are in percent."),
            _option("--clip", type=float, metavar="EPS", help=clip),
            _option("--rescale/--no-rescale", default=None, help=rescale),
        ]
    return options


def _label_options(loss: Loss) -> list[click.Parameter]:
    """Options for the form of labels, which of them count, and class weights."""
    options: list[click.Parameter] = []
    if loss.takes is Takes.CLASS:
        options.append(
            _option(
                "--class-weight",
                metavar="WEIGHTS",
                offers=["balanced"],
                help="Class weights: 1,2,0.5, cat=2,dog=1, a file, or balanced.",
            )
        )
    if loss.takes.picks_class or loss.takes is Takes.DECISION:
        text = "Leave out rows labelled N."
        options.append(_option("--ignore-index", type=int, metavar="N", help=text))
    options += _axis_options(loss)
    if loss.takes.labelled:
        forms = [form.value for form in Form if form not in (Form.VALUES, Form.SIGNS, Form.NONE)]
        options.append(
            _option(
                "--label-form",
                type=click.Choice(["auto", *forms]),
                default="auto",
                metavar="FORM",
                help=f"auto, {', '.join(forms)}.",
            )
        )
    return options


def _axis_options(loss: Loss) -> list[click.Parameter]:
    """The class axis, and the shift between predictions and labels."""
    options = [shift_option()] if loss.takes in (Takes.CLASS, Takes.SCORES) else []
    if loss.takes.classes:
        options.append(
            _option(
                "--class-axis",
                type=int,
                metavar="N",
                help="Axis of the classes in arrays; 1 for (N, C, ...). [the last]",
            )
        )
    return options


def shift_option() -> click.Parameter:
    """Predictions for a later label."""
    return _option(
        "--shift",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Predictions are for the label N places later; 1 for next tokens.",
    )


def _log_probabilities() -> click.Parameter:
    return _optional(
        "--from-log-probs",
        metavar="[BASE]",
        pattern="e|2|10",
        offers=["e", "2", "10"],
        without="e",
        help="Predictions are log-probabilities, to the base e, 2 or 10.",
    )


def class_options(loss: Loss) -> list[click.Parameter]:
    """How labels become class numbers."""
    options: list[click.Parameter] = []
    if loss.names_classes:
        names = "Class names, in the columns' order."
        options.append(_option("--classes", metavar="A,B,C", help=names))
    if loss.takes.picks_class or loss.takes is Takes.DECISION:
        first = "Number of the first class. [0]"
        options.append(_option("--label-base", type=int, metavar="N", help=first))
    return options


def any_meaning_options() -> list[click.Parameter]:
    """The options of a loss that has them all, for tools that work with any loss."""
    first = find(next(iter(SUMMARIES)))
    assert first is not None
    return meaning_options(first)


def nan_option(*, keep: bool = True) -> click.Parameter:
    """What to do about rows with NaN; with ``keep`` the result may become NaN."""
    return _option(
        "--nan",
        type=click.Choice(["error", "skip", "keep"] if keep else ["error", "skip"]),
        default="error",
        metavar="POLICY",
        help=f"Rows with NaN: error{', skip or keep' if keep else ' or skip'}. [error]",
    )
