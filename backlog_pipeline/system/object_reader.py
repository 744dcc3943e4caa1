"""A ``git cat-file`` that stays and answers question after question."""

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import IO, cast

from backlog_pipeline.errors import ToolError
from backlog_pipeline.system import git, process

_TAIL_CHARS = 400


@dataclass(frozen=True, slots=True)
class GitObject:
    """An object of git: its id, size in bytes, and content where that was asked for."""

    id: str
    size: int = 0
    data: bytes = b""

    @property
    def is_missing(self) -> bool:
        """Whether git has no such object here."""
        return not self.id


class ObjectReader:
    """Reads objects of the repository at ``path``; git is started when it is first asked.

    ``mode`` is ``--batch`` for contents or ``--batch-check`` for sizes alone. Threads wait for each
    other. Git ends with us: it reads our questions from a pipe, and stops at its end.
    """

    def __init__(self, path: Path, mode: str) -> None:
        self._path = path
        self._mode = mode
        self._lock = threading.Lock()
        self._process: Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def ask(self, names: Sequence[str]) -> list[GitObject]:
        """The objects of these names, in this order.

        At most some hundred at once: questions must fit into a pipe, since nobody reads the answers
        while they are written.

        Raises:
            ToolError: git ended, or did not understand.
            ToolMissing: there is no git.
        """
        if any("\n" in name for name in names):
            raise ToolError("a name of a git object has a line end in it", next_step="give a commit's id")
        with self._lock:
            is_answered = False
            try:
                running = self._process or self._start()
                stdin = cast("IO[bytes]", running.stdin)
                stdin.write("".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))
                stdin.flush()
                answers = [self._answer(cast("IO[bytes]", running.stdout)) for _ in names]
                is_answered = True
            except (OSError, EOFError) as error:
                raise self._broken() from error
            finally:
                if not is_answered:  # an answer that was read in half would be taken for the next one
                    self._stop()
            return answers

    def close(self) -> None:
        """End git."""
        with self._lock:
            self._stop()

    def _answer(self, stdout: IO[bytes]) -> GitObject:
        words = stdout.readline().split()
        if not words:
            raise EOFError
        if len(words) != 3 or not words[2].isdigit():
            return GitObject("")  # "NAME missing", "NAME ambiguous"
        size = int(words[2])
        if self._mode != "--batch":
            return GitObject(words[0].decode(), size)
        data = stdout.read(size + 1)
        if len(data) <= size:
            raise EOFError
        return GitObject(words[0].decode(), size, data[:-1])

    def _start(self) -> "Popen[bytes]":
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        self._process = process.begin(
            git.command("cat-file", self._mode), cwd=self._path, env=git.environment(), errors=self._errors
        )
        return self._process

    def _broken(self) -> ToolError:
        said = ""
        if self._errors is not None:
            self._errors.seek(0)
            said = " ".join(self._errors.read().decode("utf-8", "replace").split())[-_TAIL_CHARS:]
        self._stop()
        return ToolError(
            f"`git cat-file` ended: {said or 'it said nothing'}",
            next_step=f"run `git fsck` in {self._path}",
        )

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        if self._errors is not None:
            self._errors.close()
        self._process = self._errors = None
