"""A change of settings that a diagnostic suggests; each command words it in its own options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.losses.vocabulary import Kind, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.core.settings import Settings
    from losscli.losses.loss import Loss

KINDS = {Kind.LOGITS: "--from-logits", Kind.LOG_PROBABILITIES: "--from-log-probs"}


@record
class Change:
    """A change of settings, of the loss, or of the order of the arguments.

    Attributes:
        settings: Fields of ``Settings`` and their new values.
        loss: Another loss.
        swap: Predictions and labels are exchanged.
    """

    settings: tuple[tuple[str, Any], ...] = ()
    loss: Loss | None = None
    swap: bool = False

    def applied(self, settings: Settings) -> Settings:
        """The changed settings; for another loss, only those that every loss has."""
        changed = replace(settings, level=None, bootstrap=None, digest=False, keep=None, **dict(self.settings))
        if changed.kind not in (settings.kind, None, Kind.PROBABILITIES):
            changed = replace(changed, percent=False, clip=None, rescale=None)  # they act on probabilities
        if self.loss is None:
            return changed
        like = settings.like if settings.like in ("exact", *self.loss.frameworks) else None
        own: dict[str, Any] = {
            "form": None,
            "label_base": None,
            "ignore_index": None,
            "classes": None,
            "class_weight": None,
            "rescale": None if self.loss.takes is Takes.BINARY else changed.rescale,
        }
        return replace(changed, like=like, params={}, **own)

    def with_others(self, others: Iterable[Change]) -> Change:
        """This change and others, of which the earlier ones prevail."""
        settings, loss, swap = dict(self.settings), self.loss, self.swap
        for other in others:
            settings = dict(other.settings) | settings
            loss, swap = loss or other.loss, swap or other.swap
        return Change(tuple(settings.items()), loss, swap)

    def spelled(self, now: Kind | None) -> str:
        """The options to type on a plain command whose predictions are of the kind ``now``."""
        if self.swap:
            return "give them in the other order"
        words = [self.loss.names[-1]] if self.loss is not None else []
        for name, value in self.settings:
            match name, value:
                case "kind", None:
                    words.append(f"drop {KINDS[now]}" if now in KINDS else "")
                case "kind", _:
                    words.append(KINDS[value])
                case "log_base", _:
                    words[-1] += f"={value}"
                case (("percent" | "rescale"), _):
                    words.append(f"--{name}" if value else f"--no-{name}")
                case _ if value is not None:
                    text = ",".join(map(_text, value)) if isinstance(value, tuple) else _text(value)
                    words.append(f"--{name.replace('_', '-')}{'=' if text.startswith('-') else ' '}{text}")
        return " ".join(filter(None, words))


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def change(*, loss: Loss | None = None, swap: bool = False, **settings: Any) -> Change:
    """A change of settings, of the loss, or of the order of the arguments."""
    return Change(tuple(settings.items()), loss, swap)
