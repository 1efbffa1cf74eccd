"""Options, read off a declaration or shared by all commands; grouped as the help shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from losscli.cli.commands.option_types import GroupedOption, NumberOrNone, OptionalValue, Size
from losscli.cli.notice import choose
from losscli.cli.run.request import EXTRA, PARAM
from losscli.file_formats import ANSWERS, INPUTS, OUTPUTS
from losscli.losses import FRAMEWORKS, LOSSES
from losscli.losses.vocabulary import Form, Kind, Param, Takes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.losses.loss import Loss, Transform


def loss_params(loss: Loss) -> list[click.Parameter]:
    """Arguments and options of a loss's command."""
    return [
        *data_arguments(),
        *[param_option(param) for param in loss.params],
        *extra_options(loss.extras),
        *meaning_options(loss),
        *input_options(),
        *_reduction(loss),
        *_sequences(loss),
        *pass_options(loss, [param.option for param in loss.params]),
    ]


def pass_options(loss: Loss, own: Sequence[str]) -> list[click.Parameter]:
    """What one pass over the rows can do, whatever makes the values, and how the result is shown.

    Args:
        loss: What is computed.
        own: The options of its parameters, which come before others of the same name.
    """
    return [
        _compare(loss),
        OptionalValue(
            "--ci",
            group="Result",
            metavar="[LEVEL]",
            pattern=r"\d+(\.\d*)?%?|\.\d+",
            without="95",
            help="An interval of the value; rows are what varies. [95]",
        ),
        GroupedOption(
            "--bootstrap",
            group="Result",
            type=click.IntRange(min=2, max=100_000),
            metavar="B",
            help="The interval from B samples of the rows, for what has no other.",
        ),
        GroupedOption("--seed", group="Result", type=click.IntRange(min=0), metavar="S", help="Of --bootstrap. [0]"),
        *_baselines(own),
        GroupedOption(
            "--by",
            group="Result",
            metavar="WHAT",
            offers=["label", "predicted", "file"],
            help="Also each group: COL, COL:18,30 (edges), COL/10 (width), label, predicted, file; a,b for both.",
        ),
        GroupedOption(
            "--hist", group="Result", is_flag=True, help="Instead of rows how many losses there are of each size."
        ),
        plot_option("--hist"),
        GroupedOption(
            "--worst-groups",
            group="Result",
            type=click.IntRange(min=1),
            metavar="K",
            help="Only the K worst groups, by the end of the interval that speaks for them.",
        ),
        GroupedOption(
            "--also",
            group="Result",
            metavar="LOSS,..",
            help="Further losses of the same rows: brier,acc or focal:gamma=2,brier.",
        ),
        GroupedOption(
            "--sweep", group="Result", metavar="PARAM=A,B,..", help="Also under several values of a parameter."
        ),
        OptionalValue(
            "--append",
            group="Result",
            metavar="[NAME]",
            pattern=r"[^\W\d]\w*",
            without="loss",
            help="Write the input's rows as they are, with the loss behind as a column NAME. [loss]",
        ),
        GroupedOption(
            "--cluster", group="Result", metavar="COL|FILE", help="Rows that belong together: units of --ci."
        ),
        *gate_options(),
        *sharing_options(),
        *result_options(),
    ]


def gate_options() -> list[click.Parameter]:
    """What must not be so of the result."""
    group = "Result"
    return [
        GroupedOption(
            "--fail-if",
            group=group,
            multiple=True,
            metavar="CONDITION",
            help="Exit with 1 if it holds: 'value > 0.35', 'low < 90%'. Repeatable.",
        ),
        GroupedOption("--baseline", group=group, metavar="FILE", help="A result of the same rows saved with -f json."),
        GroupedOption(
            "--max-regress",
            group=group,
            multiple=True,
            metavar="AMOUNT",
            help="Exit with 1 if worse than it by more than 1%, or 0.002. Repeatable: all.",
        ),
        GroupedOption("--annotate", group=group, is_flag=True, help="Failed gates also as GitHub annotations."),
    ]


