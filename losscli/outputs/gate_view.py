"""Verdicts of gates for continuous integration: JUnit's XML, GitHub's annotations."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, TextIO

from losscli.outputs.writer import Wants
from losscli.text import printable

if TYPE_CHECKING:
    from losscli.core.report import Report
    from losscli.core.verdict import Verdict


def annotation(report: Report, verdict: Verdict) -> str:
    """A line that GitHub Actions shows as an error annotation."""
    text = f"{verdict.name}: {verdict.message}"
    title = f"losscli {report.loss.name}"
    return f"::error title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


class Junit:
    """JUnit's XML: a test case for each gate."""

    wants = Wants.NOTHING

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def rows(self, rows: Any) -> None:
        """Samples are not shown."""

    def finish(self, report: Report) -> None:
        """Write the XML."""
        suite = f"losscli {report.loss.name}"
        failures = sum(one.failed for one in report.gates)
        counts = f'tests="{len(report.gates)}" failures="{failures}" errors="0" skipped="0"'
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {counts}>"]
        lines.append(f'  <testsuite name="{_xml(suite)}" {counts}>')
        lines += [
            "    <properties>",
            f'      <property name="signature" value="{_xml(report.signature)}"/>',
            f'      <property name="value" value="{_xml(repr(report.value))}"/>',
            "    </properties>",
        ]
        for one in report.gates:
            case = f'    <testcase classname="{_xml(suite)}" name="{_xml(one.name)}"'
            if not one.failed:
                lines.append(f"{case}/>")
                continue
            message = f'      <failure message="{_xml(one.message)}">{_xml(one.message)}</failure>'
            lines += [f"{case}>", message, "    </testcase>"]
        self._stream.write("\n".join([*lines, "  </testsuite>", "</testsuites>", ""]))


def _xml(text: str) -> str:
    """Text escaped for XML 1.0, which allows no control characters and no lone surrogates."""
    return escape(printable(text))
