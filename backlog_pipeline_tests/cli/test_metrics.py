"""`backlog metrics` as a person types it: days measured, shown, interrupted, refused; and by a run."""

import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backlog_pipeline_tests.bad_input.place import QUICK, Place, the_error
from backlog_pipeline_tests.cli.command import environment
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository

NOW = datetime.now(UTC)
TODAY = NOW.date()
BORN, YESTERDAY = TODAY - timedelta(days=60), TODAY - timedelta(days=1)


def built(folder: Path) -> Place:
    """A repository that is sixty days old, known by its origin, never looked at."""
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "backlog.toml").write_text(QUICK)
    repository = GitRepository(folder / "project")
    repository.git("remote", "add", "origin", "https://git.example/ana/project")
    for number, ago in enumerate((60, 30, 3)):
        repository.write(f"src/m{number}.py", f"# TODO: split part {number}\nx = {number}\n")
        repository.commit(f"part {number}", when=NOW - timedelta(days=ago))
    return Place(home, repository)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place where a run looked and every day since the first commit was measured; tests only read it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HERMETIC.items():
            patch.setenv(name, value)
        place = built(tmp_path_factory.mktemp("measured"))
        assert place.backlog("run").code == 0
        ended = place.backlog("metrics", "backfill", "--from", BORN.isoformat())
        assert ended.code == 0, ended.err
        assert ended.out.splitlines()[0].startswith("60 days measured in ")
    return place


@pytest.fixture
def place(measured: Place, tmp_path: Path) -> Place:
    """The same place, looked at and not measured, for a test of its own."""
    shutil.copytree(measured.home, tmp_path / "home")
    shutil.copytree(measured.repository.path, tmp_path / "project")
    for asset in ("metrics_snapshot", "development_report"):
        shutil.rmtree(tmp_path / "home/storage" / asset)
    return Place(tmp_path / "home", GitRepository(tmp_path / "project"))


def files_of(place: Place) -> dict[str, bytes]:
    storage = place.home / "storage"
    found = [p for asset in ("metrics_snapshot", "development_report") for p in (storage / asset).rglob("*")]
    return {p.relative_to(storage).as_posix(): p.read_bytes() for p in found if p.is_file()}


def snapshots(place: Place) -> list[Path]:
    return sorted((place.home / "storage/metrics_snapshot").glob("*/*.json"))


def backfill(first: date, last: date = YESTERDAY, *more: str) -> list[str]:
    return ["metrics", "backfill", "--from", first.isoformat(), "--to", last.isoformat(), *more]


def test_the_newest_day_is_shown_unless_another_is_asked_for(measured: Place) -> None:
    newest = measured.backlog("metrics", "show")
    assert newest.code == 0, newest.err
    head, _, titles, *rows = newest.out.splitlines()
    assert head.startswith(f"project at the end of {YESTERDAY} (")
    assert titles.split() == ["metric", "value", "unit", "n", "looked", "at"]
    names = [row.split()[0] for row in rows[: rows.index("")]]
    assert names == sorted(names)
    assert "flaky_tests" not in names
    assert any(row.startswith("debt_by_kind") and "TODO 3" in row for row in rows)
    asked = measured.backlog("metrics", "show", "--date", BORN.isoformat())
    assert any(row.startswith("debt_by_kind") and "TODO 1" in row for row in asked.out.splitlines())


def test_what_is_undefined_stands_below_its_reason_and_fits_the_terminal(measured: Place) -> None:
    shown = measured.backlog("metrics", "show", COLUMNS="60").out
    assert max(len(line) for line in shown.splitlines()) <= 60
    blocks = {b.split("\n  ")[0]: b for b in shown.split("\n\n") if b.startswith("Undefined: ")}
    assert any("no source reads reports of test runs yet" in one_line(b) for b in blocks.values())
    whole = json.loads(measured.backlog("metrics", "show", "--json").out)["measurements"]
    missing = {name for name, row in whole.items() if row["value"] is None}
    assert missing <= set(one_line(shown.partition("Undefined: ")[2]).replace(",", "").split())


def test_json_is_the_file_of_the_day(measured: Place) -> None:
    shown = measured.backlog("metrics", "show", "--date", BORN.isoformat(), "--json")
    (file,) = [path for path in snapshots(measured) if path.stem == BORN.isoformat()]
    assert json.loads(shown.out) == json.loads(file.read_text())


