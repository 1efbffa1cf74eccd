"""Does a suggested command read what was read?"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.cli.commands.input_options import input_options
from losscli.cli.run.request import Request
from losscli.cli.suggest import INPUT, command_of
from losscli.core.calls.call_steps import CallSteps
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.losses.meant import find_call, find_loss
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path


def test_every_option_of_reading_is_kept() -> None:
    assert {option.name for option in input_options()} | {"shift", "class_axis"} == {*INPUT, "header"}


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


@pytest.mark.parametrize("tool", [("check",), ("identify", "--value")])
def test_classes_on_another_axis_stay_there(tmp_path: Path, tool: tuple[str, ...]) -> None:
    logits, masks = np.random.default_rng(1).normal(size=(2, 4, 3, 5)), np.arange(30).reshape(2, 3, 5) % 4
    np.save(tmp_path / "z.npy", logits)
    np.save(tmp_path / "y.npy", masks)
    data = (str(tmp_path / "z.npy"), str(tmp_path / "y.npy"))
    right = losscli("ce", *data, "--from-logits", "--class-axis", "1", "-q").out.strip()
    value = [right] if len(tool) > 1 else []
    printed = losscli(*tool, *value, *data, "--class-axis", "1").out
    command = next(line for line in printed.splitlines() if "losscli ce" in line).partition("losscli ")[2]
    assert "--class-axis 1" in command
    assert losscli(*shlex.split(command), "-q").out.strip() == right


def test_no_command_is_printed_for_a_call_that_has_its_classes_elsewhere() -> None:
    call = CallSteps(*find_call("torch.nn.CrossEntropyLoss"), {})
    assert command_of(call, Request(predictions="a", labels="b", class_axis=1)) == ""
    mse = PlainSteps(find_loss("mse"), Settings())
    assert command_of(mse, Request(predictions="a", labels="b", class_axis=1)) == "losscli mse a b"
