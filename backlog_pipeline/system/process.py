"""Run a program to its end, within a time limit, and end its children with it.

Arguments are a list and never meet a shell; standard input is closed unless text is given.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backlog_pipeline.errors import ToolError, ToolMissing, ToolTimeout

_GRACE_SECONDS = 2.0
_TAIL_CHARS = 400
_TAIL_LINES = 40
_LINE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code (negative: the signal) and what it printed."""

    argv: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def error_tail(self) -> str:
        """The last part of standard error, on one line, for a message."""
        return " ".join(self.stderr.decode("utf-8", "replace").split())[-_TAIL_CHARS:]


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    timeout: float = 600.0,
) -> Ended:
    """Run ``argv`` in its own process group and wait; every exit code is returned, not raised.

    Args:
        env: the whole environment of the program; ``None`` passes ours.
        timeout: seconds; after it the group gets TERM, then KILL.

    Raises:
        ToolMissing: the program does not exist.
        ToolTimeout: it did not end in time.
    """
    process = _start(argv, cwd, env, has_input=stdin is not None)
    try:
        stdout, stderr = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise _timed_out(argv[0], timeout) from error
    finally:
        if process.returncode is None:  # too late, or we were stopped ourselves
            end_group(process)
    return Ended(tuple(argv), process.returncode, stdout, stderr)


def begin(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], errors: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Start a program that answers through pipes; what it complains about goes to the file ``errors``.

    Whoever starts one ends it; it also ends with us, if it stops at the end of its input.

    Raises:
        ToolMissing: the program does not exist.
    """
    return _start(argv, cwd, env, has_input=True, errors=errors)


class Watched:
    """A program that runs beside us; each line of its standard error is handed over as it comes.

    Standard output is thrown away, so that a program which prints cannot spoil anything; the last
    lines of standard error are kept for a message. A line without end comes in pieces of 64 KB.
    ``on_line`` runs in another thread and must not raise. Whoever starts one waits for it or closes it.

    Raises:
        ToolMissing: the program does not exist.
    """

    def __init__(
        self,
        argv: Sequence[str],
        on_line: Callable[[str], None],
        *,
        env: Mapping[str, str] | None = None,
        timeout: float,
    ) -> None:
        self._argv, self._timeout = tuple(argv), timeout
        self._ends_at = time.monotonic() + timeout
        self._tail: deque[bytes] = deque(maxlen=_TAIL_LINES)
        self._is_closed = False
        self._process = _start(argv, None, env, has_input=False, keeps_stdout=False)
        arguments = (self._process, self._tail, on_line)
        self._reader = threading.Thread(target=_hand_over, args=arguments, daemon=True)
        self._reader.start()

    @property
    def is_running(self) -> bool:
        """Whether it, or a child of it that may still speak, is running."""
        return self._reader.is_alive()

    def wait(self) -> Ended:
        """How it ended. Raises ``ToolTimeout`` when it takes longer, counted from its start."""
        try:
            self._process.wait(max(0.0, self._ends_at - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            raise _timed_out(self._argv[0], self._timeout) from error
        finally:
            self.close()
        return Ended(self._argv, self._process.returncode, b"", b"".join(self._tail))

    def close(self) -> None:
        """End it with its children, as far as they have not ended by themselves."""
        if not self._is_closed:  # afterwards its number may be another program's
            self._is_closed = True
            end_group(self._process)
            self._reader.join(_GRACE_SECONDS)


def watch(
    argv: Sequence[str],
    on_line: Callable[[str], None],
    *,
    env: Mapping[str, str] | None = None,
    timeout: float,
) -> Ended:
    """Run ``argv`` to its end, watched. Raises as ``run`` does."""
    return Watched(argv, on_line, env=env, timeout=timeout).wait()


def check(ended: Ended, *, next_step: str) -> bytes:
    """What the program printed, if it ended with 0. Raises ``ToolError`` otherwise."""
    if ended.code != 0:
        shown = " ".join(ended.argv[:3])
        raise ToolError(f"`{shown}` ended with {ended.code}: {ended.error_tail}", next_step=next_step)
    return ended.stdout


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End a process started by us and all its children: TERM, two seconds, KILL."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)


def _hand_over(
    process: "subprocess.Popen[bytes]", tail: deque[bytes], on_line: Callable[[str], None]
) -> None:
    if process.stderr is None:
        return
    while line := process.stderr.readline(_LINE_BYTES):
        tail.append(line)
        on_line(line.decode("utf-8", "replace").rstrip("\n"))


def _timed_out(program: str, timeout: float) -> ToolTimeout:
    return ToolTimeout(
        f"{program} did not end within {timeout:g} s", next_step="try again, or raise its time limit"
    )


def _start(
    argv: Sequence[str],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    *,
    has_input: bool,
    keeps_stdout: bool = True,
    errors: IO[bytes] | None = None,
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
            stdout=subprocess.PIPE if keeps_stdout else subprocess.DEVNULL,
            stderr=subprocess.PIPE if errors is None else errors,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        if cwd is not None and not cwd.exists():
            raise ToolError(
                f"{cwd} is not there any more, so {argv[0]} could not be run in it",
                next_step="see who removed it",
            ) from error
        raise ToolMissing(
            f"{argv[0]} was not found", next_step=f"install {argv[0]} and make sure it is on PATH"
        ) from error
