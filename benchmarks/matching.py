"""Does the same work keep its id? Real files, changed in known ways; precision and recall of each.

    python benchmarks/matching.py REPOSITORY [REPOSITORY ...]
    python benchmarks/matching.py --short          on this project

The files of each repository's HEAD that hold a marker become a fresh repository. Each change below
is applied to all of them at once, the comments are read before and after, and the items of the merge
are compared with where each line truly came from. ``claimed`` counts places that went to an item that
was there before, ``precision`` how many of these were right, ``recall`` how many of the lines that
survived kept their item.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.sources.code_comments import CodeComments
from backlog_pipeline.discover.state import look_at
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.system.git import Git

NOW = datetime(2030, 1, 1, tzinfo=UTC)
Line = tuple[bytes, int]  # its text, and where it came from: a number, 0 for a new one
Files = dict[str, list[Line]]
Marks = dict[str, list[tuple[int, int]]]  # by path the first and last line (from 1) of each finding
MARKER = re.compile(rb"TODO|FIXME|HACK|XXX|BUG")
GIT = ("git", "-c", "user.name=b", "-c", "user.email=b@example.org", "-c", "commit.gpgsign=false")


class NoCache:
    """Every look is cold."""

    def get_many(self, scanner: str, keys: object) -> dict[str, str]:
        return {}

    def put_many(self, scanner: str, results: object) -> None:
        pass


def every_mark(files: Files, marks: Marks, change: Callable[[list[Line], int, int], None]) -> Files:
    for path, lines in marks.items():
        for first, last in sorted(lines, reverse=True):
            change(files[path], first, last)
    return files


def shift(files: Files, marks: Marks) -> Files:
    return {p: [(b"filler_%d = 0\n" % n, 0) for n in range(50)] + lines for p, lines in files.items()}


def insert_above(files: Files, marks: Marks) -> Files:
    return every_mark(files, marks, lambda lines, at, _: lines.insert(at - 1, (b"above = 1\n", 0)))


def insert_below(files: Files, marks: Marks) -> Files:
    return every_mark(files, marks, lambda lines, _, end: lines.insert(end, (b"below = 1\n", 0)))


def rename_files(files: Files, marks: Marks) -> Files:
    return {f"{Path(p).with_suffix('')}_renamed{Path(p).suffix}": lines for p, lines in files.items()}


def rename_folders(files: Files, marks: Marks) -> Files:
    return {f"moved_{p}" if "/" in p else p: lines for p, lines in files.items()}


def reformat(files: Files, marks: Marks) -> Files:
    def one(text: bytes) -> bytes:
        bare = text.lstrip(b" ")
        return text[: len(text) - len(bare)].replace(b"    ", b"\t") + bare.rstrip() + b"  \n"

    return {p: [(one(text), origin) for text, origin in lines] for p, lines in files.items()}


def swap_halves(files: Files, marks: Marks) -> Files:
    return {p: lines[len(lines) // 2 :] + lines[: len(lines) // 2] for p, lines in files.items()}


def move_to_another_file(files: Files, marks: Marks) -> Files:
    seed, paths = random.Random(1), sorted(marks)
    for path in paths:
        others = [p for p in paths if p != path and Path(p).suffix == Path(path).suffix]
        if others:
            at, end = max(marks[path])
            first = max(0, at - 4)
            block = files[path][first : end + 3]
            del files[path][first : end + 3]
            files[seed.choice(others)] += block
    return files


def duplicate(files: Files, marks: Marks) -> Files:
    for path, lines in marks.items():
        copies = [(text, 0) for at, end in lines for text, _ in files[path][max(0, at - 2) : end + 1]]
        files[path] += copies
    return files


def delete_half(files: Files, marks: Marks) -> Files:
    seed = random.Random(2)
    for path, lines in marks.items():
        for at, end in sorted(lines, reverse=True):
            if seed.random() < 0.5:
                del files[path][at - 1 : end]
    return files


def edit_text(files: Files, marks: Marks) -> Files:
    def one(lines: list[Line], at: int, end: int) -> None:
        text, origin = lines[at - 1]
        lines[at - 1] = (text.rstrip(b"\n") + b" edited\n", origin)

    return every_mark(files, marks, one)


CHANGES = (
    shift, insert_above, insert_below, rename_files, rename_folders, reformat, swap_halves,
    move_to_another_file, duplicate, delete_half, edit_text,
)  # fmt: skip
EXPECTED = {shift: 1.0, rename_files: 1.0, rename_folders: 1.0, reformat: 1.0}


def load(repository: Path, folder: Path) -> Files:
    subprocess.run((*GIT, "clone", "-q", "--no-hardlinks", repository, folder), check=True)
    subprocess.run(("rm", "-rf", folder / ".git"), check=True)
    files, number = {}, 0
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        data = path.read_bytes()
        if b"\0" not in data and MARKER.search(data):
            lines = data.splitlines(keepends=True)
            files[str(path.relative_to(folder))] = [(t, number + n + 1) for n, t in enumerate(lines)]
            number += len(lines)
    return files


def commit(folder: Path, files: Files) -> None:
    for old in [p for p in folder.iterdir() if p.name != ".git"]:
        subprocess.run(("rm", "-rf", old), check=True)
    for path, lines in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"".join(text for text, _ in lines))
    if not (folder / ".git").exists():
        subprocess.run((*GIT, "init", "-q", "-b", "main"), cwd=folder, check=True)
    subprocess.run((*GIT, "add", "-A", "-f"), cwd=folder, check=True)
    subprocess.run((*GIT, "commit", "-q", "--allow-empty", "-m", "x"), cwd=folder, check=True)


def look(folder: Path, state: LedgerState) -> tuple[LedgerState, Scan, float]:
    repository = look_at(folder, key="r", tracked_branch="main", base=state.revision)
    scan = CodeComments().read(Look(repository, Git(folder), NoCache(), NOW))
    started = time.process_time()
    events = reconcile(state, repository, [scan], now=NOW)
    return apply(state, events), scan, time.process_time() - started


def item_by_origin(state: LedgerState, files: Files) -> dict[int, str]:
    return {
        files[place.path][place.line - 1][1]: item.id
        for item in state.items.values()
        if item.is_open and item.is_observed
        for place in item.places
    }


def measure(repository: Path) -> Iterator[tuple[str, int, int, int, int, float]]:
    with tempfile.TemporaryDirectory() as name:
        files = load(repository, Path(name) / "load")
        for number, change in enumerate(CHANGES):
            folder = Path(name) / str(number)
            folder.mkdir()
            yield change.__name__, *one_change(folder, files, change)


def one_change(
    folder: Path, files: Files, change: Callable[[Files, Marks], Files]
) -> tuple[int, int, int, int, float]:
    commit(folder, files)
    state, scan, _ = look(folder, LedgerState())
    known, before = set(state.items), item_by_origin(state, files)
    marks: Marks = {}
    for finding in scan.findings:
        assert finding.location
        end = max(finding.line, finding.location.end_line)
        marks.setdefault(finding.path, []).append((finding.line, end))
    changed = change({p: list(lines) for p, lines in files.items()}, marks)
    commit(folder, changed)
    state, scan, seconds = look(folder, state)
    after = item_by_origin(state, changed)
    claimed = [o for o, item in after.items() if item in known]
    right = [o for o in claimed if before.get(o) == after[o]]
    there = {changed[f.path][f.line - 1][1] for f in scan.findings}
    return len(before), len(claimed), len(right), len([o for o in before if o in there]), seconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("repositories", nargs="*", type=Path, metavar="REPOSITORY")
    parser.add_argument("--short", action="store_true", help="on this project, for continuous integration")
    asked = parser.parse_args()
    is_good = True
    for repository in [Path(__file__).resolve().parents[1]] if asked.short else asked.repositories:
        print(f"{repository}\n{'change':22} items claimed precision survived recall  merge s")
        for name, items, claimed, right, survived, seconds in measure(repository):
            precision, recall = right / max(claimed, 1), right / max(survived, 1)
            shown = f"{precision:9.3f} {survived:8} {recall:6.3f}" if survived else f"{'-':>9} {0:8} {'-':>6}"
            print(f"{name:22} {items:5} {claimed:7} {shown} {seconds:8.3f}", flush=True)
            bar = next((b for c, b in EXPECTED.items() if c.__name__ == name), 0.0)
            is_good &= not survived or recall >= bar
            is_good &= not claimed or precision >= 0.99
    print("ok" if is_good else "below the bar")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
