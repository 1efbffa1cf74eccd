"""Pictures for papers and reviews, drawn by matplotlib: of a calibration, of thresholds; `report_pictures` has others.

The only module that knows matplotlib, which is imported when something is drawn. Colours are told apart by everybody
(Okabe and Ito 2008), and so are the shapes that go with them; an SVG says in words what it shows.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np

from losscli.errors import UsageError
from losscli.record import record, replace
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.answers.calibrate.calibrations import Calibration, Calibrations
    from losscli.answers.thresholds.thresholds import Point, Thresholds
    from losscli.ops import Array

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
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
# What an SVG looks like where pages are dark, by what matplotlib writes: blank, ink, grid and the colours above.
_DARK = {
    "#ffffff": "#161b22",
    "#000000": "#e6edf3",
    "#dddddd": "#30363d",
    BLUE.lower(): "#56b4e9",
    ORANGE.lower(): "#ff9b5e",
    GREY: "#9da7b3",
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
    """Look whether there is something to draw with."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise UsageError("--plot needs matplotlib", hint="pip install 'losscli[plot]'") from None


def rendered(picture: Picture, form: str) -> bytes:
    """The picture as a file; the same bytes whenever it is drawn."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with mpl.rc_context(_STYLE):
        layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)
        picture = replace(
            picture,
            title="\n".join(map(printable, picture.title.split("\n"))),
            description=printable(picture.description),
        )
        figure = Figure(figsize=picture.size, layout=layout, facecolor="white")
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
    """An SVG with words for screen readers, and with colours for dark pages."""
    head, start, rest = svg.decode().partition("<svg ")
    opening, _, body = rest.partition(">")
    title = picture.title.replace("\n", ", ")
    words = f"<title>{escape(title)}</title>\n <desc>{escape(picture.description)}</desc>"
    return f'{head}{start}role="img" {opening}>\n {words}\n <style>{_dark_style()}</style>{body}'.encode()


def _dark_style() -> str:
    """Rules for where dark pages are preferred; what matplotlib writes into attributes is else stronger."""
    rules = ["text { fill: #e6edf3 }", f'[fill="#ffffff"] {{ fill: {_DARK["#ffffff"]} }}']
    rules += [
        f'[style*="{what}: {light}"] {{ {what}: {dark} !important }}'
        for light, dark in _DARK.items()
        for what in ("fill", "stroke")
    ]
    return f"@media (prefers-color-scheme: dark) {{ {' '.join(rules)} }}"


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
            color=BLUE,
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
    axes.plot([0, 1], [0, 1], "--", color=GREY, label="as forecast")
    axes.errorbar(
        x, y, np.maximum(ends, 0.0), fmt="o-", color=BLUE, capsize=3, label=f"happened, {level * 100:.10g}% interval"
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
        negatives, positives = found.total - found.yes or 1.0, found.yes or 1.0
        roc.plot([0, 1], [0, 1], "--", color=GREY, label="chance")
        roc.plot(fp / negatives, tp / positives, color=BLUE)
        some = tp + fp > 0
        both.axhline(found.yes / found.total, ls="--", color=GREY, label="chance")
        both.plot(tp[some] / positives, tp[some] / (tp + fp)[some], color=BLUE)
        for point, marker in zip(found.points, _MARKERS, strict=False):
            style = {"marker": marker, "ls": "none", "color": ORANGE, "label": _labelled(point), "clip_on": False}
            roc.plot([point.fp / negatives], [point.tp / positives], **style)
            if point.tp + point.fp:
                both.plot([point.tp / positives], [point.tp / (point.tp + point.fp)], **style)
        roc.set(xlabel="false positive rate", ylabel="recall", xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        both.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        roc.legend(loc="lower right")

    said = "; ".join(
        f"{p.name}: {p.tp:.10g} true and {p.fp:.10g} false yes, {p.fn:.10g} false and {p.tn:.10g} true no"
        for p in found.points
    )
    yes = f"{found.yes:,} yes" if found.weight is None else f"{found.yes / found.total:.4g} of their weight yes"
    title = f"{found.rows:,} scores, {yes}\n{', '.join(parts)}"
    return Picture(title, f"ROC curve and precision-recall curve. {', '.join(parts)}. {said}.", draw, (9.0, 4.9))


def _labelled(point: Point) -> str:
    """The name of a threshold, and from where on it says yes."""
    if np.isinf(point.threshold):
        return point.name
    return f"{point.name}: {'above' if point.above else 'from'} {point.threshold:.4g}"


def _thinned(found: Thresholds) -> tuple[Array, Array]:
    """Counts along the curve, at so many places that it looks the same."""
    fp, tp = found.counts
    if len(fp) <= _POINTS:
        return fp.astype(float), tp.astype(float)
    rows = fp + tp
    wanted = np.linspace(0, rows[-1], _POINTS)
    places = np.unique(np.concatenate([[0], np.searchsorted(rows, wanted), [len(rows) - 1]]))
    return fp[places].astype(float), tp[places].astype(float)
