"""The ledger on SQLite and on PostgreSQL: what writing and reading cost, and that kill -9 loses nothing.

    append             10,000 events in one append, on disk when it returns        at most 2 s
    walk               every link of the chain checked, nothing decoded
    state as of a day  walked, each link checked, and put together for a day's end  at most 10 s
    export, import     through JSON Lines into an empty ledger
    kills              a writer ended with SIGKILL at a random moment, again and again; each time the
                       ledger is opened, checked, and compared with what the writer had been told

The events of the chain: every item is opened, estimated and made READY, then estimates, statuses and
places change, five to one to four, by time. The day is the last one and the middle one. A run costs wall
time (and processor time in brackets); memory is the peak of the process that reads.
PostgreSQL is started in a temporary folder with fsync on; without it that half is left out, and said.

    python benchmarks/ledger.py [--events 1000000] [--items 20000] [--kills 100]
    python benchmarks/ledger.py --short          20,000 events, 6 kills

Exit code 0: the bars were held and no kill lost anything. 1: not so.
"""

import argparse
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from backlog_pipeline.merge.as_of import replay
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Anchor, Birth
from backlog_pipeline.model.item import COMPONENTS, Estimate, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.store import transfer
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.moving import take_in
from backlog_pipeline.system import collector
from backlog_pipeline_tests import postgresql

