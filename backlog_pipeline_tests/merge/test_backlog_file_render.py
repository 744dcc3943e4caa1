"""Rendering ``backlog.yml``: only what changed is written, and everything else stays as it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge import backlog_file
from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.file_items import CRITICAL, HIGH, diff, sections
from backlog_pipeline_tests.merge.file_world import TODAY, item, rendered, scores, text_of


def test_a_new_file_reads_like_this() -> None:
    one = replace(CRITICAL, description="Two\nlines", links=("ticket:#12",))
    blocked = replace(item(4), status=Status.BLOCKED, blocked_reason="needs: a person")
    assert (
        text_of(None, [one, blocked]).split("\n\n", 1)[1]
        == """\
metadata:
  repository: demo
  schema_version: 1

critical_items:
  - id: bl-00000001
    title: Work number 1
    type: technical_debt
    status: READY
    risk_tier: LOW
    created_at: '2026-01-31'
    description: |-
      Two
      lines
    files:
      - src/part_1.py
    business_value: 5
    time_criticality: 5
    risk_reduction: 3
    job_size: 5
    wsjf_base: 2.6
    acceptance_criteria:
      - The comment is gone
      - Tests pass
    links:
      - 'ticket:#12'
    source: code_comments
    evidence:
      - commit 0123456

high_priority: []

medium_priority: []

low_priority: []

blocked_items:
  - id: bl-00000004
    title: Work number 4
    type: technical_debt
    status: BLOCKED
    risk_tier: LOW
    created_at: '2026-01-31'
    files:
      - src/part_4.py
    business_value: 5
    time_criticality: 5
    risk_reduction: 3
    job_size: 5
    wsjf_base: 2.6
    acceptance_criteria:
      - The comment is gone
      - Tests pass
    source: code_comments
    evidence:
      - commit 0123456
    blocked_reason: 'needs: a person'

completed_items: []

metrics: {}  # yours to fill: counts are not kept here, they would conflict on every merge
"""
    )


def test_nothing_changed_gives_the_very_bytes() -> None:
    data = rendered(None, [CRITICAL, HIGH])
    file = read(data, "f")
    assert rendered(file, [HIGH, CRITICAL]) is data


def test_waiting_does_not_change_a_file_without_aging_keys() -> None:
    items = [CRITICAL, HIGH]
    data = rendered(None, items)
    later = {i: (b, b * 2, 30, 2.0) for i, (b, _, _, _) in scores(items).items()}
    assert rendered(data, items, scores=later, as_of=TODAY + timedelta(days=30)) == data


def test_aging_keys_are_refreshed_where_a_file_carries_them_and_new_items_get_them() -> None:
    text = "critical_items:\n  - id: bl-00000001\n    wsjf_score: 1.0 # aged\n    aging_days: 0\n"
    new = text_of(text, [CRITICAL, HIGH])
    assert "wsjf_score: 3.47 # aged" in new
    assert "aging_multiplier" not in new
    assert new.count("aging_days: 10") == 2
    assert text_of(new, [CRITICAL, HIGH]) == new


def test_only_the_value_that_changed_is_written() -> None:
    old = text_of(None, [CRITICAL, HIGH])
    new = text_of(old, [replace(CRITICAL, title="Another: title"), HIGH])
    assert diff(old, new) == (["    title: Work number 1"], ["    title: 'Another: title'"])


def test_spelling_that_means_the_same_is_left_alone() -> None:
    text = """\
completed_items:
- {id: bl-00000001, title: "Work number 1", type: Technical-Debt, status: merged, risk_tier: low,
   created_at: 2026-01-31T10:00:00Z, files: ["./src/part_1.py:277"], business_value: 5.0,
   time_criticality: '5', risk_reduction: 3, job_size: 5, wsjf_base: 2.60, source: code_comments,
   acceptance_criteria: ["The comment is gone", Tests pass], evidence: commit 0123456,
   completed_at: '2026-11-20'}
"""
    done = replace(CRITICAL, status=Status.DONE, completed_at=date(2026, 11, 20))
    assert text_of(text, [done]) == text


def test_a_list_changes_entry_by_entry_and_keeps_its_comments() -> None:
    text = """\
critical_items:
  - id: bl-00000001
    acceptance_criteria:  # agreed on Monday
      # first
      - The comment is gone  # really
      - Old one  # was important
      # last
      - "Tests pass"
    links: []
"""
    new = text_of(
        text, [replace(CRITICAL, acceptance_criteria=("The comment is gone", "Tests pass", "More"))]
    )
    assert (
        """\
    acceptance_criteria:  # agreed on Monday
      # first
      - The comment is gone  # really
      # was important
      # last
      - "Tests pass"
      - More
"""
        in new
    )
    again = text_of(new, [replace(CRITICAL, acceptance_criteria=("New", "More"))])
    assert "      - New  # really\n" in again
    assert '"Tests pass"' not in again


def test_a_key_without_a_value_goes_and_its_comment_stays() -> None:
    blocked = replace(CRITICAL, status=Status.BLOCKED, blocked_reason="waiting")
    old = text_of(None, [blocked]).replace("waiting\n", "waiting  # ask Ana\n")
    new = text_of(old, [CRITICAL])
    assert "blocked_reason" not in new
    assert "    # ask Ana\n" in new
    assert sections(new) == {"critical_items": ["bl-00000001"]}


def test_comments_inside_a_replaced_value_follow_it() -> None:
    old = """\
critical_items:
  - id: bl-00000001
    files: [  # where
      a.py,   # first
    ]
    description: |  # long
      old
    title: # next line
      old title
      goes on
"""
    new = text_of(old, [replace(CRITICAL, description="new", title="t")])
    assert '    files: ["src/part_1.py"]\n    # where\n    # first\n' in new
    assert "    description: new\n    # long\n" in new
    assert "    title: # next line\n      t\n" in new


def test_several_lines_never_swallow_a_comment() -> None:
    old = "critical_items:\n  - id: bl-00000001\n    description: old\n          # deeper\n    links:\n"
    new = text_of(old, [replace(CRITICAL, description="one\ntwo")])
    assert '    description: "one\\ntwo"\n          # deeper\n' in new


def test_hand_work_keeps_the_source_that_the_person_gave_it() -> None:
    old = "critical_items:\n  - id: bl-00000001\n    source: a customer called\n"
    assert "source: a customer called" in text_of(old, [replace(CRITICAL, source="person")])


def test_a_save_that_would_lose_something_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    old = text_of(None, [CRITICAL]) + "mine: 1  # kept\n"
    broken = [
        old.replace("mine: 1", "mine: 2"),
        old.replace("# kept", ""),
        old.replace("READY", "NEW"),
        "a: 1\n",
    ]
    for text in broken:
        monkeypatch.setattr(backlog_file, "saved_text", lambda *_, text=text: text)
        with pytest.raises(BacklogFileError, match=r"was not saved: .*(would not survive|cannot be read)"):
            text_of(old, [CRITICAL])


def test_a_figure_that_is_a_list_becomes_a_figure() -> None:
    old = "critical_items:\n-   id: bl-00000001\n    wsjf_score:\n    - 1\n"
    assert "    wsjf_score: 3.47\n" in text_of(old, [CRITICAL])
