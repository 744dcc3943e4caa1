"""backlog history as a person types it: git's history and the ledger, told apart."""

import json
from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import OFFLINE, Place
from backlog_pipeline_tests.git_repository import GitRepository

_CALL = "import subprocess\n\n\ndef call(x):\n    subprocess.call(x, shell=True)\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two years of a comment: written before the first run, moved before the second, gone at the third."""
    home = tmp_path_factory.mktemp("home")
    (home / "backlog.toml").write_text(OFFLINE)
    repository = GitRepository(tmp_path_factory.mktemp("work") / "shop")
    place = Place(home, repository)
    repository.write("a.py", "x = 1\n# TODO: split the parsr of arguments\n")
    repository.write("call.py", _CALL)
    repository.commit("born")
    repository.write("a.py", "x = 1\n# TODO: split the parser of arguments\n")
    repository.commit("spelled")
    repository.move("a.py", "b.py")
    repository.commit("moved")
    assert place.backlog("run").code == 0
    assert place.backlog("add", "Call the bank").code == 0
    repository.write("b.py", "x = 1\ny = 2\n\n# TODO: split the parser of arguments\n")
    repository.commit("shifted")
    assert place.backlog("run").code == 0
    repository.write("b.py", "x = 1\ny = 2\n")
    repository.commit("gone")
    assert place.backlog("run").code == 0
    return place


def item(place: Place, word: str) -> str:
    (found,) = [row["id"] for row in place.items("--all") if word in row["title"]]
    return str(found)


def commits(place: Place) -> list[str]:
    return place.repository.git("log", "--reverse", "--format=%H").split()


def test_a_comment_is_told_from_its_first_wording_to_the_commit_that_removed_it(place: Place) -> None:
    born, spelled, moved, shifted, gone = commits(place)
    ended = place.backlog("history", item(place, "split")[3:])
    assert ended.code == 0, ended.err
    head, git, ledger = ended.out.split("\n\n")
    assert head.splitlines()[1:] == [
        "  DONE; born 2026-01-06, asked for by code_comments",
        f"  opened by Ana Example in {born[:12]} of 2026-01-05, in other words",
        f"  removed by Ana Example in {gone[:12]} of 2026-01-09",
        f"  seen gone at Ana Example in {gone[:12]} of 2026-01-09",
    ]
    assert [line.split() for line in git.splitlines()] == [
        f"What git's history tells, until commit {gone[:12]} of 2026-01-09".split(),
        f"2026-01-05 written a.py:2 by Ana Example in {born[:12]}".split(),
        ["split", "the", "parsr", "of", "arguments"],
        f"2026-01-06 reworded a.py:2 by Ana Example in {spelled[:12]}".split(),
        ["split", "the", "parser", "of", "arguments"],
        f"2026-01-07 moved b.py:2 by Ana Example in {moved[:12]}, from a.py".split(),
        f"2026-01-09 removed b.py:4 by Ana Example in {gone[:12]}".split(),
    ]
    assert f"opened: TODO: split the parser of arguments, in b.py:2 (at commit {moved[:12]})" in ledger
    assert f"b.py:2 is now b.py:4 (same line) (at commit {shifted[:12]})" in ledger
    assert "READY to DONE" in ledger.splitlines()[-1]
    assert "example.org" not in ended.out


def test_json_says_the_same_for_programs(place: Place) -> None:
    born, _, moved, _, gone = commits(place)
    found = json.loads(place.backlog("history", item(place, "split"), "--json").out)
    assert found["opened"] == {"commit": born, "author": "Ana Example", "at": "2026-01-05T12:00:00+00:00"}
    assert (found["removed"]["commit"], found["seen_gone_at"]["commit"]) == (gone, gone)
    assert (found["status"], found["git"]["until"]) == ("DONE", gone)
    (lived,) = found["git"]["places"]
    assert [(s["deed"], s["path"], s["line"], s["came_from"]) for s in lived["steps"]] == [
        ("written", "a.py", 2, None),
        ("written", "a.py", 2, None),
        ("moved", "b.py", 2, "a.py"),
        ("removed", "b.py", 4, None),
    ]
    assert (lived["stands_in"], lived["reason"]) == (None, "")
    kinds = [row["kind"] for row in found["ledger"]]
    assert kinds[0] == "item_opened"
    assert kinds[-1] == "status_moved"
    assert "item_estimated" not in kinds
    assert found["ledger"][0]["commit"] == moved


def test_a_finding_of_a_scanner_is_told_by_its_line(place: Place) -> None:
    born = commits(place)[0]
    ended = place.backlog("history", item(place, "subprocesses without a shell"))
    assert ended.code == 0, ended.err
    assert f"opened by Ana Example in {born[:12]} of 2026-01-05" in ended.out
    assert f"  2026-01-05  line changed  call.py:5  by Ana Example in {born[:12]}" in ended.out


def test_of_what_a_person_wrote_down_only_the_ledger_speaks(place: Place) -> None:
    ended = place.backlog("history", item(place, "bank"))
    assert ended.code == 0, ended.err
    assert "Nothing: it stands in no line of a file." in ended.out
    assert "person  opened: Call the bank" in ended.out
    assert "opened by" not in ended.out


def test_history_is_asked_without_writing_into_the_repository_or_the_ledger(place: Place) -> None:
    before = place.backlog("audit", "log", "--json").out
    assert place.backlog("history", item(place, "split")).code == 0
    assert place.backlog("audit", "log", "--json").out == before
    assert place.repository.git("status", "--porcelain") == ""


def test_a_source_that_is_switched_off_is_said_to_tell_nothing(place: Place) -> None:
    toml = place.home / "backlog.toml"
    kept = toml.read_text()
    toml.write_text(f"{kept}[sources.code_comments]\nenabled = false\n")
    try:
        ended = place.backlog("history", item(place, "split"))
    finally:
        toml.write_text(kept)
    assert ended.code == 0
    assert "code_comments could not tell: switched off in backlog.toml" in ended.out
    assert "READY to DONE" in ended.out


def test_an_unknown_item_and_an_unknown_repository_are_said(place: Place, tmp_path: Path) -> None:
    ended = place.backlog("history", "zzzzz")
    assert ended.code == 2
    assert "there is no item 'zzzzz'" in ended.err
    other = GitRepository(tmp_path / "other")
    other.commit("start")
    ended = Place(tmp_path, other).backlog("history", "bl-1")
    assert ended.code == 5
    assert "has not been looked at yet" in ended.err
