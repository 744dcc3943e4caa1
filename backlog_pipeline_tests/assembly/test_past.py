"""Censuses come from one child process; what breaks costs what was not reached, and is said."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.assembly.past import Past
from backlog_pipeline.discover import state
from backlog_pipeline.model.census import Census
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.git_repository import GitRepository

SOURCES = """
import os, pathlib, time
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline.plugins import source

NOTE = pathlib.Path(__file__).with_suffix(".note")

def seen(look):
    return Scan(Certificate("probe", "7", "", look.repository.key, look.repository.revision,
                            ScanStatus.COMPLETE, look.now))

@source
def plain(look):
    return []

@source
def probe(look):
    return []

class Probe:
    name, version, options, fresh_minutes = "probe", "7", {"bad": ""}, None

    def scan(self, look):
        return seen(look)

    def configuration(self, look):
        return ""

    def read(self, look):
        with NOTE.open("a") as stream:
            print(os.getpid(), look.repository.revision, os.environ.get("A_TOKEN"), file=stream)
        if look.repository.revision in look.options.get("bad", "").split():
BODY
        return seen(look)

probe = Probe()
"""

Take = Callable[..., tuple[Census, ...]]


@pytest.fixture
def commits(repository: GitRepository) -> list[str]:
    repository.write("a.py", "# TODO: a\nassert x\n")
    return [repository.commit(f"commit {n}") for n in range(5)]


@pytest.fixture
def world(repository: GitRepository, commits: list[str]) -> RepositoryState:
    return state.look_at(repository.path, key="project-1")


@pytest.fixture
def note(tmp_path: Path) -> Callable[[], list[list[str]]]:
    """What the source noted: process, commit and secret of each look."""

    def rows() -> list[list[str]]:
        path = tmp_path / "ours.note"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    return rows


@pytest.fixture
def take(world: RepositoryState, tmp_path: Path, backlog_home: Path) -> Take:
    """Take censuses with a source that does ``body`` at the commits named ``bad``."""

    def take(
        revisions: list[str], body: str = "pass", *, bad: str = "", source: str = "probe", more: str = ""
    ) -> tuple[Census, ...]:
        (tmp_path / "ours.py").write_text(SOURCES.replace("BODY", f"            {body}"))
        toml = f"[plugins]\nfiles = ['{tmp_path / 'ours.py'}']\n[sources.probe]\nbad = '{bad}'\n{more}"
        environment = {"BACKLOG_HOME": str(backlog_home)}
        given = settings.load({}, environment, toml_text=toml, toml_name="backlog.toml")
        looking = Past(given, lambda: datetime(2026, 6, 1, tzinfo=UTC), lambda *_: None)
        return looking.take_censuses(source, world, revisions)

    return take


def statuses(censuses: tuple[Census, ...]) -> list[str]:
    return [census.status.value for census in censuses]


def test_all_commits_are_counted_in_one_process_without_secrets(
    take: Take, commits: list[str], note: Callable[[], list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_TOKEN", "secret")
    wanted = [*commits, commits[0], commits[0]]
    found = take(wanted)
    assert [census.revision for census in found] == wanted
    assert set(statuses(found)) == {"complete"}
    processes, looked_at, secrets = zip(*note(), strict=True)
    assert set(secrets) == {"None"}
    assert list(looked_at) == commits
    assert len(set(processes)) == 1
    assert str(os.getpid()) not in processes


def test_the_sources_of_the_house_count_a_commit(take: Take, commits: list[str]) -> None:
    for source, rule in (("code_comments", "TODO"), ("sast_findings", "B101")):
        (census,) = take(commits[:1], source=source)
        assert [(one.rule, one.count) for one in census.counted] == [(rule, 1)]


def test_a_source_that_reads_no_past_gives_nothing(take: Take, commits: list[str]) -> None:
    assert take(commits, source="plain") == ()
    assert take(commits, source="dependency_vulnerabilities") == ()


def test_no_commits_are_no_question(take: Take, note: Callable[[], list[list[str]]]) -> None:
    assert take([]) == ()
    assert note() == []


def test_a_source_that_is_switched_off_is_skipped(take: Take, commits: list[str]) -> None:
    found = take(commits, more="enabled = false")
    assert [(c.status, c.reason) for c in found] == [(ScanStatus.SKIPPED, "switched off in backlog.toml")] * 5


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("os._exit(3)", "its process ended with 3: it said nothing"),
        ("raise ValueError('no such thing')", "its process ended with 1: ValueError: no such thing"),
        ("os.kill(os.getpid(), 9)", "its process ended with -9: it said nothing"),
    ],
)
def test_a_crash_costs_the_commit_at_which_it_happens(
    take: Take, commits: list[str], body: str, reason: str
) -> None:
    found = take(commits, body, bad=commits[1])
    assert statuses(found) == ["complete", "failed", "complete", "complete", "complete"]
    assert (found[1].reason, found[1].source_version, found[1].revision) == (reason, "7", commits[1])


def test_after_some_crashes_the_rest_is_not_tried(
    take: Take, commits: list[str], note: Callable[[], list[list[str]]]
) -> None:
    found = take(commits, "os._exit(3)", bad=" ".join(commits))
    assert statuses(found) == ["failed"] * 5
    assert {census.reason for census in found} == {"its process ended with 3: it said nothing"}
    assert [revision for _, revision, _ in note()] == commits[:3]


def test_what_was_reached_before_a_time_out_stays_and_the_next_attempt_goes_on(
    take: Take, commits: list[str], note: Callable[[], list[list[str]]]
) -> None:
    began = time.monotonic()
    found = take(commits, "time.sleep(60)", bad=commits[2], more="timeout_seconds = 6")
    assert time.monotonic() - began < 40
    assert statuses(found) == ["complete", "complete", "failed", "failed", "failed"]
    assert found[2].reason == (
        "it did not end within 6.3 s; raise timeout_seconds under [sources.probe] in backlog.toml"
    )
    reached = len(note())
    assert statuses(take(commits, bad=commits[2])) == ["complete"] * 5
    assert [revision for _, revision, _ in note()[reached:]] == commits[2:]


def test_an_option_that_a_source_does_not_have_fails_all_commits(take: Take, commits: list[str]) -> None:
    found = take(commits, more="worse = 'x'")
    assert statuses(found) == ["failed"] * 5
    assert "there is no option 'worse'" in found[0].reason


def test_a_source_that_cannot_be_built_fails_all_commits(take: Take, commits: list[str]) -> None:
    found = take(commits, source="no_such_source")
    assert statuses(found) == ["failed"] * 5
    assert found[0].reason == "there is no plugin 'no_such_source'"


def test_a_corrupt_cache_costs_time_only(take: Take, commits: list[str], backlog_home: Path) -> None:
    first = take(commits, source="code_comments")
    (backlog_home / "cache.db").write_bytes(b"no database" * 1000)
    for end in ("-wal", "-shm"):
        (backlog_home / f"cache.db{end}").unlink(missing_ok=True)
    assert take(commits, source="code_comments") == first
    assert (backlog_home / "cache.db.corrupt").exists()
