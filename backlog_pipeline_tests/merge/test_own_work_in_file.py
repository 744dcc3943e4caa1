"""Work that a person writes into ``backlog.yml`` is the person's, in all that it brings."""

from datetime import date

import pytest

from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.item import Estimate
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline_tests.merge.edited_file import NOW, taken, told
from backlog_pipeline_tests.merge.file_world import text_of

WRITTEN = """\
low_priority:
  - id: call-customer   # my own
    title: Call the customer
    whatever: {kept: 1}
"""


def test_new_work_in_the_file_is_opened_as_a_persons() -> None:
    after, (opening,), problems = taken(WRITTEN, LedgerState())
    found = after.items["call-customer"]
    assert problems == []
    assert opening.kind is EventKind.ITEM_OPENED
    assert opening.evidence == {"file": "backlog.yml", "line": 2}
    assert (found.title, found.source, found.status) == ("Call the customer", "person", Status.NEW)
    assert (found.item_type, found.risk_tier) == (ItemType.ENHANCEMENT, RiskTier.MEDIUM)
    assert found.created_at == NOW.date()
    assert dict(found.pins) == {"title": "Call the customer"}
    assert after.written == {}
    saved = text_of(WRITTEN, after.items.values())
    assert "  - id: call-customer   # my own\n" in saved
    assert "    whatever: {kept: 1}\n" in saved
    assert taken(saved, after)[1:] == ([], [])


def test_what_new_work_brings_is_the_persons() -> None:
    text = """\
blocked_items:
  - {id: 7, title: "NO", type: bug_fix, risk_tier: low, created_at: 2026-01-31T10:00:00Z, status: blocked,
     blocked_reason: waits, job_size: 4, business_value: 8, files: ["./src/a.py:12", b.py], links: [x],
     acceptance_criteria: [works], blocked_by: [bl-1], evidence: mail, description: text, source: Ana}
"""
    after, _, problems = taken(text, LedgerState())
    found = after.items["7"]
    assert problems == []
    assert (found.title, found.status, found.blocked_reason) == ("NO", Status.BLOCKED, "waits")
    assert found.estimates.job_size == Estimate(4.0, ("set by hand",), is_pinned=True, is_off_scale=True)
    assert found.files == ("b.py", "src/a.py")
    assert (found.links, found.blocked_by, found.evidence) == (("x",), ("bl-1",), ("mail",))
    assert sorted(dict(found.pins)) == [
        "acceptance_criteria", "blocked_by", "business_value", "created_at", "description", "job_size",
        "links", "risk_tier", "title", "type",
    ]  # fmt: skip
    assert text_of(text, after.items.values()) == text


@pytest.mark.parametrize(
    "odd", ["description: ''", "files: ['']", "title: x\n    links: ['']", "description: |\n"]
)
def test_empty_values_are_no_values(odd: str) -> None:
    text = WRITTEN.replace("title: Call the customer", odd if "title" in odd else f"title: x\n    {odd}")
    after, _, _ = taken(text, LedgerState())
    assert after.items["call-customer"].title == "x"


def test_new_work_without_a_title_is_a_problem() -> None:
    text = WRITTEN.replace("title", "name")
    after, events, (problem,) = taken(text, LedgerState())
    assert events == []
    assert (problem.line, problem.message) == (
        2,
        "call-customer: a new item needs a title; add one, and it is taken",
    )
    assert text_of(text, after.items.values()) == text


def test_new_work_may_be_done_or_dismissed_already() -> None:
    text = (
        "completed_items:\n- {id: a, title: A, status: merged, completed_at: 2026-11-01}\n"
        "- {id: b, title: B, status: DONE}\n- {id: c, title: C, status: dismissed, dismissed_reason: no}\n"
    )
    after, _, problems = taken(text, LedgerState())
    assert problems == []
    assert after.items["a"].completed_at == date(2026, 11, 1)
    assert after.items["b"].completed_at is None  # nobody said when: no day counts it as done on it
    assert after.items["c"].dismissed_reason == "no"


def test_a_persons_own_work_is_done_when_the_person_says_so() -> None:
    state, _, _ = taken(WRITTEN.replace("    whatever", "    files: [a.py]\n    whatever"), LedgerState())
    text = text_of(WRITTEN, state.items.values()).replace(
        "status: NEW", "status: DONE\n    completed_at: 2026-11-20"
    )
    after, (move,), problems = taken(text, state)
    assert problems == []
    assert move.evidence["file"] == "backlog.yml"
    assert after.items["call-customer"].status is Status.DONE
    assert after.items["call-customer"].completed_at == date(2026, 11, 20)
    again, events, problems = taken(text.replace("status: DONE", "status: READY"), after)
    assert (told(events), problems) == ([("status_moved", "READY")], [])
    assert again.items["call-customer"].recurrences == 1


def test_files_and_evidence_of_own_work_follow_the_file() -> None:
    state, _, _ = taken(
        WRITTEN.replace("    whatever", "    files: [a.py, b.py]\n    whatever"), LedgerState()
    )
    text = WRITTEN.replace("    whatever", "    files: [b.py, c.py]\n    evidence: [mail]\n    whatever")
    after, events, _ = taken(text, state)
    assert [e.kind for e in events] == [EventKind.PLACES_CHANGED, EventKind.ITEM_CHANGED]
    assert after.items["call-customer"].files == ("b.py", "c.py")
    assert after.items["call-customer"].evidence == ("mail",)
    assert taken(WRITTEN, after)[1] == []
