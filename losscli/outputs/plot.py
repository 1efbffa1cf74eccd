"""Pictures for papers and reviews, drawn by matplotlib: how they look, and how they become files.

The only module that imports matplotlib, when something is drawn. Colours are safe for colour-blind readers
(Okabe and Ito 2008) and come with distinct shapes; an SVG describes in words what it shows.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from losscli.errors import UsageError
from losscli.outputs.panel import short
from losscli.record import record, replace
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable


_FURTHER = (
    *("Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans CJK KR", "Source Han Sans", "WenQuanYi Zen Hei", "IPAGothic"),
    *("Hiragino Sans", "PingFang SC", "Apple SD Gothic Neo", "Yu Gothic", "Microsoft YaHei", "Malgun Gothic"),
    *("Noto Sans Devanagari", "Noto Sans Thai", "Arial Unicode MS", "Noto Emoji", "Segoe UI Emoji", "Symbola"),
)
MISSING = "no font here has all letters of the names; an .svg keeps them"
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
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
STEPS = ("#ebf4f9", "#cce3f0", "#adcfe5", "#85bbda", "#5ca5ce", "#3391c2", "#1a82ba", BLUE)  # from none to all
# Colours of an SVG on dark pages, by those that matplotlib writes: background, ink, grid and the colours above.
_DARK = {
    "#ffffff": "#161b22",
    "#000000": "#e6edf3",
    "#dddddd": "#30363d",
    BLUE.lower(): "#56b4e9",
    ORANGE.lower(): "#ff9b5e",
    GREY: "#9da7b3",
    **dict(zip(STEPS[:-1], ("#1a2833", "#20394b", "#274a62", "#2e5d7e", "#346c93", "#4b9ac9", "#51a7d9"), strict=True)),
}


@record
class Picture:
    """A picture to draw.

    Attributes:
        title: A few words.
        description: What it shows, for those who cannot see it.
        draw: Draws into a figure.
        size: Width and height, in inches.
    """

    title: str
    description: str
    draw: Callable[[Any], None]
    size: tuple[float, float] = (6.0, 5.0)


def require() -> None:
    """Refuse if matplotlib is missing."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise UsageError("--plot needs matplotlib", hint="pip install 'losscli[plot]'") from None


def rendered(picture: Picture, form: str) -> bytes:
    """The bytes of the picture's file, always the same for the same picture.

    Characters missing from all installed fonts are escaped with a warning; an SVG keeps them.
    """
    import warnings

    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with mpl.rc_context(_STYLE if form == "svg" else _STYLE | {"font.family": ["sans-serif", *_further_fonts()]}):
        layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)
        picture = replace(
            picture,
            title="\n".join(map(printable, picture.title.split("\n"))),
            description=printable(picture.description),
        )
        figure = Figure(figsize=picture.size, layout=layout, facecolor="white")
        picture.draw(figure)
        figure.suptitle(picture.title, fontsize=11)
        missing = form != "svg" and _spell_out(figure)
        target = io.BytesIO()
        about: dict[str, Any] = {"Title": picture.title}
        if form == "svg":
            about |= {"Date": None, "Creator": "losscli", "Description": picture.description}
        elif form == "pdf":
            about |= {"CreationDate": None, "Creator": "losscli", "Producer": None, "Subject": picture.description}
        else:
            about |= {"Software": "losscli", "Description": picture.description}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # an SVG holds text, not glyphs
            figure.savefig(target, format=form, dpi=160, metadata=about)
    if missing:
        warnings.warn(MISSING, stacklevel=2)
    return _described(target.getvalue(), picture) if form == "svg" else target.getvalue()


def _further_fonts() -> list[str]:
    """Installed fonts for characters that the default one lacks; the reader of an SVG may have others."""
    from matplotlib.font_manager import fontManager

    found = {font.name for font in fontManager.ttflist}
    return [name for name in _FURTHER if name in found]


def _spell_out(figure: Any) -> bool:
    """Escape the letters that no installed font has, which would be boxes; returns whether there were any."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.text import Text

    fonts = [findfont(FontProperties(family=[name])) for name in mpl.rcParams["font.family"]]
    known = {ord("\n")}.union(*(get_font(font).get_charmap() for font in fonts))
    missing = False

    def spelled(text: str) -> str:
        nonlocal missing
        unknown = {sign for sign in text if ord(sign) not in known}
        missing |= bool(unknown)
        return "".join(ascii(sign)[1:-1] if sign in unknown else sign for sign in text)

    for text in figure.findobj(Text):
        text.set_text(spelled(text.get_text()))
    for axes in figure.axes:
        for named in (axes.xaxis, axes.yaxis):
            names = [label.get_text() for label in named.get_ticklabels()]
            if (shown := [*map(spelled, names)]) != names:
                named.set_ticklabels([*map(short, shown)])
    return missing


def _described(svg: bytes, picture: Picture) -> bytes:
    """An SVG with words for screen readers, and with colours for dark pages."""
    head, start, rest = svg.decode().partition("<svg ")
    opening, _, body = rest.partition(">")
    title = picture.title.replace("\n", ", ")
    words = f"<title>{escape(title)}</title>\n <desc>{escape(picture.description)}</desc>"
    return f'{head}{start}role="img" {opening}>\n {words}\n <style>{_dark_style()}</style>{body}'.encode()


def _dark_style() -> str:
    """CSS rules for dark pages; ``!important``, as matplotlib's inline styles are stronger otherwise."""
    rules = ["text { fill: #e6edf3 }", f'[fill="#ffffff"] {{ fill: {_DARK["#ffffff"]} }}']
    rules += [
        f'[style*="{what}: {light}"] {{ {what}: {dark} !important }}'
        for light, dark in _DARK.items()
        for what in ("fill", "stroke")
    ]
    return f"@media (prefers-color-scheme: dark) {{ {' '.join(rules)} }}"
