"""Where a chain stood is noted outside of the ledger, and is on disk when an append returns."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline.errors import StateError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store.anchors import Anchor, Anchors
from backlog_pipeline.store.ledger import Ledger

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "anchors"


def problem(text: str) -> Event:
    return Event("repo", EventKind.PROBLEM_SEEN, NOW, data={"message": text})


def test_each_append_notes_its_last_entry(tmp_path: Path, folder: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", anchors=folder)
    first = ledger.append("repo", [problem("a"), problem("b")], learned_at=NOW)
    second = ledger.append("repo", [problem("c")], learned_at=NOW)
    assert ledger.append("repo", [], learned_at=NOW) == ()
    found = Anchors(folder).read("repo")
    assert found.anchors == (Anchor(2, first[-1].digest, NOW), Anchor(3, second[-1].digest, NOW))
    assert found.unreadable == ()
    assert Anchors(folder).repositories() == ("repo",)


def test_an_append_that_is_refused_notes_nothing(tmp_path: Path, folder: Path) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", anchors=folder)
    with pytest.raises(StateError):
        ledger.append("repo", [problem("late")], learned_at=NOW, expect_head="elsewhere")
    assert Anchors(folder).read("repo").anchors == ()


def test_a_ledger_without_a_folder_for_anchors_makes_none(tmp_path: Path) -> None:
    Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}").append("repo", [problem("a")], learned_at=NOW)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_where_nothing_was_noted_there_is_no_anchor_and_no_file_is_made(folder: Path) -> None:
    assert Anchors(folder).read("repo").anchors == ()
    assert Anchors(folder).repositories() == ()
    assert not folder.exists()


def test_lines_that_are_no_anchors_are_numbered_and_the_others_read(folder: Path) -> None:
    anchors = Anchors(folder)
    anchors.add("repo", 1, "aa", NOW)
    with (folder / "repo.jsonl").open("ab") as stream:
        stream.write(
            b'not json\n{"number": 2}\n[]\n{"at": "2026-03-01", "digest": "x", "number": 3}\n'
            b'{"at": "2026-03-01T00:00:00+00:00", "digest": 5, "number": 4}\n\xff\xfe\n\n'
        )
    anchors.add("repo", 9, "cc", NOW)
    found = anchors.read("repo")
    assert [a.number for a in found.anchors] == [1, 9]
    assert found.unreadable == (2, 3, 4, 5, 6, 7, 8)


def test_the_beginning_of_a_line_that_a_power_cut_left_is_no_anchor_and_goes_with_the_next(
    folder: Path,
) -> None:
    anchors = Anchors(folder)
    anchors.add("repo", 1, "aa", NOW)
    path = folder / "repo.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"at":"2026-03')
    assert [a.number for a in anchors.read("repo").anchors] == [1]
    assert anchors.read("repo").unreadable == ()
    anchors.add("repo", 2, "bb", NOW)
    assert path.read_bytes().startswith(whole)
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [1, 2]


def test_two_processes_that_note_at_once_do_not_mix_their_lines(folder: Path) -> None:
    code = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from backlog_pipeline.store.anchors import Anchors; anchors = Anchors(Path(sys.argv[1]));"
        "[anchors.add('repo', n, 'd' * 64, datetime.now(UTC)) for n in range(1, 101)]"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(folder)]) for _ in range(2)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    found = Anchors(folder).read("repo")
    assert (len(found.anchors), found.unreadable) == (200, ())


def test_an_anchor_that_cannot_be_written_says_that_the_entry_is_recorded(
    tmp_path: Path, folder: Path
) -> None:
    folder.write_text("a file where the folder should be")
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", anchors=folder)
    with pytest.raises(StateError, match="entry 1 of repo is recorded, but not noted in"):
        ledger.append("repo", [problem("a")], learned_at=NOW)
    assert len(list(ledger.entries("repo"))) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_one_clear_line(folder: Path) -> None:
    Anchors(folder).add("repo", 1, "aa", NOW)
    (folder / "repo.jsonl").chmod(0)
    with pytest.raises(StateError, match=r"cannot be read .* Next: make it a readable file"):
        Anchors(folder).read("repo")
