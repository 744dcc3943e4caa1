"""A command as a process, and what it took: for ``run.py``, ``backfill.py`` and ``merge_file.py``."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"
AUTHOR = ("-c", "user.name=b", "-c", "user.email=b@example.org")


class DidNotWork(Exception):
    """A command failed, or did not do what was to be measured."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that one process took, with all its children."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Place:
    """A repository of our own and a state folder."""

    folder: Path

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def home(self) -> Path:
        return self.folder / "state"

    def backlog(self, *words: str) -> tuple[Took, str]:
        """Run one command; what it took and printed. Raises ``DidNotWork`` when it fails."""
        argv = [sys.executable, "-P", "-c", COMMAND, *words, "--repo", str(self.repository)]
        with (self.folder / "out").open("w+") as out, (self.folder / "err").open("w+") as err:
            began = time.monotonic()
            process = subprocess.Popen(argv, cwd=self.folder, env=self.environment, stdout=out, stderr=err)
            _, status, used = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
        if status:
            said = (self.folder / "err").read_text()[-800:]
            raise DidNotWork(f"`backlog {' '.join(words)}` ended with {status >> 8}: {said}")
        return Took(used.ru_utime + used.ru_stime, wall), (self.folder / "out").read_text()

    def take(self, source: Path | None, make: Callable[[Path], None]) -> None:
        """Clone the repository ``source``; without one, ``make`` one."""
        if source is None:
            make(self.repository)
        else:
            subprocess.run(["git", "clone", "-q", str(source.resolve()), str(self.repository)], check=True)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the caller's that could change what happens."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return kept | {"PYTHONPATH": str(ROOT), "BACKLOG_HOME": str(self.home), "HOME": str(self.folder)}


def part(number: int) -> str:
    """A Python file in which two sources find something."""
    body = f"import hashlib\n\n\n# TODO: cache number {number}\ndef work(data):\n"
    return body + "    return hashlib.md5(data).hexdigest()\n"


def compiled() -> None:
    """No bytecode is compiled while something is measured."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", "backlog_pipeline"], cwd=ROOT, check=False)


def say_load() -> None:
    """On what machine this is measured."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def ended(measure: Callable[[], bool]) -> int:
    """The exit code: 0 every bar was held, 1 one was missed, 2 something did not work."""
    try:
        return 0 if measure() else 1
    except (DidNotWork, subprocess.CalledProcessError) as error:
        print(f"did not work: {error}", file=sys.stderr)
        return 2
