"""The commands of losses and transforms, built from their declarations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from losscli.cli.commands.declared_command import DeclaredCommand
from losscli.cli.commands.options import loss_params, transform_params
from losscli.losses.vocabulary import Kind, Takes
from losscli.record import replace
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

    from losscli.cli.run.request import Request
    from losscli.losses.loss import Example, Loss, Transform


_WIDTH = 78  # characters of an example, without its indent


class LossCommand(DeclaredCommand):
    """The command of a loss; ``exponential`` if its value is ``exp`` of the mean (perplexity)."""

    def __init__(self, loss: Loss, *, exponential: bool = False) -> None:
        super().__init__(loss.name, params=loss_params(loss), summary=loss.summary)
        self.loss = loss
        self.exponential = exponential

    @property
    def shortest(self) -> str:
        """Its shortest name."""
        return self.loss.names[-1]

    @property
    def facts(self) -> dict[str, Any]:
        """What the declaration says."""
        loss = self.loss
        return {
            "name": loss.name,
            "aliases": [*loss.aliases, *loss.exponential],
            "kind": "loss",
            "family": loss.family,
            "summary": loss.summary,
            "formula": loss.formula,
            "takes": [str(kind) for kind in loss.kinds],
            "unit": loss.unit,
            "higher_is_better": loss.higher_is_better,
            "needs": [f"--{name.replace('_', '-')}" for name in loss.extras],
            "example": command_line(loss, loss.examples[0]),
        }

    def run(self, request: Request) -> int | None:
        """Compute the loss."""
        from losscli.cli.run.run_loss import run_loss

        return run_loss(self.loss, replace(request, exponential=self.exponential))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Formula, inputs, options, examples, and the same loss elsewhere."""
        loss = self.loss
        formatter.write_usage(ctx.command_path, "[PREDICTIONS [LABELS]] [OPTIONS]")
        formatter.write_paragraph()
        facts = [("Formula", loss.formula), ("Takes", _taken(loss))]
        if loss.unit and not self.brief:
            facts.append(("Unit", loss.unit))
        calls = [reference for reference in loss.references if reference.command]
        if calls and not self.brief:
            names = ", ".join(dict.fromkeys(reference.framework for reference in calls))
            facts.append(("Elsewhere", f"{count(len(calls), 'call')} of {names}: losscli losses {loss.names[-1]}"))
        facts += [("Source", loss.source)] * (not self.brief)
        with formatter.indentation():
            formatter.write_text(f"{', '.join(loss.names)}: {loss.summary}")
            formatter.write_paragraph()
            formatter.write_dl(facts)
        name = loss.names[1] if loss.aliases else loss.name
        by_hand = (command_line(loss, one) for one in loss.examples[:2])
        self.write_examples(formatter, (*of_file(name, loss.takes, loss.extras), *by_hand))
        self.format_options(ctx, formatter)


class TransformCommand(DeclaredCommand):
    """The command of a transform."""

    def __init__(self, transform: Transform) -> None:
        super().__init__(transform.name, params=transform_params(transform), summary=transform.summary)
        self.transform = transform

    @property
    def facts(self) -> dict[str, Any]:
        """What the declaration says."""
        return {**super().facts, "kind": "transform", "formula": self.transform.formula}

    def run(self, request: Request) -> None:
        """Transform the rows."""
        from losscli.cli.run.run_transform import run_transform

        run_transform(self.transform, request)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Formula, examples, options."""
        transform = self.transform
        formatter.write_usage(ctx.command_path, f"[{'LABELS' if transform.labels else 'ROWS'}] [OPTIONS]")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(f"{transform.name}: {transform.summary} Other columns pass through.")
            formatter.write_paragraph()
            formatter.write_dl([("Formula", transform.formula), ("Source", transform.source)])
        lines = (f"losscli {transform.name} {arguments}" for arguments, _ in transform.examples)
        self.write_examples(formatter, lines)
        self.format_options(ctx, formatter)


def _taken(loss: Loss) -> str:
    """The kinds of predictions, with the options that select them."""
    first, *others = loss.kinds
    options = [f"--from-{'log-probs' if kind is Kind.LOG_PROBABILITIES else kind}" for kind in others]
    return f"{first}{', unless ' * bool(options)}{' or '.join(options)}"


def of_file(command: str, takes: Takes, extras: Iterable[str], file: str = "preds.csv") -> list[str]:
    """An example that reads a table, broken with backslashes if it is long."""
    paired = takes is not Takes.ANCHOR
    words = ["--label y"] * paired
    words += [f"--{name.replace('_', '-')} {name if paired else f'{name}.csv'}" for name in extras]
    lines = [f"losscli {command} {file}"]
    for word in words:
        if len(lines[-1]) + len(word) > _WIDTH - 3:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {word}"
    return lines


def command_line(loss: Loss, example: Example) -> str:
    """The example as typed in a shell."""
    words = ["losscli", loss.names[1] if loss.aliases else loss.name]
    words += [_word(text) for text in (example.predictions, example.labels) if text]
    for name, value in example.options.items():
        option = ("--no-" if value is False else "--") + name.replace("_", "-")
        words += [option] if isinstance(value, bool) else [option, _word(value)]
    return " ".join(words)


def _word(value: Any) -> str:
    """A value as one word of a shell; lists lose their blanks."""
    text = value if isinstance(value, str) else str(value).replace(" ", "")
    return f"'{text}'" if re.search(r"[^\w.,=-]", text) else text
