"""Does a suggested command read what was read?"""

from __future__ import annotations

from losscli.cli.commands.input_options import input_options
from losscli.cli.run.request import Request
from losscli.cli.suggest import INPUT, command_of
from losscli.core.call_steps import CallSteps
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.losses.meant import find_call, find_loss


def test_every_option_of_reading_is_kept() -> None:
    assert {option.name for option in input_options()} | {"shift"} == {*INPUT, "header"}


def test_options_of_any_type_are_typed_again() -> None:
    asked = Request(predictions="a.csv", labels="b.csv", join="id", skip=2, na=("-", "x y"), header=False)
    command = command_of(PlainSteps(find_loss("mse"), Settings()), asked)
    assert command == "losscli mse a.csv b.csv --join id --skip 2 --na - --na 'x y' --no-header"


def test_rows_are_picked_by_the_option_that_the_command_has() -> None:
    asked = Request(predictions="a.csv", where='lang == "de"')
    assert command_of(PlainSteps(find_loss("mse"), Settings()), asked) == "losscli mse a.csv --where 'lang == \"de\"'"
    call = CallSteps(*find_call("optax.losses.kl_divergence"), {})
    assert command_of(call, asked) == "losscli optax.losses.kl_divergence a.csv --where-rows 'lang == \"de\"'"


def test_arguments_or_columns_change_places() -> None:
    mse = PlainSteps(find_loss("mse"), Settings())
    assert command_of(mse, Request(predictions="a", labels="b"), swap=True) == "losscli mse b a"
    both = Request(predictions="a", label="y", pred="p")
    assert command_of(mse, both, swap=True) == "losscli mse a --label p --pred y"
    assert command_of(mse, Request(predictions="a"), swap=True) == ""
