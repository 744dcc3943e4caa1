"""Days measured: the same bytes each time, whatever happened in between, and never a guess."""

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsspec
import pytest

from backlog_pipeline.errors import LedgerCorrupt, RepositoryError, UsageError
from backlog_pipeline.pipeline import days
from backlog_pipeline.pipeline.status_files import Outcome
from backlog_pipeline_tests.git_repository import HERMETIC, GitRepository
from backlog_pipeline_tests.pipeline.history import FIRST, LAST, Days, copied, every_day, made


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Days:
    folder = tmp_path_factory.mktemp("days")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in HERMETIC.items():
            patch.setenv(name, value)
        return made(folder / "home", GitRepository(folder / "repository"))


@pytest.fixture
def history(template: Days, tmp_path: Path) -> Days:
    return copied(template, tmp_path)


def test_a_day_tells_what_was_true_at_its_end(history: Days) -> None:
    found = [row.snapshot.measurements for row in history.measure()]
    comments = [row["debt_by_kind"].value for row in found]
    assert comments[0] is None
    assert [sum(value.values()) for value in comments[1:]] == [1, 1, 2, 2, 1, 1]
    done = [row["completed_ids"].value for row in found]
    assert done[0] is None
    assert [len(value) for value in done[1:]] == [0, 0, 0, 0, 1, 0]


def test_each_day_has_a_snapshot_and_a_report_in_the_storage(history: Days) -> None:
    key = history.key
    found = history.measure()
    files = history.files()
    assert [row.snapshot.day for row in found] == every_day()
    for row in found:
        day = row.snapshot.day.isoformat()
        assert files[f"metrics_snapshot/{key}/{day}.json"] == row.data
        for name, data in row.report.items():
            assert files[f"development_report/{key}/{day}/{name}"] == data
    assert not (history.repository.path / "docs").exists()


def test_the_same_days_measured_again_have_the_same_bytes(history: Days) -> None:
    history.measure()
    first = history.files()
    history.now += timedelta(days=3)
    history.measure()
    assert history.files() == first
    assert len(first) > 2 * len(every_day())


def test_days_measured_in_parts_are_those_of_the_whole_range(history: Days) -> None:
    history.measure()
    whole = history.files()
    for path in (history.home / "storage").rglob("*.json"):
        path.unlink()
    for some in (every_day()[4:], every_day()[:2], every_day()[2:4]):
        history.measure(*some)
    assert history.files() == whole


def test_a_range_that_was_left_in_the_middle_is_completed(history: Days, tmp_path: Path) -> None:
    key = history.key
    with history.parts() as parts:
        rows = days.measure_days(parts, key, every_day())
        for _ in range(3):
            next(rows)
        rows.close()
    assert len([name for name in history.files() if name.startswith("metrics_snapshot")]) == 3
    history.measure()
    again = history.files()
    history.storage = str(tmp_path / "undisturbed")
    history.measure()
    assert history.files() == again


def test_the_storage_may_be_any_url(history: Days) -> None:
    history.measure(LAST)
    there = history.files()
    history.storage = "memory://days-of-a-test"
    history.measure(LAST)
    memory = fsspec.filesystem("memory")
    found = {p.removeprefix("/days-of-a-test/"): memory.cat(p) for p in memory.find("/days-of-a-test")}
    assert found == there


def test_a_run_a_day_later_changes_no_day_before_it(history: Days) -> None:
    history.measure()
    before = history.files()
    history.repository.write("new.py", "# TODO: later\n")
    history.repository.commit("later", when=datetime(2026, 1, 12, 10, 0, tzinfo=UTC))
    history.run(datetime(2026, 1, 12, 11, 0, tzinfo=UTC))
    history.measure()
    assert history.files() == before


def test_a_day_before_the_first_commit_has_no_number_of_the_repository(history: Days) -> None:
    row = history.one(FIRST)
    assert row.snapshot.revision == ""
    asked = {n: m for n, m in row.snapshot.measurements.items() if n.startswith("debt_")}
    assert asked
    for name, measurement in asked.items():
        assert measurement.value is None, name
        assert "the first one is of 2026-01-06" in measurement.reason_undefined, name


def test_a_day_without_a_commit_stands_at_the_last_one(history: Days) -> None:
    assert history.one(date(2026, 1, 9)).snapshot.revision == history.one(date(2026, 1, 8)).snapshot.revision


def test_a_day_that_is_not_over_is_refused(history: Days) -> None:
    for day in (history.now.date(), date(2027, 1, 1)):
        with pytest.raises(UsageError, match="has not ended yet in UTC") as caught:
            history.measure(day)
        assert caught.value.next_step == "ask for 2026-01-11 or an earlier day"
    assert history.files() == {}


def test_a_repository_without_a_commit_is_refused(backlog_home: Path, repository: GitRepository) -> None:
    history = Days(backlog_home, repository)
    with pytest.raises(RepositoryError, match="no commit yet"):
        history.measure(LAST)


def check(history: Days, first: date, last: date) -> None:
    key = history.key
    with history.parts() as parts:
        days.check_range(parts, key, first, last)


def is_accepted(history: Days, first: date, last: date) -> bool:
    try:
        check(history, first, last)
    except UsageError:
        return False
    return True


def test_a_range_in_which_all_is_known_is_accepted_and_not_a_day_more(history: Days) -> None:
    first, day = date(2026, 1, 6), timedelta(days=1)
    assert is_accepted(history, first, LAST)
    assert is_accepted(history, first, first)
    assert not is_accepted(history, first - day, LAST)
    assert not is_accepted(history, first, LAST + day)


