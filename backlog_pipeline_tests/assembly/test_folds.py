"""Kept states are a cache: used where they are whole and of this code, and written anew where not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.assembly import folds
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store.folds import Folds
from backlog_pipeline.store.ledger import Ledger

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def made(home: Path) -> Folds[LedgerState]:
    return folds.folds_of(settings.read({}, {"BACKLOG_HOME": str(home)}))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.db")
    opened.append(
        "repo-1", [Event("repo-1", EventKind.BRANCH_TRACKED, NOW, data={"branch": "main"})], learned_at=NOW
    )
    return opened


def file_of(home: Path) -> Path:
    return home / "folded" / "repo-1.jsonl"


def test_what_one_process_kept_another_one_loads(tmp_path: Path, ledger: Ledger) -> None:
    made(tmp_path).keep(ledger, "repo-1")
    kept = folds.KeptStates(tmp_path / "folded").load("repo-1")
    assert kept is not None
    assert (kept.state.tracked_branch, kept.number, kept.head) == ("main", 1, ledger.head("repo-1"))
    assert made(tmp_path).at_head(ledger, "repo-1") == kept


def test_reading_keeps_nothing(tmp_path: Path, ledger: Ledger) -> None:
    made(tmp_path).at_head(ledger, "repo-1")
    assert not file_of(tmp_path).exists()


def test_what_is_kept_already_is_not_written_again(tmp_path: Path, ledger: Ledger) -> None:
    made(tmp_path).keep(ledger, "repo-1")
    before = file_of(tmp_path).stat()
    made(tmp_path).keep(ledger, "repo-1")
    assert file_of(tmp_path).stat() == before


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-1], lambda d: b"", lambda d: d.replace(b"main", b"evil"), lambda d: b"\xff"]
)
def test_a_damaged_file_is_not_used_and_written_anew(tmp_path: Path, ledger: Ledger, spoil) -> None:  # type: ignore[no-untyped-def]  # small lambdas
    made(tmp_path).keep(ledger, "repo-1")
    whole = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(spoil(whole))
    assert made(tmp_path).at_head(ledger, "repo-1").state.tracked_branch == "main"
    made(tmp_path).keep(ledger, "repo-1")
    assert file_of(tmp_path).read_bytes() == whole


def test_what_other_code_folded_is_folded_again(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path).keep(ledger, "repo-1")
    monkeypatch.setattr(folds, "our_code", lambda: "other")
    assert folds.KeptStates(tmp_path / "folded").load("repo-1") is None
    made(tmp_path).keep(ledger, "repo-1")
    assert folds.KeptStates(tmp_path / "folded").load("repo-1") is not None


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "folded").write_text("no folder")
    made(tmp_path).keep(ledger, "repo-1")
    assert made(tmp_path).at_head(ledger, "repo-1").state.tracked_branch == "main"
