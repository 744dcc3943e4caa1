"""A repository whose `backlog.yml` and ledger have 10,000 items: what a run costs when little changes.

Everything is real and made in a temporary folder: a git repository with 10,000 comments, its ledger,
its `backlog.yml`. Each row is a process of its own, begun where the one before ended:

    first merge         10,000 items are opened and written
    nothing changed     the same again                                at most 1 s
    nothing, later      once more, a day later                        for information
    one item edited     a person gave one item a business value       at most 8 s
    one finding gone    a commit took one comment out                 at most 8 s
    nothing again       after that                                    at most 1 s

Of each the processor time of the stage `merge_backlog` is measured, what looking at the repository
takes before it (git's own processes apart), and the most memory of the process (at most 1 GB).
Then the commands, as whole processes with all their children: `backlog run`, the same where nothing
has changed (at most 1 s), and `backlog list`.

    python benchmarks/merge_file.py [--items 10000] [--keep FOLDER]
    python benchmarks/merge_file.py --short               300 items: does it still do what is measured?

Exit code 0: every bar was held. 1: one was missed. 2: a step did not do what is measured, or failed.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from as_a_process import AUTHOR, COMMAND, DidNotWork, Place, compiled

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SETTINGS = """[sources.sast_findings]
enabled = false
[sources.dependency_vulnerabilities]
enabled = false
"""
IN_A_FILE = 4
MOST_UNCHANGED, MOST_CHANGED, MOST_MEGABYTES = 1.0, 8.0, 1024.0


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured; a bar of ``None`` is for information."""

    name: str
    cpu: float
    bar: float | None
    looking: float | None = None
    megabytes: float = 0.0

    @property
    def is_missed(self) -> bool:
        return (self.bar is not None and self.cpu > self.bar) or self.megabytes > MOST_MEGABYTES


class World(Place):
    """A place whose repository keeps a backlog file."""

    @property
    def file(self) -> Path:
        return self.repository / "backlog.yml"

    def make(self, items: int) -> None:
        """A repository with so many comments in one commit, and an empty file that a run fills."""
        self.home.mkdir(parents=True)
        (self.home / "backlog.toml").write_text(SETTINGS)
        for number in range(items // IN_A_FILE):
            path = self.repository / f"src/pkg_{number % 97}/part_{number}.c"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(_comments(number)) + "\n")
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Add all parts")
        self.file.write_text("metadata: {}\n")

    def take_one_comment_out(self) -> None:
        path = self.repository / "src/pkg_1/part_1.c"
        path.write_text(path.read_text().replace("TODO", "note", 1))
        self.git("commit", "-q", "-a", "-m", "Do it")

    def edit_one_item(self) -> None:
        head, found, tail = self.file.read_text().partition("    business_value: ")
        if not found:
            raise DidNotWork("no item has a business value")
        self.file.write_text(f"{head}{found}13{tail[tail.index(chr(10)) :]}")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *AUTHOR, *words], cwd=self.repository, check=True)


def _comments(number: int) -> Iterator[str]:
    for place in range(IN_A_FILE):
        yield f"int value_{number}_{place} = {place};"
        yield f"/* TODO: write part {number} of {place} 'anew', and say why: it is # {number * 7} */"
        yield ""


# In the process that is measured


def one_run(folder: Path, later_days: int) -> dict[str, float]:
    """A way through all five stages; what looking and merging took, and what they did."""
    from backlog_pipeline import pipeline, settings
    from backlog_pipeline.assembly import repositories
    from backlog_pipeline.assembly.parts import build_parts
    from backlog_pipeline.discover.interface import Look
    from backlog_pipeline.discover.sources.code_comments import CodeComments
    from backlog_pipeline.model.repository import CiHealth
    from backlog_pipeline.store.cache import SqliteCache
    from backlog_pipeline.system import clock
    from backlog_pipeline.system.git import Git

    world = World(folder)
    real = build_parts(settings.read({}, {"BACKLOG_HOME": str(world.home)}))
    now = clock.now() + timedelta(days=later_days)
    parts = replace(real, ask_ci=lambda remote, branch: CiHealth(), now=lambda: now)
    key = repositories.register(parts.settings, parts.registry, world.repository).key

    began = time.process_time()
    state = pipeline.look_at_repository(parts, key)
    looking = time.process_time() - began
    scan = CodeComments().scan(Look(state, Git(world.repository), SqliteCache(world.home / "cache.db"), now))
    began = time.process_time()
    backlog = pipeline.merge_backlog(parts, state, [scan])
    merging = time.process_time() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    parts.close()
    changes = backlog.changes
    return {
        "looking": looking, "merging": merging, "megabytes": megabytes, "items": len(backlog.items),
        "events": backlog.events_written, "opened": len(changes.opened), "resolved": len(changes.resolved),
        "problems": len(backlog.problems),
    }  # fmt: skip


