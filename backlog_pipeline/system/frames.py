"""Messages over pipes, and the side of a worker process: read a task, answer it, until the end.

A frame is a length of four bytes, most significant first, and that many bytes.
"""

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import IO

_LENGTH_BYTES = 4


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Send one frame."""
    stream.write(len(data).to_bytes(_LENGTH_BYTES, "big"))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame, or ``None`` where the stream ends before a whole one."""
    header = stream.read(_LENGTH_BYTES)
    if len(header) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(header, "big")
    data = stream.read(length)
    return data if len(data) == length else None


def answer_tasks(answer: Callable[[bytes], bytes], *, cpu_seconds: float, memory_bytes: int) -> None:
    """The main loop of a worker: say that it is ready, then answer frames until the input ends.

    Whatever ``answer`` prints goes to standard error. A task that takes more than ``cpu_seconds`` of
    processor time ends the process by ``SIGPROF``; one that wants more than ``memory_bytes`` gets a
    ``MemoryError``.
    """
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.suppress(ValueError, OSError):  # not every system can limit memory
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        write_frame(replies, b"ready")
        while (task := read_frame(sys.stdin.buffer)) is not None:
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            reply = answer(task)
            signal.setitimer(signal.ITIMER_PROF, 0)
            write_frame(replies, reply)
