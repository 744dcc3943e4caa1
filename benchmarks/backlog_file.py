"""Read and save a ``backlog.yml`` of 10,000 items: processor time and memory, medians.

Prints a Markdown table and ends with 1 when a bar is missed: one item changed (read, render, the check
after it) at most 8 s and 1 GB. Nothing is measured of the ledger or of scanning; `merge_file.py`
measures a whole merge, and one where nothing has changed.

    python benchmarks/backlog_file.py [--items 10000] [--runs 5]
    python benchmarks/backlog_file.py --short
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from backlog_pipeline.merge.backlog_file import HAS_C_LOADER, Score, read, render
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

AS_OF = date(2026, 6, 30)
SIZES = (1, 2, 3, 5, 8, 13)
MOST_CHANGED_SECONDS = 8.0
MOST_MEGABYTES = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured, and its bar (``None``: for information)."""

    name: str
    cpu_seconds: float
    bar: float | None = None

    @property
    def is_missed(self) -> bool:
        return self.bar is not None and self.cpu_seconds > self.bar


def item(number: int) -> Item:
    """An item with every key that found work has, and text that needs quotes."""
    size = SIZES[number % len(SIZES)]
    components = (Estimate(float(v), ("a reason",)) for v in (5, 3, 2, size))
    places = (
        place(f"src/pkg_{number % 97}/part_{number}.py"),
        place(f"src/pkg_{number % 97}/more_{number}.py"),
    )
    return Item(
        id=f"bl-{number:08d}",
        title=f"Upgrade part {number}: 'quoted' # not a comment",
        item_type=ItemType.TECHNICAL_DEBT,
        status=Status.READY,
        risk_tier=RiskTier.LOW,
        birth=Birth(date(2026, 1, 1 + number % 28)),
        source="code_comments",
        description="What is to be done,\nin two lines that a person reads.",
        places=places,
        estimates=Estimates(*components),
        acceptance_criteria=("The comment is gone", "Tests pass"),
        links=(f"ticket:#{number}",),
        evidence=("commit 0123456789abcdef",),
    )


def place(path: str) -> Place:
    return Place("code_comments", "TODO", "text", path=path, line=1)


def scores(items: Sequence[Item]) -> dict[str, Score]:
    """Un-aged and aged score of each item, as if it were 30 days old."""
    found = {}
    for number, one in enumerate(items):
        base = 10 / SIZES[number % len(SIZES)]
        found[one.id] = (base, base * 2, 30, 2.0)
    return found


def median_cpu(action: Callable[[], object], runs: int) -> float:
    """The median processor time of an action."""
    taken = []
    for _ in range(runs):
        started = time.process_time()
        action()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def measure(count: int, runs: int) -> tuple[list[Row], int]:
    """The rows, and how many bytes the file has."""
    items = [item(n) for n in range(count)]
    found = scores(items)
    changed = list(items)
    changed[count // 2] = replace(changed[count // 2], status=Status.BLOCKED, blocked_reason="waits: for Ana")

    def rendered(file: bytes | None, wanted: Sequence[Item]) -> bytes:
        there = None if file is None else read(file, "backlog.yml")
        return render(there, wanted, repository="bench", as_of=AS_OF, scores=found)

    data = rendered(None, items)
    if rendered(data, items) != data or rendered(data, changed) == data:
        raise SystemExit("the save does not do what is measured")
    rows = [
        Row("new file", median_cpu(lambda: rendered(None, items), 1)),
        Row("load", median_cpu(lambda: read(data, "backlog.yml"), runs)),
        Row("nothing changed, by load and compare", median_cpu(lambda: rendered(data, items), runs)),
        Row("one item changed", median_cpu(lambda: rendered(data, changed), runs), MOST_CHANGED_SECONDS),
    ]
    return rows, len(data)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="500 items, one run: does it still work?")
    asked = parser.parse_args()
    items, runs = (500, 1) if asked.short else (asked.items, asked.runs)
    rows, size = measure(items, runs)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    parser_name = "C" if HAS_C_LOADER else "Python"
    print(f"{items} items, {size / 1e6:.1f} MB, PyYAML's {parser_name} parser, {runs} runs")
    print("| | CPU s, median | bar |\n| --- | ---: | ---: |")
    for row in rows:
        bar = "" if row.bar is None else f"{row.bar:g}"
        print(f"| {row.name} | {row.cpu_seconds:.2f} | {bar} |")
    print(f"| memory, MB at most | {megabytes} | {MOST_MEGABYTES} |")
    return int(any(row.is_missed for row in rows) or megabytes > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
