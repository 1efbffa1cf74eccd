"""Pictures for papers and reviews: a calibration, thresholds, a histogram, drawn by matplotlib.

The only module that knows matplotlib, which is imported when something is drawn. Colours are told apart by everybody
(Okabe and Ito 2008), and so are the shapes that go with them; an SVG says in words what it shows.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np

from losscli.errors import UsageError
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.answers.calibrate.calibrations import Calibration, Calibrations
    from losscli.answers.thresholds.thresholds import Thresholds
    from losscli.core.report import Report
    from losscli.ops import Array

_BLUE, _ORANGE, _GREEN, _GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
_MARKERS = "osD^vP*X"
_POINTS = 2000  # of a curve
_STYLE = {
    "font.size": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "text.parse_math": False,
    "svg.hashsalt": "losscli",
    "font.family": "sans-serif",
}


@record
class Picture:
    """What is to be drawn.

    Attributes:
        title: A few words.
        description: What there is to see, for those who can't.
        draw: Draws into a figure.
        size: Inches.
    """

    title: str
    description: str
    draw: Callable[[Any], None]
    size: tuple[float, float] = (6.0, 5.0)


def require() -> None:
    """Look whether there is something to draw with.

    Raises:
        UsageError: There is not.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise UsageError("--plot needs matplotlib", hint="pip install 'losscli[plot]'") from None


