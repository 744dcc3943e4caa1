"""A run is left out only when it would look at the same and nothing known has grown stale."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.assembly import code, freshness
from backlog_pipeline.model.fingerprint import file_digest
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline_tests.git_repository import GitRepository

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
KEY = "project-1"


@pytest.fixture
def committed(repository: GitRepository) -> GitRepository:
    repository.write("a.py", "value = 1\n")
    repository.commit()
    return repository


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    yield Registry.of(ledger)
    ledger.close()


def read(toml: str = "", **environ: str) -> Settings:
    return settings.load({}, environ, toml_text=toml)


def inputs(repository: GitRepository, chosen: Settings | None = None, now: datetime = NOW) -> str:
    return freshness.inputs_now(chosen or read(), repository.path, now)


def certificate(status: ScanStatus = ScanStatus.COMPLETE, fresh_until: datetime | None = None) -> Certificate:
    return Certificate("probe", "1", "", KEY, "abc", status, NOW, fresh_until=fresh_until)


def remember(registry: Registry, *certificates: Certificate, chosen: Settings | None = None) -> None:
    freshness.remember(
        registry, KEY, "inputs", certificates, settings=chosen or read(), now=NOW, run_id="run-1"
    )


def is_fresh(registry: Registry, now: datetime = NOW, inputs: str = "inputs") -> bool:
    return freshness.unchanged_run(registry, KEY, inputs, now) is not None


# Each input counts


def test_the_same_again_is_the_same(committed: GitRepository) -> None:
    assert inputs(committed) == inputs(committed)
    assert inputs(committed, now=NOW + timedelta(hours=11)) == inputs(committed)


def test_a_commit_counts(committed: GitRepository) -> None:
    before = inputs(committed)
    committed.commit("more")
    assert inputs(committed) != before


def test_another_branch_at_the_same_commit_counts(committed: GitRepository) -> None:
    before = inputs(committed)
    committed.git("checkout", "-q", "-b", "other")
    on_branch = inputs(committed)
    committed.git("checkout", "-q", "--detach")
    assert len({before, on_branch, inputs(committed)}) == 3


def test_another_default_branch_of_the_remote_counts(committed: GitRepository) -> None:
    before = inputs(committed)
    committed.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert inputs(committed) != before


def test_the_file_counts_whether_it_comes_changes_or_goes(committed: GitRepository) -> None:
    seen = [inputs(committed)]
    for text in ("", "metadata: {}\n", b"\xff not UTF-8"):
        committed.write("backlog.yml", text)
        seen.append(inputs(committed))
    committed.remove("backlog.yml")
    assert len(set(seen)) == 4
    assert inputs(committed) == seen[0]


def test_a_file_that_was_edited_after_the_merge_is_another_one(committed: GitRepository) -> None:
    committed.write("backlog.yml", "metadata: {}\n")
    merged = file_digest(b"metadata: {}\n")
    before = freshness.surroundings(read(), committed.path, NOW)
    assert freshness.inputs_digest(before, merged) == inputs(committed)
    committed.write("backlog.yml", "metadata: {}\n# mine\n")
    assert freshness.inputs_digest(before, merged) != inputs(committed)


def test_uncommitted_changes_do_not_count(committed: GitRepository) -> None:
    before = inputs(committed)
    committed.write("a.py", "value = 2\n")
    assert inputs(committed) == before


@pytest.mark.parametrize(
    "chosen",
    [
        read("[sources.code_comments]\nkinds = 'TODO'\n"),
        read("[sources.code_comments]\nenabled = false\n"),
        read("[score]\nrules = ['security_boost']\n"),
        read(WSJF_THRESHOLD="1.5"),
        read(SECURITY_SCAN_LEVEL="strict"),
        read(ENABLE_AUTO_SECURITY_UPDATES="true"),
    ],
)
def test_each_setting_counts(committed: GitRepository, chosen: Settings) -> None:
    assert inputs(committed, chosen) != inputs(committed)


def test_a_plugin_file_counts(committed: GitRepository, tmp_path: Path) -> None:
    file = tmp_path / "ours.py"
    chosen = read(f"[plugins]\nfiles = ['{file}']\n")
    seen = {inputs(committed, chosen)}
    for text in ("one = 1\n", "one = 2\n"):
        file.write_text(text)
        seen.add(inputs(committed, chosen))
    assert len(seen) == 3


def test_the_utc_day_counts(committed: GitRepository) -> None:
    assert inputs(committed, now=NOW + timedelta(hours=12)) != inputs(committed)


def test_an_installed_package_counts(
    committed: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = inputs(committed)
    monkeypatch.setattr(code, "installed", code.installed.__wrapped__)  # as in a new process
    (tmp_path / "site" / "newcomer-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert inputs(committed) != before


def test_a_token_is_not_in_what_is_kept(committed: GitRepository, registry: Registry) -> None:
    with_token = read(GITHUB_TOKEN="ghp_secret")
    remember(registry, certificate(), chosen=with_token)
    assert "ghp_secret" not in registry.read_mark(KEY, "last_run")


# What is known grows stale


def test_nothing_known_means_a_run(registry: Registry) -> None:
    assert not is_fresh(registry)


def test_a_run_that_looked_everywhere_stays_true(registry: Registry) -> None:
    remember(registry, certificate(), certificate(ScanStatus.PARTIAL), certificate(ScanStatus.SKIPPED))
    assert is_fresh(registry, NOW + timedelta(days=900))
    last = freshness.unchanged_run(registry, KEY, "inputs", NOW)
    assert last is not None
    assert (last.run_id, last.finished_at) == ("run-1", NOW)


def test_other_inputs_mean_a_run(registry: Registry) -> None:
    remember(registry, certificate())
    assert not is_fresh(registry, inputs="others")


def test_another_repository_is_not_meant(registry: Registry) -> None:
    remember(registry, certificate())
    assert freshness.unchanged_run(registry, "other-2", "inputs", NOW) is None


def test_a_run_is_stale_once_its_first_scan_is(registry: Registry) -> None:
    until = NOW + timedelta(minutes=60)
    remember(
        registry,
        certificate(),
        certificate(fresh_until=until),
        certificate(fresh_until=until + timedelta(days=1)),
    )
    assert is_fresh(registry, until - timedelta(seconds=1))
    assert not is_fresh(registry, until)


@pytest.mark.parametrize("status", [ScanStatus.FAILED, ScanStatus.UNAVAILABLE])
def test_a_source_that_could_not_look_is_never_fresh(registry: Registry, status: ScanStatus) -> None:
    later = NOW + timedelta(days=1)
    remember(registry, certificate(fresh_until=later), certificate(status, fresh_until=later))
    assert not is_fresh(registry)


def test_with_a_token_the_health_of_the_branch_grows_stale(registry: Registry) -> None:
    remember(registry, certificate(), chosen=read(GITHUB_TOKEN="ghp_secret"))
    assert is_fresh(registry, NOW + timedelta(minutes=14))
    assert not is_fresh(registry, NOW + timedelta(minutes=15))


@pytest.mark.parametrize(
    "mark", ["{", "[]", '{"inputs": 7}', '{"finished_at": "2026-06-01T12:00:00+00:00"}', "null"]
)
def test_a_mark_that_cannot_be_read_means_a_run(registry: Registry, mark: str) -> None:
    registry.mark(KEY, "last_run", mark)
    assert not is_fresh(registry)


def test_a_later_mark_takes_the_place_of_the_earlier(registry: Registry) -> None:
    remember(registry, certificate())
    remember(registry, replace(certificate(), status=ScanStatus.FAILED))
    assert not is_fresh(registry)
