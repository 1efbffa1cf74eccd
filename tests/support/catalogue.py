"""Pages of the catalogue, one a family: sections from the declarations, with an example of each call that runs.

The example of a call stays as it stands in its page; that of a new call is the shortest recorded case of it that says
something. All are typed anew, and computed from Python beside it.
"""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from losscli.cli.commands.catalogue_command import FRAMEWORKS, catalogue_of
from losscli.cli.commands.loss_command import command_line
from losscli.losses import CALLS, LOSSES, NOT_HERE
from losscli.losses.frameworks import TITLES
from losscli.outputs.catalogue_facts import grouped
from losscli.outputs.catalogue_page import INTRODUCTION, Page, anchor, item
from tests.support.framework_pages import framework_page
from tests.support.parity import cases
from tests.support.shell import losscli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.losses import Loss
    from losscli.losses.reference import Reference

EXAMPLES = Path(__file__).parents[2] / "examples"
FAMILIES = tuple(dict.fromkeys(loss.family for loss in LOSSES))
_EXAMPLE = re.compile(r"^```console\n\$ (losscli (\S+) .*)\n((?:[^`].*\n)*)```", re.MULTILINE)
_WIDTH = 120
_HEAD = """# Losses: {family}

{introduction}

N: the number of values; w: the weights. Keras means its TensorFlow backend. Python is typed after `import losscli`.
All families and frameworks: [the catalogue](README.md).

{links}

"""


def catalogue_pages(*, run: bool = True) -> dict[Path, str]:
    """All pages as they should be; without running the commands whose output they show, which is then left alone."""
    folder = EXAMPLES / "catalogue"
    found = {folder / "README.md": index_page()}
    for family in FAMILIES:
        path = folder / f"{family}.md"
        found[path] = family_page(family, path.read_text() if path.exists() else "", run=run)
    return found | {EXAMPLES / "frameworks" / f"{name}.md": framework_page(name) for name in FRAMEWORKS}


def index_page() -> str:
    """What there is: families with their losses, and frameworks."""
    whole = catalogue_of(None, None)
    lines = ["# The catalogue", "", INTRODUCTION, ""]
    for family, entries in grouped(whole.entries):
        links = ", ".join(f"[{loss.name}]({family}.md#{anchor(loss.name)})" for loss in (one.loss for one in entries))
        lines.append(item(f"[{family}]({family}.md): {links}"))
    lines += [
        "",
        "## By framework",
        "",
        "How its calls read here, what differs from the plain loss, and what is not taken:",
        "",
    ]
    links = ", ".join(f"[{TITLES.get(name, name)}](../frameworks/{name}.md)" for name in FRAMEWORKS)
    lines += [textwrap.fill(links, 120, break_long_words=False, break_on_hyphens=False), "", "## Not here", ""]
    lines += [f"- `{call}`: {reason}" for call, reason in NOT_HERE]
    lines += ["", "The same in a terminal: `losscli losses`, `losscli losses FAMILY`, `losscli losses NAME`; as data:"]
    lines += ["`losscli losses -f json`. All pages: [examples](../README.md#pages).", ""]
    return "\n".join(lines)


def family_page(family: str, old: str, *, run: bool = True) -> str:
    """The page of a family; commands of its old text are kept."""
    shown = {} if run else {command: output for command, _, output in _EXAMPLE.findall(old)}
    stream = StringIO()
    found = catalogue_of(family, None)
    Page(found, stream, level=2).write()
    losses = [entry.loss for entry in found.entries]
    links = "\n".join(item(f"[{loss.name}](#{anchor(loss.name)}): {loss.summary}") for loss in losses)
    kept = {name: command for command, name, _ in _EXAMPLE.findall(old)}
    text = re.sub(r"^- example: .*\n", "", stream.getvalue(), flags=re.MULTILINE)
    for entry in found.entries:
        loss = entry.loss
        if loss.examples:
            text = _with_example(text, f"## {loss.name}", f"{command_line(loss, loss.examples[0])} -q", shown)
        for reference in entry.references:
            if reference.command:
                command = kept.get(reference.call) or new_example(loss, reference)
                text = _with_example(text, f"### {reference.call}", command, shown)
    return _HEAD.format(family=family, introduction=INTRODUCTION, links=links) + text


def _with_example(text: str, heading: str, command: str, shown: dict[str, str]) -> str:
    """An example at the end of a section, with its output, or what is shown of it already."""
    start = text.index(f"\n{heading}\n") if f"\n{heading}\n" in text else 0
    end = re.compile(r"\n##+ |\nConventions without|\Z").search(text, start + len(heading) + 2)
    assert end is not None
    output = shown.get(command) or _printed(command)
    example = f"```console\n$ {command}\n{output}```\n\n```python\n{python_of(command)}\n```\n"
    return f"{text[: end.start()].rstrip()}\n\n{example}{text[end.start() :]}"


def _printed(command: str) -> str:
    done = losscli(*shlex.split(command)[1:])
    assert (done.status, done.err) == (0, ""), f"{command}: {done.err}"
    return done.out


