"""Measure the comment source beside ``git grep`` on one tree: CPU seconds, medians, in one run.

Run: ``python benchmarks/comments.py PATH`` on a clone that may be thrown away (one file of it is changed
and committed for the warm figure); ``--short`` makes a small tree of its own and fails above the bars,
for continuous integration (twice the times of ``git grep``: on a small tree starting processes weighs
more); ``--hostile`` reads files made to be slow. Births are not part of it.

What is compared: *cold* is a whole scan with an empty cache, *warm* the scan after a commit that changed
one file, both in this process after imports, with the CPU of the git processes they start. *grep* is
``git grep -nIE 'TODO|FIXME|HACK|XXX|BUG'``. Bars: cold <= 4 x grep, warm <= 0.15 s.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from backlog_pipeline.discover.comments.languages import LANGUAGES
from backlog_pipeline.discover.comments.reading import read
from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.sources.code_comments import CodeComments
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.store.cache import SqliteCache
from backlog_pipeline.system.git import Git

GREP = ("git", "grep", "-nIE", "TODO|FIXME|HACK|XXX|BUG")
MOST_TIMES_GREP = 4.0
MOST_WARM_SECONDS = 0.15
SHORT_FILES = 2000
OPENERS = """
" ' ` \"\"\" /* <!-- { f'{ <<A| ${ <a> ( r#" %w[ #{ [[ / < $( # =begin| || <script> {%comment%} $a$ R"( @" {|
--[[ (* q{ url( ~s( <![CDATA[ (( "a":_ /[ <a_b=" TODO:_
"""
HOSTILE = [" ", *(piece.replace("|", "\n").replace("_", " ") for piece in OPENERS.split())]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path, help="a clone of a git repository")
    parser.add_argument("--short", action="store_true", help="make a small tree and fail above the bars")
    parser.add_argument("--hostile", action="store_true", help="read files made to be slow")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    if arguments.hostile:
        return hostile()
    with tempfile.TemporaryDirectory() as folder:
        tree = arguments.tree or small_tree(Path(folder) / "tree")
        times = MOST_TIMES_GREP * (2 if arguments.short else 1)
        is_within = measure(tree.resolve(), Path(folder), arguments.rounds, times)
    return 0 if is_within or not arguments.short else 1


def measure(tree: Path, folder: Path, rounds: int, most_times: float) -> bool:
    cold, warm, grep = [], [], []
    for number in range(rounds):
        cache = SqliteCache(folder / f"cache-{number}.db")
        grep.append(cpu_of(lambda: subprocess.run(GREP, cwd=tree, capture_output=True, check=False)))
        cold.append(cpu_of(lambda: scan(tree, cache)))  # noqa: B023
        change_one_file(tree, number)
        warm.append(cpu_of(lambda: scan(tree, cache)))  # noqa: B023
        cache.close()
    found = CodeComments().read(look(tree, SqliteCache(folder / "cache-0.db")))
    files = len(Git(tree).tree("HEAD"))
    print(
        f"{tree.name}: {files} files, {len(found.findings)} markers, {rounds} rounds, medians of CPU seconds"
    )
    middle = {"git grep": grep, "cold": cold, "warm, one file changed": warm}
    for name, seconds in middle.items():
        print(
            f"  {name:24} {statistics.median(seconds):.3f}   (from {min(seconds):.3f} to {max(seconds):.3f})"
        )
    times = statistics.median(cold) / statistics.median(grep)
    print(f"  cold / git grep          {times:.1f}   (bar: {most_times:g}); warm bar: {MOST_WARM_SECONDS:g}")
    return times <= most_times and statistics.median(warm) <= MOST_WARM_SECONDS


def scan(tree: Path, cache: SqliteCache) -> None:
    CodeComments().read(look(tree, cache))


def look(tree: Path, cache: SqliteCache) -> Look:
    git = Git(tree)
    state = RepositoryState(
        "benchmark", tree.name, str(tree), git.text("rev-parse", "HEAD"), "", "main", "main"
    )
    return Look(state, git, cache, datetime.now(UTC))


def change_one_file(tree: Path, number: int) -> None:
    name = next(e.path for e in Git(tree).tree("HEAD") if e.path.endswith((".py", ".js", ".go", ".rs", ".c")))
    with (tree / name).open("a", encoding="utf-8") as stream:
        stream.write(f"\nchanged = {number}\n")
    git(tree, "commit", "-q", "-a", "-m", f"change {number}")


def small_tree(tree: Path) -> Path:
    """Files of code like any, a marker in every twentieth."""
    tree.mkdir()
    git(tree, "init", "-q")
    for number in range(SHORT_FILES):
        folder = tree / f"package{number % 50}"
        folder.mkdir(exist_ok=True)
        lines = [f'value_{n} = call_{n}("text {n}", {n})  # explains value {n}' for n in range(100)]
        if number % 20 == 0:
            lines[50] = "# TODO: look at this again"
        (folder / f"module{number}.py").write_text("\n".join(lines) + "\n")
    git(tree, "add", "-A")
    git(tree, "commit", "-q", "-m", "a small tree")
    return tree


def hostile() -> int:
    """The slowest of 100 kB files full of openers that never close."""
    modes = {id(language.mode): language for language in LANGUAGES}.values()
    slowest = []
    for language in modes:
        for piece in HOSTILE:
            text = (piece * (100_000 // len(piece)) + "\n// TODO: x\n# TODO: y\n").encode()
            started = time.process_time()
            read(text, language)
            slowest.append((time.process_time() - started, language.name, piece))
    slowest.sort(reverse=True)
    for seconds, name, piece in slowest[:5]:
        print(f"{seconds:.2f} s  {name}  {piece!r}")
    return 0 if slowest[0][0] < 5 else 1


def cpu_of(work: Callable[[], object]) -> float:
    before = cpu()
    work()
    return cpu() - before


def cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def git(tree: Path, *arguments: str) -> None:
    person = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@example.org")
    subprocess.run(("git", *person, *arguments), cwd=tree, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
