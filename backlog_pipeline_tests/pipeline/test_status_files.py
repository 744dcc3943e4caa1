"""Files in ``docs/status``: ours are replaced, a person's never, and nothing leaves the repository."""

import os
from pathlib import Path

import pytest

from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.pipeline.status_files import Outcome, write_status
from backlog_pipeline.report.seal import Kind, seal

NAME = "autonomous-development-report-2026-03-14.md"
FIRST = seal(b"# Report\n\nOpen: 3\n", Kind.MARKDOWN)
SECOND = seal(b"# Report\n\nOpen: 4\n", Kind.MARKDOWN)


def place(root: Path) -> Path:
    return root / "docs" / "status" / NAME


def outcome(root: Path, data: bytes) -> Outcome:
    (file,) = write_status(root, {NAME: data})
    assert file.name == f"docs/status/{NAME}"
    return file.outcome


def test_the_folder_is_made_and_the_file_written(tmp_path: Path):
    assert outcome(tmp_path, FIRST) is Outcome.WRITTEN
    assert place(tmp_path).read_bytes() == FIRST


def test_a_file_with_the_same_bytes_is_not_touched(tmp_path: Path):
    write_status(tmp_path, {NAME: FIRST})
    os.utime(place(tmp_path), ns=(1, 1))
    assert outcome(tmp_path, FIRST) is Outcome.UNCHANGED
    assert place(tmp_path).stat().st_mtime_ns == 1


def test_a_file_of_ours_is_replaced(tmp_path: Path):
    write_status(tmp_path, {NAME: FIRST})
    assert outcome(tmp_path, SECOND) is Outcome.WRITTEN
    assert place(tmp_path).read_bytes() == SECOND


def test_a_file_that_a_person_edited_is_kept_and_said_with_the_next_step(tmp_path: Path):
    write_status(tmp_path, {NAME: FIRST})
    edited = FIRST.replace(b"Open: 3", b"Open: 3 (one is a duplicate)")
    place(tmp_path).write_bytes(edited)
    (kept,) = write_status(tmp_path, {NAME: SECOND})
    assert kept.outcome is Outcome.KEPT
    assert "edited" in kept.reason
    assert f"rename or remove docs/status/{NAME}" in kept.next_step
    assert place(tmp_path).read_bytes() == edited


def test_a_file_of_another_program_is_kept(tmp_path: Path):
    place(tmp_path).parent.mkdir(parents=True)
    place(tmp_path).write_bytes(b'{"timestamp": "2025-07-26T12:00:00Z"}')
    assert outcome(tmp_path, FIRST) is Outcome.KEPT


def test_after_the_person_moved_the_file_away_ours_is_written_again(tmp_path: Path):
    place(tmp_path).parent.mkdir(parents=True)
    place(tmp_path).write_bytes(b"mine")
    write_status(tmp_path, {NAME: FIRST})
    place(tmp_path).rename(tmp_path / "mine.md")
    assert outcome(tmp_path, FIRST) is Outcome.WRITTEN


def test_a_copy_that_git_checked_out_with_crlf_is_never_taken_for_a_persons(tmp_path: Path):
    place(tmp_path).parent.mkdir(parents=True)
    place(tmp_path).write_bytes(FIRST.replace(b"\n", b"\r\n"))
    assert outcome(tmp_path, FIRST) is Outcome.UNCHANGED
    assert outcome(tmp_path, SECOND) is Outcome.WRITTEN


def test_one_kept_file_does_not_hold_the_others(tmp_path: Path):
    place(tmp_path).parent.mkdir(parents=True)
    place(tmp_path).write_bytes(b"mine")
    done = write_status(tmp_path, {"z.svg": FIRST, NAME: FIRST, "a.json": FIRST})
    assert [(file.name.rpartition("/")[2], file.outcome) for file in done] == [
        ("a.json", Outcome.WRITTEN),
        (NAME, Outcome.KEPT),
        ("z.svg", Outcome.WRITTEN),
    ]


def test_the_snapshot_is_written_last(tmp_path: Path):
    unwritable = "x" * 300 + ".svg"
    with pytest.raises(RepositoryError):
        write_status(tmp_path, {"a.json": FIRST, unwritable: FIRST})
    assert not list(place(tmp_path).parent.iterdir())


@pytest.mark.parametrize("linked", ["docs", "docs/status"])
@pytest.mark.parametrize("leads_to", ["inside", "outside", "nowhere"])
def test_a_folder_that_is_a_symbolic_link_is_refused(tmp_path: Path, linked: str, leads_to: str):
    root, target = (
        tmp_path / "repository",
        {"inside": "repository/site", "outside": "elsewhere"}.get(leads_to),
    )
    (root / "site").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (root / linked).parent.mkdir(exist_ok=True)
    (root / linked).symlink_to(tmp_path / (target or "nothing"))
    with pytest.raises(RepositoryError, match="symbolic link"):
        write_status(root, {NAME: FIRST})
    assert not list((tmp_path / "elsewhere").rglob("*"))
    assert not list((root / "site").rglob("*"))


@pytest.mark.parametrize("leads_to", ["elsewhere.md", "nothing.md"])
def test_a_file_that_is_a_symbolic_link_is_kept(tmp_path: Path, leads_to: str):
    (tmp_path / "elsewhere.md").write_bytes(FIRST)
    place(tmp_path).parent.mkdir(parents=True)
    place(tmp_path).symlink_to(tmp_path / leads_to)
    assert outcome(tmp_path, SECOND) is Outcome.KEPT
    assert (tmp_path / "elsewhere.md").read_bytes() == FIRST
    assert not (tmp_path / "nothing.md").exists()


def test_a_folder_in_the_place_of_a_file_is_kept(tmp_path: Path):
    place(tmp_path).mkdir(parents=True)
    assert outcome(tmp_path, FIRST) is Outcome.KEPT


@pytest.mark.parametrize("in_the_way", ["docs", "docs/status"])
def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path, in_the_way: str):
    (tmp_path / in_the_way).parent.mkdir(exist_ok=True)
    (tmp_path / in_the_way).write_text("mine")
    with pytest.raises(RepositoryError, match="no folder"):
        write_status(tmp_path, {NAME: FIRST})
    assert (tmp_path / in_the_way).read_text() == "mine"


@pytest.mark.parametrize("name", ["../escape.md", "sub/file.md", "/tmp/x.md", "", "."])
def test_a_name_that_is_a_path_is_refused(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="a name"):
        write_status(tmp_path, {name: FIRST})
    assert not list(tmp_path.rglob("*.md"))


def test_a_file_that_cannot_be_written_is_one_line_of_ours(tmp_path: Path):
    with pytest.raises(RepositoryError) as raised:
        write_status(tmp_path, {"x" * 300 + ".md": FIRST})
    assert "\n" not in str(raised.value)
    assert "Next: " in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_read_only_folder_is_one_line_of_ours(tmp_path: Path):
    tmp_path.chmod(0o555)
    with pytest.raises(RepositoryError, match=r"Permission denied.*Next: "):
        write_status(tmp_path, {NAME: FIRST})
    tmp_path.chmod(0o755)


def test_a_folder_that_cannot_be_made_is_one_line_of_ours():
    with pytest.raises(RepositoryError, match=r"could not be made.*Next: "):
        write_status(Path("/proc/self"), {NAME: FIRST})


def test_nothing_is_left_beside_the_files(tmp_path: Path):
    for data in (FIRST, SECOND, FIRST):
        write_status(tmp_path, {NAME: data})
    assert [path.name for path in place(tmp_path).parent.iterdir()] == [NAME]
