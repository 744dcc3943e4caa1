"""Work that a person wrote down when it was done already was born on that day at the latest."""

from datetime import UTC, date, datetime

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.human_edits import human_events
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model.finding import Birth

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY, DONE_ON = NOW.date(), date(2026, 11, 1)


def taken(text: str, state: LedgerState) -> LedgerState:
    """The state after what the file says; looking again gives no event."""
    file = read(f"completed_items:\n- {{{text}}}\n".encode(), "backlog.yml")
    after = apply(state, human_events(file, state, repository="repo", now=NOW)[0])
    assert human_events(file, after, repository="repo", now=NOW)[0] == ()
    return after


@pytest.mark.parametrize(
    ("text", "birth", "completed_at"),
    [
        ("status: DONE, completed_at: 2026-11-01", Birth(DONE_ON, is_at_least=True), DONE_ON),
        ("status: merged, completed_at: 2026-11-22", Birth(TODAY), TODAY),
        ("status: DONE, completed_at: 2026-11-23", Birth(TODAY), date(2026, 11, 23)),
        ("status: DONE", Birth(TODAY), None),
        ("status: READY, completed_at: 2026-11-01", Birth(TODAY), None),
        ("status: DONE, completed_at: 2026-11-01, created_at: 2026-10-01", Birth(date(2026, 10, 1)), DONE_ON),
        ("status: DONE, completed_at: 2026-11-01, created_at: 2026-11-09", Birth(date(2026, 11, 9)), DONE_ON),
    ],
)
def test_it_is_born_when_it_was_done_unless_the_person_says_when(
    text: str, birth: Birth, completed_at: date | None
) -> None:
    (one,) = taken(f"id: a, title: A, {text}", fold([])).items.values()
    assert (one.birth, one.completed_at) == (birth, completed_at)
