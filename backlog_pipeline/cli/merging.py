"""Whether git merges ``backlog.yml`` by item and field, in this clone, and with which program."""

import shlex
import sys
from pathlib import Path

from backlog_pipeline.system.git import Git
from backlog_pipeline.system.merge_driver import MergeDriver

DRIVER = MergeDriver("backlog", "backlog.yml by item and field", "/backlog.yml merge=backlog")
_ARGUMENTS = "merge-driver %O %A %B %P"
_START = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"


def command() -> str:
    """The program that is running, as git's shell can start it from any folder, whatever lies there."""
    called = Path(sys.argv[0])
    if called.name == "backlog" and called.is_file():
        words = [str(called.absolute())]
    else:
        words = [sys.executable, "-P", "-c", _START]
    return f"{shlex.join(words).replace('%', '%%')} {_ARGUMENTS}"


def register(repository: Path) -> bool:
    """Let git call this program for ``backlog.yml`` in that clone; whether that is new."""
    return DRIVER.register(Git(repository), command())


def unregister(repository: Path) -> bool:
    """Let git merge ``backlog.yml`` by lines again; whether it did not before."""
    return DRIVER.unregister(Git(repository))


def missing_program(repository: Path) -> str | None:
    """``None`` where no driver is registered, "" where its program is there, else its path."""
    registered = DRIVER.command(Git(repository))
    if not registered:
        return None
    program = shlex.split(registered.replace("%%", "%"))[0]
    return "" if Path(program).is_file() else program
