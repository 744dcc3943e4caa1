"""Pictures: gaps where nothing is known, text that is only text, the same bytes for the same trend."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.model.metric import Series
from backlog_pipeline.report import svg
from backlog_pipeline.report.charts import CHARTS, describe, draw, series_of
from backlog_pipeline.report.scale import Frame, named_days, spread, ticks
from backlog_pipeline.report.seal import is_ours
from backlog_pipeline_tests.report.snapshots import DAY, snapshot, trends

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame()


def line(name: str, values: list[float | None], title: str = "A line") -> Series:
    days = tuple(DAY - timedelta(days=len(values) - 1 - n) for n in range(len(values)))
    return Series(name, title, "items", days, tuple(values))


def picture(*lines: Series, name: str = "demo") -> Xml.Element:
    (drawn,) = draw(snapshot(trends=lines, name=name), "x").values()
    return Xml.fromstring(drawn[1])


def paths(root: Xml.Element) -> list[str]:
    return [p.get("d") or "" for p in root.iter(f"{SVG}path") if "line" in (p.get("class") or "")]


def words(root: Xml.Element) -> list[str]:
    return [t.text or "" for t in root.iter(f"{SVG}text")]


def test_every_trend_of_ours_is_in_a_picture():
    drawn = draw(snapshot(), "report-2026-03-14")
    assert [name for name, _ in drawn.values()] == [
        "report-2026-03-14-backlog.svg",
        "report-2026-03-14-flow.svg",
        "report-2026-03-14-debt.svg",
        "report-2026-03-14-security.svg",
    ]
    assert {s.name for chart in CHARTS for s in series_of(chart, trends())} == {s.name for s in trends()}


def test_a_picture_is_sealed_and_the_same_every_time():
    once, again = draw(snapshot(), "x"), draw(snapshot(), "x")
    assert once == again
    assert all(is_ours(data) for _, data in once.values())


def test_a_day_that_is_not_known_is_a_gap_and_not_a_zero():
    drawn = paths(picture(line("open_items", [5, 6, None, None, 7, 8])))
    assert len(drawn) == 2
    heights = [float(y) for path in drawn for y in re.findall(r" ([\d.]+)", path)]
    assert len(heights) == 4
    assert max(heights) < FRAME.bottom


def test_a_zero_is_drawn_on_the_zero_line():
    (path,) = paths(picture(line("open_items", [0, 4])))
    assert path.startswith(f"M{FRAME.left:g} {FRAME.bottom:g}L")


def test_days_of_which_no_line_knows_anything_are_shaded():
    half = line("done_items", [1, None, 1, None, None, 1])
    root = picture(line("open_items", [5, None, None, None, None, 8]), half)
    shades = [box for box in root.iter(f"{SVG}rect") if box.get("class") == "unknown"]
    assert len(shades) == 2


def test_a_known_day_between_unknown_ones_is_a_dot():
    root = picture(line("open_items", [5, None, 6, None, 7, 8]))
    assert len(list(root.iter(f"{SVG}circle"))) == 2


def test_a_single_day_is_a_picture_too():
    root = picture(line("open_items", [3]))
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert DAY.isoformat() in words(root)


def test_a_trend_of_which_nothing_is_known_has_no_picture():
    assert draw(snapshot(trends=(line("open_items", [None, None]),)), "x") == {}
    assert draw(snapshot(trends=()), "x") == {}


def test_what_came_stands_above_the_zero_line_and_what_went_hangs_below():
    root = picture(line("births", [0, 4]), line("deaths", [0, 2]))
    bars = [box for box in root.iter(f"{SVG}rect") if (box.get("class") or "").startswith("fill")]
    tops = [float(bar.get("y") or 0) for bar in bars]
    assert len(bars) == 2
    assert tops[0] < tops[1]
    assert tops[0] + float(bars[0].get("height") or 0) == pytest.approx(tops[1], abs=0.2)
    assert not any(word.startswith("-") for word in words(root))


def test_a_line_that_ends_before_the_day_says_that_the_day_is_not_known():
    root = picture(line("open_items", [5, 6, None]), line("done_items", [1, 1, 1], "Items done"))
    assert {"A line not known", "Items done 1"} <= set(words(root))


def test_a_screen_reader_is_told_what_the_picture_shows():
    root = picture(line("open_items", [5, 6, None, 2], "Open items"))
    assert root.get("role") == "img"
    labelled = {root.find(f"{SVG}{tag}").get("id") for tag in ("title", "desc")}  # type: ignore[union-attr]
    assert set((root.get("aria-labelledby") or "").split()) == labelled
    assert "5 on 2026-03-11, 2 on 2026-03-14, between 2 and 6; not known on 1 of 4 days" in (
        root.findtext(f"{SVG}desc") or ""
    )


def test_a_line_without_numbers_is_described_too():
    assert describe(line("open_items", [None, None])) == "not known on any of 2 days"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([3], f"3 on {DAY}, the only day"),
        ([None], f"not known on {DAY}"),
        ([None, 3], f"3 on {DAY}, and not known on the other day"),
        ([None] * 89 + [3], f"3 on {DAY}, and not known on the other 89 days"),
        (
            [None, 3, 3],
            f"3 on {DAY - timedelta(days=1)}, 3 on {DAY}, between 3 and 3; not known on 1 of 3 days",
        ),
    ],
)
def test_a_single_known_day_is_a_number_and_no_line(values: list[float | None], said: str):
    assert describe(line("open_items", values)) == said


def test_a_picture_asks_nothing_of_the_network_and_runs_nothing():
    for _, data in draw(snapshot(), "x").values():
        text = data.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|<script|@import|url\(|href|<image", text)


@given(st.text(), st.text(max_size=80))
def test_a_name_is_only_text_in_a_picture(name: str, title: str):
    plain = [
        element.tag for element in picture(line("open_items", [1, 2]), line("done_items", [1, 2])).iter()
    ]
    root = picture(line("open_items", [1, 2], title), line("done_items", [1, 2]), name=name)
    assert [element.tag for element in root.iter()] == plain


def test_more_lines_than_can_be_told_apart_are_left_out_from_the_bottom():
    many = tuple(line(f"comment_debt.K{n}", [n, n]) for n in range(svg.COLOURS + 2))
    chart = next(chart for chart in CHARTS if chart.name == "debt")
    assert [s.name for s in series_of(chart, many)] == [
        f"comment_debt.K{n}" for n in range(2, svg.COLOURS + 2)
    ]


def test_a_line_keeps_its_colour_when_the_order_of_the_numbers_changes():
    chart = next(chart for chart in CHARTS if chart.name == "debt")
    one = (line("comment_debt.HACK", [1, 9]), line("comment_debt.TODO", [5, 5]))
    other = tuple(replace(s, values=s.values[::-1]) for s in one)
    assert [s.name for s in series_of(chart, one)] == [s.name for s in series_of(chart, other)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 100_000)), min_size=1, max_size=90).filter(any))
def test_every_line_stays_inside_the_frame(values: list[float | None]):
    root = picture(line("open_items", values))
    for path in paths(root):
        for x, y in re.findall(r"([\d.]+) ([\d.]+)", path):
            assert FRAME.left <= float(x) <= FRAME.right + 0.05
            assert FRAME.top - 0.05 <= float(y) <= FRAME.bottom + 0.05


four_decimals = st.floats(-1e6, 1e6).map(lambda number: round(number, 4))  # as snapshots have them


@given(four_decimals, four_decimals)
def test_ticks_are_round_even_steps_that_hold_all_numbers_and_zero(one: float, other: float):
    low, high = sorted((one, other))
    steps = ticks(low, high)
    assert steps[0] <= min(low, 0)
    assert steps[-1] >= max(high, 0)
    assert 0 in steps
    assert 2 <= len(steps) <= 8
    assert all(step == round(step) for step in steps)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 30, 89, 90])
def test_the_axis_names_the_last_day_and_not_too_many(count: int):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(count)]
    named = named_days(days)
    assert named[-1] == count - 1
    assert len(named) <= 5


@given(st.lists(st.floats(48, 218), min_size=1, max_size=6))
def test_labels_do_not_cover_each_other(heights: list[float]):
    placed = sorted(spread(heights, 15, 48, 218))
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(placed))
    assert placed[-1] <= 218 + 1e-6
