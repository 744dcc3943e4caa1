"""Where words go: data to standard output, talk and progress to standard error."""

import codecs
import errno
import io
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

import click

from backlog_pipeline.cli import typed
from backlog_pipeline.errors import StateError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Progress = Callable[[str, int, int], None]
PIPE_WIDTH = 10_000
_ANY_TEXT = "backlog-any-text"
_SURROGATE = re.compile("[\ud800-\udfff]")
_QUIET_SECONDS = 10.0
_unread: list[IO[str]] = []


def accept_any_text() -> None:
    """Let standard output and error take any text: what their encoding lacks does not end a command.

    Bytes of a file name that are no text go out as they are, so that a path can be copied; signs
    that the encoding does not have are escaped.
    """
    codecs.register_error(_ANY_TEXT, _written_anyhow)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ANY_TEXT)


def _written_anyhow(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    rest = error.object[error.start : error.end]
    written = (
        c.encode("ascii", "surrogateescape" if "\udc80" <= c <= "\udcff" else "backslashreplace")
        for c in rest
    )
    return b"".join(written), error.end


def say(line: str = "") -> None:
    """One line of talk; the commands in it can be typed as they are printed."""
    click.echo(typed.with_program(line), err=True)


def lines(rows: Iterable[str]) -> None:
    """Lines of data."""
    with _writing():
        for row in rows:
            click.echo(row)


def data(value: object) -> None:
    r"""Data as JSON, indented, readable in any language, with a newline at its end.

    Bytes of a file name that are no text are escaped (``\udce9``): JSON is UTF-8, whatever the name.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False)
    with _writing():
        click.echo(_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def table(rendered: "RenderableType") -> None:
    """A table as data: as wide as the terminal, and never cut where nobody looks at it."""
    with _writing():
        console(sys.stdout).print(rendered)


def console(stream: IO[str]) -> "Console":
    """A console that has colours only on a terminal without ``NO_COLOR``."""
    from rich.console import Console

    width = None if stream.isatty() or os.environ.get("COLUMNS", "").isdigit() else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def width() -> int:
    """How many columns the reader has: the terminal's, 80 where there is none."""
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def table_width() -> int:
    """How wide a table may be: as the terminal, and without limit where nobody looks at it."""
    return width() if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else PIPE_WIDTH


def flush() -> None:
    """Write out what is left.

    Raises:
        StateError: standard output is full.
        BrokenPipeError: nobody reads it, or nobody read all of the progress.
    """
    with _writing():
        sys.stdout.flush()
    if _unread:
        raise BrokenPipeError(errno.EPIPE, "nobody reads the progress")


def discard(stream: IO[str] | None = None) -> None:
    """Send what is still to be flushed nowhere, so that the interpreter does not complain at its end.

    That is standard output, unless another ``stream`` is given.
    """
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, (stream or sys.stdout).fileno())
    os.close(null)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard()
        raise StateError(
            f"standard output could not be written ({error.strerror})", next_step="free space there"
        ) from error


class PlainProgress:
    """Progress for a log file: each thing that is done once, and a sign of life every ten seconds."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` steps of ``what`` are done; ``total`` 0 is unknown."""
        now = time.monotonic()
        if what in self._last and (now - self._last[what] < _QUIET_SECONDS or done >= total):
            return
        self._last[what] = now
        self._say(f"{what} ..." if done == 0 or not total else f"{what} ... {done} of {total}")

    def _say(self, line: str) -> None:
        """Nobody reading is no reason for a step to fail: the work goes on, its end says so."""
        try:
            say(line)
        except BrokenPipeError:
            _unread.append(sys.stderr)
            discard(sys.stderr)


class LiveProgress:
    """Progress for a terminal: one moving line for each thing that is being done.

    A terminal that was closed is no reason for a step to fail: the work goes on without lines.
    """

    def __init__(self, lines: Any) -> None:
        self._lines = lines
        self._tasks: dict[str, Any] = {}
        self._is_seen = True

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` steps of ``what`` are done; ``total`` 0 is unknown."""
        try:
            if self._is_seen:
                self._tell(what, done, total)
        except OSError:
            self._is_seen = False

    def _tell(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._lines.add_task(what, total=total or None, count="")
        count = f"{done:,} of {total:,}" if total > 1 else ""
        self._lines.update(self._tasks[what], completed=done, total=total or None, count=count)


@contextmanager
def progress() -> Iterator[Progress]:
    """Something to tell progress to, that fits standard error; moving lines are gone at the end."""
    if not sys.stderr.isatty():
        yield PlainProgress()
        return
    from rich.progress import Progress as Lines
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(finished_text="·"),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[count]}", markup=False),
        TimeElapsedColumn(),
    )
    lines = Lines(*columns, console=console(sys.stderr), transient=True)
    try:
        with suppress(OSError):  # a terminal that was closed: see LiveProgress
            lines.start()
        yield LiveProgress(lines)
    finally:
        with suppress(OSError):
            lines.stop()
