"""ledger rekey as a person types it: proposals that are seen before they are accepted, and taken back."""

import json
from pathlib import Path

import pytest

from backlog_pipeline.merge import observe, occasion
from backlog_pipeline.merge.identity import ALGORITHM
from backlog_pipeline_tests.bad_input.place import QUICK, Place
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.merge.test_rekey import first_rules
from backlog_pipeline_tests.pipeline.house import EMPTY_FILE, House

BEFORE = "import os\n# TODO: cache the answer of f\nx = f()\n"


@pytest.fixture
def place(backlog_home: Path, repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A comment that was edited while rules could not see that, in a repository that keeps its backlog."""
    backlog_home.mkdir(parents=True, exist_ok=True)
    (backlog_home / "backlog.toml").write_text(QUICK)
    house = House(backlog_home, repository)
    house.file.write_text(EMPTY_FILE)
    with monkeypatch.context() as old_days:
        old_days.setattr(observe, "match_open", first_rules)
        old_days.setattr(occasion, "ALGORITHM", 1)
        for text in (BEFORE, BEFORE.replace("answer", "answers")):
            repository.write("a.py", text)
            repository.commit("change")
            house.run()
    return Place(backlog_home, repository)


def statuses(place: Place) -> dict[str, str]:
    return {str(item["id"]): str(item["status"]) for item in place.items("--all")}


def test_a_dry_run_names_each_pair_and_changes_nothing(place: Place) -> None:
    before, file = statuses(place), place.file.read_bytes()
    (old,) = [id_ for id_, status in before.items() if status == "DONE"]
    (new,) = [id_ for id_, status in before.items() if status != "DONE"]
    ended = place.backlog("ledger", "rekey", "--dry-run")
    revision = place.repository.git("rev-parse", "HEAD").strip()
    assert ended.out.splitlines()[0] == (
        f"{new} is {old} (text edited: code_comments at {revision[:12]}, rules 1)"
    )
    assert "1 pair proposed" in ended.err
    (row,) = json.loads(place.backlog("ledger", "rekey", "--dry-run", "--json").out)
    assert row == {
        "item": new, "into": old, "pass": "text edited", "source": "code_comments",
        "revision": revision, "algorithm": 1, "rejected": [],
    }  # fmt: skip
    assert (statuses(place), place.file.read_bytes()) == (before, file)


def test_what_is_accepted_is_one_item_under_the_older_id_and_a_split_takes_it_back(place: Place) -> None:
    before = statuses(place)
    (old,) = [id_ for id_, status in before.items() if status == "DONE"]
    (new,) = [id_ for id_, status in before.items() if status != "DONE"]
    ended = place.backlog("ledger", "rekey")
    assert ended.code == 0, ended.err
    assert (
        f"1 pair joined, says identity/{ALGORITHM}. `backlog split {new}` takes that one back." in ended.err
    )
    assert statuses(place) == {old: "READY", new: "DISMISSED"}
    assert f"merged_into: {old}" in place.file.read_text()
    assert "propose nothing" in place.backlog("ledger", "rekey").err
    assert place.backlog("run").code == 0
    assert statuses(place) == {old: "READY", new: "DISMISSED"}
    assert place.backlog("split", new).code == 0
    assert statuses(place) == before
    assert "propose nothing" in place.backlog("ledger", "rekey").err


def test_on_another_branch_nothing_is_accepted_that_the_file_could_not_say(place: Place) -> None:
    place.repository.git("add", "backlog.yml")
    place.repository.commit("keep")
    assert place.backlog("run").code == 0
    place.repository.git("switch", "-q", "-c", "other")
    ended = place.backlog("ledger", "rekey")
    assert ended.code == 2
    assert "cannot be written from here" in ended.err
    assert place.backlog("ledger", "rekey", "--dry-run").code == 0