def _baselines(own: Sequence[str]) -> list[click.Parameter]:
    """Whether predictions are better than others for the same rows."""
    group = "Result"
    return [
        GroupedOption(
            "--against",
            group=group,
            multiple=True,
            metavar="FILE|COLS",
            help="Better than these predictions for the same rows? Repeatable.",
        ),
        GroupedOption(
            *(name for name in ("--margin", "--within") if name not in own),
            "margin",
            group=group,
            type=float,
            metavar="M",
            help="With --against: differences up to M do not matter.",
        ),
        GroupedOption(
            "--test",
            group=group,
            type=click.Choice(["t", "sign-flip"]),
            default="t",
            metavar="TEST",
            help="With --against: t or sign-flip. [t]",
        ),
    ]


def _sequences(loss: Loss) -> list[click.Parameter]:
    """What log-probabilities of what happened are averaged over."""
    if loss.kinds != (Kind.LOG_PROBABILITIES,):
        return []
    group = "Result"
    return [
        GroupedOption("--per", group=group, metavar="COL", help="The mean over its values, each its own mean."),
        GroupedOption("--bytes", group=group, metavar="N|COL", help="How many bytes: also bits per byte."),
        GroupedOption("--words", group=group, metavar="N|COL", help="How many words: also bits per word."),
    ]


def data_arguments() -> list[click.Parameter]:
    """PREDICTIONS and LABELS; with a third argument all are files of PREDICTIONS."""
    return [
        click.Argument(["predictions"], required=False),
        click.Argument(["labels"], required=False),
        click.Argument(["more"], nargs=-1),
    ]


def transform_params(transform: Transform) -> list[click.Parameter]:
    """Arguments and options of a transform's command."""
    unused = {"sample_weight", "id", "join", "join_missing", "where", "pred" if transform.labels else "label"}
    inputs = [option for option in input_options() if option.name not in unused]
    if transform.labels:
        inputs.append(
            GroupedOption(
                "--classes",
                group="Options",
                metavar="C|NAMES",
                required=True,
                help="How many classes, or their names.",
            )
        )
    else:
        inputs.append(
            GroupedOption(
                "--nan",
                group="Input",
                type=click.Choice(["error", "keep"]),
                default="error",
                help="What NaN means.",
            )
        )
    return [
        click.Argument(["predictions"], required=False, metavar="[LABELS]" if transform.labels else "[ROWS]"),
        *[param_option(param) for param in transform.params],
        *inputs,
        format_option(default="csv", envvar=None),
        *appearance_options(),
    ]


def extra_options(extras: Mapping[str, str]) -> list[click.Parameter]:
    """Options for the further arrays that a loss takes."""
    return [
        GroupedOption(
            f"--{name.replace('_', '-')}", EXTRA + name, group="Options", metavar="COLS|VALUES|FILE", help=text
        )
        for name, text in extras.items()
    ]


def param_option(param: Param) -> click.Parameter:
    """The option of a declared parameter."""
    name, dest, shown = param.option, PARAM + param.name, ""
    if isinstance(param.default, bool):
        return GroupedOption(f"{name}/--no-{name[2:]}", dest, group="Options", default=param.default, help=param.help)
    if param.default is not None:
        shown = f" [{param.default:g}]" if isinstance(param.default, float) else f" [{param.default}]"
    if param.vector:
        return GroupedOption(
            name, dest, group="Options", metavar="VALUES", offers=param.choices, help=param.help + shown
        )
    kind: Any = type(param.default) if param.default is not None else NumberOrNone()
    if param.choices:
        kind = click.Choice(param.choices)
    return GroupedOption(name, dest, group="Options", type=kind, metavar="X", help=param.help + shown)


