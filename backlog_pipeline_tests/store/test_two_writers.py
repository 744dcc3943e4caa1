"""Two processes write, one is killed: nothing that was acknowledged is lost, nothing is half there."""

import random
import subprocess
import sys
import time

from backlog_pipeline.store.ledger import Ledger

WRITER = """
import sys
from datetime import UTC, datetime
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store.ledger import Ledger
now = datetime(2026, 3, 1, tzinfo=UTC)
ledger = Ledger.open(sys.argv[1])
print("ready", flush=True)
for n in range(int(sys.argv[2])):
    data = [{"message": "m" * 3000, "of": i} for i in range(3)]
    batch = [Event("repo", EventKind.PROBLEM_SEEN, now, data=d) for d in data]
    print(ledger.append("repo", batch, learned_at=now)[-1].number, flush=True)
"""


def start(url: str, batches: int) -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", WRITER, url, str(batches)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def test_a_killed_writer_loses_nothing_acknowledged_and_leaves_nothing_half_written(url: str) -> None:
    seed = random.Random(7)
    Ledger.open(url).close()
    for _ in range(8):
        writer = start(url, 100_000)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        first = writer.stdout.readline()
        time.sleep(seed.uniform(0.01, 0.15))
        writer.kill()
        said = first + writer.stdout.read()
        acknowledged = [int(line) for line in said.splitlines(keepends=True) if line[-1] == "\n"]
        writer.wait()
        ledger = Ledger.open(url)
        ledger.check("repo")
        numbers = [e.number for e in ledger.entries("repo")]
        assert len(numbers) % 3 == 0
        assert acknowledged
        assert numbers[-1] >= acknowledged[-1]
        ledger.close()


def test_two_writers_at_once_make_one_whole_chain(url: str) -> None:
    writers = [start(url, 40) for _ in range(3)]
    assert [w.wait() for w in writers] == [0, 0, 0]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.close()
    ledger = Ledger.open(url)
    ledger.check("repo")
    found = [e.event.data["of"] for e in ledger.entries("repo")]
    assert found == [0, 1, 2] * 120