def rendered(picture: Picture, form: str) -> bytes:
    """The picture as a file; the same bytes whenever it is drawn."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=picture.size, layout="constrained", facecolor="white")
        picture.draw(figure)
        figure.suptitle(picture.title, fontsize=11)
        target = io.BytesIO()
        about: dict[str, Any] = {"Title": picture.title}
        if form == "svg":
            about |= {"Date": None, "Creator": "losscli", "Description": picture.description}
        elif form == "pdf":
            about |= {"CreationDate": None, "Creator": "losscli", "Producer": None, "Subject": picture.description}
        else:
            about |= {"Software": "losscli", "Description": picture.description}
        figure.savefig(target, format=form, dpi=160, metadata=about)
    return _described(target.getvalue(), picture) if form == "svg" else target.getvalue()


def _described(svg: bytes, picture: Picture) -> bytes:
    """An SVG with words for screen readers."""
    head, start, rest = svg.decode().partition("<svg ")
    opening, _, body = rest.partition(">")
    title = picture.title.replace("\n", ", ")
    words = f"<title>{escape(title)}</title>\n <desc>{escape(picture.description)}</desc>"
    return f'{head}{start}role="img" {opening}>\n {words}{body}'.encode()


def calibration_picture(found: Calibrations, level: float) -> Picture:
    """The reliability diagram, above how many forecasts there are."""
    one = found.overall

    def draw(figure: Any) -> None:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        _reliability(above, one, level)
        below.bar(
            [0.5 * (each.above + each.upto) for each in one.bins],
            [each.rows for each in one.bins],
            [0.92 * (each.upto - each.above) for each in one.bins],
            color=_BLUE,
        )
        below.set(xlabel="forecast", ylabel="rows", xlim=(0, 1))

    said = "; ".join(
        f"forecast {each.forecast:.3g}: happened {each.happened:.3g} ({each.low:.3g} to {each.high:.3g}), "
        f"{each.rows:,} rows" + (f", {each.verdict}" if each.verdict else "")
        for each in one.bins
    )
    title = f"Calibration of {one.rows:,} forecasts: {one.event}\nece {one.ece:.4g}, smooth ece {one.smooth:.4g}"
    return Picture(title, f"Reliability diagram. {said}.", draw, (5.2, 6.4))


def _reliability(axes: Any, one: Calibration, level: float) -> None:
    x, y = [each.forecast for each in one.bins], [each.happened for each in one.bins]
    ends = [[each.happened - each.low for each in one.bins], [each.high - each.happened for each in one.bins]]
    axes.plot([0, 1], [0, 1], "--", color=_GREY, label="as forecast")
    axes.errorbar(
        x, y, np.maximum(ends, 0.0), fmt="o-", color=_BLUE, capsize=3, label=f"happened, {level * 100:.10g}% interval"
    )
    axes.set(ylabel="how often it happened", xlim=(0, 1), ylim=(-0.02, 1.02))
    axes.legend(loc="upper left")


def thresholds_picture(found: Thresholds) -> Picture:
    """The ROC curve beside the precision-recall curve, with the thresholds of the table."""
    area = found.area
    parts = [f"auc {area.value:.4g}"] if area is not None else []
    if area is not None and area.low is not None and area.high is not None:
        parts[0] += f" ({area.low:.4g} to {area.high:.4g})"
    if found.average_precision is not None:
        parts.append(f"average precision {found.average_precision:.4g}")

    def draw(figure: Any) -> None:
        roc, both = figure.subplots(1, 2)
        fp, tp = _thinned(found)
        negatives, positives = max(found.rows - found.yes, 1), max(found.yes, 1)
        roc.plot([0, 1], [0, 1], "--", color=_GREY, label="chance")
        roc.plot(fp / negatives, tp / positives, color=_BLUE)
        some = tp + fp > 0
        both.axhline(found.yes / found.rows, ls="--", color=_GREY, label="chance")
        both.plot(tp[some] / positives, tp[some] / (tp + fp)[some], color=_BLUE)
        for point, marker in zip(found.points, _MARKERS, strict=False):
            style = {"marker": marker, "ls": "none", "color": _ORANGE, "label": point.name, "clip_on": False}
            roc.plot([point.fp / negatives], [point.tp / positives], **style)
            if point.tp + point.fp:
                both.plot([point.tp / positives], [point.tp / (point.tp + point.fp)], **style)
        roc.set(xlabel="false positive rate", ylabel="recall", xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        both.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        roc.legend(loc="lower right")

    said = "; ".join(
        f"{p.name}: {p.tp} true and {p.fp} false yes, {p.fn} false and {p.tn} true no" for p in found.points
    )
    title = f"{found.rows:,} scores, {found.yes:,} yes\n{', '.join(parts)}"
    return Picture(title, f"ROC curve and precision-recall curve. {', '.join(parts)}. {said}.", draw, (9.0, 4.9))


def _thinned(found: Thresholds) -> tuple[Array, Array]:
    """Counts along the curve, at so many places that it looks the same."""
    fp, tp = found.counts
    if len(fp) <= _POINTS:
        return fp.astype(float), tp.astype(float)
    rows = fp + tp
    wanted = np.linspace(0, rows[-1], _POINTS)
    places = np.unique(np.concatenate([[0], np.searchsorted(rows, wanted), [len(rows) - 1]]))
    return fp[places].astype(float), tp[places].astype(float)


def histogram_picture(report: Report) -> Picture:
    """The share of the losses of each size, and of their sum."""
    shown = report.histogram or ()
    names = [_ends(one.above, one.below) for one in shown]
    weights = [one.weight for one in shown if one.weight is not None]
    weigh = bool(shown) and len(weights) == len(shown)
    unit = f" in {report.unit}" if report.unit else ""

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        at, height = np.arange(len(shown)), 0.4 if weigh else 0.8
        shift = height / 2.0 if weigh else 0.0
        bars = axes.barh(at - shift, [100 * one.share for one in shown], height, color=_BLUE, label="of the losses")
        axes.bar_label(bars, [f"{one.count:,}" for one in shown], padding=3, fontsize=8)
        if weigh:
            axes.barh(
                at + shift, [100 * weight for weight in weights], height, color="white", edgecolor=_ORANGE, hatch="///",
                label="of their sum",
            )  # fmt: skip
        axes.set(yticks=at, yticklabels=names, xlabel="percent", ylabel=f"{report.loss.names[-1]}{unit}")
        axes.invert_yaxis()
        axes.margins(x=0.12)
        axes.legend(loc="best")

    said = "; ".join(f"{name}: {one.count:,} ({one.share:.1%})" for name, one in zip(names, shown, strict=True))
    value = "" if report.value is None else f", {report.reduction} {report.value:.6g}"
    title = f"{report.loss.name} of {report.samples:,} samples{value}"
    return Picture(title, f"Histogram of losses. {said}.", draw, (6.5, 1.6 + 0.42 * max(len(shown), 3)))


def _ends(above: float, below: float) -> str:
    if np.isinf(above):
        return "infinite"
    return f"{above:g}" if above == below else f"{above:g} to {below:g}"
