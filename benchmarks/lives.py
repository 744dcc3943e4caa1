"""What the lives of a repository's comments cost: ten years of history cold, again, and one new commit later.

For each git repository given, in a fresh clone whose history is cut to its newest commits (the first-parent
line's last `--commits`, 5,000 where there are so many) with an empty cache, each run a process of its own:
`lives` of all texts on the line, then the telling of some of them (commits, files, lines, and what merges
brought), as `backlog history` asks for one. Times are of the process without starting Python; processor
time is user plus system, git's processes counted in.

    python benchmarks/lives.py PATH [PATH ...] [--commits 5000]
    python benchmarks/lives.py --short

Some lives are compared with what git tells by itself (`git log -G` on the words of the comment, in its
files): whether the commits with which the life begins and ends are among those that changed such a line.
Texts are normalised and may be broken over lines, so git does not know all; how many were compared is said.

Bars: cold at most 60 s, one new commit at most 1 s, both of processor time. The short form makes a small
repository by itself. Exit code 1: a bar was missed, or a walk in two parts gives other lives than one.
"""

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backlog_pipeline.model.life import Life

ROOT = Path(__file__).resolve().parents[1]
COMMITS = 5_000
COLD_BAR_SECONDS, NEW_COMMIT_BAR_SECONDS = 60.0, 1.0
TOLD, COMPARED = 50, 30
_IDENTITY = ("-c", "user.name=b", "-c", "user.email=b@example.org")

