"""What the metrics say of items that are the same work: one piece of work, of which none gets lost."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from backlog_pipeline import plugins
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.series import trends
from backlog_pipeline.model.event import Entry
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.measure.worlds import History, at, item, known_of
from backlog_pipeline_tests.merge.test_past_together import linked

METRICS = {metric.name: metric for metric in plugins.build_metrics()}


def value(name: str, known: Known) -> Any:
    return METRICS[name].measure(known).value


def history() -> History:
    """Three items, born on 2 March; the second was merged into the first on the 4th."""
    told = History().scanned("code_comments").opened(*(item(n) for n in range(1, 4)))
    return told.joined(2, 1, at(4))


@settings(max_examples=60, deadline=None)
@given(linked())
def test_every_item_is_accounted_for_on_every_day_whatever_was_merged(entries: tuple[Entry, ...]) -> None:
    for day in range(1, 13):
        known = known_of(entries, date(2026, 3, day))
        if known.day.items is not None:
            found = METRICS["conservation"].measure(known)
            counts = {word: int(n) for word, n in (row.split(": ") for row in found.evidence)}
            opened = counts.pop("opened")
            assert (found.value, found.n) == (0, opened)
            assert sum(counts.values()) == opened


def test_what_is_merged_away_is_a_term_of_its_own_in_the_balance() -> None:
    found = METRICS["conservation"].measure(history().moved(3, Status.DISMISSED, at(4)).known(5))
    assert {"merged away: 1", "dismissed: 1", "open: 1", "opened: 3"} <= set(found.evidence)


def test_a_merge_is_no_death_and_its_end_no_birth() -> None:
    told = history().joined(2, 1, at(6), is_over=True)
    assert [value("deaths", told.known(day)) for day in (4, 5, 6)] == [0, 0, 0]
    assert [value("births", told.known(day)) for day in (2, 4, 6)] == [3, 0, 0]


def test_two_that_were_one_on_the_day_of_their_birth_are_one_birth() -> None:
    told = History().scanned("code_comments").opened(item(1), item(2)).joined(2, 1, at(2, 21))
    assert (value("births", told.known(2)), value("births", told.known(3))) == (1, 0)


def test_a_group_that_is_done_is_one_death_and_one_item_done() -> None:
    told = history().moved(1, Status.DONE, at(5)).moved(2, Status.DONE, at(6))
    assert [value("deaths", told.known(day)) for day in (5, 6)] == [0, 1]
    assert [value("completed_ids", told.known(day)) for day in (5, 6)] == [[], ["bl-1"]]
    assert value("throughput", told.known(6)) == 1
    assert value("completion_rate", told.known(6)) == 50.0


def test_a_merged_item_stands_in_no_status() -> None:
    assert METRICS["backlog_size_by_status"].measure(history().known(5)).n == 2
    counts = value("backlog_size_by_status", history().known(5))
    assert {status: count for status, count in counts.items() if count} == {"NEW": 2}


def test_what_was_done_and_is_parted_again_was_done_when_it_was() -> None:
    told = History().opened(*(item(n) for n in range(1, 4))).moved(2, Status.DONE, at(3))
    told.joined(2, 1, at(4)).joined(2, 1, at(6), is_over=True)
    assert [value("completed_ids", told.known(day)) for day in (3, 6)] == [["bl-2"], []]
    assert [value("throughput", told.known(day)) for day in (3, 5, 6)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("births", (3, 0, 0, 0)),
        ("deaths", (0, 0, 0, 1)),
        ("open_items", (3, 3, 2, 1)),
        ("done_items", (0, 0, 0, 1)),
    ],
)
def test_the_trends_agree(name: str, values: tuple[int, ...]) -> None:
    told = history().moved(1, Status.DONE, at(5)).moved(2, Status.DONE, at(5))
    (series,) = (s for s in trends(told.known(5)) if s.name == name)
    assert series.values == values
