"""The trends of a day as pictures beside its report.

A day of which a number is not known is a gap in its line, never a zero; where no line of a picture
is known, the days are shaded.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backlog_pipeline.model.metric import Series, Snapshot
from backlog_pipeline.report import svg
from backlog_pipeline.report.scale import Frame, Scale, named_days, spread, ticks
from backlog_pipeline.report.seal import Kind, seal

WIDTH, HEIGHT = 720, 250
_FRAME = Frame()
_LABEL_GAP = 15


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture: ``shows`` are names of series, or what stands before the dot in them.

    ``measurement`` is what a reader is led to. The series named in ``below`` hang below the zero line,
    so that what came and what went can be compared at a glance.
    """

    name: str
    title: str
    shows: tuple[str, ...]
    measurement: str
    below: tuple[str, ...] = ()


CHARTS = (
    Chart("backlog", "Items open and done", ("open_items", "done_items"), "backlog_size_by_status"),
    Chart("flow", "Items born and closed, each day", ("births", "deaths"), "births", below=("deaths",)),
    Chart("debt", "Debt in comments", ("comment_debt",), "debt_by_kind"),
    Chart("security", "Security findings in code", ("code_findings",), "security_posture"),
)


def draw(snapshot: Snapshot, stem: str) -> Mapping[str, tuple[str, bytes]]:
    """By the chart's name: the file's name, which begins with ``stem``, and its bytes.

    A chart of which not a single number is known is left out.
    """
    drawn = {}
    for chart in CHARTS:
        shown = series_of(chart, snapshot.trends)
        if shown:
            data = seal(_picture(chart, shown, snapshot.name), Kind.SVG)
            drawn[chart.name] = (f"{stem}-{chart.name}.svg", data)
    return drawn


def series_of(chart: Chart, trends: Sequence[Series]) -> list[Series]:
    """The series that a chart shows, in their order, so that each keeps its colour from day to day.

    A series that comes with its parts (``NAME.PART``) is shown by them. Where there are more than fit,
    those with the lowest last numbers are left out.
    """
    divided = {s.name.split(".")[0] for s in trends if "." in s.name}
    found = [
        s
        for s in trends
        if s.name.split(".")[0] in chart.shows
        and s.name not in divided
        and any(v is not None for v in s.values)
    ]
    kept = sorted(found, key=lambda s: (-(last_known(s) or 0), s.name))[: svg.COLOURS]
    return [series for series in found if series in kept]


def last_known(series: Series) -> float | None:
    """The number of the last day of which it is known."""
    return next((value for value in reversed(series.values) if value is not None), None)


def describe(line: Series) -> str:
    """A line of a picture in words: first, last, least and most, and of how many days it is not known.

    A single day that is known is one number, and no line: there is nothing to compare it with.
    """
    known = [(day, value) for day, value in zip(line.days, line.values, strict=True) if value is not None]
    total, gap = len(line.days), len(line.days) - len(known)
    if not known:
        return f"not known on {line.days[0] if total == 1 else f'any of {total} days'}"
    (first_day, first), (last_day, last) = known[0], known[-1]
    if len(known) == 1:
        other = "day" if gap == 1 else f"{gap} days"
        return f"{first:g} on {first_day}" + (
            f", and not known on the other {other}" if gap else ", the only day"
        )
    least, most = min(value for _, value in known), max(value for _, value in known)
    told = f"{first:g} on {first_day}, {last:g} on {last_day}, between {least:g} and {most:g}"
    return f"{told}; not known on {gap} of {total} days" if gap else told


def described(shown: Sequence[Series]) -> str:
    """All lines of a picture in words, for who cannot see it."""
    return " ".join(f"{line.title}: {describe(line)}." for line in shown)