def meaning_options(loss: Loss) -> list[click.Parameter]:
    """What predictions and labels mean, and the convention."""
    group = "Meaning"
    options: list[click.Parameter] = []
    if Kind.LOGITS in loss.kinds and len(loss.kinds) > 1:
        options += [
            GroupedOption("--from-logits", group=group, is_flag=True, help="Predictions are logits."),
            _log_probabilities(),
        ]
    elif loss.kinds == (Kind.LOG_PROBABILITIES,):
        options.append(_log_probabilities())
    if loss.default:
        options.append(
            GroupedOption(
                "--like",
                group=group,
                metavar="CONVENTION",
                offers=lambda: ["exact", *loss.conventions],
                help=lambda: f"{', '.join(['exact', *loss.conventions])}. [{loss.default}]",
            )
        )
    if Kind.LOGITS in loss.kinds:
        options.append(
            GroupedOption(
                "--temperature",
                group=group,
                type=float,
                metavar="T",
                help="Divide logits by T (of probabilities their logarithms). [1]",
            )
        )
    if Kind.PROBABILITIES in loss.kinds:
        options += [
            GroupedOption("--percent", group=group, is_flag=True, help="Probabilities are in percent."),
            GroupedOption(
                "--clip", group=group, type=float, metavar="EPS", help="Clip probabilities to [EPS, 1 - EPS]."
            ),
            GroupedOption(
                "--rescale/--no-rescale",
                group=group,
                default=None,
                help="Divide rows by their sum, or leave them.",
            ),
        ]
    options += class_options(loss)
    if loss.takes is Takes.CLASS:
        options.append(
            GroupedOption(
                "--class-weight",
                group=group,
                metavar="WEIGHTS",
                offers=["balanced"],
                help="One for each class, cat=2,dog=1, a file, or balanced.",
            )
        )
    if loss.takes.picks_class or loss.takes is Takes.DECISION:
        options.append(
            GroupedOption("--ignore-index", group=group, type=int, metavar="N", help="Leave out rows labelled N.")
        )
    if loss.takes in (Takes.CLASS, Takes.SCORES):
        options.append(shift_option())
    if loss.takes.labelled:
        forms = [form.value for form in Form if form not in (Form.VALUES, Form.SIGNS, Form.NONE)]
        options.append(
            GroupedOption(
                "--label-form",
                group=group,
                type=click.Choice(["auto", *forms]),
                default="auto",
                metavar="FORM",
                help=f"auto, {', '.join(forms)}.",
            )
        )
    return options


def shift_option() -> click.Parameter:
    """Predictions for a later label."""
    return GroupedOption(
        "--shift",
        group="Meaning",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="Predictions are for the label N places later; 1 for next tokens.",
    )


def _log_probabilities() -> click.Parameter:
    return OptionalValue(
        "--from-log-probs",
        group="Meaning",
        metavar="[BASE]",
        pattern="e|2|10",
        offers=["e", "2", "10"],
        without="e",
        help="Predictions are log-probabilities, to the base e, 2 or 10.",
    )


def class_options(loss: Loss) -> list[click.Parameter]:
    """How labels become class numbers."""
    options: list[click.Parameter] = []
    if loss.takes.classes or loss.takes.labelled:
        names = "Class names, in the columns' order."
        options.append(GroupedOption("--classes", group="Meaning", metavar="A,B,C", help=names))
    if loss.takes.picks_class or loss.takes is Takes.DECISION:
        first = "The first class's number. [0]"
        options.append(GroupedOption("--label-base", group="Meaning", type=int, metavar="N", help=first))
    return options


def any_meaning_options() -> list[click.Parameter]:
    """Those of a loss that has them all, for tools that are for any loss."""
    return max(map(meaning_options, LOSSES), key=len)


