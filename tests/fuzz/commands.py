"""Whole command lines by grammar: any command, its own options with values that they take or not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import click

from losscli.cli.app import app
from losscli.losses import CALLS, LOSSES
from losscli.losses.index import HOME
from losscli.losses.transforms import TRANSFORMS
from tests.fuzz.case import Case
from tests.fuzz.roads import compressed, files, inline, table
from tests.fuzz.scenes import NUMBERS, WORDS, Scene, scene
from tests.fuzz.words import CALL_NAMES, COLUMNS, GATES, OTHER_NAMES, PICKS, SIGNATURES, TEXTS
from tests.support.shell import losscli

if TYPE_CHECKING:
    from random import Random

    from losscli.losses.loss import Loss

# Options that do nothing alone, and what they go with.
_BESIDE = {
    "--annotate": ("--fail-if=value>1",),
    "--test": ("--against=1,2,3",),
    "--margin": ("--against=1,2,3",),
    "--worst-groups": ("--by=lang",),
    "--plot": ("--hist",),
    "--seed": ("--bootstrap=2",),
}
_ALONE = frozenset(("losses", "completion", *(one.name for one in TRANSFORMS)))
_PATHS = frozenset(("-o", "--plot"))


@cache
def command(name: str) -> click.Command | None:
    """The command of a name, made once; None if there is none."""
    try:
        return app.get_command(click.Context(app), name)
    except Exception:
        return None


@cache
def saved() -> bytes:
    """A result that was saved."""
    return losscli("ce", "[[0.25,0.75],[0.5,0.5]]", "1,0", "-f", "json").out.encode()


def fresh(random: Random) -> Case:
    """A command line with its data."""
    name, loss = _named(random)
    data = scene(random, str(loss.takes) if loss else "")
    args, held, stdin = _data(random, name, data, loss)
    found = command(name)
    if found is not None:
        for _ in range(random.choice((0, 0, 0, 1, 1, 1, 2, 2, 3))):
            option, more = _option(random, found, data, [*held])
            args += option
            held |= more
    args += _needed(random, name, loss, data)
    if random.random() < 0.02:
        args.append(random.choice(("--bogus", "-", "--", "-x", "--help", "-h", "--color=always", "-vq")))
    if random.random() < 0.03:
        args.insert(0, "--")
    words = [str(arg).replace("\0", "") for arg in (name, *args)]
    return Case(tuple(word.encode("utf-8", "replace").decode() for word in words), held, stdin)


def _named(random: Random) -> tuple[str, Loss | None]:
    chance = random.random()
    if chance < 0.4:
        loss = random.choice(LOSSES)
        return random.choice(loss.names) if random.random() < 0.3 else loss.name, loss
    if chance < 0.78:
        name = random.choice(CALL_NAMES)
        return name, CALLS[name][0]
    if chance < 0.93:
        tools = ("check", "check", "calibrate", "thresholds", "losses", "completion", "identify")
        return random.choice((*tools, *(one.name for one in TRANSFORMS))), None
    if chance < 0.95:
        return random.choice(SIGNATURES), None
    return random.choice(OTHER_NAMES), None


def _data(random: Random, name: str, data: Scene, loss: Loss | None) -> tuple[list[str], dict[str, bytes], bytes]:
    if loss is not None and loss.examples and random.random() < 0.15:
        example = random.choice(loss.examples)
        options = [f"--{name.replace('_', '-')}={value}" for name, value in example.options.items()]
        return [example.predictions, *[example.labels] * bool(example.labels), *options], {}, b""
    if loss is None and name in _ALONE and random.random() < 0.9:
        return _alone(random, name, data)
    if random.random() < 0.35:
        return [inline(random, data.predictions), *[inline(random, data.labels)] * (random.random() < 0.95)], {}, b""
    held, names = files(random, data)
    if random.random() < 0.12 and len(held) == 1 and "/" not in names[0]:
        return random.choice(([], ["-"])), {}, next(iter(held.values()))
    if random.random() < 0.1:
        names[-1] = inline(random, data.labels)
    renamed: dict[str, bytes] = {}
    for path, content in held.items():
        new, packed = compressed(random, path, content)
        renamed[new] = packed
        names = [new if word == path else word for word in names]
    if random.random() < 0.5 and data.label != "label":
        names += ["--label", data.label]
    return names, renamed, b""


def _alone(random: Random, name: str, data: Scene) -> tuple[list[str], dict[str, bytes], bytes]:
    """What commands without labels take."""
    if name == "losses":
        return [random.choice((*OTHER_NAMES, *CALL_NAMES, *HOME))] * (random.random() < 0.8), {}, b""
    if name == "completion":
        return [random.choice(("bash", "zsh", "fish", "powershell", ""))], {}, b""
    rows = data.labels if name == "one-hot" else data.predictions
    more = ["--classes", random.choice(("3", "5", "17", "cat,dog,ant"))] if name == "one-hot" else []
    if random.random() < 0.5:
        return [inline(random, rows), *more], {}, b""
    form = random.choice(("csv", "tsv", "json", "ndjson", "parquet", "npy", "arrow"))
    columns = Scene(rows, [], data.beside, data.classes).columns()
    return [f"x.{form}", *more], {f"x.{form}": table(random, columns, form)}, b""


def _needed(random: Random, name: str, loss: Loss | None, data: Scene) -> list[str]:
    """Arrays that a loss cannot do without, and the number to identify."""
    if name == "identify":
        return ["--value", random.choice(TEXTS["--value"])]
    if loss is None:
        return []
    width = len(data.predictions[0]) if data.predictions and isinstance(data.predictions[0], list) else 0
    return [
        word
        for extra in loss.extras
        if random.random() < 0.9
        for word in (f"--{extra.replace('_', '-')}", inline(random, _like(random, len(data.predictions), width)))
    ]


def _like(random: Random, rows: int, width: int) -> list[Any]:
    return [
        [round(random.gauss(0, 2), 1) for _ in range(width)] if width else round(random.gauss(0, 2), 1)
        for _ in range(rows)
    ]


def _option(random: Random, found: click.Command, data: Scene, names: list[str]) -> tuple[list[str], dict[str, bytes]]:
    options = [param for param in found.params if isinstance(param, click.Option)]
    if not options:
        return [], {}
    param = random.choice(options)
    if param.opts[0] in ("-i", "-d", "--encoding", "--errors", "-o") and random.random() < 0.6:
        param = random.choice(options)
    option = random.choice([*param.opts, *param.secondary_opts])
    if param.is_flag:
        return [option, *(_BESIDE.get(param.opts[0], ()) if random.random() < 0.9 else ())], {}
    if param.opts[0] == "--dask":
        return [], {}  # the differential campaign has it
    if param.opts[0] in ("--baseline", "--max-regress") and random.random() < 0.8:
        return ["--baseline=b.json", "--max-regress=1%"], {"b.json": saved()}
    if param.opts[0] in ("--against", "--baseline") and random.random() < 0.5:
        return [option, "b.csv"], {"b.csv": table(random, data.columns(), "csv")}
    value = _value(random, param, data, names)
    if param.opts[0] in _PATHS:
        value = (
            random.choice(TEXTS[param.opts[0]]) if random.random() > 0.2 or param.opts[0] == "--plot" else "o.ndjson"
        )
    joined = option.startswith("--") and random.random() < 0.5
    beside = _BESIDE.get(param.opts[0], ()) if random.random() < 0.9 else ()
    return [*([f"{option}={value}"] if joined else [option, value]), *beside], {}


def _value(random: Random, param: click.Option, data: Scene, names: list[str]) -> str:
    name, kind = param.opts[0], param.type
    if name in ("-j", "--bootstrap"):
        return str(random.choice((0, 1, 2, 2, 3)))
    if random.random() < 0.04:
        return random.choice((*NUMBERS, *WORDS))
    if isinstance(kind, click.Choice):
        return str(random.choice(list(kind.choices)))
    if name in TEXTS and random.random() < 0.9:
        return random.choice(TEXTS[name])
    if name == "--fail-if":
        return random.choice(GATES)
    if name in ("--where", "--where-rows") and str(param.metavar) == "EXPR":
        return random.choice(PICKS)
    if kind is click.INT or isinstance(kind, click.IntRange):
        return random.choice(("0", "1", "1", "2", "2", "3", "-1", "10", "-100", "64", "99999999999", "9" * 20, "1.0"))
    if kind is click.FLOAT or "Number" in type(kind).__name__:
        return random.choice(
            ("0", "1", "2", "0.5", "0.1", "-1", "3", "1e-7", "1e300", "nan", "inf", "-inf", "5e-324", "none")
        )
    return _text(random, str(param.metavar), data, names)


def _text(random: Random, metavar: str, data: Scene, names: list[str]) -> str:
    """A column, a file or values."""
    chance = random.random()
    if ("COL" in metavar or metavar == "WHAT") and chance < 0.6:
        return random.choice((*COLUMNS, *data.columns()))
    if names and chance < 0.75:
        return random.choice(names)
    shape = random.choice((1, 2, 3, len(data.predictions)))
    return inline(random, _like(random, shape, random.choice((0, 0, 2, 3))))