T = TypeVar("T")
BEGAN = datetime(2016, 1, 1, 12, tzinfo=UTC)
DAYS = 3650
AT_ONCE = 10_000
APPEND_BAR, AS_OF_BAR = 2.0, 10.0
WRITER = """
import sys
from datetime import UTC, datetime
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store.ledger import Ledger
now = datetime(2026, 3, 1, tzinfo=UTC)
ledger = Ledger.open(sys.argv[1])
while True:
    batch = [Event("r", EventKind.PROBLEM_SEEN, now, data={"message": "m" * 3000, "of": i}) for i in range(3)]
    print(ledger.append("r", batch, learned_at=now)[-1].number, flush=True)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--read", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        return read(given.read)
    if given.short:
        given.events, given.items, given.kills = 20_000, 2_000, 6
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="backlog-ledger-")))
        urls = {"SQLite": f"sqlite:///{folder / 'ledger.db'}"}
        kill_urls = {"SQLite": f"sqlite:///{folder / 'killed.db'}"}
        if postgresql.programs() is None:
            print(f"PostgreSQL left out: {postgresql.MISSING}")
        else:
            server = stack.enter_context(postgresql.running(is_durable=True))
            urls["PostgreSQL"], kill_urls["PostgreSQL"] = server.new_database(), server.new_database()
        held = [measure(name, url, folder, given) for name, url in urls.items()]
        held += [kill(name, url, given.kills) for name, url in kill_urls.items()]
    return 0 if all(held) else 1


def measure(name: str, url: str, folder: Path, given: argparse.Namespace) -> bool:
    print(f"-- {name}")
    ledger = Ledger.open(url)
    rows = events(given.items, given.events)
    first = list(islice(rows, AT_ONCE))
    append, _ = timed(f"append {len(first):,}", lambda: ledger.append("r", first, learned_at=BEGAN))
    timed(f"append to {given.events:,}", lambda: append_all(ledger, rows))
    file = folder / f"{name}.jsonl"
    with file.open("wb") as stream:
        timed("export", lambda: transfer.write(ledger, "r", "r", stream))
    other = Ledger.open(f"sqlite:///{folder / f'{name} again.db'}")
    timed("import into SQLite", lambda: take_in(other, file, noted_at=BEGAN))
    other.close()
    ledger.close()
    file.unlink()
    reader = subprocess.run([sys.executable, __file__, "--read", url], check=False)
    return within(name, "append", append, APPEND_BAR) and reader.returncode == 0


def read(url: str) -> int:
    """In a process of its own, so that its memory is that of reading."""
    ledger = Ledger.open(url, is_read_only=True)
    timed("walk", lambda: sum(1 for _ in ledger.lines("r")))
    slowest = 0.0
    for what, day in (("in the middle", DAYS // 2), ("the last", DAYS)):
        end = BEGAN.replace(hour=0) + timedelta(days=day + 1)
        taken, items = timed(f"state as of a day, {what}", lambda end=end: as_of(ledger, end))
        print(f"   {items:,} items; peak memory {peak():,} MB")
        slowest = max(slowest, taken)
    ledger.close()
    return 0 if within("", "state as of a day", slowest, AS_OF_BAR) else 1


def as_of(ledger: Ledger, end: datetime) -> int:
    with collector.paused():
        (day,) = replay(ledger.lines("r"), [end]).days
    return len(day.items or ())


def append_all(ledger: Ledger, rows: Iterator[Event]) -> None:
    while some := list(islice(rows, AT_ONCE)):
        ledger.append("r", some, learned_at=max(some[-1].happened_at, BEGAN))


def kill(name: str, url: str, times: int) -> bool:
    """Whether every kill left a whole chain with all that was acknowledged."""
    chance, known, lost = random.Random(11), 0, 0
    for _ in range(times):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        time.sleep(chance.uniform(0.1, 2.0))  # also while it imports, and while it makes the tables
        writer.send_signal(signal.SIGKILL)
        said = [line for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        writer.wait()
        known = max([known, *map(int, said)])
        ledger = Ledger.open(url)
        ledger.check("r")
        number, _ = ledger.end("r")
        lost += number < known or number % 3 != 0
        ledger.close()
    print(f"-- {name}: {times} kills, {known:,} entries acknowledged, {lost} times something was lost")
    return lost == 0


def timed(what: str, work: Callable[[], T]) -> tuple[float, T]:
    wall, processor = time.perf_counter(), time.process_time()
    done = work()
    taken = time.perf_counter() - wall
    print(f"{what:34} {taken:8.2f} s ({time.process_time() - processor:.2f} s)", flush=True)
    return taken, done


def within(name: str, what: str, taken: float, bar: float) -> bool:
    if taken > bar:
        print(f"   missed: {name} {what} took {taken:.2f} s of at most {bar:g} s")
    return taken <= bar


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def events(items: int, total: int) -> Iterator[Event]:
    for number in range(items):
        yield from first_events(number)
    chance = random.Random(5)
    later = total - 4 * items
    for number in range(later):
        at = BEGAN + timedelta(days=DAYS * number / later)
        item = f"bl-{chance.randrange(items):08d}"
        kind = chance.randrange(10)
        if kind < 5:
            made = {
                name: codec.encode(Estimate(float(1 + number % 5), ("a rule",))) for name in COMPONENTS[:2]
            }
            yield Event("r", EventKind.ITEM_ESTIMATED, at, item, data=made)
        elif kind < 6:
            to = Status.READY if number % 2 else Status.REFINED
            data = {"from": Status.READY.value, "to": to.value}
            yield Event("r", EventKind.STATUS_MOVED, at, item, data=data)
        else:
            was, now = place(item, int(item[3:])), place(item, int(item[3:]))
            data = {"moved": [{"was": codec.encode(was), "now": codec.encode(now)}]}
            yield Event("r", EventKind.PLACES_CHANGED, at, item, data=data)


def first_events(number: int) -> Iterator[Event]:
    item = Item(
        id=f"bl-{number:08d}",
        title=f"TODO: fix number {number}",
        item_type=ItemType.TECHNICAL_DEBT,
        status=Status.NEW,
        risk_tier=RiskTier.LOW,
        birth=Birth(date(2015, 6, 1)),
        source="code_comments",
        places=(place(f"bl-{number:08d}", number),),
    )
    yield Event("r", EventKind.ITEM_OPENED, BEGAN, item.id, data={"item": codec.encode(item)})
    estimates = {name: codec.encode(Estimate(3.0, ("the default",))) for name in COMPONENTS}
    yield Event("r", EventKind.ITEM_ESTIMATED, BEGAN, item.id, data=estimates)
    for came_from, to in ((Status.NEW, Status.REFINED), (Status.REFINED, Status.READY)):
        data = {"from": came_from.value, "to": to.value}
        yield Event("r", EventKind.STATUS_MOVED, BEGAN, item.id, data=data)


def place(item: str, line: int) -> Place:
    anchor = Anchor("a" * 16, "b" * 16, "c" * 16)
    return Place("code_comments", "TODO", f"fix {item}", f"src/{item}.py", line, anchor)


if __name__ == "__main__":
    sys.exit(main())
