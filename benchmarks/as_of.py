"""A year of days from a ledger of 10,000 items: what replaying costs beside one fold, and a day's metrics.

The ledger is made in memory: every item is opened, estimated and moved to READY on the first day, and on
each later day five items change. Of each step the processor time is measured:

    fold                the present state, once
    replay, one day     the same by way of the replay
    replay, all days    the state at the end of each of 365 days      at most twice the fold, and 1 s
    metrics of a day    every metric and trend of the last day        for information

    python benchmarks/as_of.py [--items 10000] [--days 365]
    python benchmarks/as_of.py --short                    500 items, 40 days

Exit code 0: the bar was held. 1: it was missed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from backlog_pipeline import plugins
from backlog_pipeline.measure.interface import WINDOW_DAYS, Known
from backlog_pipeline.measure.measure import take_snapshot
from backlog_pipeline.merge.as_of import Replay, replay
from backlog_pipeline.merge.state import fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.finding import Anchor, Birth
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.item import COMPONENTS, Estimate, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.store.chain import Line, event_text

T = TypeVar("T")
BEGAN = datetime(2025, 1, 1, 12, tzinfo=UTC)
BORN = date(2024, 6, 1)
CHANGES_A_DAY = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    items, days = (500, 40) if given.short else (given.items, given.days)
    entries = tuple(ledger(items, days))
    lines = tuple(as_kept(entry) for entry in entries)
    ends = [BEGAN.replace(hour=0) + timedelta(days=day + 1) for day in range(days)]
    folded, _ = timed("fold", lambda: fold(entry.event for entry in entries))
    timed("replay, one day", lambda: replay(lines, ends[-1:]))
    all_days, replayed = timed(f"replay, {days} days", lambda: replay(lines, ends))
    known = known_of(replayed, ends)
    timed("metrics of a day", lambda: take_snapshot(plugins.build_metrics(), known))
    bar = 2 * folded + 1
    print(f"{len(entries)} entries; {days} days took {all_days:.2f} s of at most {bar:.2f} s")
    return 0 if all_days <= bar else 1


def timed(what: str, work: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    done = work()
    taken = time.process_time() - started
    print(f"{what:20} {taken:8.2f} s")
    return taken, done


def ledger(items: int, days: int) -> Iterator[Entry]:
    told = [*(e for n in range(items) for e in first_events(n)), *later_events(items, days)]
    for number, event in enumerate(told, 1):
        yield Entry(number, max(event.happened_at, BEGAN), f"{number - 1}", f"{number}", event)


def as_kept(entry: Entry) -> Line:
    said_at, text = entry.learned_at.isoformat(), event_text(entry.event)
    return Line(entry.number, said_at, entry.previous, entry.digest, text)


def first_events(number: int) -> Iterator[Event]:
    place = place_of(f"a{number}.py", number)
    item = Item(
        id=f"bl-{number:08d}",
        title=f"Do: fix number {number}",
        item_type=ItemType.TECHNICAL_DEBT,
        status=Status.NEW,
        risk_tier=RiskTier.LOW,
        birth=Birth(BORN),
        source="code_comments",
        places=(place,),
    )
    opened = datetime.combine(BORN, datetime.min.time(), UTC)
    estimates = {name: codec.encode(Estimate(3.0, ("the default",))) for name in COMPONENTS}
    yield Event("r", EventKind.ITEM_OPENED, opened, item.id, data={"item": codec.encode(item)})
    yield Event("r", EventKind.ITEM_ESTIMATED, BEGAN, item.id, data=estimates)
    for came_from, to in ((Status.NEW, Status.REFINED), (Status.REFINED, Status.READY)):
        data = {"from": came_from.value, "to": to.value}
        yield Event("r", EventKind.STATUS_MOVED, BEGAN, item.id, data=data)


def later_events(items: int, days: int) -> Iterator[Event]:
    for day in range(days):
        for turn in range(CHANGES_A_DAY):
            item = f"bl-{(day * 7 + turn * 131) % items:08d}"
            at = BEGAN + timedelta(days=day, hours=turn)
            data = {"added": [codec.encode(place_of("more.py", day))]}
            yield Event("r", EventKind.PLACES_CHANGED, at, item, data=data)


def place_of(path: str, line: int) -> Place:
    anchor = Anchor("a" * 16, "b" * 16, "c" * 16)
    return Place("code_comments", "TODO", f"fix {line}", path, line, anchor)


def known_of(replayed: Replay, ends: list[datetime]) -> Known:
    days = [
        DayEnd(
            day=end.date() - timedelta(days=1),
            closes_at=end,
            items=then.items,
            certificates=then.certificates,
            scores={item.id: 1.5 for item in then.items or ()},
            head=then.head,
        )
        for end, then in zip(ends, replayed.days, strict=True)
    ]
    before = days[-WINDOW_DAYS:-1]
    return Known("r", "r", days[-1], before, replayed.transitions, ledger_since=replayed.began_at)


if __name__ == "__main__":
    sys.exit(main())
