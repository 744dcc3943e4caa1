"""How long the whole command takes on a repository: `backlog run` and `backlog list`, as processes.

Each round begins with an empty state folder and measures, in this order:

    cold               `backlog run --discover-only`, nothing is known yet    at most 15 s
    nothing changed    the same again                                         at most 1 s
    one file changed   the same after a commit that edits one Python file     at most 7 s
    list               `backlog list`                                         at most 0.9 s of processor time

Everything is made in a temporary folder: a clone of the repository, the state folder, and a
vulnerability service on loopback, so that no network is in the figures. Processor time is user plus
system with all children; wall time is what a person waits. The bars are for a repository of flask's
size with pinned dependencies, on a machine with nothing else to do: medians of wall time in the full
form, processor time in the short one, which has to work on a busy machine too.

    python benchmarks/run.py --repo PATH [--rounds 3]
    python benchmarks/run.py --short                      one round on a small repository, for CI

Exit code 0: every bar was held. 1: one was missed. 2: a command did not do what was measured, or failed.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from as_a_process import AUTHOR, ROOT, DidNotWork, Place, Took, compiled, ended, part, say_load

BARS = {"cold": 15.0, "nothing changed": 1.0, "one file changed": 7.0, "list": 0.9}
BLIND = ("failed", "unavailable")


@dataclass(frozen=True, slots=True)
class World(Place):
    """A place with a vulnerability service."""

    osv_url: str

    def forget(self) -> None:
        """Begin with an empty state folder."""
        if self.home.exists():
            self.home.rename(self.folder / f"state before {time.monotonic_ns()}")
        self.home.mkdir()
        settings = f'[sources.dependency_vulnerabilities]\nosv_url = "{self.osv_url}"\n'
        (self.home / "backlog.toml").write_text(settings)

    def runs(self) -> int:
        """How many runs Dagster knows of."""
        return sum(1 for path in self.home.glob("dagster/history/runs/*-*.db"))

    def scans(self) -> dict[str, str]:
        """How far each source got in the last run."""
        files = sorted(self.home.glob("storage/findings/*/*.json"))
        return {path.parent.name: json.loads(path.read_text())["certificate"]["status"] for path in files}

    def git(self, *words: str) -> str:
        return subprocess.check_output(["git", *AUTHOR, *words], cwd=self.repository, text=True)

    def change_one_file(self) -> None:
        """Commit a change to the Python file of median size."""
        files = self.git("ls-files", "*.py").splitlines()
        chosen = sorted(files, key=lambda p: (self.repository / p).stat().st_size)[len(files) // 2]
        with (self.repository / chosen).open("a") as stream:
            stream.write(f"\n# changed at {time.time_ns()}\n")
        self.git("commit", "-q", "-a", "-m", "Change one file")


@contextlib.contextmanager
def vulnerability_service() -> Iterator[str]:
    """The tests' service on loopback, as a process; its address."""
    argv = [sys.executable, "-m", "backlog_pipeline_tests.osv_server", "--port", "0"]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def make_small_repository(folder: Path) -> None:
    """A few files that every source finds something in."""
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    (folder / "requirements.txt").write_text("jinja2==3.1.2\nclick==8.1.7\n")
    for number in range(20):
        (folder / f"part_{number}.py").write_text(part(number))
        for words in (["add", "-A"], ["commit", "-q", "-m", f"Add part {number}"]):
            subprocess.run(["git", *AUTHOR, *words], cwd=folder, check=True)


def run(world: World, expected_runs: int) -> Took:
    """One look at the repository, after which there are so many runs and no source is blind."""
    took, _ = world.backlog("run", "--discover-only")
    if world.runs() != expected_runs:
        raise DidNotWork(f"there are {world.runs()} runs and not {expected_runs}")
    blind = {name: status for name, status in world.scans().items() if status in BLIND}
    if blind or not world.scans():
        raise DidNotWork(f"sources could not look: {blind or 'none was asked'}")
    return took


def one_round(world: World) -> dict[str, Took]:
    world.forget()
    took = {"cold": run(world, 1), "nothing changed": run(world, 1)}
    world.change_one_file()
    took["one file changed"] = run(world, 2)
    took["list"], listed = world.backlog("list", "--json")
    if not json.loads(listed):
        raise DidNotWork("the backlog is empty")
    return took


def report(rounds: list[dict[str, Took]], *, is_short: bool) -> bool:
    """Print the medians; whether every bar was held."""
    held = True
    print(f"{'median of ' + str(len(rounds)):18} {'CPU':>7} {'wall':>7}")
    for name, bar in BARS.items():
        cpu = statistics.median(row[name].cpu for row in rounds)
        wall = statistics.median(row[name].wall for row in rounds)
        is_cpu = is_short or name == "list"
        held = held and (cpu if is_cpu else wall) <= bar
        print(f"{name:18} {cpu:5.2f} s {wall:5.2f} s   (bar {bar:g} s of {'CPU' if is_cpu else 'wall'} time)")
    return held


def benchmark(source: Path | None, rounds: int, *, is_short: bool) -> bool:
    """Measure so many rounds; whether every bar was held."""
    compiled()
    with tempfile.TemporaryDirectory() as temporary, vulnerability_service() as osv_url:
        world = World(Path(temporary), osv_url)
        world.take(source, make_small_repository)
        print(f"{source.name if source else 'small repository'}: {len(world.git('ls-files').split())} files")
        say_load()
        took = [one_round(world) for _ in range(rounds)]
        say_load()
    return report(took, is_short=is_short)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repo", type=Path, metavar="PATH", help="a git repository; it is cloned")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--short", action="store_true", help="one round, on a small repository if none is given"
    )
    arguments = parser.parse_args()
    if arguments.repo is None and not arguments.short:
        parser.error("name a repository with --repo, or take --short")
    rounds = 1 if arguments.short else arguments.rounds
    return ended(lambda: benchmark(arguments.repo, rounds, is_short=arguments.short))


if __name__ == "__main__":
    sys.exit(main())
