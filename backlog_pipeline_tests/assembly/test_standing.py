"""The last lines of a run can be told again from what it kept, while the ledger stands where it stood."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from backlog_pipeline.assembly.standing import TOP, standing_of, still_holds
from backlog_pipeline.cli.ranked import Aging, ranked
from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.model import codec
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Estimate, Estimates, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.plan import Plan, Planned, Verdict
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.run import RunSummary
from backlog_pipeline.model.scan import Certificate, ScanStatus, Unread
from backlog_pipeline.store.ledger import Ledger

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DAY = date(2026, 6, 1)
STATE = RepositoryState("r", "r", "/r", "abc", "2026-05-30T10:00:00+00:00", "main", "main")
ALL_FOUR = Estimates(Estimate(5.0), Estimate(3.0), Estimate(2.0), Estimate(3.0))


def item(number: int, status: Status = Status.READY) -> Item:
    return Item(
        f"bl-{number}", f"title {number}", ItemType.BUG_FIX, status, RiskTier.LOW, Birth(DAY), "s",
        estimates=ALL_FOUR,
    )  # fmt: skip


def planned(number: int, rank: int) -> Planned:
    return Planned(f"bl-{number}", rank, f"title {number}", 1.0, 2.0, 0, 1.0, "LOW", Verdict.NOW, "", "")


def certificate(status: ScanStatus) -> Certificate:
    return Certificate("s", "1", "", "r", "abc", status, NOW, unread=(Unread("vendor/", "not ours"),))


def summary(
    items: tuple[Item, ...], plan: tuple[Planned, ...], status: ScanStatus = ScanStatus.COMPLETE
) -> RunSummary:
    backlog = Backlog("r", "abc", DAY, items, certificates=(certificate(status),))
    return RunSummary("run-1", STATE, (), backlog, Plan("r", "abc", DAY, plan), 1.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    made.append("r", [Event("r", EventKind.PROBLEM_SEEN, NOW, data={"message": "x"})], learned_at=NOW)
    return made


MANY = (*(item(n) for n in range(30)), item(40, Status.DONE), item(41, Status.DISMISSED))
PLAN = tuple(planned(n, 30 - n) for n in range(30))


def test_it_holds_the_first_of_the_order_in_which_all_rows_would_be_told(ledger: Ledger) -> None:
    standing = standing_of(summary(MANY, PLAN), ledger)
    assert standing is not None
    rule = Aging(2.0, 30)
    few = ranked(standing.items, standing.plan, today=DAY, rule=rule)
    assert few == ranked(MANY, Plan("r", "abc", DAY, PLAN), today=DAY, rule=rule)[:TOP]
    assert standing.by_standing == {"READY": 30, "DONE": 1, "DISMISSED": 1}
    assert codec.loads(type(standing), codec.dumps(standing)) == standing


def test_what_was_left_out_on_purpose_is_not_kept(ledger: Ledger) -> None:
    whole = standing_of(summary(MANY, PLAN), ledger)
    part = standing_of(summary(MANY, PLAN, ScanStatus.PARTIAL), ledger)
    assert whole is not None
    assert part is not None
    assert whole.certificates == (replace(certificate(ScanStatus.COMPLETE), unread=()),)
    assert part.certificates == (certificate(ScanStatus.PARTIAL),)


def test_where_nothing_open_has_a_rank_nothing_is_kept(ledger: Ledger) -> None:
    assert standing_of(summary(MANY, ()), ledger) is None
    assert standing_of(summary((), ()), ledger) is not None


def test_it_holds_until_the_ledger_is_written(ledger: Ledger) -> None:
    standing = standing_of(summary(MANY, PLAN), ledger)
    assert standing is not None
    assert still_holds(standing, ledger, "r")
    ledger.append("r", [Event("r", EventKind.PROBLEM_SEEN, NOW, data={"message": "y"})], learned_at=NOW)
    assert not still_holds(standing, ledger, "r")


def test_a_ledger_that_was_tampered_with_is_reported(ledger: Ledger, tmp_path: Path) -> None:
    standing = standing_of(summary(MANY, PLAN), ledger)
    assert standing is not None
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE entries SET event = replace(event, 'x', 'z')")
    with pytest.raises(LedgerCorrupt, match="entry 1 of r was edited"):
        still_holds(standing, ledger, "r")