def test_showing_imports_neither_dagster_nor_pandas(measured: Place) -> None:
    code = (
        "import sys\nfrom backlog_pipeline.cli.main import backlog\n"
        f"backlog(['metrics', 'show', '--repo', {str(measured.repository.path)!r}], standalone_mode=False)\n"
        "assert not {'dagster', 'pandas'} & set(sys.modules), 'imported'\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment(measured.home), capture_output=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


def test_a_backfill_is_one_run_in_the_history(place: Place) -> None:
    before = place.runs()
    ended = place.backlog(*backfill(TODAY - timedelta(days=5)), "--json")
    summary = json.loads(ended.out)
    new = {key: status for key, status in place.runs().items() if key not in before}
    assert new == {summary["run_id"]: "SUCCESS"}
    assert (summary["days"], summary["written"], summary["kept"]) == (5, 0, [])
    assert "measuring days" in ended.err


def test_a_range_that_was_killed_is_completed_by_asking_again(measured: Place, place: Place) -> None:
    process = place.start(*backfill(BORN))
    wait_for_days(place, process, 3)
    process.kill()
    process.communicate(timeout=30)
    left = files_of(place)
    assert len(snapshots(place)) < 60
    whole = files_of(measured)
    assert all(whole[name] == data for name, data in left.items())
    assert place.backlog(*backfill(BORN)).code == 0
    assert files_of(place) == whole
    assert sorted(place.runs().values()) == ["FAILURE", "SUCCESS", "SUCCESS", "SUCCESS"]


def test_stopped_by_ctrl_c_the_run_is_canceled_and_what_is_done_stays(measured: Place, place: Place) -> None:
    before = place.runs()
    process = place.start(*backfill(BORN))
    wait_for_days(place, process, 3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert [status for key, status in place.runs().items() if key not in before] == ["CANCELED"]
    whole = files_of(measured)
    left = files_of(place)
    assert 0 < len(left) < len(whole)
    assert all(whole[name] == data for name, data in left.items())


def wait_for_days(place: Place, process: "subprocess.Popen[str]", count: int) -> None:
    deadline = time.monotonic() + 60
    while len(snapshots(place)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("first", "last", "what", "next_step"),
    [
        (BORN - timedelta(days=9), YESTERDAY, "is before the first commit of project", f"from {BORN} on"),
        (BORN, TODAY, "has not ended yet in UTC", f"ask for {YESTERDAY} or an earlier day"),
        (BORN, TODAY + timedelta(days=400), "has not ended yet in UTC", f"ask for {YESTERDAY}"),
        (YESTERDAY, date(9999, 12, 31), "has not ended yet in UTC", f"ask for {YESTERDAY}"),
        (YESTERDAY, BORN, "is before", f"ask from {BORN} to {YESTERDAY}"),
        (date(2001, 1, 1), YESTERDAY, "earlier than 2010-01-01", "ask from 2010-01-01 on"),
    ],
)
def test_days_that_nobody_can_have_meant_are_refused(
    measured: Place, first: date, last: date, what: str, next_step: str
) -> None:
    before = measured.runs()
    said = the_error(measured.backlog(*backfill(first, last)), 2)
    assert what in said
    assert next_step in said
    assert measured.runs() == before


@pytest.mark.parametrize(
    "words",
    [
        ("metrics", "show", "--date", "{}"),
        ("metrics", "backfill", "--from", "{}"),
        ("metrics", "backfill", "--from", YESTERDAY.isoformat(), "--to", "{}"),
        ("audit", "log", "--since", "{}"),
        ("dismiss", "bl-4kq2", "--reason", "x", "--until", "{}"),
    ],
)
@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "20260501", "2026-W01-1", ""])
def test_a_day_that_is_no_date_is_refused(measured: Place, words: tuple[str, ...], typed: str) -> None:
    said = the_error(measured.backlog(*(word.format(typed) for word in words)), 2)
    assert re.fullmatch(rf"'{typed}' is no date\. Next: write it as \d{{4}}-\d\d-\d\d", said)


def test_a_day_that_was_not_measured_names_the_command(place: Place) -> None:
    said = the_error(place.backlog("metrics", "show", "--date", BORN.isoformat()), 2)
    assert f"{BORN} has not been measured" in said
    assert f"backlog metrics backfill --from {BORN} --to {BORN} --repo {place.repository.path}" in said
    assert "no day has been measured" in the_error(place.backlog("metrics", "show"), 2)


def test_a_day_that_has_not_ended_cannot_be_shown_and_nobody_is_sent_to_measure_it(place: Place) -> None:
    tomorrow = YESTERDAY + timedelta(days=2)
    said = the_error(place.backlog("metrics", "show", "--date", tomorrow.isoformat()), 2)
    assert f"{tomorrow} has not ended yet in UTC" in said
    assert "backfill" not in said


def test_a_snapshot_that_cannot_be_read_is_no_traceback(place: Place) -> None:
    assert place.backlog(*backfill(YESTERDAY)).code == 0
    (file,) = snapshots(place)
    for broken in (b"{", b"[]", b'{"measurements": 3}', b"\xff"):
        file.write_bytes(broken)
        assert f"the snapshot of {YESTERDAY} cannot be read" in the_error(place.backlog("metrics", "show"), 5)


def test_files_are_written_into_a_repository_that_keeps_its_backlog_only(place: Place) -> None:
    said = the_error(place.backlog(*backfill(YESTERDAY), "--write"), 2)
    assert "keeps no backlog.yml" in said
    assert snapshots(place) == []
    assert place.backlog("init").code == 0
    ended = place.backlog(*backfill(YESTERDAY), "--write")
    assert ended.code == 0, ended.err
    there = sorted(path.name for path in (place.repository.path / "docs/status").iterdir())
    assert f"metrics-snapshot-{YESTERDAY}.json" in there
    assert f"docs/status: {len(there)} files written, 0 unchanged, 0 kept" in ended.out
    again = place.backlog(*backfill(YESTERDAY), "--write")
    assert f"docs/status: 0 files written, {len(there)} unchanged, 0 kept" in again.out


