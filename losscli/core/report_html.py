"""A report as a notebook shows it: one table, all text escaped."""

from __future__ import annotations

import html
from typing import Any

_SUMMARY = ("sum", "std", "min", "median", "max")


def report_html(document: dict[str, Any], headline: str) -> str:
    """The table."""
    divisor = document["divisor"]
    over = "" if divisor is None else f" over {divisor}"
    lines = [(f"{headline}{over}", document["value"])]
    lines += [(name, document["summary"].get(name)) for name in _SUMMARY]
    interval = document.get("interval")
    lines += [(f"{key} of the interval", interval[key]) for key in ("low", "high") if interval and key in interval]
    lines += [(name, document.get(name)) for name in ("perplexity", "accuracy")]
    lines += [(one["name"], one["value"]) for one in document.get("groups") or ()]
    rows = [_row(name, _number(value)) for name, value in lines if value is not None]
    rows += [_row(one["severity"], " ".join(filter(None, (one["message"], one["hint"])))) for one in document["notes"]]
    title = f"<caption>{html.escape(document['loss'])}</caption>"
    return f"<table>{title}{''.join(rows)}{_row('signature', document['signature'])}</table>"


def _row(name: str, text: str) -> str:
    left = ' style="text-align: left"'
    return f"<tr><th{left}>{html.escape(name)}</th><td{left}>{html.escape(text)}</td></tr>"


def _number(value: Any) -> str:
    return f"{value:.7g}" if isinstance(value, float) else str(value)
