"""A snapshot: every metric asked, none able to take the others down, and trends without false zeros."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

from backlog_pipeline import plugins
from backlog_pipeline.measure.flow import stays_of
from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.measure import take_snapshot
from backlog_pipeline.measure.series import trends
from backlog_pipeline.measure.undefined import NOT_YET
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.measure.worlds import History, at, census, item, worlds

PROJECT = Path(__file__).parents[2]
METRICS = plugins.build_metrics()
BY_NAME = {metric.name: metric for metric in METRICS}


@dataclass(frozen=True)
class Guest:
    """A metric of somebody else."""

    found: object
    name: str = "guest"
    version: int = 2
    unit: str = "things"

    def measure(self, known: Known) -> Measurement:
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found  # type: ignore[return-value]


def told(value: object, **rest: object) -> Measurement:
    return Measurement(value, **{"unit": "things", "definition": "guest@2", **rest})  # type: ignore[arg-type]


def test_a_snapshot_has_every_metric_by_name_and_what_cannot_be_told_yet() -> None:
    known = History().opened(item(1)).known(5)
    snapshot = take_snapshot(METRICS, known)
    assert list(snapshot.measurements) == sorted({*BY_NAME, *NOT_YET})
    assert (snapshot.day, snapshot.closes_at) == (date(2026, 3, 5), at(6, 0))
    assert (snapshot.repository, snapshot.revision) == ("repo", "a" * 40)
    assert snapshot.head == known.day.head
    assert snapshot.head.entries == 2


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_whatever_is_known_no_metric_of_ours_fails_and_all_can_be_written(known: Known) -> None:
    snapshot = take_snapshot(METRICS, known)
    assert snapshot == take_snapshot(METRICS, known)
    for found in snapshot.measurements.values():
        assert "the metric failed" not in found.reason_undefined
        json.dumps(found.value, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_nothing_is_ever_lost_in_any_history(known: Known) -> None:
    found = BY_NAME["conservation"].measure(known)
    assert found.value == 0 or known.day.items is None


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_stays_lead_to_where_items_stand_at_every_end_of_a_day(known: Known) -> None:
    stays = dict(stays_of(known.transitions, lambda _: True))
    for found in stays.values():
        assert [s.until for s in found] == [*(s.since for s in found[1:]), None]
        assert all(s.until is None or s.since < s.until for s in found)
    for day in (*known.before, known.day):
        for standing in day.items or ():
            (stay,) = [
                s
                for s in stays[standing.id]
                if s.since < day.closes_at and (s.until is None or day.closes_at <= s.until)
            ]
            assert stay.status is standing.status


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_births_and_deaths_explain_the_change_of_the_backlog(known: Known) -> None:
    """Open today = open yesterday + births - deaths + returns."""
    if not known.before or known.before[-1].items is None:
        return
    before = {i.id: i.is_open for i in known.before[-1].items}
    after = {i.id: i.is_open for i in known.day.items or ()}
    returns = sum(is_open and not before.get(i, True) for i, is_open in after.items())
    births, deaths = (BY_NAME[name].measure(known).n for name in ("births", "deaths"))
    assert sum(after.values()) == sum(before.values()) + births - deaths + returns


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (RuntimeError("no\nlicence"), "RuntimeError: no licence"),
        (KeyError(), "KeyError"),
        (3, "it gave a int, not a Measurement"),
        (told(float("nan")), "its value is no JSON (Out of range float values are not JSON compliant"),
        (told(object()), "its value is no JSON (Object of type object is not JSON serializable"),
        (told(1, definition="other@1"), "its answer is other@1 in things, not guest@2 in things"),
        (told(1, unit="days"), "its answer is guest@2 in days"),
        (told(1, coverage=1.5), "its coverage 1.5 is not between 0 and 1"),
    ],
)
def test_a_guest_that_breaks_is_undefined_with_the_reason_and_the_others_are_told(
    found: object, reason: str
) -> None:
    known = History().opened(item(1)).known(5)
    snapshot = take_snapshot([*METRICS, Guest(found)], known)
    broken = snapshot.measurements["guest"]
    assert (broken.value, broken.unit, broken.definition) == (None, "things", "guest@2")
    assert broken.reason_undefined.startswith(f"the metric failed: {reason}")
    assert snapshot.measurements["births"].value == 0


def test_ctrl_c_is_no_failure_of_a_metric() -> None:
    with pytest.raises(KeyboardInterrupt):
        take_snapshot([Guest(KeyboardInterrupt())], History().known(5))


def test_a_guest_takes_the_place_of_what_could_not_be_told() -> None:
    guest = Guest(told(4, definition="open_prs@1"), name="open_prs", version=1)
    known = History().known(5)
    assert take_snapshot(METRICS, known).measurements["open_prs"].value is None
    assert take_snapshot([*METRICS, guest], known).measurements["open_prs"].value == 4


def test_what_cannot_be_told_yet_is_on_the_page_with_its_reason() -> None:
    page = (PROJECT / "docs/explanation/metrics.md").read_text()
    assert not set(NOT_YET) & set(BY_NAME)
    for name, gap in NOT_YET.items():
        assert f"| `{name}` | {gap.unit} | {gap.reason} |" in page
    for name in BY_NAME:
        assert f"[{name}](../reference/metrics/{name}.md)" in page


def test_a_trend_has_gaps_where_nothing_is_known_and_zeros_where_nothing_is() -> None:
    history = History().opened(item(1), item(2, date(2026, 3, 3)))
    history.moved(1, Status.DONE, at(3)).moved(2, Status.DONE, at(4)).moved(2, Status.READY, at(5))
    known = history.known(
        5,
        before=6,
        censuses=[census("code_comments", {"TODO a": 3}), census("sast_findings", status=ScanStatus.FAILED)],
        old_censuses=[census("code_comments")],
    )
    series = {s.name: s for s in trends(known)}
    assert series["open_items"].days == tuple(date(2026, 2, 27) + timedelta(days=n) for n in range(7))
    assert series["open_items"].values == (None, None, 0, 1, 1, 0, 1)
    assert series["done_items"].values == (None, None, 0, 0, 1, 2, 1)
    assert series["births"].values == (None, None, 0, 1, 1, 0, 0)
    assert series["deaths"].values == (None, None, 0, 0, 1, 1, 0)
    assert series["comment_debt"].values == (0, 0, 0, 0, 0, 0, 3)
    assert series["code_findings"].values == (None,) * 7


def test_debt_and_findings_come_with_their_parts() -> None:
    known = History().known(
        5, before=1, censuses=[census("code_comments", {"TODO a": 3, "FIXME b": 1})],
        old_censuses=[census("code_comments", {"TODO a": 2})],
    )  # fmt: skip
    series = {s.name: s.values for s in trends(known)}
    assert series["comment_debt"] == (2, 4)
    assert series["comment_debt.TODO"] == (2, 3)
    assert series["comment_debt.FIXME"] == (0, 1)
    assert not [name for name in series if name.startswith("code_findings.")]


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_a_trend_shows_for_each_day_what_its_own_snapshot_said(known: Known) -> None:
    series = {s.name: s.values for s in trends(known)}
    days = [*known.before, known.day]
    for n, day in enumerate(days):
        moves = [move for move in known.transitions if move.at < day.closes_at]
        began = known.ledger_since if known.ledger_since and known.ledger_since < day.closes_at else None
        then = replace(known, day=day, before=days[:n], transitions=moves, ledger_since=began)
        for name in ("births", "deaths"):
            assert series[name][n] == BY_NAME[name].measure(then).value
        counts = Counter(item.is_open for item in day.items or ())
        assert series["open_items"][n] == (None if day.items is None else counts[True])
