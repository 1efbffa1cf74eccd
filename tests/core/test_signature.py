"""Does a signature, given back as the command, ask for the same number again?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from losscli.cli.commands.loss_command import LossCommand
from losscli.cli.run.prepare import loss_settings
from losscli.core.settings import Settings
from losscli.core.signature import options_of
from losscli.losses import CALLS, LOSSES
from losscli.losses.meant import find_loss
from losscli.losses.vocabulary import Kind, Param, Takes
from tests.cli.test_parity_command_line import CASES, command
from tests.support.laws import sample
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.losses.loss import Loss

AGAIN = settings(suppress_health_check=[HealthCheck.too_slow])
NAMES = st.text(st.characters(exclude_characters=",", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1)
EXACT = st.floats(0.001, 0.999)


def value_of(param: Param) -> st.SearchStrategy[Any]:
    """Values that the parameter may have."""
    if isinstance(param.default, bool):
        return st.booleans()
    if param.choices:
        return st.sampled_from(param.choices)
    if isinstance(param.default, str):
        return st.sampled_from([param.default, "yes"])
    if isinstance(param.default, int):
        return st.integers(int(param.ge or 1), 3)
    if param.vector:
        return EXACT.map(lambda value: [value])
    low = max(param.ge or 0.0, 0.01)
    return st.floats(low, min(3.0, low + 0.98 if param.le is None else param.le - 0.01))


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, Settings]:
    """A loss's name, and what may be asked of it on the command line."""
    loss = draw(st.sampled_from([loss for loss in LOSSES if not loss.extras]))
    options = {param.name for param in LossCommand(loss).params}
    given: dict[str, Any] = {}

    def maybe(name: str, values: st.SearchStrategy[Any], field: str = "") -> None:
        if name in options and draw(st.booleans()):
            given[field or name] = draw(values)

    maybe("from_logits", st.sampled_from(loss.kinds), "kind")
    maybe("like", st.sampled_from(["exact", *loss.frameworks]))
    if given.get("kind", loss.kinds[0]) is Kind.PROBABILITIES:
        maybe("percent", st.just(True))
    maybe("clip", st.floats(0.0, 0.4))
    maybe("rescale", st.booleans())
    maybe("label_base", st.integers(-3, 3))
    maybe("ignore_index", st.integers(-200, 300))
    maybe("classes", st.lists(NAMES, min_size=4, max_size=4, unique=True).map(tuple))
    weights = st.one_of(
        st.just("balanced"),
        st.lists(EXACT, min_size=4, max_size=4),
        st.dictionaries(st.sampled_from(given.get("classes", ("0", "3"))), EXACT, min_size=1),
    )
    maybe("class_weight", weights)
    maybe("reduction", st.sampled_from(["mean", "sum", "none", "weighted-mean", "batchmean"]))
    maybe("nan", st.sampled_from(["error", "skip", "keep"]))
    maybe("dtype", st.sampled_from(["float64", "float32"]))
    maybe("base", st.sampled_from(["e", "2", "10"]))
    params = {param.name: draw(value_of(param)) for param in loss.params if draw(st.booleans())}
    return loss.name, Settings(**given, params=params)


def parsed(loss: Loss, words: list[str]) -> Settings:
    """The settings that a command with these options runs with."""
    command = LossCommand(loss)
    context = command.make_context(loss.name, ["1", "1", *words])
    return loss_settings(loss, command.request(context))


def plain(loss: Loss, settings: Settings) -> dict[str, Any]:
    """Settings without what is their default anyway."""
    given = {name: getattr(settings, name) for name in vars(settings) if name != "params"}
    given["kind"] = settings.kind or loss.kinds[0]
    given["params"] = {param.name: settings.params.get(param.name, default(param, settings)) for param in loss.params}
    return given


def default(param: Param, settings: Settings) -> Any:
    return param.exact if settings.like == "exact" and param.exact is not None else param.default


@AGAIN
@given(asked())
def test_options_ofloss_settings_are_parsed_back_to_them(case: tuple[str, Settings]) -> None:
    loss, givenloss_settings = find_loss(case[0]), case[1]
    words = options_of(loss, givenloss_settings)
    again = parsed(loss, words)
    assert plain(loss, again) == plain(loss, givenloss_settings), words
    assert options_of(loss, again) == words


