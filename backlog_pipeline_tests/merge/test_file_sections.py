"""In which section of ``backlog.yml`` an item stands, and what comes along when it goes to another one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.file_items import CRITICAL, HIGH, LOW, sections
from backlog_pipeline_tests.merge.file_world import TODAY, estimates, item, text_of


def test_sections_follow_status_and_unaged_score() -> None:
    at_two, at_half = item(5), item(6)
    at_two = replace(at_two, estimates=estimates(5, 3, 2, 5))
    at_half = replace(at_half, estimates=estimates(1, 1, 1, 2))
    done = replace(item(7), status=Status.DONE, completed_at=TODAY)
    dropped = replace(item(8), status=Status.DISMISSED, dismissed_reason="no")
    unknown = replace(item(9), estimates=estimates(1, None, 1, 1), status=Status.NEW)
    assert sections(text_of(None, [CRITICAL, HIGH, LOW, at_two, at_half, done, dropped, unknown])) == {
        "critical_items": ["bl-00000001"],
        "high_priority": ["bl-00000005", "bl-00000002", "bl-00000006"],
        "medium_priority": ["bl-00000003"],
        "low_priority": ["bl-00000009"],
        "completed_items": ["bl-00000007", "bl-00000008"],
    }


def test_an_item_moves_with_its_comments_and_unknown_keys() -> None:
    old = """\
metadata: {team: core}  # ours
critical_items:
  # Heading of the section

  # this one is urgent
  - id: bl-00000001  # talk to Ana
    estimate_by: Ana   # not a key of ours
    notes:
      - one  # first
    # at the end
  # about the other
  - id: bl-00000009
custom: [1, 2]
high_priority:
- id: bl-00000002
  title: Work number 2
"""
    done = replace(CRITICAL, status=Status.DONE, completed_at=TODAY)
    new = text_of(old, [done, HIGH])
    assert (
        """\
critical_items:
  # Heading of the section

  # about the other
  - id: bl-00000009
custom: [1, 2]
"""
        in new
    )
    start = new.index("completed_items:\n")
    assert new[start:].startswith("""\
completed_items:
  # this one is urgent
  - id: bl-00000001  # talk to Ana
""")
    assert """\
    estimate_by: Ana   # not a key of ours
    notes:
      - one  # first
    # at the end
""" in new[start:]
    assert new.startswith("metadata: {team: core}  # ours\n")


def test_an_item_that_moves_takes_the_indentation_of_its_new_section() -> None:
    old = """\
critical_items:
    -   id: bl-00000001
        description: |
            Two
              lines
        title: Work number 1
