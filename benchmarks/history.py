"""What the past of a repository costs: counting every day from git, beside scanning every day's tree.

Ours: one process that asks git which commit closed each of the days, and takes the censuses of both
sources that read the past (code_comments, and sast_findings, which is Bandit) at those commits, as a
backfill does, without Dagster; first with an empty cache, then again.

The other way, for ten of the days: `git worktree add` of that day's commit, then the very same sources
on the tree, each with an empty cache in a process of its own, as a scan runs, but without dating what
they find. This is quicker than `bandit -r`, of which our source takes half the time
(`benchmarks/bandit.py`), so the comparison is with the harder of the two. Its median day times the number
of days is what a year would cost; told too is what it costs when days that changed nothing are left out.

The censuses of those days are compared: they must be equal.

    python benchmarks/history.py PATH [PATH ...] [--days 365] [--until YYYY-MM-DD]
    python benchmarks/history.py --short                  sixty days of a small repository, for CI

`--until` is the last day; the day of the commit at HEAD where it is not given. Processor time is user
plus system with all children; on a busy machine it is the steadier one.

Bars: the other way takes at least 50 times as much processor time (5 times in the short form, in which
starting Python outweighs the work), and again takes at most 1 s. Exit code 0: every bar was held. 1: one
was missed, or censuses differ.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("code_comments", "sast_findings")
SCANNED_DAYS = 10
RATIO, SHORT_RATIO = 50.0, 5.0
AGAIN_SECONDS = 1.0
AUTHOR = ("-c", "user.name=b", "-c", "user.email=b@example.org")

Counted = dict[str, dict[str, str]]
"""Source -> commit -> census, as text."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that a piece of work took, with all its processes."""

    cpu: float
    wall: float

    def __str__(self) -> str:
        return f"{self.cpu:8.2f} s of processor time, {self.wall:8.2f} s wall"


class Clock:
    """Measures what is done from here to ``took``."""

    def __init__(self) -> None:
        self._cpu, self._wall = cpu_seconds(), time.monotonic()

    def took(self) -> Took:
        """Since this was made."""
        return Took(cpu_seconds() - self._cpu, time.monotonic() - self._wall)


def cpu_seconds() -> float:
    """Processor time of this process and of those that have ended under it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints."""
    return subprocess.check_output(["git", *AUTHOR, *arguments], cwd=folder, text=True).strip()


def child(folder: Path, home: Path, revisions: list[str]) -> None:
    """What is measured of ours besides the calendar: the censuses of these commits."""
    from backlog_pipeline import settings
    from backlog_pipeline.assembly.past import Past
    from backlog_pipeline.discover import state
    from backlog_pipeline.discover.census import to_text
    from backlog_pipeline.system import clock

    given = settings.load({}, {"BACKLOG_HOME": str(home)}, toml_text=None, toml_name="backlog.toml")
    past = Past(given, clock.now, lambda what, done, total: None)
    known = state.look_at(folder, key="benchmark")
    found = {source: past.take_censuses(source, known, revisions) for source in SOURCES}
    json.dump({name: {c.revision: to_text(c) for c in rows} for name, rows in found.items()}, sys.stdout)


def count(folder: Path, home: Path, revisions: list[str]) -> Counted:
    """The censuses of these commits, taken in a process of its own."""
    question = json.dumps(revisions).encode()
    command = [sys.executable, __file__, "--child", str(folder), str(home)]
    return dict(json.loads(subprocess.check_output(command, input=question)))


def closing(folder: Path, until: date, days: int) -> list[str]:
    """The commit at which each day ended (UTC), oldest first; days before the first commit are left out."""
    from backlog_pipeline.discover.calendar import closing_commits
    from backlog_pipeline.system.git import Git

    midnight = datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=1)
    ends = [midnight - timedelta(days=n) for n in range(days)][::-1]
    return [day.revision for day in closing_commits(Git(folder), "HEAD", ends) if day.revision]


def scan_checked_out(folder: Path, revision: str) -> tuple[Took, Counted]:
    """The other way: one day checked out and scanned, with nothing known before."""
    with tempfile.TemporaryDirectory() as temporary:
        tree = Path(temporary, "tree")
        begun = Clock()
        git(folder, "worktree", "add", "-q", "--detach", str(tree), revision)
        found = count(tree, Path(temporary, "home"), [revision])
        took = begun.took()
        git(folder, "worktree", "remove", "--force", str(tree))
    return took, found