def text_of(loss: Loss, settings: Settings, x: Any, y: Any) -> tuple[str, str]:
    """Predictions and labels as typed, changed so that they are what the settings say."""
    x, y = np.asarray(x, np.float64), np.asarray(y)
    kind = settings.kind or loss.kinds[0]
    if loss.takes in (Takes.CLASS, Takes.BINARY, Takes.DISTRIBUTION) and loss.kinds[0] is Kind.PROBABILITIES:
        shift = np.log1p(np.exp(x)) if loss.takes is Takes.BINARY else np.logaddexp.reduce(x, axis=1, keepdims=True)
        x = x if kind is Kind.LOGITS else x - shift
        x = np.exp(x) * (100.0 if settings.percent else 1.0) if kind is Kind.PROBABILITIES else x
    if loss.takes in (Takes.CLASS, Takes.DECISION, Takes.SCORES, Takes.SCORES_HOT):
        y = y + (settings.label_base or 0)
        if settings.classes is not None:
            return json.dumps(x.tolist()), json.dumps([settings.classes[i] for i in y - (settings.label_base or 0)])
    return json.dumps(x.tolist()), json.dumps(y.tolist())


@AGAIN
@given(asked(), st.integers(0, 2**32))
def test_a_signature_is_a_command_for_the_same_number(case: tuple[str, Settings], seed: int) -> None:
    (name, wanted), loss = case, find_loss(case[0])
    x, y, _ = sample(loss, np.random.default_rng(seed))
    predictions, labels = text_of(loss, wanted, x, y)
    first = losscli(name, predictions, labels, *options_of(loss, wanted), "-f", "json")
    if first.status:
        assert first.status in (2, 3), first.err  # settings that do not go together, or not with these rows
        return
    report = json.loads(first.out)
    again = losscli(report["signature"], predictions, labels, "-f", "json")
    assert again.status == 0, (report["signature"], again.err)
    result = json.loads(again.out)
    assert (result["signature"], result["value"]) == (report["signature"], report["value"])
    assert result["per_sample"] == report["per_sample"]


CASE_IDS = [case["id"] for case in CASES]


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=CASE_IDS)
def test_a_signature_of_a_call_is_a_command_for_the_same_number(case: dict[str, Any]) -> None:
    reference = CALLS[case["call"]][1]
    args = command(case)
    rules = [name for name in reference.reductions.rules if "=" not in name]
    if len(rules) > 1 and all(param.name != "reduction" for param in reference.options):
        args += ["--reduction", rules[len(case["id"]) % len(rules)]]
    elif not rules:
        args += ["--no-normalize"] * (len(case["id"]) % 2)
    report = json.loads(losscli(*args).out)
    data = args[1 : 2 if case["y_true"] is None else 3]
    for name in ("sample_weight", *reference.extras):
        option = "--" + name.replace("_", "-")
        data += args[args.index(option) : args.index(option) + 2] if option in args else []
    again = losscli(report["signature"], *data, "-f", "json")
    assert again.status == 0, (report["signature"], again.err)
    assert json.loads(again.out) == report


GARBLED = (
    "|",
    "||",
    "cross-entropy|",
    "cross-entropy|probabilities",
    "cross-entropy|probabilities|labels:sparse|keras|mean/N|float64",
    "cross-entropy|probabilities|labels:sparse|keras|mean/N|float64|losscli:0.1.0|more",
    "cross-entropy|probabilitie|labels:sparse|keras|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities,half|labels:sparse|keras|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sprs|keras|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse,output=x|keras|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse,base=x|keras|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse|nobody|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse|keras,output=x|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse|keras,clip=x|mean/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse|keras|middle/N|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse|keras|mean/N|float8|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse|keras|mean/N|float64,output=x|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse|keras|mean/N|float64,base=7|losscli:0.1.0",
    "cross-entropy,gamma=2|probabilities|labels:sparse|keras|mean/N|float64|losscli:0.1.0",
    "cross-entropy,label-smoothing=x|probabilities|labels:sparse|keras|mean/N|float64|losscli:0.1.0",
    "no-loss|probabilities|labels:sparse|keras|mean/N|float64|losscli:0.1.0",
    "mean-squared-error|values|labels:values|exact,clip=1|mean/N|float64|losscli:0.1.0",
    "torch.nn.HuberLoss|values|mean/N|float32|losscli:0.1.0",
    "torch.nn.HuberLoss(delta=2|values|mean/N|float32|losscli:0.1.0",
    "torch.nn.HuberLoss(delta=2)|values|mean/N|float32",
    "torch.nn.HuberLoss(delta=x)|values|mean/N|float32|losscli:0.1.0",
    "torch.nn.HuberLoss(output=2)|values|mean/N|float32|losscli:0.1.0",
    "torch.nn.HuberLoss()|values|middle/N|float32|losscli:0.1.0",
    "torch.nn.HuberLoss()|values|mean/N|float8|losscli:0.1.0",
)


