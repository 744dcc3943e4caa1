"""What dating the comments of a repository costs: the first walk, the next run, and one new commit later.

For each git repository given, in a fresh clone and with an empty cache, each run a process of its own.
Processor time is user plus system, git's processes counted in; it is that of the walk alone, without
reading the commit itself.

    python benchmarks/births.py PATH [PATH ...]
    python benchmarks/births.py --short

The short form makes a small repository by itself and ends with 1 when a walk did not come to its end,
when a second run reads history again, or when the births of a walk in two parts are not those of one.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WARM_BAR_SECONDS = 1.0
_IDENTITY = ("-c", "user.name=b", "-c", "user.email=b@example.org")


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints."""
    return subprocess.check_output(["git", *_IDENTITY, *arguments], cwd=folder, text=True).strip()


def child(folder: Path, cache_file: Path) -> None:
    """What is measured: the births of a commit's markers, as the source ``code_comments`` asks for them."""
    from backlog_pipeline.discover.births import births
    from backlog_pipeline.discover.sources.code_comments import history_extractor
    from backlog_pipeline.store.cache import SqliteCache
    from backlog_pipeline.system.git import Git

    before = cpu_seconds()
    found = births(
        Git(folder), git(folder, "rev-parse", "HEAD"), history_extractor(), SqliteCache(cache_file)
    )
    report = {
        "cpu": cpu_seconds() - before,
        "note": found.note,
        "born": sorted((*place, [b.commit for b in known]) for place, known in found.by_place.items()),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    json.dump(report, sys.stdout)


def cpu_seconds() -> float:
    """Processor time of this process and of those that it ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def run(folder: Path, cache: Path) -> dict[str, object]:
    """One run in a process of its own."""
    return dict(json.loads(subprocess.check_output([sys.executable, __file__, "--child", folder, cache])))


def change(folder: Path) -> None:
    """Commit a new file with a comment in it."""
    (folder / "benchmark.py").write_text("# TODO: measure again\n", encoding="utf-8")
    git(folder, "add", "benchmark.py")
    git(folder, "commit", "-q", "-m", "change")


def blobs(folder: Path) -> int:
    """How many contents of files the history holds."""
    rows = git(folder, "log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=")
    return len({row.split()[3] for row in rows.splitlines() if row})


def benchmark(source: Path) -> bool:
    """Measure one repository; whether everything is as it should be."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary, "tree"), Path(temporary, "cache.db")
        subprocess.run(["git", "clone", "-q", str(source), str(folder)], check=True)
        cold, warm = run(folder, cache), run(folder, cache)
        commits, contents = git(folder, "rev-list", "--count", "HEAD"), blobs(folder)
        change(folder)
        later, anew = run(folder, cache), run(folder, Path(temporary, "other.db"))
    print(f"{source.name}: {commits} commits, {contents} distinct contents on the first-parent line")
    for name, said in (("first walk", cold), ("next run", warm), ("one new commit", later)):
        print(f"  {name:15} {said['cpu']:7.2f} s of processor time, {said['peak_mb']:.0f} MB")
    problems = [
        *(f"not walked to the end: {said['note']}" for said in (cold, warm, later) if said["note"]),
        *(["a second run gives other births"] if cold["born"] != warm["born"] else []),
        *(["a walk in two parts gives other births"] if later["born"] != anew["born"] else []),
        *(["a second run walks again"] if float(str(warm["cpu"])) > WARM_BAR_SECONDS else []),
    ]
    print("\n".join(f"  {p}" for p in problems) or "  births are the same in all runs")
    return not problems


def make_repository(folder: Path, commits: int = 60) -> None:
    """A history in which a file with comments grows and is edited."""
    git(folder, "init", "-q", "-b", "main")
    lines: list[str] = []
    for n in range(commits):
        lines[n // 2 : n // 2] = [f"def f{n}():", f"    # TODO: do number {n}", f"    return {n}", "", ""]
        (folder / "grows.py").write_text("\n".join(lines), encoding="utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"step {n}")


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), Path(sys.argv[3]))
        return 0
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="git repositories")
    parser.add_argument("--short", action="store_true", help="a small repository of its own")
    arguments = parser.parse_args()
    results = [benchmark(path.resolve()) for path in arguments.paths]
    if arguments.short:
        with tempfile.TemporaryDirectory() as temporary:
            make_repository(Path(temporary))
            results.append(benchmark(Path(temporary)))
    elif not arguments.paths:
        parser.error("give a repository, or --short")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
