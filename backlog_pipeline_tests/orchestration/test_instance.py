"""Dagster's state is made once, whoever comes first."""

import subprocess
import sys
from pathlib import Path

from backlog_pipeline.orchestration import instance

OPEN = """
import sys, time
from pathlib import Path
from backlog_pipeline.orchestration import instance

home, mine, other = map(Path, sys.argv[1:])
mine.touch()
deadline = time.monotonic() + 60
while not other.exists() and time.monotonic() < deadline:
    time.sleep(0.001)
with instance.for_command_line(home) as dagster:
    print(len(dagster.get_runs()))
"""


def test_two_processes_that_open_it_first_at_once_both_can_and_so_can_the_next(tmp_path: Path) -> None:
    signs = [str(tmp_path / "one"), str(tmp_path / "two")]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(tmp_path / "home"), mine, other],
            cwd=Path(__file__).parent.parent.parent, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for mine, other in (signs, signs[::-1])
    ]  # fmt: skip
    ended = [(*process.communicate(timeout=90), process.returncode) for process in started]
    assert ended == [("0\n", "", 0), ("0\n", "", 0)]
    with instance.for_command_line(tmp_path / "home") as dagster:
        assert list(dagster.get_runs()) == []