@pytest.mark.parametrize("text", GARBLED)
def test_a_garbled_signature_is_told(text: str) -> None:
    result = losscli(text, "[[0.1,0.9],[0.8,0.2]]", "1,0")
    assert result.status == 2
    assert result.out == ""
    assert "rror: " in result.err


@AGAIN
@given(st.integers(0, 200), st.text(min_size=0, max_size=3), st.booleans())
def test_a_cut_or_altered_signature_gives_no_traceback(at: int, piece: str, cut: bool) -> None:
    whole = (
        "cross-entropy,label-smoothing=0.1|logits|labels:sparse,base=1,classes=a;b|keras,clip=1e-07|mean/N|float64|"
        "losscli:0.1.0"
    )
    text = whole[:at] + piece + ("" if cut else whole[at:])
    result = losscli(f"{text}|", "[[0.1,0.9],[0.8,0.2]]", "1,0")
    assert result.status in (0, 2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "huber,output=o.txt|values|labels:values|exact|mean|float64|losscli:0.1.0",
        "huber,delta=1 --output=o.txt|values|labels:values|exact|mean|float64|losscli:0.1.0",
        "huber|values|labels:values|exact,output=o.txt|mean|float64|losscli:0.1.0",
        "huber|values|labels:values|exact|mean --output=o.txt|float64|losscli:0.1.0",
        "cross-entropy|probabilities|labels:sparse,class-weight=w.csv|exact|mean/N|float64|losscli:0.1.0",
        "cross-entropy|probabilities|labels:sparse,class-weight=https://h/w.csv|exact|mean/N|float64|losscli:0.1.0",
        "torch.nn.CrossEntropyLoss(weight=w.csv)|logits|mean|float64|losscli:0.1.0",
        "torch.nn.CrossEntropyLoss(weight=-)|logits|mean|float64|losscli:0.1.0",
        "torch.nn.CrossEntropyLoss(output=o.txt)|logits|mean|float64|losscli:0.1.0",
        "f1,pos-label=/etc/passwd|scores|labels:values|exact|mean/N|float64|losscli:0.1.0",
    ],
)
def test_a_signature_smuggles_nothing(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It opens no file, reaches no network and writes nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.csv").write_text("2\n1\n")
    done = losscli(text, "[[0.5,0.5]]", "1")
    assert (done.status, done.out) == (2, ""), done
    assert [path.name for path in tmp_path.iterdir()] == ["w.csv"]


def test_a_signature_of_another_version_is_accepted() -> None:
    text = "cross-entropy|probabilities|labels:sparse|keras|mean/N|float64|losscli:9.9"
    # by hand: -(log 0.9 + log 0.8) / 2
    assert losscli(text, "[[0.1,0.9],[0.8,0.2]]", "1,0", "-q").out == "0.164252033486018\n"


def test_an_option_beside_a_signature_overrides_it() -> None:
    text = "cross-entropy|probabilities|labels:sparse|keras|mean/N|float64|losscli:0.1.0"
    assert losscli(text, "[[0.1,0.9],[0.8,0.2]]", "1,0", "-q", "-r", "sum").out == "0.328504066972036\n"


def test_digits_of_a_clip_are_kept() -> None:
    report = losscli("ce", "[[0.5,0.5]]", "0", "--clip", "1.23456789e-7", "-f", "json")
    assert "|keras,clip=1.23456789e-07|" in json.loads(report.out)["signature"]


def test_what_is_the_default_elsewhere_is_named() -> None:
    """With ``--like exact`` the default of epsilon is 0: one that was asked for must be in the signature."""
    report = losscli("mape", "1,2", "0,1", "--like", "exact", "--epsilon", "1e-07", "-f", "json")
    assert json.loads(report.out)["signature"].startswith("mean-absolute-percentage-error,epsilon=1e-07|")
