"""How long days take with Dagster, from the command line: `backlog metrics backfill`, as a process.

In a temporary folder, on a clone of the repository and with an empty state folder, in this order:

    a year      `backlog run`, then `backlog metrics backfill` of 365 days    at most 90 s
    again       the same range; every file must have the same bytes           at most 40 s
    one day     the last day alone                                            at most 5 s

The range ends with the day of the last commit. The bars are for a repository of flask's size and age on
a machine with nothing else to do: wall time in the full form, processor time (user plus system, with all
children) in the short one, which has to work on a busy machine too. The run before the year is not
measured; it gives the year a ledger that begins today, as a person's first backfill has it.

    python benchmarks/backfill.py --repo PATH [--days 365]
    python benchmarks/backfill.py --short                  a small repository and twenty days, for CI

Exit code 0: every bar was held. 1: one was missed. 2: a command failed, or the bytes differ.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from as_a_process import AUTHOR, DidNotWork, Place, Took, compiled, ended, part, say_load

BARS = {"a year": 90.0, "again": 40.0, "one day": 5.0}
SHORT_BARS = {"a year": 20.0, "again": 20.0, "one day": 10.0}
OFFLINE = "[sources.dependency_vulnerabilities]\nenabled = false\n"


class World(Place):
    """A place in which days are measured."""

    def days(self, first: date, last: date) -> Took:
        words = ("metrics", "backfill", "--from", first.isoformat(), "--to", last.isoformat())
        return self.backlog(*words)[0]

    def files(self) -> dict[str, str]:
        """A digest of each file that days made."""
        storage = self.home / "storage"
        found = [
            p for part in ("metrics_snapshot", "development_report") for p in (storage / part).rglob("*")
        ]
        return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in found if p.is_file()}

    def last_day(self) -> date:
        """The day of the last commit, or yesterday where that is not over."""
        seconds = subprocess.check_output(
            ["git", "log", "-1", "--format=%ct"], cwd=self.repository, text=True
        )
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        return min(datetime.fromtimestamp(int(seconds), UTC).date(), yesterday)


def make_small_repository(folder: Path) -> None:
    """Twenty commits on twenty days, the last of them two days ago."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    for number in range(20):
        (folder / f"part_{number}.py").write_text(part(number))
        at = (datetime.now(UTC) - timedelta(days=22 - number)).isoformat()
        env = os.environ | {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        for words in (["add", "-A"], ["commit", "-q", "-m", f"Add part {number}"]):
            subprocess.run(["git", *AUTHOR, *words], cwd=folder, check=True, env=env)


def measured(world: World, count: int) -> dict[str, Took]:
    """The range, the range again, and its last day. Raises ``DidNotWork`` where bytes differ."""
    world.home.mkdir()
    (world.home / "backlog.toml").write_text(OFFLINE)
    world.backlog("run")
    last = world.last_day()
    first = last - timedelta(days=count - 1)
    took = {"a year": world.days(first, last)}
    files = world.files()
    print(f"{first} to {last}: {len(files)} files")
    took["again"] = world.days(first, last)
    took["one day"] = world.days(last, last)
    if world.files() != files or len(files) < 2 * count:
        raise DidNotWork("measuring again gave other files")
    return took


def report(took: dict[str, Took], *, is_short: bool) -> bool:
    """Print what it took; whether every bar was held."""
    held = True
    print(f"{'':10} {'CPU':>8} {'wall':>8}")
    for name, bar in (SHORT_BARS if is_short else BARS).items():
        cpu, wall = took[name].cpu, took[name].wall
        held = held and (cpu if is_short else wall) <= bar
        print(
            f"{name:10} {cpu:6.2f} s {wall:6.2f} s   (bar {bar:g} s of {'CPU' if is_short else 'wall'} time)"
        )
    return held


def benchmark(source: Path | None, count: int, *, is_short: bool) -> bool:
    """Measure; whether every bar was held."""
    compiled()
    with tempfile.TemporaryDirectory() as temporary:
        world = World(Path(temporary))
        world.take(source, make_small_repository)
        say_load()
        took = measured(world, count)
        say_load()
    return report(took, is_short=is_short)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repo", type=Path, metavar="PATH", help="a git repository; it is cloned")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--short", action="store_true", help="a small repository and twenty days")
    arguments = parser.parse_args()
    if arguments.repo is None and not arguments.short:
        parser.error("name a repository with --repo, or take --short")
    count = 20 if arguments.short else arguments.days
    return ended(lambda: benchmark(arguments.repo, count, is_short=arguments.short))


if __name__ == "__main__":
    sys.exit(main())
