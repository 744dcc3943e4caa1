"""audit verify and audit log as a person types them."""

import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline.store.chain import link
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline_tests.bad_input.place import QUICK, Place
from backlog_pipeline_tests.cli.command import backlog, environment
from backlog_pipeline_tests.git_repository import GitRepository


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A repository that was looked at once, with an item that a person dismissed."""
    home = tmp_path_factory.mktemp("home")
    (home / "backlog.toml").write_text(QUICK)
    repository = GitRepository(tmp_path_factory.mktemp("work") / "shop")
    repository.write("a.py", "# TODO: split the parser\nx = 1\n")
    repository.commit("start")
    place = Place(home, repository)
    assert place.backlog("run").code == 0
    (item,) = place.items()
    assert place.backlog("dismiss", item["id"], "--reason", "it is short").code == 0
    return place


@pytest.fixture
def place(recorded: Place, tmp_path: Path) -> Place:
    """A copy of that state, to tamper with."""
    home = tmp_path / "home"
    shutil.copytree(recorded.home, home)
    return Place(home, recorded.repository)


def sql(place: Place, statement: str) -> None:
    with sqlite3.connect(place.home / "ledger.db") as connection:
        connection.execute(statement)
    connection.close()


def test_a_whole_ledger_is_said_to_be_with_how_far_its_anchors_reach(recorded: Place):
    ended = backlog("audit", "verify", home=recorded.home)
    assert ended.code == 0
    today = datetime.now(UTC).date().isoformat()
    first, second, third = ended.out.splitlines()
    assert first.startswith("shop (shop-")
    assert first.endswith("entries, each follows the one before it")
    assert second.startswith("  state folder: 2 anchors agree, from entry ")
    assert f"of {today} (" in second
    assert third.startswith("  committed snapshots: no anchor (")
    assert ended.err == "Every entry follows the one before it, and no anchor disagrees.\n"


def test_json_says_the_same_for_programs(recorded: Place):
    (found,) = json.loads(recorded.backlog("audit", "verify", "--json").out)
    assert (found["name"], found["problems"], found["anchored"]) == ("shop", [], found["entries"])
    assert [w["kind"] for w in found["anchors"]] == ["state folder", "committed snapshots"]
    assert found["anchors"][0]["last_entry"] == found["entries"]


def test_a_ledger_without_anchors_is_said_not_to_be_proven(place: Place):
    shutil.rmtree(place.home / "anchors")
    ended = place.backlog("audit", "verify")
    assert ended.code == 0
    assert "No anchor knows shop: that its chain was not made anew is not proven." in ended.err
    assert place.backlog("add", "Call").code == 0
    assert "is not proven" not in place.backlog("audit", "verify").err


def test_a_disagreement_ends_with_five_and_a_sentence_and_changes_nothing(place: Place):
    sql(place, "UPDATE entries SET event = replace(event, 'it is short', 'it is wrong')")
    before = (place.home / "ledger.db").read_bytes()
    ended = place.backlog("audit", "verify")
    assert ended.code == 5
    assert "was edited" in ended.out
    (line,) = ended.err.splitlines()
    assert line.startswith("error: the ledger of shop is not what it was: entry ")
    step = "Next: keep a copy of the damaged ledger, then put a backup in its place"
    assert step in line
    for command in ("list", "run"):
        assert step in place.backlog(command).err
    assert json.loads(place.backlog("audit", "verify", "--json").out)[0]["problems"]
    assert (place.home / "ledger.db").read_bytes() == before


def ledger_check(place: Place) -> tuple[int, dict[str, str]]:
    """How doctor ends, and its line about the ledger."""
    ended = backlog("doctor", "--json", home=place.home)
    return ended.code, next(row for row in json.loads(ended.out) if row["name"] == "ledger")


def hashed_anew(place: Place) -> None:
    """A chain that holds, with an entry that nobody recorded: its last one has another digest."""
    ledger = Ledger.open(f"sqlite:///{place.home}/ledger.db")
    (key,) = ledger.repositories()
    *before, last = ledger.lines(key)
    ledger.close()
    digest = link(last.number, "2020-01-01T00:00:00+00:00", last.previous, last.event)
    row = f"learned_at = '2020-01-01T00:00:00+00:00', digest = '{digest}' WHERE number = {last.number}"
    sql(place, f"UPDATE entries SET {row}")
    sql(place, f"UPDATE heads SET digest = '{digest}'")
    assert before


def test_doctor_compares_the_ledger_with_its_anchors_as_verify_does(place: Place):
    code, row = ledger_check(place)
    assert (code, row["level"]) == (0, "ok")
    assert row["said"] == "every entry follows the one before it (1 chain), and no anchor disagrees"
    hashed_anew(place)
    code, row = ledger_check(place)
    assert (code, row["level"]) == (1, "fail")
    said = place.backlog("audit", "verify").err
    assert said == f"error: {row['said']}. Next: {row['next_step']}\n"
    assert "is not the one that the anchor of" in row["said"]
    assert row["next_step"].startswith("keep it as it is")


def test_doctor_misses_a_ledger_that_is_gone(place: Place):
    for left in place.home.glob("ledger.db*"):
        left.unlink()
    code, row = ledger_check(place)
    assert (code, row["level"]) == (1, "fail")
    assert "but the ledger ends with entry 0" in row["said"]


def test_doctor_only_warns_where_snapshots_alone_disagree_for_another_ledger_may_have_written_them(
    place: Place, tmp_path: Path
):
    clone = GitRepository(tmp_path / "clone")
    with sqlite3.connect(place.home / "ledger.db") as connection:
        (key,) = connection.execute("SELECT repository FROM heads").fetchone()
    sql(place, f"UPDATE repositories SET path = '{clone.path}'")
    snapshot = {"ledger": {"entries": 1, "head": "0" * 64}, "repository": key, "day": "2026-03-01"}
    clone.write("docs/status/metrics-snapshot-2026-03-01.json", json.dumps(snapshot))
    clone.commit("a day")
    code, row = ledger_check(place)
    assert (code, row["level"]) == (0, "warn")
    assert "metrics-snapshot-2026-03-01.json" in row["said"]
    assert "backlog audit verify" in row["next_step"]


def test_a_ledger_that_is_gone_is_missed_by_its_anchors(place: Place):
    for left in place.home.glob("ledger.db*"):
        left.unlink()
    for words in (("audit", "verify"), ("audit", "verify", "--repo", str(place.repository.path))):
        ended = backlog(*words, home=place.home)
        assert ended.code == 5
        assert "but the ledger ends with entry 0" in ended.err


def test_a_file_that_is_no_database_is_reported_and_left(place: Place):
    (place.home / "ledger.db").write_bytes(b"precious" * 2000)
    for words in (("audit", "verify"), ("audit", "log")):
        ended = place.backlog(*words)
        assert ended.code == 5
        assert "damaged" in ended.err
    assert (place.home / "ledger.db").read_bytes() == b"precious" * 2000


def test_an_empty_state_folder_has_nothing_to_verify(tmp_path: Path):
    ended = backlog("audit", "verify", home=tmp_path)
    assert (ended.code, ended.out, ended.err) == (0, "", "The ledger has no entry yet.\n")
    assert json.loads(backlog("audit", "verify", "--json", home=tmp_path).out) == []
    assert list(tmp_path.iterdir()) == []


def test_a_repository_that_was_never_looked_at_has_neither_proof_nor_log(tmp_path: Path):
    repository = GitRepository(tmp_path / "other")
    repository.write("a.py", "x = 1\n")
    repository.commit("start")
    for words in (("audit", "verify"), ("audit", "log")):
        ended = Place(tmp_path, repository).backlog(*words)
        assert ended.code == 5
        assert "has not been looked at yet. Next: run `backlog run --repo" in ended.err


# The log


def test_the_log_tells_what_happened_the_newest_last(recorded: Place):
    ended = recorded.backlog("audit", "log")
    assert ended.code == 0
    heading, *rows = ended.out.splitlines()
    assert heading.split() == ["entry", "happened", "learned", "who", "item", "what", "because"]
    assert "opened: TODO: split the parser" in rows[0]
    assert "code_comments at " in rows[0]
    assert any("code_comments looked (complete), 1 finding" in row for row in rows)
    assert "person" in rows[-1]
    assert "READY to DISMISSED: it is short" in rows[-1]
    assert rows[-1].rstrip().endswith("backlog dismiss")
    assert ended.err == f"{len(rows)} of {len(rows)} entries\n"


def test_the_log_of_one_item_and_of_a_time(recorded: Place):
    (item,) = recorded.items("--all")
    rows = json.loads(recorded.backlog("audit", "log", item["id"][3:7], "--json").out)
    assert {row["item"] for row in rows} == {item["id"]}
    last = rows[-1]
    assert (last["actor"], last["kind"], last["evidence"]) == (
        "person",
        "status_moved",
        {"command": "dismiss"},
    )
    assert last["data"]["reason"] == "it is short"
    assert set(last) == {
        "number", "learned_at", "happened_at", "actor", "kind", "item", "what", "data", "evidence", "digest",
    }  # fmt: skip
    assert json.loads(recorded.backlog("audit", "log", "--since", "2999-01-01", "--json").out) == []
    newest = recorded.backlog("audit", "log", "--since", "2020-01-01", "--limit", "1", "--json")
    assert json.loads(newest.out) == [last]
    assert "; see more with --limit" in recorded.backlog("audit", "log", "--limit", "2").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("zzzzzzzz",), "there is no item 'zzzzzzzz'"),
        (("--since", "soon"), "'soon' is no date. Next: write it as 2026-11-01"),
        (("--limit", "0"), "0 is not in the range x>=1"),
    ],
)
def test_what_cannot_be_asked_is_one_line(recorded: Place, words: tuple[str, ...], said: str):
    ended = recorded.backlog("audit", "log", *words)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert said in line


def test_verifying_and_reading_import_neither_dagster_nor_pandas(recorded: Place):
    code = (
        "import sys; from backlog_pipeline.cli.main import backlog;"
        "backlog.main(['audit', 'verify'], standalone_mode=False);"
        "sys.exit(bool({'dagster', 'pandas', 'jsonschema'} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment(recorded.home), capture_output=True, check=False
    )
    assert ended.returncode == 0
