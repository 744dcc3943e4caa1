"""A process that runs Bandit: ``python -m backlog_pipeline.scanners.bandit_worker``.

A task is the path of a file, a NUL and the file's bytes; the answer is its outcome as JSON text.
"""

from backlog_pipeline.scanners.bandit import BanditFile
from backlog_pipeline.scanners.bandit_engine import Engine
from backlog_pipeline.system.frames import answer_tasks

_CPU_SECONDS = 60.0
_MEMORY_BYTES = 4 * 2**30


def main() -> None:
    """Check files until there are no more."""
    engine = Engine()

    def answer(task: bytes) -> bytes:
        path, _, data = task.partition(b"\0")
        outcome: BanditFile = engine.check(path.decode("utf-8", "surrogateescape"), data)
        return outcome.dumps().encode()

    answer_tasks(answer, cpu_seconds=_CPU_SECONDS, memory_bytes=_MEMORY_BYTES)


if __name__ == "__main__":
    main()