def test_a_range_is_refused_with_the_next_step(history: Days) -> None:
    refused = {
        (LAST, date(2026, 1, 6)): ("is before", "ask from 2026-01-06 to 2026-01-11"),
        (FIRST, LAST): ("before the first commit of sizes", "ask from 2026-01-06 on"),
        (FIRST, FIRST): ("before the first commit of sizes", "ask from 2026-01-06 on"),
        (LAST, date(2026, 1, 12)): ("has not ended yet", "ask for 2026-01-11 or an earlier day"),
        (date(2009, 12, 31), LAST): ("earlier than 2010-01-01", "ask from 2010-01-01 on, or set `since`"),
    }
    for (first, last), (what, next_step) in refused.items():
        with pytest.raises(UsageError, match=what) as caught:
            check(history, first, last)
        assert next_step in caught.value.next_step


def test_a_shallow_clone_says_how_to_get_the_rest(history: Days, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    history.repository.git("clone", "-q", "--depth=1", f"file://{history.repository.path}", str(shallow))
    history.repository = GitRepository(shallow)
    with pytest.raises(UsageError, match="this clone is shallow") as caught:
        check(history, date(2026, 1, 7), LAST)
    assert caught.value.next_step == "run `git fetch --unshallow` there, or ask from 2026-01-10 on"
    row = history.one(date(2026, 1, 7))
    assert row.snapshot.revision == ""
    assert "shallow" in " ".join(row.snapshot.notes)


def test_history_that_was_rewritten_is_said_on_the_days_it_concerns(history: Days) -> None:
    repository = history.repository
    lost = repository.head()
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.write("sizes.py", "WIDTH = 3\n")
    repository.commit("better", when=datetime(2026, 1, 10, 13, 0, tzinfo=UTC))
    found = {row.snapshot.day.day: row.snapshot for row in history.measure()}
    assert found[9].notes == ()
    (said,) = found[10].notes
    assert f"commit {lost[:10]}" in said
    assert "is not on main any more" in said
    assert found[10].revision == repository.head()
    assert said.encode() in history.files()[f"metrics_snapshot/{history.key}/2026-01-10.json"]


def test_the_tracked_branch_is_measured_wherever_head_is(history: Days) -> None:
    there = history.one(LAST).data
    history.repository.git("checkout", "-q", "-b", "feature", "HEAD~1")
    history.repository.write("side.py", "# TODO: aside\n")
    history.repository.commit("aside", when=datetime(2026, 1, 10, 20, 0, tzinfo=UTC))
    assert history.one(LAST).data == there
    check(history, date(2026, 1, 6), LAST)
    history.repository.git("checkout", "-q", "--detach", "main~1")
    assert history.one(LAST).data == there


def test_a_corrupt_ledger_is_reported_and_nothing_is_written(history: Days) -> None:
    key = history.key
    with sqlite3.connect(history.home / "ledger.db") as connection:
        connection.execute("UPDATE entries SET event = event || ' ' WHERE number = 4")
    before = (history.home / "ledger.db").read_bytes()
    with history.parts() as parts, pytest.raises(LedgerCorrupt, match=f"of {key} was edited"):
        list(days.measure_days(parts, key, every_day(), write=True))
    assert history.files() == {}
    assert (history.home / "ledger.db").read_bytes() == before


def test_a_corrupt_cache_is_made_anew_and_changes_no_byte(history: Days) -> None:
    history.measure()
    before = history.files()
    cache = history.home / "cache.db"
    for left in history.home.glob("cache.db-*"):
        left.unlink()
    cache.write_bytes(b"this is no database" * 100)
    history.measure()
    assert history.files() == before
    assert cache.with_name("cache.db.corrupt").exists()


def test_files_are_written_only_where_asked_and_where_the_backlog_is_kept(history: Days) -> None:
    (row,) = history.measure(LAST, write=True)
    assert row.written == ()
    history.repository.write("backlog.yml", "metadata: {}\n")
    (row,) = history.measure(LAST)
    assert row.written == ()
    assert not (history.repository.path / "docs").exists()
    (row,) = history.measure(LAST, write=True)
    assert {file.outcome for file in row.written} == {Outcome.WRITTEN}
    there = {p.name: p.read_bytes() for p in (history.repository.path / "docs/status").iterdir()}
    assert there == {**row.report, "metrics-snapshot-2026-01-11.json": row.data}
    (row,) = history.measure(LAST, write=True)
    assert {file.outcome for file in row.written} == {Outcome.UNCHANGED}


def test_a_dry_run_writes_nothing_into_the_repository(history: Days) -> None:
    history.repository.write("backlog.yml", "metadata: {}\n")
    (row,) = history.measure(LAST, write=True, may_write_repository=False)
    assert row.written == ()
    assert not (history.repository.path / "docs").exists()


def test_a_file_that_a_person_edited_is_kept(history: Days) -> None:
    history.repository.write("backlog.yml", "metadata: {}\n")
    (row,) = history.measure(LAST, write=True)
    mine = history.repository.path / "docs/status/metrics-snapshot-2026-01-11.json"
    edited = row.data.replace(b'"name"', b'"Name"', 1)
    mine.write_bytes(edited)
    (row,) = history.measure(LAST, write=True)
    assert mine.read_bytes() == edited
    (kept,) = [file for file in row.written if file.outcome is Outcome.KEPT]
    assert kept.name.endswith("metrics-snapshot-2026-01-11.json")


def test_what_was_delivered_counts_with_its_score_when_it_was_claimed_or_closed(history: Days) -> None:
    row = history.one(LAST)
    delivered = row.snapshot.measurements["total_wsjf_delivered"]
    assert isinstance(delivered.value, float)
    assert delivered.value > 0
    assert json.loads(row.data)["total_wsjf_delivered"] == pytest.approx(delivered.value, abs=0.01)
