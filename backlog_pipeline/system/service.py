"""Long-lived child processes: start a service, see whether it runs, stop it with all its children."""

import contextlib
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from backlog_pipeline.errors import UsageError

_GRACE_SECONDS = 10.0
_LOOPBACK = "127.0.0.1"


class Service:
    """A child process in a group of its own; what it prints goes to ``log``, which starts anew.

    ``cwd`` should be a folder of ours: Python looks for modules where it is started.
    """

    def __init__(
        self, name: str, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as stream:
            self._process = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def exit_code(self) -> int | None:
        """``None`` while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """TERM to its whole group, ten seconds, then KILL to whatever is left of the group."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[None]:
    """TERM, INT and HUP become ``KeyboardInterrupt`` inside the block, whatever was set before.

    A background job of a non-interactive shell starts with INT ignored, and hands that to its
    children; with handlers of our own the children start with the default again.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def loopback_port(wanted: int | None, *, first: int, count: int = 50) -> int:
    """``wanted`` if it is free, or the first free port from ``first`` on when none was wanted.

    Raises:
        UsageError: that port is taken, or all of them are.
    """
    for port in range(first, first + count) if wanted is None else (wanted,):
        if _is_free(port):
            return port
    taken = f"port {wanted} is" if wanted is not None else f"the ports {first} to {first + count - 1} are"
    raise UsageError(f"{taken} in use", next_step="give a free one with --port")


def answers(url: str, *, timeout: float = 2.0) -> bool:
    """Whether a server on this machine answers an HTTP request with success."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True