def python_of(command: str) -> str:
    """The same from Python."""
    _, name, *words = shlex.split(command)
    loss = next((loss for loss in LOSSES if name in loss.names), None)
    reference = None if loss else CALLS[name][1]
    values, options = [], []
    params = {param.option: param for param in (loss.params if loss else reference.options if reference else ())}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            values += [] if word == "-q" else [_python(word)]
            continue
        option, equals, value = word.partition("=")
        flag = option in params and isinstance(params[option].default, bool)
        off = option.startswith("--no-") and "--" + option[5:] in params
        if flag or off:
            options.append(f"{option[5 if off else 2 :].replace('-', '_')}={not off}")
        else:
            shown = option[2:].replace("-", "_")
            options.append(f"{'weight' if shown == '' else shown}={_python(value if equals else next(rest))}")
    arguments = [f'"{name}"', *values, *options]
    many = reference is not None and reference.reductions.default == "none" and "reduction" not in " ".join(options)
    of_each = "average=None" in options or ("_at_" in name and "multi" in command)  # a number for each class or label
    end = ".per_sample" if many or of_each else ".value"
    inside = ", ".join(arguments)
    if len(line := f"losscli.evaluate({inside}){end}") <= _WIDTH:
        return line
    if len(inside) + 4 > _WIDTH:
        inside = ",\n    ".join(arguments) + ","
    return f"losscli.evaluate(\n    {inside}\n){end}"


def _python(text: str) -> str:
    """A literal for what a word of the command line holds."""
    if text == "none":
        return "None"
    for form in (text, f"[{text}]"):
        try:
            return repr(json.loads(form)).replace("'", '"')
        except ValueError:
            continue
    return f'"{text}"'


@cache
def _recorded() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for case in cases():
        if case["call"] in CALLS:
            found.setdefault(CALLS[case["call"]][1].call, []).append(case)
    return found


def new_example(loss: Loss, reference: Reference) -> str:
    """The shortest command of a call that gives a number other than 0 and needs no warning."""
    costs: dict[str, float] = {}
    recorded = _recorded().get(reference.call, [])
    for case in sorted(recorded, key=lambda case: len(json.dumps(case)))[:16]:
        for command in _shortened(reference, case):
            costs.setdefault(command, _cost(command, case, whole=loss.whole or reference.whole))
    for command in sorted(costs, key=lambda command: costs[command]):
        if _says_something(command):
            return command
    for example in loss.examples:
        command = command_line(loss, example)
        command = command.replace(f"losscli {loss.names[min(1, len(loss.aliases))]}", f"losscli {reference.call}", 1)
        if _says_something(f"{command} -q"):
            return f"{command} -q"
    raise AssertionError(f"no example for {reference.call}: type one into its page")


def _cost(command: str, case: dict[str, Any], *, whole: bool) -> float:
    """Short ones are better, but a single row, options, weights and extreme numbers hide what a call does."""
    numbers = [abs(float(number)) for number in re.findall(r"[\d.]+", shlex.split(command)[2])]
    single = "],[" not in command and "," not in shlex.split(command)[2]
    odd = [
        " --" in command and 60,
        case["sample_weight"] is not None and 30,
        single and 60,
        len(numbers) < 3 and 15,
        whole and "],[" not in command and len(numbers) < 4 and 60,
        bool(re.search(r"\d[eE]|nan|Infinity", command)) and 200,
        max(numbers, default=0.0) > 9.0 and 60,
        set(numbers) <= {0.0, 1.0} and 40,
        max(map(len, re.findall(r"\.\d+", command)), default=0) > 3 and 60,
    ]
    return len(command) + sum(odd)


def _shortened(reference: Reference, case: dict[str, Any]) -> Iterator[str]:
    rows = len(case["y_pred"]) if isinstance(case["y_pred"], list) else 0
    for count in sorted({2, 3, 4, rows}):
        for digits in (1, 2, 4):
            if count <= rows:
                yield _command(reference, case, count, rows, digits)


def _command(reference: Reference, case: dict[str, Any], count: int, rows: int, digits: int) -> str:
    def cut(value: Any) -> Any:
        return value[:count] if isinstance(value, list) and len(value) == rows else value

    words = ["losscli", reference.call]
    words += [_shell(_rounded(cut(case[name]), digits)) for name in ("y_pred", "y_true") if case[name] is not None]
    flags = {param.name for param in reference.options if isinstance(param.default, bool)}
    defaults = {param.name: param.default for param in reference.options}
    for name, value in case["kwargs"].items():
        if value == defaults.get(name, reference.reductions.default if name == "reduction" else ""):
            continue
        option = "--" + name.replace("_", "-")
        words += [option if value else f"--no-{option[2:]}"] if name in flags else [option, _shell(value)]
    for name, value in (case.get("extra") or {}).items():
        words += ["--" + name.replace("_", "-"), _shell(_rounded(cut(value), digits))]
    if case["sample_weight"] is not None:
        words += ["--sample-weight", _shell(_rounded(cut(case["sample_weight"]), digits))]
    return " ".join([*words, "-q"])


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, list):
        return [_rounded(one, digits) for one in value]
    if isinstance(value, float):
        return int(value) if value == int(value) else round(value, digits) + 0.0
    return value


def _shell(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, int | float) for one in value) and len(value) > 1:
        text = ",".join(map(str, value))
        return f"'[{text}]'" if text.startswith("-") else text
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":")).replace("null", "none")
    return text if re.fullmatch(r"[\w.,=-]+", text) else f"'{text}'"


def _says_something(command: str) -> bool:
    done = losscli(*shlex.split(command)[1:])
    numbers = done.out.split()
    if done.status or done.err or not numbers or len(numbers) > 9:
        return False
    try:
        values = [float(number) for number in re.split(r"[,\s]+", done.out.strip())]
    except ValueError:
        return False
    return all(abs(value) < 1e6 for value in values) and any(values)
