"""Two runs at once, and a run that is killed in the middle of a save: whole files, no run left "started"."""

import signal
from pathlib import Path

import pytest
import yaml

from backlog_pipeline.model.event import EventKind
from backlog_pipeline_tests.bad_input.place import Place, build

KILLED_IN_SAVE = """
import os, signal
from pathlib import Path

replace = Path.replace

def killed(self, target):
    if Path(target).name == "backlog.yml":
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)

Path.replace = killed
from backlog_pipeline.cli.main import run_and_exit
run_and_exit()
"""
BEFORE = "# ours\nmetadata: {}\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = build(tmp_path)
    made.file.write_text(BEFORE)
    return made


def check_whole(place: Place) -> None:
    """Ledger and file say the same, nothing twice; the file keeps what the person wrote."""
    opened = [e.event.item for e in place.entries() if e.event.kind is EventKind.ITEM_OPENED]
    assert len(opened) == len(set(opened)) == 2
    text = place.file.read_text()
    assert text.startswith("# ours\n")
    sections = [rows for rows in yaml.safe_load(text).values() if isinstance(rows, list)]
    assert sorted(row["id"] for rows in sections for row in rows) == sorted(opened)


def test_two_runs_at_once_both_end_well(place: Place) -> None:
    started = [place.start("run"), place.start("run")]
    for process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "2 open items" in out
    check_whole(place)
    assert set(place.runs().values()) == {"SUCCESS"}


def test_a_run_killed_in_a_save_leaves_whole_files_and_the_next_run_mends_it(place: Place) -> None:
    process = place.start("run", code=KILLED_IN_SAVE)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert place.file.read_text() == BEFORE
    found = place.entries()
    assert [e.event.kind for e in found].count(EventKind.ITEM_OPENED) == 2
    (lost,) = place.runs()
    assert place.runs() == {lost: "STARTED"}

    ended = place.backlog("run")
    assert ended.code == 0, ended.err
    assert "2 open items, nothing new" in ended.out
    assert place.entries()[: len(found)] == found
    check_whole(place)
    after = place.runs()
    assert after.pop(lost) == "FAILURE"
    assert set(after.values()) == {"SUCCESS"}  # the run, and where a new day began its measuring
    assert set(place.repository.git("status", "--porcelain").splitlines()) <= {"?? backlog.yml", "?? docs/"}
