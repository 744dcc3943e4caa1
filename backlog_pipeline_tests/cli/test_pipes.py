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


class Terminal(io.StringIO):
    """A terminal whose window may be closed; it counts what was written to it in vain."""

    def __init__(self, *, is_closed: bool) -> None:
        super().__init__()
        self.is_gone, self.refused = is_closed, 0

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.is_gone:
            self.refused += 1
            raise OSError(errno.EIO, "Input/output error")
        return super().write(text)


def test_a_terminal_that_is_closed_on_the_way_stops_no_step_and_is_not_asked_again() -> None:
    terminal = Terminal(is_closed=False)
    lines = Lines(console=Console(file=terminal, force_terminal=True), auto_refresh=False)
    lines.start()
    live = output.LiveProgress(lines)
    live("reading", 0, 3)
    assert "reading" in terminal.getvalue()
    terminal.is_gone = True
    for done in (1, 2, 3):
        live("writing", done, 3)
    assert terminal.refused == 1


def test_a_terminal_that_was_closed_before_it_began_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(is_closed=True)
    monkeypatch.setattr(sys, "stderr", terminal)
    with output.progress() as tell:
        tell("reading", 1, 3)
    assert terminal.refused
    with pytest.raises(ValueError, match="ours"), output.progress():
        raise ValueError("ours")
