"""Nobody reads: a command ends with 141 and without a word, and a closed terminal stops no work."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress as Lines

from backlog_pipeline.cli import output
from backlog_pipeline.cli.errors import PIPE_CLOSED
from backlog_pipeline_tests.cli.command import COMMANDS, environment

CODE = "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()"


def unread(*words: str, home: Path, is_error_unread: bool = False) -> tuple[int, str]:
    """The exit code of a command whose output goes into a pipe that nobody reads, and what else it said."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            [sys.executable, "-c", CODE, *words],
            cwd=home,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=writer if is_error_unread else subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    return ended.returncode, (ended.stderr or b"").decode()


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], [], ["run", "--help"], ["plugins"], ["config", "--json"], ["doctor"]]
)
def test_output_that_nobody_reads_ends_the_command_without_a_word(words: list[str], tmp_path: Path) -> None:
    assert unread(*words, home=tmp_path) == (PIPE_CLOSED, "")


@pytest.mark.parametrize("name", [n for n in COMMANDS if n != "run"])
def test_the_help_of_every_command_may_stay_unread(name: str, tmp_path: Path) -> None:
    assert unread(name, "--help", home=tmp_path) == (PIPE_CLOSED, "")


def test_an_error_that_nobody_reads_ends_the_command_too(tmp_path: Path) -> None:
    code, _ = unread("nonsense", home=tmp_path, is_error_unread=True)
    assert code == PIPE_CLOSED


class ClosedTerminal(io.StringIO):
    """What is left of a terminal whose window was closed."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")


def test_a_terminal_that_was_closed_stops_no_step() -> None:
    console = Console(file=ClosedTerminal(), force_terminal=True)
    live = output.LiveProgress(Lines(console=console, auto_refresh=False))
    for done in range(3):
        live("reading", done, 3)


def test_a_terminal_that_was_closed_before_it_began_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", ClosedTerminal())
    with output.progress() as tell:
        tell("reading", 1, 3)
    with pytest.raises(ValueError, match="ours"), output.progress():
        raise ValueError("ours")
