"""merge, split and undo as a person types them, with a backlog file and without one."""

import json
from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import QUICK, Place
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture(params=["without a file", "with a file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A repository with two markers that was looked at once."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "backlog.toml").write_text(QUICK)
    repository = GitRepository(tmp_path / "shop")
    repository.write("src/a.py", "# TODO: split the parser\nx = 1\n")
    repository.write("src/b.py", "# FIXME: leaks a handle\ny = 1\n")
    repository.commit("start")
    place = Place(home, repository)
    if request.param == "with a file":
        assert place.backlog("init").code == 0
    assert place.backlog("run").code == 0
    return place


def ids(place: Place) -> tuple[str, str]:
    split, leak = (
        next(str(i["id"]) for i in place.items("--all") if word in str(i["title"]))
        for word in ("split", "leaks")
    )
    return split, leak


def said(place: Place, *words: str, code: int = 0) -> str:
    ended = place.backlog(*words)
    assert ended.code == code, ended.err
    return ended.out if code == 0 else ended.err


def file_of(place: Place) -> bytes | None:
    return place.file.read_bytes() if place.file.exists() else None


def test_merge_split_and_undo_say_what_they_did_and_the_file_follows(place: Place) -> None:
    split, leak = ids(place)
    before = place.items("--all")
    file = file_of(place)
    assert said(place, "merge", split, "--into", leak, "--reason", "one thing").startswith(
        f"{leak} stands for {split} now: FIXME: leaks a handle (READY, score "
    )
    if file is not None:
        assert f"merged_into: {leak}" in place.file.read_text()
    assert said(place, "merge", split, "--into", leak) == (
        f"{leak} is one item already and stands for {split}; nothing was changed.\n"
    )
    assert f"{split} is merged into {leak}" in said(place, "set", split, "job_size=2", code=2)
    shown = said(place, "show", leak)
    assert f"the same as {leak}, says a person since " in shown
    assert ": one thing" in shown
    life = said(place, "history", leak)
    assert f"stands for {split}" in life
    assert f"{split}  {split} is the same as {leak}, says a person: one thing" in life
    told = json.loads(said(place, "history", split, "--json"))
    assert {row["item"] for row in told["ledger"]} == {split, leak}
    held = place.items("--all")
    assert said(place, "undo", "--dry-run").startswith("To be taken back: `backlog merge` of 2")
    assert place.items("--all") == held
    ended = place.backlog("undo", leak)
    assert ended.out.startswith("Taken back: `backlog merge` of 2")
    assert place.items("--all") == before
    entry = ended.err.split("--entry ")[1].split("`")[0]
    assert said(place, "undo", "--entry", entry).startswith("Taken back: `backlog undo` of 2")
    assert place.items("--all") == held
    assert said(place, "split", split).startswith(f"{split} stands for itself now: TODO: split the parser")
    assert place.items("--all") == before
    assert file_of(place) == file


def test_the_next_run_has_nothing_to_add_to_what_was_merged_or_taken_back(place: Place) -> None:
    split, leak = ids(place)
    said(place, "merge", split, "--into", leak)
    held = place.items("--all")
    assert "1 open item, 1 merged; nothing" in said(place, "run")
    assert place.items("--all") == held
    said(place, "set", leak, "job_size=2", "status=DOING")
    said(place, "undo", leak)
    said(place, "undo", leak)
    assert "2 open items, nothing" in said(place, "run")


def test_merge_says_what_one_may_not_expect_of_the_target(place: Place) -> None:
    split, leak = ids(place)
    said(place, "dismiss", leak, "--reason", "by design")
    assert said(place, "merge", split, "--into", leak) == (
        f"{leak} is dismissed (by design), and {split} with it.\n"
    )
    said(place, "undo")
    said(place, "undo")
    said(place, "merge", split, "--into", leak)
    assert f"{leak} stood for {split} until now." in said(place, "merge", leak, "--into", split)
    assert "cannot be merged into itself" in said(place, "merge", leak, "--into", leak, code=2)
    said(place, "split", leak)
    place.repository.remove("src/b.py")
    place.repository.commit("mended")
    said(place, "run")
    told = said(place, "merge", split, "--into", leak)
    assert told.startswith(f"{leak} stands for {split} now: FIXME: leaks a handle (READY, score ")
    assert told.endswith(f"{leak} was done, and is open again: not all of it is done now.\n")


def test_a_link_moves_no_score_so_nothing_is_to_be_ranked(place: Place) -> None:
    split, leak = ids(place)
    link = (split, "causes", leak)
    for words in (("link", *link), ("unlink", *link), ("undo",)):
        ended = place.backlog(*words)
        assert ended.code == 0, ended.err
        assert "ranks it" not in ended.err
    assert "ranks it" in place.backlog("merge", split, "--into", leak).err


def test_a_split_by_a_file_that_is_not_there_is_refused_in_one_line(place: Place) -> None:
    split, _ = ids(place)
    refused = said(place, "split", split, "--path", "nofile.py", code=2)
    assert refused.startswith("error: ")
    assert refused.count("\n") == 1
