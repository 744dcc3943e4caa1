"""Pictures as SVG text: a little of the format, written so that the same picture is the same bytes."""

import re
from collections.abc import Sequence
from html import escape

_NOT_IN_XML = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]"
)
COLOURS = 6
"""How many lines can be told apart in one picture. No dashes: they would look like gaps in what is known."""

_LIGHT = ("#0072b2", "#c2410c", "#00795c", "#a8467f", "#856404", "#4b5563")
_DARK = ("#58a6ff", "#ff9350", "#2fcf9a", "#f08fc4", "#e3b341", "#b6bec9")


def _colours(colours: Sequence[str]) -> str:
    rules = (
        f".line.c{n} {{ stroke: {c} }} .fill.c{n}, .label.c{n} {{ fill: {c} }}" for n, c in enumerate(colours)
    )
    return "\n".join(rules) + "\n"


_STYLE = (
    """\
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #4b5563 }
.paper { fill: #ffffff; stroke: #d1d5db }
.name { font-size: 14px; font-weight: 600; fill: #111827 }
.grid { stroke: #e5e7eb } .zero { stroke: #6b7280 } .unknown { fill: #9ca3af; fill-opacity: .22 }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: butt }
.label { font-weight: 600 }
"""
    + _colours(_LIGHT)
    + """@media (prefers-color-scheme: dark) {
text { fill: #b6bec9 } .paper { fill: #0d1117; stroke: #30363d } .name { fill: #f0f6fc }
.grid { stroke: #262c36 } .zero { stroke: #8b949e } .unknown { fill: #8b949e }
"""
    + _colours(_DARK)
    + "}\n"
)


def picture(title: str, description: str, width: int, height: int, parts: Sequence[str]) -> bytes:
    """A whole file; ``title`` and ``description`` are what a screen reader says."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="title description">',
        f'<title id="title">{text(title)}</title>',
        f'<desc id="description">{text(description)}</desc>',
        f"<style>\n{_STYLE}</style>",
        f'<rect class="paper" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="6"/>',
        *parts,
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def words(x: float, y: float, content: str, *, anchor: str = "start", css: str = "") -> str:
    """One line of text; ``anchor`` is which part of it stands at ``x``."""
    kind = f' class="{css}"' if css else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{number(x)}" y="{number(y)}"{at}{kind}>{text(content)}</text>'


def across(left: float, right: float, y: float, css: str) -> str:
    """A level line."""
    return f'<path class="{css}" d="M{number(left)} {number(y)}H{number(right)}"/>'


def box(x: float, y: float, width: float, height: float, css: str) -> str:
    """A filled rectangle."""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect class="{css}" {place}/>'


def text(content: str) -> str:
    """Text that can be nothing but text in XML, in one line."""
    return escape(_NOT_IN_XML.sub("\ufffd", " ".join(content.split())))


def number(value: float) -> str:
    """Pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
