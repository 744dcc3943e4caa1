"""A worker for tests: does what a task says."""

import os
import signal
import time

from backlog_pipeline.system.frames import answer_tasks


def answer(task: bytes) -> bytes:
    verb, _, rest = task.decode().partition(" ")
    if verb == "exit":
        os._exit(int(rest))
    if verb == "signal":
        signal.signal(int(rest), signal.SIG_DFL)
        os.kill(os.getpid(), int(rest))
    if verb == "spin":
        while True:
            pass
    if verb in ("sleep", "wait"):
        time.sleep(3 if verb == "wait" else 60)
    if verb == "pid":
        return str(os.getpid()).encode()
    if verb == "print":
        print(rest)
        os.write(1, b"straight to the descriptor")
    return task


if __name__ == "__main__":
    answer_tasks(answer, cpu_seconds=0.5, memory_bytes=2**32)
