"""Our Bandit scan beside Bandit's own command: processor time, and whether the results are equal.

For each git repository given, in a fresh clone: ``bandit -r .``, our source ``sast_findings`` cold, and
the same again after one file changed. Every measured run is a process of its own, so that start-up
and imports count for both; processor time is user plus system with all children. Prints medians side
by side and ends with 1 when results differ, or when a tree of Django's size misses the bars: cold
no more than Bandit plus 10 %, warm at least 50 times less.

    python benchmarks/bandit.py PATH [PATH ...] [--runs 3]
    python benchmarks/bandit.py --short           one run, on this project if no path is given
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLD_BAR = 1.10
WARM_BAR = 50.0
LARGE_CPU_SECONDS = 20.0

Row = tuple[str, int, str, str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What one run printed, and the processor time that it took."""

    cpu_seconds: float
    rows: Counter[Row]
    files: frozenset[str]
    unread: frozenset[str]


def measure(argv: list[str], folder: Path) -> tuple[float, bytes]:
    """Run a program; its processor time with all its children, and what it printed."""
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(argv, cwd=folder, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        _, _, used = os.wait4(process.pid, 0)
        out.seek(0)
        return used.ru_utime + used.ru_stime, out.read()


def bandit(folder: Path) -> Said:
    cpu, out = measure([sys.executable, "-m", "bandit", "-q", "-r", ".", "-f", "json"], folder)
    report = json.loads(out)
    rows = Counter(
        (r["filename"][2:], r["line_number"], r["test_id"], r["issue_severity"], r["issue_confidence"])
        for r in report["results"]
    )
    files = frozenset(p[2:] for p in report["metrics"] if p != "_totals")
    return Said(cpu, rows, files, frozenset(e["filename"][2:] for e in report["errors"]))


def ours(folder: Path, cache: Path, jobs: int) -> Said:
    cpu, out = measure([sys.executable, __file__, "--child", str(folder), str(cache), str(jobs)], folder)
    report = json.loads(out)
    rows = Counter(
        (p, line, rule, severity, confidence) for p, line, rule, severity, confidence in report["rows"]
    )
    return Said(cpu, rows, frozenset(report["files"]), frozenset(report["unread"]))


def child(folder: Path, cache_file: Path, jobs: int) -> None:
    """What is measured: one scan of the source, as a run of the pipeline makes it.

    Reported are Bandit's results as the scan kept them, before asserts in tests are left out.
    """
    from backlog_pipeline.discover.interface import Look
    from backlog_pipeline.discover.sources.sast_findings import SastFindings
    from backlog_pipeline.model.repository import RepositoryState
    from backlog_pipeline.scanners.bandit import SourceFile, check_files
    from backlog_pipeline.store.cache import SqliteCache
    from backlog_pipeline.system.git import Git

    git, cache = Git(folder), SqliteCache(cache_file)
    revision = git.text("rev-parse", "HEAD")
    state = RepositoryState("b", "b", str(folder), revision, "", "main", "main")
    scan = SastFindings().scan(Look(state, git, cache, datetime.now(UTC), jobs=jobs))
    left_out = [u for u in scan.certificate.unread if not _is_broken(u.reason)]
    entries = [e for e in git.tree(revision) if e.is_file and e.path.endswith(".py")]
    files = [
        SourceFile(e.path, e.blob, e.size) for e in entries if not any(u.covers(e.path) for u in left_out)
    ]
    outcomes = check_files(files, git.blobs, cache)
    report = {
        "rows": [
            (p, r.line, r.test_id, r.severity, r.confidence) for p, o in outcomes.items() for r in o.results
        ],
        "files": list(outcomes),
        "unread": [p for p, o in outcomes.items() if o.unread],
    }
    json.dump(report, sys.stdout)


def _is_broken(reason: str) -> bool:
    """Whether Bandit could not read it, rather than that it is left out on purpose."""
    return not reason.startswith(
        ("vendored", "generated", "too large", "binary", "ignored", "a symbolic", "written")
    )


def compare(theirs: Said, mine: Said) -> list[str]:
    """What differs on the files that both looked at."""
    both = theirs.files & mine.files
    their_rows = Counter({r: n for r, n in theirs.rows.items() if r[0] in both})
    my_rows = Counter({r: n for r, n in mine.rows.items() if r[0] in both})
    different = [f"only Bandit: {r}" for r in their_rows - my_rows]
    different += [f"only ours: {r}" for r in my_rows - their_rows]
    different += [f"read by one only: {p}" for p in (theirs.unread ^ mine.unread) & both]
    alone, ours_alone = len(theirs.files - both), len(mine.files - both)
    print(f"  files: {len(both)} by both, {alone} by Bandit only, {ours_alone} by us only")
    print(f"  results: {(their_rows & my_rows).total()} equal, {len(different)} differences")
    return different


def change_one_file(folder: Path) -> None:
    """Commit a change to the Python file of median size."""
    files = subprocess.check_output(["git", "ls-files", "*.py"], cwd=folder, text=True).splitlines()
    chosen = sorted(files, key=lambda p: (folder / p).stat().st_size)[len(files) // 2]
    with (folder / chosen).open("a") as stream:
        stream.write(f"\n# changed {datetime.now(UTC)}\n")
    identity = ["-c", "user.name=b", "-c", "user.email=b@example.org"]
    subprocess.run(["git", *identity, "commit", "-q", "-a", "-m", "change"], cwd=folder, check=True)


def benchmark(source: Path, runs: int, jobs: int) -> bool:
    """Measure one repository; whether everything is as it should be."""
    print(f"{source.name}:")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "tree")
        times: dict[str, list[float]] = {"bandit": [], "cold": [], "warm": []}
        subprocess.run(["git", "clone", "-q", str(source), str(folder)], check=True)
        different: list[str] = []
        for run in range(runs):
            theirs, mine = bandit(folder), ours(folder, Path(temporary, f"{run}.db"), jobs)
            different = different or compare(theirs, mine)
            change_one_file(folder)
            warm = ours(folder, Path(temporary, f"{run}.db"), jobs)
            for name, said in (("bandit", theirs), ("cold", mine), ("warm", warm)):
                times[name].append(said.cpu_seconds)
    return report(different, {name: statistics.median(values) for name, values in times.items()})


def report(different: list[str], median: dict[str, float]) -> bool:
    cold, warm = median["cold"] / median["bandit"], median["bandit"] / median["warm"]
    print(f"  bandit -r         {median['bandit']:7.2f} s of processor time")
    print(f"  ours, cold        {median['cold']:7.2f} s   {cold:.2f} of Bandit's (bar {COLD_BAR:.2f})")
    print(f"  one file changed  {median['warm']:7.2f} s   {warm:.1f} times less (bar {WARM_BAR:.0f})")
    for line in different[:20]:
        print(f"  {line}")
    is_large = median["bandit"] > LARGE_CPU_SECONDS
    return not different and (not is_large or (cold <= COLD_BAR and warm >= WARM_BAR))


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
        return 0
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="git repositories")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--short", action="store_true", help="one run each, for continuous integration")
    arguments = parser.parse_args()
    if not arguments.paths and not arguments.short:
        parser.error("name a git repository, or take --short")
    runs = 1 if arguments.short else arguments.runs
    results = [benchmark(path.resolve(), runs, arguments.jobs) for path in arguments.paths or [ROOT]]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if str(Path(__file__).parent) in sys.path:
        sys.path.remove(str(Path(__file__).parent))  # this file is called like the package it measures
    sys.exit(main())