def some(revisions: list[str], most: int) -> list[str]:
    """At most so many of the distinct commits, evenly over the days."""
    distinct = list(dict.fromkeys(revisions))
    step = max(1.0, len(distinct) / most)
    return [distinct[int(n * step)] for n in range(min(most, len(distinct)))]


def benchmark(source: Path, days: int, until: date | None, least_ratio: float) -> bool:
    """Measure one repository; whether everything is as it should be."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, home = Path(temporary, "repository"), Path(temporary, "home")
        subprocess.run(["git", "clone", "-q", str(source), str(folder)], check=True)
        last = (
            until or datetime.fromisoformat(git(folder, "log", "-1", "--format=%cI")).astimezone(UTC).date()
        )
        begun = Clock()
        revisions = closing(folder, last, days)
        counted = count(folder, home, revisions)
        cold = begun.took()
        begun = Clock()
        again = count(folder, home, closing(folder, last, days))
        warm = begun.took()
        scanned = {revision: scan_checked_out(folder, revision) for revision in some(revisions, SCANNED_DAYS)}
    if not scanned:
        print(f"{source.name}: no commit before the end of {last}")
        return False
    distinct = len(set(revisions))
    print(f"{source.name}: {len(revisions)} days until {last}, closed by {distinct} commits")
    print(f"  ours, nothing known      {cold}")
    print(f"  ours, again              {warm}")
    day = median([took for took, _ in scanned.values()])
    print(f"  one day checked out      {day}   (median of {len(scanned)})")
    ratio = day.cpu * len(revisions) / cold.cpu
    walls = day.wall * len(revisions) / cold.wall
    print(f"  every day checked out: {ratio:.0f} times as much processor time, {walls:.0f} times as long")
    print(f"  each of the commits once: {day.cpu * distinct / cold.cpu:.1f} times as much processor time")
    problems = [
        *(["a second time gives other censuses"] if again != counted else []),
        *(
            f"the census of {revision[:12]} by {name} is not that of its checked-out tree"
            for revision, (_, found) in scanned.items()
            for name in SOURCES
            if found[name][revision] != counted[name][revision]
        ),
        *([f"bar missed: {ratio:.0f} is less than {least_ratio:g} times"] if ratio < least_ratio else []),
        *([f"bar missed: again took {warm.cpu:.2f} s"] if warm.cpu > AGAIN_SECONDS else []),
    ]
    print("\n".join(f"  {p}" for p in problems) or f"  the censuses of {len(scanned)} days are equal")
    return not problems


def median(rows: list[Took]) -> Took:
    """The medians of both times."""
    return Took(statistics.median(t.cpu for t in rows), statistics.median(t.wall for t in rows))


def make_repository(folder: Path, days: int = 60) -> None:
    """A history in which every second day one of a few files is edited."""
    git(folder, "init", "-q", "-b", "main")
    for n in range(0, days, 2):
        path = folder / f"part{n % 5}.py"
        known = path.read_text("utf-8") if path.exists() else ""
        path.write_text(f"{known}# TODO: do number {n}\nassert run({n})\n", encoding="utf-8")
        git(folder, "add", "-A")
        when = f"{datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=n):%Y-%m-%dT%H:%M:%S+00:00}"
        subprocess.run(
            ["git", *AUTHOR, "commit", "-q", "-m", f"step {n}", "--date", when],
            cwd=folder,
            env={"GIT_COMMITTER_DATE": when, "PATH": os.environ["PATH"]},
            check=True,
        )


def main() -> int:
    """Read the command line and measure."""
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), Path(sys.argv[3]), json.load(sys.stdin))
        return 0
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="git repositories")
    parser.add_argument("--days", type=int, default=365, help="how many days (365)")
    parser.add_argument("--until", type=date.fromisoformat, help="the last of them")
    parser.add_argument("--short", action="store_true", help="a small repository of its own")
    given = parser.parse_args()
    results = [benchmark(path.resolve(), given.days, given.until, RATIO) for path in given.paths]
    if given.short:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary, "small")
            folder.mkdir()
            make_repository(folder)
            results.append(benchmark(folder, 60, None, SHORT_RATIO))
    elif not given.paths:
        parser.error("give a repository, or --short")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