# In the process that measures


def step(world: World, name: str, bar: float | None, *, later_days: int = 0, **expected: int) -> Row:
    """One run in a fresh process. Raises ``DidNotWork`` where it did not do what is expected."""
    argv = [sys.executable, str(Path(__file__)), "--one", str(world.folder), "--later", str(later_days)]
    done = subprocess.run(argv, env=world.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DidNotWork(f"{name}: {done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    wrong = {what: found[what] for what, count in expected.items() if found[what] != count}
    if wrong or found["problems"]:
        raise DidNotWork(f"{name}: expected {expected} and no problem, got {found}")
    return Row(name, found["merging"], bar, found["looking"], found["megabytes"])


def command(world: World, name: str, bar: float | None, *words: str, says: str = "") -> Row:
    """One command as a whole process, with its children."""
    argv = [sys.executable, "-P", "-c", COMMAND, *words, "--repo", str(world.repository)]
    with (world.folder / "out").open("w+") as out, (world.folder / "err").open("w+") as err:
        process = subprocess.Popen(argv, env=world.environment, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
    said = (world.folder / "out").read_text() + (world.folder / "err").read_text()
    if status or says not in said:
        raise DidNotWork(f"{name}: ended with {status >> 8}: {said[-800:]}")
    return Row(name, used.ru_utime + used.ru_stime, bar, None, used.ru_maxrss / 1024)


def measure(world: World, items: int) -> list[Row]:
    """Every row, in order."""
    world.make(items)
    rows = [
        step(world, "first merge", None, items=items, opened=items),
        step(world, "nothing changed", MOST_UNCHANGED, items=items, events=0),
        step(world, "nothing, later", None, later_days=1, items=items, events=0),
    ]
    before = world.file.read_bytes()
    world.edit_one_item()
    rows.append(step(world, "one item edited", MOST_CHANGED, items=items))
    world.take_one_comment_out()
    rows.append(step(world, "one finding gone", MOST_CHANGED, items=items, resolved=1))
    if world.file.read_bytes() == before:
        raise DidNotWork("the file was not saved")
    rows.append(step(world, "nothing again", MOST_UNCHANGED, items=items, events=0))
    rows.append(command(world, "`backlog run`, whole", None, "run"))
    rows.append(
        command(world, "`backlog run`, nothing changed", MOST_UNCHANGED, "run", says="othing has changed")
    )
    rows.append(command(world, "`backlog list`", None, "list"))
    rows.append(command(world, "`backlog list --json`", None, "list", "--json"))
    return rows


def report(rows: list[Row]) -> bool:
    """Print the table; whether every bar was held."""
    print("| | CPU s | bar | looking, CPU s | most memory, MB |\n| --- | ---: | ---: | ---: | ---: |")
    for row in rows:
        bar = "" if row.bar is None else f"{row.bar:g}"
        looking = "" if row.looking is None else f"{row.looking:.2f}"
        print(f"| {row.name} | {row.cpu:.2f} | {bar} | {looking} | {row.megabytes:.0f} |")
    return not any(row.is_missed for row in rows)


@contextlib.contextmanager
def folder_for(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary).resolve()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--short", action="store_true", help="300 items")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="make it there, and leave it")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--later", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one_run(asked.one, asked.later)))
        return 0
    items = 300 if asked.short else asked.items
    compiled()
    try:
        with folder_for(asked.keep) as folder:
            rows = measure(World(folder), items)
    except (DidNotWork, subprocess.CalledProcessError) as error:
        print(f"did not work: {error}", file=sys.stderr)
        return 2
    print(f"{items:,} items, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return 0 if report(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
