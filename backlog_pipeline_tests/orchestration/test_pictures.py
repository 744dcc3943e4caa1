"""Pictures fit where the UI shows them without a click, and are well-formed whatever the labels hold."""

import base64
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.orchestration import pictures

ROWS = st.lists(st.tuples(st.text(max_size=200), st.integers(0, 10**9).map(float)), max_size=60)


def svg_of(markdown: str) -> ElementTree.Element:
    data = markdown.partition("base64,")[2].removesuffix(")")
    return ElementTree.fromstring(base64.b64decode(data).decode())


def texts(markdown: str) -> list[str]:
    return [str(node.text) for node in svg_of(markdown).iter("{http://www.w3.org/2000/svg}text")]


@given(ROWS)
def test_a_chart_is_shown_at_once_and_is_well_formed(rows: list[tuple[str, float]]) -> None:
    markdown = pictures.bar_chart("Findings by kind", rows)
    assert len(markdown) < pictures.SHOWN_AT_ONCE
    assert svg_of(markdown).tag.endswith("svg")


def test_a_label_that_is_no_unicode_is_shown_without_what_cannot_be() -> None:
    assert texts(pictures.bar_chart("x", [("caf\udce9.py\n", 1)])) == ["caf?.py?: 1"]


def test_rows_that_do_not_fit_are_added_up_and_none_is_lost() -> None:
    rows = [(f"kind {n}", float(n)) for n in range(40, 0, -1)]
    shown = texts(pictures.bar_chart("Findings by kind", rows))
    values = [float(text.rpartition(": ")[2]) for text in shown]
    assert shown[-1].startswith(f"{40 - len(shown) + 1} others")
    assert sum(values) == sum(value for _, value in rows)


def test_the_largest_count_comes_first() -> None:
    assert texts(pictures.counts_chart("x", {"a": 1, "c": 3, "b": 3})) == ["b: 3", "c: 3", "a: 1"]


def test_a_histogram_counts_every_value_once() -> None:
    shown = texts(pictures.histogram("x", [0, 0.5, 1, 1.5, 99], (0, 1, 2)))
    assert shown == ["0 to 1: 2", "1 to 2: 2", "2 or more: 1"]


def test_nothing_is_said_to_be_nothing() -> None:
    assert texts(pictures.counts_chart("x", {})) == ["nothing to show"]