def _picture(chart: Chart, shown: Sequence[Series], repository: str) -> bytes:
    days = sorted({day for line in shown for day in line.days})
    rows = [_on(days, line, -1 if line.name.split(".")[0] in chart.below else 1) for line in shown]
    values = [value for row in rows for value in row if value is not None]
    steps = ticks(min(values), max(values))
    scale = Scale(_FRAME, days, steps[0], steps[-1])
    parts = [
        svg.words(16, 25, f"{chart.title} · {repository}", css="name"),
        *_unknown(scale, rows),
        *_axes(scale, steps),
        *(_bars(scale, rows) if chart.below else _lines(scale, rows)),
        *_labels(scale, rows, shown),
    ]
    return svg.picture(f"{chart.title}: {repository}", described(shown), WIDTH, HEIGHT, parts)


Row = list[float | None]


def _on(days: Sequence[date], line: Series, sign: int) -> Row:
    by_day = dict(zip(line.days, line.values, strict=True))
    return [None if (value := by_day.get(day)) is None else sign * value for day in days]


def _axes(scale: Scale, steps: Sequence[float]) -> Iterator[str]:
    frame = scale.frame
    for step in steps:
        yield svg.across(frame.left, frame.right, scale.y(step), "grid" if step else "zero")
        yield svg.words(frame.left - 8, scale.y(step) + 4, f"{abs(step):,.0f}", anchor="end")
    for index in named_days(scale.days):
        day = scale.days[index]
        yield svg.words(scale.x(index), frame.bottom + 20, day.isoformat(), anchor="middle")


def _unknown(scale: Scale, rows: Sequence[Row]) -> Iterator[str]:
    """A shade over the days of which no line knows anything."""
    nothing = [all(row[n] is None for row in rows) for n in range(len(scale.days))]
    for first, last in _stretches(nothing):
        left = max(scale.frame.left, scale.x(first) - scale.day_width / 2)
        right = min(scale.frame.right, scale.x(last) + scale.day_width / 2)
        yield svg.box(left, scale.frame.top, right - left, scale.frame.bottom - scale.frame.top, "unknown")
        if right - left > 70:
            yield svg.words((left + right) / 2, scale.frame.top + 14, "not known", anchor="middle")


def _lines(scale: Scale, rows: Sequence[Row]) -> Iterator[str]:
    """Each stretch of known days as a line; a known day between unknown ones as a dot."""
    for colour, row in enumerate(rows):
        for first, last in _stretches([value is not None for value in row]):
            points = [
                f"{svg.number(scale.x(n))} {svg.number(scale.y(row[n] or 0))}" for n in range(first, last + 1)
            ]
            if first == last:
                x, y = points[0].split()
                yield f'<circle class="fill c{colour}" cx="{x}" cy="{y}" r="2.5"/>'
            else:
                yield f'<path class="line c{colour}" d="M{"L".join(points)}"/>'


def _bars(scale: Scale, rows: Sequence[Row]) -> Iterator[str]:
    """A bar for each known day, from the zero line; a zero is a bar without height, and no gap is drawn."""
    width = max(1.0, scale.day_width * 0.7)
    for colour, row in enumerate(rows):
        for n, value in enumerate(row):
            if value:
                top, bottom = sorted((scale.y(value), scale.y(0)))
                yield svg.box(scale.x(n) - width / 2, top, width, bottom - top, f"fill c{colour}")


def _labels(scale: Scale, rows: Sequence[Row], shown: Sequence[Series]) -> Iterator[str]:
    """Beside the end of each line what it is, and its last number."""
    ends = [next(v for v in reversed(row) if v is not None) for row in rows]
    heights = [scale.y(end) + 4 for end in ends]
    placed = spread(heights, _LABEL_GAP, scale.frame.top + 4, scale.frame.bottom + 4)
    for colour, (line, end, height) in enumerate(zip(shown, ends, placed, strict=True)):
        is_old = rows[colour][-1] is None
        shown_end = "not known" if is_old else f"{abs(end):g}"
        label = shown_end if len(shown) == 1 else f"{_short(line.title)} {shown_end}"
        yield svg.words(scale.frame.right + 10, height, label, css=f"label c{colour}")


def _short(title: str) -> str:
    return title if len(title) <= 14 else f"{title[:13]}…"


def _stretches(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last of each run of true ones."""
    start = None
    for n, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = n
        elif not flag and start is not None:
            yield start, n - 1
            start = None
