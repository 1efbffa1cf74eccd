"""``losscli completion``: the shell script that completes losses, options, files and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from losscli.cli.commands.declared_command import ToolCommand

if TYPE_CHECKING:
    from losscli.cli.run.request import Request

SHELLS = ("bash", "zsh", "fish", "powershell")
SUMMARY = "What makes a shell offer losses, options and columns at TAB."
_TEXT = "Prints what a shell needs to offer names, aliases, calls, options, their values, files and columns at TAB."
_EXAMPLES = """\
eval "$(losscli completion bash)"                                in ~/.bashrc
source <(losscli completion zsh)                                 in ~/.zshrc
losscli completion fish > ~/.config/fish/completions/losscli.fish
losscli completion powershell | Out-String | Invoke-Expression   in $PROFILE"""


class CompletionCommand(ToolCommand):
    """The command ``completion``."""

    needs_input = False

    def __init__(self) -> None:
        super().__init__(
            "completion",
            params=[click.Argument(["name"], type=click.Choice(SHELLS))],
            summary=SUMMARY,
            text=_TEXT,
            usage="|".join(SHELLS),
            examples=_EXAMPLES,
        )

    def run(self, request: Request) -> None:
        """Print the script."""
        from losscli.cli.completion.scripts import SCRIPTS

        click.echo(SCRIPTS[str(request.name)], nl=False)
