"""What a new ledger takes from a ``backlog.yml`` that another machine's ledger wrote."""

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.human_edits import adopted_events
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.test_human_edits import NOW, ONE, file_of, moved, opened


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        (Status.NEW, None),
        (Status.REFINED, None),
        (Status.READY, None),
        (Status.DOING, Status.DOING),
        (Status.PR, Status.PR),
        (Status.BLOCKED, Status.BLOCKED),
        (Status.DISMISSED, Status.DISMISSED),
    ],
)
@pytest.mark.parametrize("here", [Status.NEW, Status.READY])
def test_only_a_status_that_does_not_follow_by_itself_is_a_persons(
    there: Status, taken: Status | None, here: Status
) -> None:
    text = file_of(moved(opened(ONE), there, "why"))
    ours = moved(opened(ONE), here)
    events, problems = adopted_events(
        read(text.encode(), "f"), LedgerState(), ours, repository="repo", now=NOW
    )
    assert problems == ()
    assert [event.data["to"] for event in events] == ([taken] if taken else [])
    assert apply(ours, events).items[ONE.id].status is (taken or here)
