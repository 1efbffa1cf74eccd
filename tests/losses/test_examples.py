"""Do the declared examples come out, from Python and from the command line?"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest

from losscli.cli.commands.loss_command import command_line
from losscli.losses import LOSSES, Loss, Transform
from losscli.losses.transforms import TRANSFORMS
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from losscli.losses.loss import Example

EXAMPLES = [(loss, example) for loss in LOSSES for example in loss.examples]


@pytest.mark.parametrize(("loss", "example"), EXAMPLES, ids=[command_line(*pair) for pair in EXAMPLES])
def test_the_example_in_the_help_prints_its_number(loss: Loss, example: Example) -> None:
    _, *args = shlex.split(command_line(loss, example))
    result = shell(*args, "-f", "json")
    assert result.status == 0, result.err
    document = json.loads(result.out)
    assert document["loss"] == loss.name
    assert document["value"] == pytest.approx(example.value, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.name)
def test_the_transform_in_the_help_prints_its_rows(transform: Transform) -> None:
    for arguments, expected in transform.examples:
        result = shell(transform.name, *shlex.split(arguments))
        assert (result.out, result.status) == (expected + "\n", 0)