def input_options() -> list[click.Parameter]:
    """How to read predictions and labels."""
    group = "Input"
    return [
        GroupedOption("-y", "--label", group=group, metavar="COLS", help="Label column: name, number, glob or range."),
        GroupedOption("-p", "--pred", group=group, metavar="COLS", help="Prediction columns: 'p_*', 2-11, a,b,c."),
        GroupedOption("--sample-weight", group=group, metavar="COL|VALUES", help="One weight for each row."),
        GroupedOption("--id", group=group, metavar="COL", help="Column that names the rows."),
        GroupedOption(
            "--join", group=group, metavar="COLS", help="Pair rows of both files by columns: id, a,b, id=ref."
        ),
        GroupedOption(
            "--join-missing",
            group=group,
            type=click.Choice(["error", "drop"]),
            default="error",
            metavar="HOW",
            help="Rows without a partner: error or drop. [error]",
        ),
        GroupedOption(
            "-i",
            "--input-format",
            group=group,
            type=click.Choice(list(INPUTS)),
            metavar="FORMAT",
            help=f"{', '.join(INPUTS)}. [detected]",
        ),
        GroupedOption(
            "-d",
            "--delimiter",
            group=group,
            metavar="CHAR",
            offers=["tab", "space"],
            help="Between fields; also 'tab', 'space'.",
        ),
        GroupedOption("--header/--no-header", group=group, default=None, help="Whether the first line names columns."),
        GroupedOption("--comment", group=group, metavar="CHAR", help="What begins a comment: '#', '%', '//'."),
        GroupedOption(
            "--skip", group=group, type=click.IntRange(min=0), default=0, metavar="N", help="Leave out N lines first."
        ),
        where_option("--where"),
        GroupedOption("--limit", group=group, type=click.IntRange(min=1), metavar="N", help="Read only N rows."),
        GroupedOption(
            "--encoding",
            group=group,
            metavar="NAME",
            offers=["utf-8", "latin-1", "cp1252", "utf-16-le"],
            help="Of text: latin-1, cp1252, utf-16-le. [utf-8]",
        ),
        GroupedOption("--na", group=group, multiple=True, metavar="TEXT", help="Also no value: -999. Repeatable."),
        GroupedOption(
            "--memory-limit",
            group=group,
            type=Size(),
            default="512M",
            metavar="SIZE",
            help="Most to hold of what must be read whole. [512M]",
        ),
    ]


def where_option(name: str) -> click.Parameter:
    """Which rows are read; ``name`` is another where a call has an argument called that."""
    return GroupedOption(
        name, "where", group="Input", metavar="EXPR", help='Only rows for which it holds: lang == "de" and age >= 18.'
    )


def _reduction(loss: Loss) -> list[click.Parameter]:
    base = GroupedOption(
        "--base",
        group="Result",
        type=click.Choice(["e", "2", "10"]),
        default="e",
        metavar="B",
        help="Nats, or with 2 bits, with 10 bans. [e]",
    )
    return [
        *[base] * (loss.unit == "nats"),
        nan_option(),
        GroupedOption(
            "-r",
            "--reduction",
            group="Result",
            default="mean",
            metavar="HOW",
            offers=["mean", "sum", "none", "weighted-mean", "batchmean"],
            help="mean, sum, none, weighted-mean, batchmean. [mean]",
        ),
    ]


def sharing_options() -> list[click.Parameter]:
    """Who does the work."""
    return [
        GroupedOption(
            "-j",
            "--jobs",
            group="Input",
            type=click.IntRange(min=1),
            metavar="N",
            help="Processes for large files. [by size and cores]",
        ),
        GroupedOption(
            "--dask",
            group="Input",
            metavar="SCHEDULER",
            offers=["local"],
            help="Use a Dask cluster: tcp://HOST:8786, local.",
        ),
    ]


def nan_option(*, keep: bool = True) -> click.Parameter:
    """What to do about rows with NaN; ``keep`` where a number may become NaN, too."""
    return GroupedOption(
        "--nan",
        group="Meaning",
        type=click.Choice(["error", "skip", "keep"] if keep else ["error", "skip"]),
        default="error",
        metavar="POLICY",
        help=f"Rows with NaN: error{', skip or keep' if keep else ' or skip'}. [error]",
    )


def plot_option(what: str) -> click.Parameter:
    """Where a picture goes."""
    text = f"Also draw {what} into FILE.svg, .png or .pdf (losscli[plot])."
    return GroupedOption("--plot", group="Result", metavar="FILE", help=text)


def level_option() -> click.Parameter:
    """How sure the intervals are that are always there."""
    return GroupedOption("--ci", group="Result", metavar="LEVEL", default="95", help="Level of intervals. [95]")


def output_options() -> list[click.Parameter]:
    """How to show an answer that has no rows."""
    quiet = GroupedOption(
        "-q", "--quiet", group="Result", is_flag=True, help="Print nothing; the exit status is the answer."
    )
    return [format_option(default="table"), quiet, *appearance_options()]


def verbose_option() -> click.Parameter:
    """What a table folds into a line otherwise."""
    text = "Tables also say why the input was read as it was."
    return GroupedOption("-v", "--verbose", group="Result", is_flag=True, help=text)


