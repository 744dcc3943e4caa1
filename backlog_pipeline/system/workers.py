"""Worker processes that answer task after task; one that dies loses the task it had, and no other.

The parent sends a task as one frame and waits for one frame back (a frame is a length of four bytes
and that many bytes), so it always knows which task a dead worker was at. Workers end with us: they
read tasks from a pipe of ours and stop at its end, also when we are killed. A worker bounds the
processor time of each task by itself (``answer_tasks``), which holds even when the task never
returns to Python and when nobody watches any more.
"""

import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Generic, TypeVar, cast

from backlog_pipeline.errors import ToolError
from backlog_pipeline.system.frames import read_frame, write_frame

_TAIL_CHARS = 400
_MOST_DEATHS = 50
_WALL_SECONDS = 600.0
_ROOT = Path(__file__).resolve().parents[2]

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task: the worker's bytes, or why there are none."""

    data: bytes = b""
    lost: str = ""


def ask_all(
    module: str, tasks: Iterable[tuple[Key, bytes]], *, jobs: int, wall_seconds: float = _WALL_SECONDS
) -> Iterator[tuple[Key, Answer]]:
    """Let ``jobs`` processes of ``python -m module`` answer the tasks; yields answers as they come.

    A task is a key of the caller's and its bytes; each key is answered once. A worker that ends, or
    is silent for ``wall_seconds``, is replaced, and its task is answered with the reason.

    Raises:
        ToolError: the workers cannot start, or die again and again.
    """
    pool = _Pool(module, iter(tasks), wall_seconds)
    threads = [threading.Thread(target=pool.serve, daemon=True) for _ in range(max(1, jobs))]
    for thread in threads:
        thread.start()
    try:
        yield from pool.collect(len(threads))
    finally:
        pool.stop()
        for thread in threads:
            thread.join()


def safe_python() -> tuple[tuple[str, ...], dict[str, str]]:
    """How to start this Python so that no file of the current folder can be imported.

    The command and its environment: our own package is found, also where it is not installed;
    entries of ``PYTHONPATH`` that depend on the current folder are left out, and ``-P`` keeps that
    folder out of the search path.
    """
    kept = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if Path(p).is_absolute()]
    is_installed = _ROOT.name in ("site-packages", "dist-packages")
    path = os.pathsep.join(kept if is_installed else [*kept, str(_ROOT)])
    return (sys.executable, "-P"), dict(os.environ) | {"PYTHONPATH": path}


@dataclass(slots=True)
class _Pool(Generic[Key]):
    module: str
    tasks: Iterator[tuple[Key, bytes]]
    wall_seconds: float
    answers: "queue.SimpleQueue[tuple[Key, Answer] | Exception | None]" = field(
        default_factory=queue.SimpleQueue
    )
    lock: threading.Lock = field(default_factory=threading.Lock)
    running: "set[_Worker]" = field(default_factory=set)
    deaths: int = 0
    is_stopped: bool = False

    def serve(self) -> None:
        """Answer tasks with one worker after the other, in a thread, until none is left."""
        worker: _Worker | None = None
        try:
            while (task := self._next()) is not None:
                worker = worker or self._start()
                answer = worker.ask(task[1], self.wall_seconds)
                if answer.lost:
                    self._bury(worker)
                    worker = None
                    self._count_death()
                self.answers.put((task[0], answer))
        except Exception as error:  # noqa: BLE001  handed to the caller's thread, which raises it
            self.answers.put(error)
        finally:
            if worker:
                self._bury(worker)
            self.answers.put(None)

    def collect(self, threads: int) -> Iterator[tuple[Key, Answer]]:
        """The answers of all threads; an error of one is raised."""
        while threads:
            answer = self.answers.get()
            if isinstance(answer, Exception):
                raise answer
            if answer is None:
                threads -= 1
            else:
                yield answer

    def stop(self) -> None:
        """End every worker now."""
        with self.lock:
            self.is_stopped = True
            for worker in self.running:
                worker.process.kill()

    def _next(self) -> tuple[Key, bytes] | None:
        with self.lock:
            return None if self.is_stopped else next(self.tasks, None)

    def _start(self) -> "_Worker":
        worker = _Worker(self.module)
        with self.lock:
            self.running.add(worker)
            if self.is_stopped:
                worker.process.kill()
        worker.greet(self.wall_seconds)
        return worker

    def _bury(self, worker: "_Worker") -> None:
        worker.close()
        with self.lock:
            self.running.discard(worker)

    def _count_death(self) -> None:
        with self.lock:
            self.deaths += 1
        if self.deaths > _MOST_DEATHS:
            raise ToolError(
                f"more than {_MOST_DEATHS} processes of {self.module} died",
                next_step="see whether memory runs out",
            )


class _Worker:
    """One process; knows nothing of other workers."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        command, environment = safe_python()
        self.process = subprocess.Popen(
            [*command, "-m", module],
            cwd="/",
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
        )
        self._tasks = cast("IO[bytes]", self.process.stdin)  # pipes, by construction
        self._answers = cast("IO[bytes]", self.process.stdout)

    def greet(self, wall_seconds: float) -> None:
        """Wait until it is ready. Raises ``ToolError`` with the end of what it complained about."""
        if self._receive(wall_seconds).lost:
            tail = self._complaint()
            self.close()
            raise ToolError(
                f"{self.module} did not start: {tail}", next_step="install the package again, then try again"
            )

    def ask(self, task: bytes, wall_seconds: float) -> Answer:
        """Its answer, or why it gave none; after that it is of no more use."""
        try:
            write_frame(self._tasks, task)
        except OSError:
            return Answer(lost=self._how_it_ended())
        return self._receive(wall_seconds)

    def close(self) -> None:
        """End it and free what it holds."""
        self.process.kill()
        self.process.communicate()
        self.errors.close()

    def _receive(self, wall_seconds: float) -> Answer:
        poll = select.poll()
        poll.register(self._answers, select.POLLIN | select.POLLHUP)
        if not poll.poll(wall_seconds * 1000):
            return Answer(lost=f"no answer within {wall_seconds:g} s")
        data = read_frame(self._answers)
        return Answer(lost=self._how_it_ended()) if data is None else Answer(data)

    def _how_it_ended(self) -> str:
        code = self.process.wait()
        if code == -signal.SIGPROF:
            return "it took too much processor time"
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
        return f"its process ended with {code}"

    def _complaint(self) -> str:
        self.process.kill()
        self.process.wait()
        self.errors.seek(0)
        return " ".join(self.errors.read().decode("utf-8", "replace").split())[-_TAIL_CHARS:]
