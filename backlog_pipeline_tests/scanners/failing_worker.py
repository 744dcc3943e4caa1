"""Bandit's worker with files that crash it and files that never end."""

import os
import signal

from backlog_pipeline.scanners.bandit_engine import Engine
from backlog_pipeline.system.frames import answer_tasks

ENGINE = Engine()


def answer(task: bytes) -> bytes:
    path, _, data = task.partition(b"\0")
    if data == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    while data == b"spin":
        pass
    return ENGINE.check(path.decode(), data).dumps().encode()


if __name__ == "__main__":
    answer_tasks(answer, cpu_seconds=1.0, memory_bytes=2**32)