def test_a_file_that_a_person_edited_is_kept_and_named(place: Place) -> None:
    assert place.backlog("init").code == 0
    assert place.backlog(*backfill(YESTERDAY), "--write").code == 0
    mine = place.repository.path / "docs/status" / f"autonomous-development-report-{YESTERDAY}.md"
    mine.write_text("# What I think\n")
    ended = place.backlog(*backfill(YESTERDAY), "--write")
    assert ended.code == 0
    assert mine.read_text() == "# What I think\n"
    assert f"kept: docs/status/{mine.name}: a person or another program wrote or edited it" in ended.err


def test_a_corrupt_ledger_is_reported_and_neither_touched_nor_measured(place: Place) -> None:
    with sqlite3.connect(place.home / "ledger.db") as connection:
        connection.execute("UPDATE entries SET event = event || ' ' WHERE number = 2")
    rows = "SELECT * FROM entries"
    with sqlite3.connect(place.home / "ledger.db") as connection:
        before = connection.execute(rows).fetchall()
    said = the_error(place.backlog(*backfill(YESTERDAY)), 5)
    assert "entry 2 of" in said
    assert "was edited" in said
    assert files_of(place) == {}
    with sqlite3.connect(place.home / "ledger.db") as connection:
        assert connection.execute(rows).fetchall() == before


def test_a_corrupt_cache_is_begun_anew_and_said(measured: Place, place: Place) -> None:
    for left in place.home.glob("cache.db-*"):
        left.unlink()
    (place.home / "cache.db").write_bytes(b"no database" * 1000)
    ended = place.backlog(*backfill(YESTERDAY))
    assert ended.code == 0, ended.err
    assert "The cache was corrupt and was begun anew" in ended.err
    whole = files_of(measured)
    assert all(whole[name] == data for name, data in files_of(place).items())


# Once a day by a run


@pytest.fixture
def keeping(place: Place) -> Place:
    """A repository that keeps its backlog, committed, before the first run of a day."""
    assert place.backlog("init").code == 0
    place.repository.commit("keep the backlog", when=NOW - timedelta(days=2))
    return place


def status_files(place: Place) -> list[str]:
    folder = place.repository.path / "docs/status"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_the_first_run_of_a_day_writes_the_files_of_yesterday(keeping: Place) -> None:
    ended = keeping.backlog("run")
    assert ended.code == 0, ended.err
    assert f"metrics-snapshot-{YESTERDAY}.json" in status_files(keeping)
    assert f"docs/status has the metrics of {YESTERDAY}; nothing else was written" in one_line(ended.out)
    runs, files = keeping.runs(), {p: p.stat().st_mtime_ns for p in keeping.repository.path.rglob("docs/*/*")}
    again = keeping.backlog("run")
    assert "nothing has changed" in again.out
    assert "backlog.yml is up to date; nothing else was written" in again.out
    assert keeping.runs() == runs
    assert {p: p.stat().st_mtime_ns for p in files} == files


def test_committing_the_files_of_days_brings_no_work(keeping: Place) -> None:
    keeping.backlog("run")
    before = [item["id"] for item in keeping.items()]
    keeping.repository.commit("status", when=NOW)
    assert keeping.backlog("run").code == 0
    assert [item["id"] for item in keeping.items()] == before


def test_a_repository_that_keeps_no_backlog_gets_no_files(place: Place) -> None:
    before = place.runs()
    place.repository.commit("more", when=NOW - timedelta(days=1))
    assert place.backlog("run").code == 0
    assert status_files(place) == []
    assert len(place.runs()) == len(before) + 1


def test_a_dry_run_and_a_preview_write_no_files(keeping: Place) -> None:
    assert keeping.backlog("run", "--dry-run").code == 0
    keeping.repository.git("checkout", "-q", "-b", "feature")
    assert "This is a preview" in keeping.backlog("run").out
    assert status_files(keeping) == []


def test_a_repository_that_did_not_exist_yesterday_gets_no_files(tmp_path: Path) -> None:
    place = built(tmp_path / "old")
    fresh = GitRepository(tmp_path / "fresh")
    fresh.write("backlog.yml", "metadata: {}\n")
    fresh.write("a.py", "# TODO: begin\n")
    fresh.commit("begin", when=NOW - timedelta(seconds=1))
    place = replace(place, repository=fresh)
    assert place.backlog("run").code == 0
    assert status_files(place) == []


def test_files_that_cannot_be_written_are_said_and_fail_no_run(keeping: Place) -> None:
    keeping.repository.write("docs", "a file where a folder should be\n")
    ended = keeping.backlog("run")
    assert ended.code == 0
    said = one_line(ended.out)
    assert f"The metrics of {YESTERDAY} could not be written: " in said
    assert "docs is no folder" in said
    assert "backlog.yml is up to date; nothing else was written" in said


def one_line(text: str) -> str:
    return " ".join(text.split())
