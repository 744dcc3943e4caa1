"""ledger export and ledger import as a person types them, and a whole run on PostgreSQL."""

import json
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest

from backlog_pipeline_tests.bad_input.place import QUICK, Place
from backlog_pipeline_tests.cli.command import backlog
from backlog_pipeline_tests.git_repository import GitRepository
from backlog_pipeline_tests.postgresql import PASSWORD, USER, PostgresServer


def looked_at(home: Path, folder: Path, settings: str) -> Place:
    """A repository with one item, after a run with these settings."""
    home.mkdir()
    (home / "backlog.toml").write_text(settings)
    repository = GitRepository(folder)
    repository.write("a.py", "# TODO: split the parser\nx = 1\n")
    repository.commit("start")
    place = Place(home, repository)
    ended = place.backlog("run")
    assert ended.code == 0, ended.err
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("work")
    return looked_at(folder / "home", folder / "shop", QUICK)


@pytest.fixture
def elsewhere(tmp_path: Path, place: Place) -> Place:
    """Another machine, where the same repository was never looked at."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    (home / "backlog.toml").write_text(QUICK)
    return Place(home, place.repository)


def test_a_ledger_that_was_moved_goes_on_where_it_was(place: Place, elsewhere: Place, tmp_path: Path):
    file = tmp_path / "chains.jsonl"
    out = backlog("ledger", "export", str(file), home=place.home)
    assert out.code == 0
    assert out.out.startswith("shop (shop-")
    assert out.out.endswith(" entries\n")
    into = backlog("ledger", "import", str(file), home=elsewhere.home)
    assert into.code == 0, into.err
    assert into.out.startswith("shop (shop-")
    assert into.out.endswith(" entries added to an empty chain\n")
    again = backlog("ledger", "import", str(file), home=elsewhere.home)
    assert ": nothing new, the ledger has all " in again.out
    back = tmp_path / "back.jsonl"
    assert backlog("ledger", "export", str(back), home=elsewhere.home).code == 0
    assert back.read_bytes() == file.read_bytes()
    assert elsewhere.backlog("run").code == 0
    assert [i["id"] for i in elsewhere.items()] == [i["id"] for i in place.items()]
    assert backlog("audit", "verify", home=elsewhere.home).code == 0


def test_json_says_what_was_done(place: Place, elsewhere: Place, tmp_path: Path):
    file = tmp_path / "chain.jsonl"
    (written,) = json.loads(place.backlog("ledger", "export", str(file), "--json").out)
    (taken,) = json.loads(backlog("ledger", "import", str(file), "--json", home=elsewhere.home).out)
    assert set(written) == {"repository", "name", "entries", "head"}
    assert taken == written | {"before": 0, "added": written["entries"]}


def test_no_file_is_overwritten(place: Place, tmp_path: Path):
    file = tmp_path / "precious"
    file.write_text("precious")
    ended = backlog("ledger", "export", str(file), home=place.home)
    assert ended.code == 2
    assert "is there already. Next: " in ended.err
    assert file.read_text() == "precious"


def test_a_ledger_that_does_not_hold_is_not_exported_and_leaves_no_file(
    place: Place, elsewhere: Place, tmp_path: Path
):
    database, file = elsewhere.home / "ledger.db", tmp_path / "out" / "chain.jsonl"
    shutil.copy(place.home / "ledger.db", database)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE entries SET event = replace(event, 'parser', 'PARSER')")
    connection.close()
    ended = backlog("ledger", "export", str(file), home=elsewhere.home)
    assert ended.code == 5
    assert "was edited" in ended.err
    assert list(file.parent.iterdir()) == []


def test_where_there_is_nothing_that_is_said(elsewhere: Place, tmp_path: Path):
    file = str(tmp_path / "chain.jsonl")
    empty = backlog("ledger", "export", file, home=elsewhere.home)
    assert (empty.code, "has no entry yet" in empty.err) == (5, True)
    assert "has not been looked at yet" in elsewhere.backlog("ledger", "export", file).err
    missing = backlog("ledger", "import", file, home=elsewhere.home)
    assert (missing.code, "cannot be read (No such file" in missing.err) == (2, True)


def test_two_histories_of_one_repository_are_not_mixed(place: Place, elsewhere: Place, tmp_path: Path):
    third, file = Place(tmp_path / "third", place.repository), tmp_path / "chain.jsonl"
    for other in (elsewhere, third):
        shutil.copytree(place.home, other.home, dirs_exist_ok=True)
        assert other.backlog("add", f"Noted in {other.home.name}").code == 0
    assert backlog("ledger", "export", str(file), home=third.home).code == 0
    before = elsewhere.items()
    ended = backlog("ledger", "import", str(file), home=elsewhere.home)
    assert ended.code == 5
    assert "different histories of shop-" in ended.err
    assert "on; nothing was written. Next: keep both" in ended.err
    assert elsewhere.items() == before


def test_a_run_keeps_its_ledger_in_postgresql_and_shows_no_password(postgres: PostgresServer, tmp_path: Path):
    name = str(postgres.new_database()).partition("@/")[2].partition("?")[0]
    url = postgres.tcp_url(name, f"{USER}:{quote(PASSWORD, safe='')}")
    place = looked_at(tmp_path / "home", tmp_path / "shop", f'{QUICK}\n[store]\nledger_url = "{url}"\n')
    assert not (place.home / "ledger.db").exists()
    for command in (["run"], ["config"], ["audit", "verify"], ["run", "--dry-run"]):
        ended = place.backlog(*command)
        assert ended.code == 0, ended.err
        assert PASSWORD not in ended.out + ended.err
        assert quote(PASSWORD, safe="") not in ended.out + ended.err
    assert [item["title"] for item in place.items()] == ["TODO: split the parser"]
    kept = [path for path in place.home.rglob("*") if path.is_file() and path.name != "backlog.toml"]
    secret = quote(PASSWORD, safe="").encode()
    assert [
        path for path in kept if secret in path.read_bytes() or PASSWORD.encode() in path.read_bytes()
    ] == []
