"""Two processes that run on one repository at the same time."""

import os
import re
import subprocess
import sys
from pathlib import Path

from backlog_pipeline.model.event import EventKind
from backlog_pipeline_tests.pipeline.house import House

PACKAGE = Path(__file__).parents[2]


TWO = """
import sys, time
from pathlib import Path
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.pipeline.house import House

home, repository, mine, other = map(Path, sys.argv[1:])
house = House(home, GitRepository(repository))

def look(source, state):
    made = house.look(source, state)
    mine.touch()
    deadline = time.monotonic() + 60
    while not other.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    return made

print(len(house.run(scan=look).ids))
"""


def test_two_processes_at_once_both_end_well_and_open_nothing_twice(house: House, tmp_path: Path) -> None:
    house.file.write_text("# ours\nmetadata: {}\n")
    signs = [str(tmp_path / "one"), str(tmp_path / "two")]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TWO, str(house.home), str(house.repository.path), mine, other],
            cwd=PACKAGE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
        )
        for mine, other in (signs, signs[::-1])
    ]  # fmt: skip
    ended = [(*process.communicate(timeout=60), process.returncode) for process in started]
    assert ended == [("3\n", "", 0), ("3\n", "", 0)]
    assert house.kinds().count(EventKind.ITEM_OPENED) == 3
    text = house.file.read_text()
    assert text.startswith("# ours\n")
    named = [line for line in text.splitlines() if re.match(r"\s*- id: bl-", line)]
    assert len(named) == len(set(named)) == 3
    assert house.run().backlog.events_written == 0