Report = dict[str, object]


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints."""
    return subprocess.check_output(["git", *_IDENTITY, *arguments], cwd=folder, text=True).strip()


def cpu_seconds() -> float:
    """Processor time of this process and of those that it ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def child(folder: Path, cache_file: Path, told: int) -> None:
    """What is measured."""
    from backlog_pipeline.discover.lives import lives
    from backlog_pipeline.discover.sources.code_comments import history_extractor
    from backlog_pipeline.discover.telling import Teller
    from backlog_pipeline.store.cache import SqliteCache
    from backlog_pipeline.system.git import Git

    head, place, cache = git(folder, "rev-parse", "HEAD"), Git(folder), SqliteCache(cache_file)
    cpu, wall = cpu_seconds(), time.monotonic()
    extractor = history_extractor()
    known = lives(place, head, extractor, cache)
    report: Report = {"cpu": cpu_seconds() - cpu, "wall": time.monotonic() - wall}
    every = list(known)
    chosen = random.Random(1).sample(every, min(told, len(every)))
    cpu = cpu_seconds()
    teller = Teller(place, extractor, cache, known)
    lived = [teller.life(holder) for holder in chosen]
    report |= {
        "telling": (cpu_seconds() - cpu) / max(1, len(lived)),
        "digest": hashlib.sha256(repr(every).encode()).hexdigest(),
        "alive": sum(map(len, known.alive.values())),
        "lives": len(every),
        "steps": sum(len(holder.steps) for holder in every),
        "line": len(known.order),
        "told": [(life.text, ends(life), sorted({step.path for step in life.steps})) for life in lived],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    json.dump(report, sys.stdout)


def ends(life: "Life") -> list[str]:
    """The commit that wrote it and, where it is gone, the one that removed it."""
    return [life.steps[0].commit, *([life.steps[-1].commit] if life.is_over else [])]


def run(folder: Path, cache: Path, told: int = 0) -> Report:
    """One run in a process of its own."""
    command = [sys.executable, __file__, "--child", str(folder), str(cache), str(told)]
    return dict(json.loads(subprocess.check_output(command)))


def change(folder: Path) -> None:
    """Commit a new file with a comment in it."""
    (folder / "benchmark.py").write_text("# TODO: measure again\n", encoding="utf-8")
    git(folder, "add", "benchmark.py")
    git(folder, "commit", "-q", "-m", "change")


def cut(source: Path, folder: Path, commits: int) -> None:
    """A clone whose first-parent line has at most so many commits: git sees no parents of the oldest."""
    subprocess.run(["git", "clone", "-q", str(source), str(folder)], check=True)
    line = git(folder, "rev-list", "--first-parent", f"--max-count={commits}", "HEAD").split()
    if git(folder, "rev-list", "--parents", "-n1", line[-1]).split()[1:]:
        git(folder, "replace", "--graft", line[-1])


def benchmark(source: Path, commits: int) -> bool:
    """Measure one repository; whether everything is as it should be."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary, "tree"), Path(temporary, "cache.db")
        cut(source, folder, commits)
        cold, warm = run(folder, cache, TOLD), run(folder, cache)
        compared, equal = compare(folder, cold)
        years = span(folder)
        change(folder)
        later, anew = run(folder, cache), run(folder, Path(temporary, "other.db"))
    print(f"{source.name}: {cold['line']} commits on the first-parent line, {years:.1f} years")
    print(f"  {cold['lives']} lives with {cold['steps']} steps, {cold['alive']} of them still there")
    for name, said in (("cold", cold), ("again", warm), ("one new commit", later)):
        print(f"  {name:15} {said['cpu']:7.2f} s of processor time, {said['wall']:7.2f} s wall", end="")
        print(f", {said['peak_mb']:.0f} MB")
    print(f"  telling one life {cold['telling']:6.2f} s of processor time")
    print(f"  git log -G knows the words of {compared} of {COMPARED} texts, and names both ends of {equal}")
    problems = [
        *(["a second run gives other lives"] if cold["digest"] != warm["digest"] else []),
        *(["a walk in two parts gives other lives"] if later["digest"] != anew["digest"] else []),
        *missed("cold", cold, COLD_BAR_SECONDS),
        *missed("one new commit", later, NEW_COMMIT_BAR_SECONDS),
    ]
    print("\n".join(f"  {p}" for p in problems) or "  lives are the same in all runs")
    return not problems


def missed(name: str, said: Report, bar: float) -> list[str]:
    """What to say where a bar was missed."""
    took = float(str(said["cpu"]))
    return [f"bar missed: {name} took {took:.2f} s, not {bar:g} s"] if took > bar else []


def span(folder: Path) -> float:
    """How many years lie between the first and the last commit of the line."""
    times = [int(t) for t in git(folder, "log", "--first-parent", "--format=%ct").split()]
    return (max(times) - min(times)) / (365.25 * 86_400)


def compare(folder: Path, said: Report) -> tuple[int, int]:
    """Of how many texts git knows the words in their files, and how often it names the ends of a life."""
    compared = equal = 0
    for text, commits, paths in list(said["told"])[:COMPARED]:  # type: ignore[call-overload]
        how = ("log", "--full-history", "--format=%H", "-i", f"-G{escaped(text[:40].rstrip())}")
        found = git(folder, *how, "HEAD", "--", *(f":(top,literal){path}" for path in paths)).split()
        if found and text:
            compared += 1
            equal += set(commits) <= set(found)
    return compared, equal


def escaped(words: str) -> str:
    """A pattern of POSIX that means just these words."""
    return "".join(f"[{c}]" if c in ".*+?()[{|$" else "\\" + c if c in "\\^" else c for c in words)


def make_repository(folder: Path, commits: int = 60) -> None:
    """A history in which comments are written, moved and removed."""
    git(folder, "init", "-q", "-b", "main")
    for n in range(commits):
        todos = [f"# TODO: do number {k} of it\nx{k} = {k}\n" for k in range(max(0, n - 20), n + 1)]
        (folder / "grows.py").write_text("\n".join(todos[::2]), encoding="utf-8")
        (folder / f"other{n // 20}.py").write_text("\n".join(todos[1::2]), encoding="utf-8")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"step {n}")


def main() -> int:
    """Read the command line and measure."""
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
        return 0
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="git repositories")
    parser.add_argument("--commits", type=int, default=COMMITS, help="how many commits of the line at most")
    parser.add_argument("--short", action="store_true", help="a small repository of its own")
    arguments = parser.parse_args()
    results = [benchmark(path.resolve(), arguments.commits) for path in arguments.paths]
    if arguments.short:
        with tempfile.TemporaryDirectory() as temporary:
            make_repository(Path(temporary))
            results.append(benchmark(Path(temporary), arguments.commits))
    elif not arguments.paths:
        parser.error("give a repository, or --short")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
