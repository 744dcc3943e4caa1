"""Small bar charts for a page that shows Markdown: numbers in, one self-contained picture out.

Dagster's UI shows Markdown of less than 1,000 characters at once and hides longer text behind a
click. So a chart is kept that small: one path for all bars, one text a row, no title (the entry's
name is its title), and as many rows as fit; what does not fit is added up in a last row
without a bar, which would dwarf the others.
"""

import base64
from collections.abc import Mapping, Sequence
from html import escape

SHOWN_AT_ONCE = 1000
"""Markdown of this many characters or more is hidden behind a click."""

_ROW, _BAR_LEFT, _BAR_WIDTH, _WIDTH = 18, 170, 180, 360
_LABEL_CHARS = 18
_MOST_ROWS = 9

Row = tuple[str, float]
"""A label and a value that is not negative."""


def bar_chart(title: str, rows: Sequence[Row]) -> str:
    """Horizontal bars in the order given, as Markdown with an SVG picture, shorter than 1,000 characters."""
    for count in range(_MOST_ROWS, 1, -1):
        kept, rest = _fold(rows, count)
        markdown = _as_markdown(title, _draw(kept, rest))
        if len(markdown) < SHOWN_AT_ONCE:
            return markdown
    return title


def counts_chart(title: str, counts: Mapping[str, float]) -> str:
    """A bar chart of counts, the largest first, equal ones by name."""
    return bar_chart(title, sorted(counts.items(), key=lambda row: (-row[1], row[0])))


def histogram(title: str, values: Sequence[float], edges: Sequence[float]) -> str:
    """How many values lie in each interval ``[edge, next edge)``; the last one is open upwards."""
    ends = [*edges[1:], float("inf")]
    bounds = list(zip(edges, ends, strict=True))
    counted = [(_interval(low, high), sum(low <= v < high for v in values)) for low, high in bounds]
    return bar_chart(title, [(label, float(count)) for label, count in counted])


def _draw(rows: Sequence[Row], rest: Sequence[Row] = ()) -> str:
    """Bars for ``rows``; the text alone for ``rest``."""
    most = max((value for _, value in rows), default=0.0) or 1.0
    bars = "".join(
        f"M{_BAR_LEFT} {_middle(n)}h{max(round(_BAR_WIDTH * value / most), 1)}"
        for n, (_, value) in enumerate(rows)
        if value
    )
    texts = "".join(
        f'<text y="{_middle(n) + 4}">{escape(_short(label), quote=False)}: {value:g}</text>'
        for n, (label, value) in enumerate([*rows, *rest])
    )
    height = _ROW * max(len(rows) + len(rest), 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"'
        ' style="background:#fff" font-family="Arial" font-size="12">'
        f'{texts or _NOTHING}<path d="{bars}" stroke="#47b" stroke-width="11"/></svg>'
    )


_NOTHING = '<text y="13">nothing to show</text>'


def _as_markdown(title: str, svg: str) -> str:
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _fold(rows: Sequence[Row], count: int) -> tuple[Sequence[Row], Sequence[Row]]:
    """The rows that fit, and one row that adds up the rest where there is one."""
    if len(rows) <= count:
        return rows, ()
    kept, rest = rows[: count - 1], rows[count - 1 :]
    return kept, ((f"{len(rest)} others", sum(value for _, value in rest)),)


def _middle(number: int) -> int:
    return number * _ROW + _ROW // 2


def printable(text: str) -> str:
    """Text that every page can show: what cannot be printed (or is no Unicode) becomes ``?``."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def _short(label: str) -> str:
    shown = printable(label)
    return shown if len(shown) <= _LABEL_CHARS else "…" + shown[1 - _LABEL_CHARS :]


def _interval(low: float, high: float) -> str:
    return f"{low:g} or more" if high == float("inf") else f"{low:g} to {high:g}"