def _compare(loss: Loss) -> click.Parameter:
    framework = "|".join(dict.fromkeys(["exact", *FRAMEWORKS]))
    one = rf"(?:{framework})(?:==[\d.-]*)?"

    def known() -> str:
        return ", ".join(dict.fromkeys(reference.framework for reference in loss.references)) or "exact"

    return OptionalValue(
        "--compare",
        group="Result",
        metavar="[FRAMEWORKS]",
        offers=lambda: dict.fromkeys(["exact", *loss.frameworks]),
        pattern=rf"{one}(?:,{one})*",
        without="all",
        help=lambda: f"The value under each convention, and why: {known()}. [all]",
    )


def result_options() -> list[click.Parameter]:
    """How to show the result."""
    group = "Result"
    return [
        format_option(default="table", formats=tuple(OUTPUTS)),
        GroupedOption(
            "--dtype",
            group=group,
            type=click.Choice(["float64", "float32"]),
            default="float64",
            metavar="TYPE",
            help="float64, or float32 as frameworks compute. [float64]",
        ),
        GroupedOption("-q", "--quiet", group=group, is_flag=True, help="Print the number and nothing else."),
        GroupedOption(
            "-n",
            "--rows",
            group=group,
            type=click.IntRange(min=0),
            metavar="N",
            help="Show N rows. [10 in tables, else all]",
        ),
        GroupedOption("--all", "all_rows", group=group, is_flag=True, help="Show all rows."),
        GroupedOption(
            "--worst",
            group=group,
            type=click.IntRange(min=1),
            metavar="K",
            help="Show the K rows of largest loss.",
        ),
        OptionalValue(
            "--explain",
            group=group,
            metavar="[ROWS]",
            pattern=r"\d+(-\d+)?(,\d+(-\d+)?)*",
            without="first",
            help="Write out the arithmetic of rows 3, 1,4 or 2-5. [the first]",
        ),
        verbose_option(),
        *appearance_options(),
    ]


def format_option(
    default: str, envvar: str | None = "LOSSCLI_FORMAT", formats: tuple[str, ...] = ANSWERS
) -> click.Parameter:
    """``--format``; for rows that the next command in a pipe reads, no variable may change it."""
    return GroupedOption(
        "-f",
        "--format",
        "output_format",
        group="Result",
        type=click.Choice(formats),
        default=default,
        envvar=envvar,
        metavar="FORMAT",
        help=f"{', '.join(formats)}. [{default}]",
    )


def _colored(ctx: click.Context, param: click.Parameter, value: str) -> str:
    choose(value)
    return value


def errors_option() -> click.Parameter:
    """``--errors``, which is obeyed before anything is parsed (``cli/main.py``)."""
    return GroupedOption(
        "--errors",
        group="Result",
        type=click.Choice(["text", "json"]),
        envvar="LOSSCLI_ERRORS",
        expose_value=False,
        metavar="HOW",
        help="Errors, warnings and notes on stderr: text, or json, a line each. [text]",
    )


def appearance_options() -> list[click.Parameter]:
    """How a result looks and where it goes."""
    group = "Result"
    return [
        GroupedOption(
            "--digits",
            group=group,
            type=click.IntRange(1, 17),
            default=7,
            envvar="LOSSCLI_DIGITS",
            metavar="D",
            help="Significant digits in tables. [7]",
        ),
        GroupedOption(
            "-o",
            "--output",
            group=group,
            metavar="FILE",
            help="Write to FILE, whole or not at all; .csv, .json ... decide the format.",
        ),
        GroupedOption(
            "--color",
            group=group,
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            envvar="LOSSCLI_COLOR",
            is_eager=True,
            callback=_colored,
            metavar="WHEN",
            help="auto, always or never. [auto]",
        ),
        errors_option(),
    ]


def counting_options() -> list[click.Parameter]:
    """How rows that are only counted are read and shown, whatever they are counted for."""
    return [
        *(option for option in input_options() if option.name != "sample_weight"),
        *sharing_options(),
        nan_option(keep=False),
        level_option(),
        plot_option("it"),
        verbose_option(),
        format_option(default="table"),
        *appearance_options(),
    ]