high_priority:
- id: bl-00000002
"""
    new = text_of(old, [replace(CRITICAL, estimates=estimates(5, 5, 3, 8), description="Two\n  lines"), HIGH])
    assert "critical_items: []\n" in new
    assert "\n-   id: bl-00000001\n    description: |\n        Two\n          lines\n" in new
    assert read(new.encode(), "f").items[0].values["description"] == "Two\n  lines"


def test_an_empty_section_is_filled_and_an_emptied_one_says_so() -> None:
    old = "critical_items:  # hot\n  # a heading\n  - id: bl-00000001\n"
    old += "high_priority: []  # none yet\nlow_priority: ~\n"
    new = text_of(old, [replace(CRITICAL, estimates=estimates(5, 5, 3, 8))])
    assert new.startswith(
        "critical_items: []  # hot\nhigh_priority:  # none yet\n  # a heading\n  - id: bl-00000001\n"
    )
    assert new.endswith("low_priority: ~\n")


def test_a_missing_section_is_made_in_its_place() -> None:
    old = "# top\n\nmetadata:\n  a: 1\n\n# about low\nlow_priority:\n  - id: bl-00000003\n\nmetrics: {}\n"
    new = text_of(
        old,
        [CRITICAL, replace(LOW, estimates=estimates(1, 1, 1, 5)), replace(item(4), status=Status.BLOCKED)],
    )
    assert [line for line in new.splitlines() if line and line[0] not in " -#"] == [
        "metadata:", "critical_items:", "low_priority:", "blocked_items:", "metrics: {}",
    ]  # fmt: skip
    assert "  a: 1\n\ncritical_items:\n" in new
    assert "\n\n# about low\nlow_priority:\n" in new


@pytest.mark.parametrize(
    "old",
    ["", "\n", "# mine\n", "---\n", "{}\n", "--- # mine\n...\n", "%YAML 1.1\n---\n~\n", "--- {} # mine\n"],
)
def test_an_empty_file_is_filled(old: str) -> None:
    new = text_of(old, [CRITICAL, HIGH])
    assert sections(new) == {"critical_items": ["bl-00000001"], "high_priority": ["bl-00000002"]}
    assert ("# mine" in new) == ("# mine" in old)
    assert text_of(new, [CRITICAL, HIGH]) == new


def test_new_items_come_in_by_score_and_nothing_there_is_reordered() -> None:
    old = "critical_items:\n  - id: bl-00000001\n\n  - id: bl-00000004\n\n  - id: bl-00000005\n"
    there = [CRITICAL, item(4, size=3), item(5, size=5)]
    new = text_of(old, [*there, item(6, size=2), item(7, size=5.5), item(8, size=4)])
    assert sections(new)["critical_items"] == [
        "bl-00000006", "bl-00000008", "bl-00000001", "bl-00000004", "bl-00000005", "bl-00000007",
    ]  # fmt: skip
    assert "\n\n  - id: bl-00000004\n" in new
    assert "\n\n  - id: bl-00000007\n" in new


def test_completed_items_leave_after_their_days_unless_a_person_annotated_them() -> None:
    old_one = replace(item(1), status=Status.DONE, completed_at=TODAY - timedelta(days=91))
    last_day = replace(item(2), status=Status.DONE, completed_at=TODAY - timedelta(days=90))
    noted = replace(item(3), status=Status.DONE, completed_at=TODAY - timedelta(days=91))
    dropped = replace(item(4), status=Status.DISMISSED, dismissed_reason="no")
    items = [old_one, last_day, noted, dropped]
    before = text_of(None, items, keep_days=1000)
    before = before.replace("- id: bl-00000003\n", "- id: bl-00000003  # the big one\n")
    after = text_of(before, items)
    assert sections(after)["completed_items"] == ["bl-00000002", "bl-00000003", "bl-00000004"]
    assert text_of(after, items) == after
    assert "bl-00000002" not in text_of(after, items, keep_days=30)


def test_what_a_person_wrote_stays_however_long_it_is_done() -> None:
    old = replace(item(1), source="person", status=Status.DONE, completed_at=TODAY - timedelta(days=900))
    before = text_of(None, [old], keep_days=1000)
    assert text_of(before, [old]) == before


def test_what_could_not_be_taken_stays_untouched() -> None:
    bad = "  - id: bl-00000001\n    status: REDY   # typo\n    job_size: 0\n  - nonsense\n"
    bad += "  - id: bl-00000002\n    title: again\n"
    old = f"critical_items:\n  - id: bl-00000002\n{bad}"
    new = text_of(old, [CRITICAL, HIGH, LOW])
    assert bad in new
    assert new.count("bl-00000001") == 1


def test_items_that_nobody_asks_for_stay() -> None:
    old = "critical_items:\n  - id: mine\n    title: x\n    status: NEW\n"
    assert text_of(old, [HIGH]).startswith(old)


def test_an_item_without_score_keeps_its_section_and_its_figures() -> None:
    old = text_of(None, [CRITICAL])
    unscored: Item = replace(CRITICAL, estimates=estimates(5, 5, 3, None))
    assert sections(text_of(old, [unscored])) == {"critical_items": ["bl-00000001"]}
    assert "wsjf_base: 2.6" in text_of(old, [unscored])
    nan = {CRITICAL.id: (float("nan"), float("nan"), 0, 1.0)}
    assert text_of(old, [unscored], scores=nan) == old
