"""Rendering ``backlog.yml``: only what changed is written, and everything else stays as it was."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge import backlog_file
from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.file_world import TODAY, estimates, item, rendered, scores, text_of

CRITICAL, HIGH, LOW = item(1, size=5), item(2, size=8), item(3, size=13)


def sections(text: str | bytes) -> dict[str, list[str]]:
    """The ids of each section that holds items."""
    found: dict[str, list[str]] = {}
    for one in read(text.encode() if isinstance(text, str) else text, "f").items:
        found.setdefault(one.section, []).append(one.id)
    return found


def diff(old: str, new: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    before, after = old.splitlines(), new.splitlines()
    return [x for x in before if x not in after], [x for x in after if x not in before]


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


def test_an_alias_keeps_its_value_when_the_list_it_points_to_changes() -> None:
    old = """\
critical_items:
- id: bl-00000001
  files: &id001
  - src/part_1.py
  - gone.py
  links: *id001
  mine: *id001
completed_items: []
"""
    new = text_of(old, [replace(CRITICAL, links=("src/part_1.py", "gone.py"))])
    found = read(new.encode(), "f").items[0]
    assert found.values["files"] == ("src/part_1.py",)
    assert found.values["links"] == ("src/part_1.py", "gone.py")
    assert "  files: &id001\n  - src/part_1.py\n" in new
    assert "  mine: [src/part_1.py, gone.py]\n" in new


def test_an_alias_stays_one_while_what_it_points_to_stays() -> None:
    old = "critical_items:\n- id: bl-00000001\n  files: &f [src/part_1.py]\n  links: *f\n"
    new = text_of(old, [replace(CRITICAL, links=("src/part_1.py",))])
    assert "  files: &f [src/part_1.py]\n" in new
    assert "  links: *f\n" in new


def test_an_item_that_leaves_its_anchor_behind_writes_it_out() -> None:
    old = """\
critical_items:
- id: bl-00000004
  title: &t Work number 4
  own: &o {n: 1, at: 12:30}
- id: bl-00000001
  title: *t
  own: *o
  self: &s [a]
  twice: *s
"""
    items = [replace(item(4), estimates=estimates(5, 5, 3, 8)), replace(CRITICAL, title="Work number 4")]
    new = text_of(old, items)
    assert "  own: {n: 1, at: 12:30}\n" in new
    assert "  twice: *s\n" in new
    assert read(new.encode(), "f").items[0].values["title"] == "Work number 4"


def test_a_text_that_an_alias_points_to_may_be_replaced() -> None:
    old = "critical_items:\n- id: bl-00000001\n  description: &d old words\n  note: *d\n"
    new = text_of(old, [replace(CRITICAL, description="new words")])
    assert "  description: new words\n" in new
    assert "  note: old words\n" in new


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


def test_json_stays_json() -> None:
    old = json.dumps(
        {"metadata": {"a": 1}, "high_priority": [{"id": "bl-00000002", "title": "x"}, {"id": "z"}]}, indent=2
    )
    new = text_of(
        old, [replace(HIGH, title='"quoted" \x07'), replace(CRITICAL, description="a\nb"), item(4, size=7)]
    )
    data = json.loads(new)
    assert [i["id"] for i in data["high_priority"]] == ["bl-00000004", "bl-00000002", "z"]
    assert data["high_priority"][1]["title"] == '"quoted" \x07'
    assert data["critical_items"][0]["description"] == "a\nb"
    assert data["metadata"] == {"a": 1}
    moved = text_of(new, [replace(HIGH, estimates=estimates(5, 5, 3, 5)), CRITICAL, item(4, size=7)])
    data = json.loads(moved)
    assert [i["id"] for i in data["critical_items"]] == ["bl-00000001", "bl-00000002"]
    assert [i["id"] for i in data["high_priority"]] == ["bl-00000004", "z"]


def test_items_in_braces_are_changed_in_braces() -> None:
    old = "critical_items:\n  - {id: bl-00000001, title: x, mine: {a: 1}}  # short\n"
    old += "high_priority:\n  - id: bl-00000002\n"
    new = text_of(old, [CRITICAL, HIGH])
    assert 'title: "Work number 1"' in new
    assert ", mine: {a: 1}" in new
    assert "  # short\n" in new
    moved = text_of(new, [replace(CRITICAL, estimates=estimates(5, 5, 3, 8)), HIGH])
    assert sections(moved) == {"high_priority": ["bl-00000001", "bl-00000002"]}
    assert "  - {id: bl-00000001, title" in moved


def test_an_item_in_braces_takes_its_comments_into_a_section_in_brackets() -> None:
    old = """\
low_priority:
  # about it
  - {id: bl-00000001, title: x}  # short
completed_items: [{id: bl-00000002, status: DONE}]
"""
    done = {"status": Status.DONE, "completed_at": TODAY}
    new = text_of(old, [replace(CRITICAL, **done), replace(HIGH, **done)])
    assert sections(new) == {"completed_items": ["bl-00000001", "bl-00000002"]}
    assert "  # about it\n  # short\n" in new
    assert text_of(new, [replace(CRITICAL, **done), replace(HIGH, **done)]) == new


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.replace("\n", "\r\n"),
        lambda t: "\ufeff" + t,
        lambda t: t.rstrip("\n"),
        lambda t: "---\n" + t + "...\n",
    ],
)
def test_line_ends_byte_order_mark_and_document_marks_stay(change: object) -> None:
    old = change(text_of(None, [CRITICAL, HIGH]))  # type: ignore[operator]
    new = text_of(old, [replace(CRITICAL, title="New", links=("a", "b"), description="x\ny"), HIGH, LOW])
    assert ("\r\n" in new) == ("\r\n" in old)
    assert new.replace("\r\n", "").count("\n") == (0 if "\r\n" in old else new.count("\n"))
    assert new.startswith("\ufeff") == old.startswith("\ufeff")
    assert new.endswith("\n") == old.endswith("\n")
    assert new.endswith("...\n") == old.endswith("...\n")
    assert sections(new)["medium_priority"] == ["bl-00000003"]


def test_hand_work_keeps_the_source_that_the_person_gave_it() -> None:
    old = "critical_items:\n  - id: bl-00000001\n    source: a customer called\n"
    assert "source: a customer called" in text_of(old, [replace(CRITICAL, source="person")])


def test_an_item_without_score_keeps_its_section_and_its_figures() -> None:
    old = text_of(None, [CRITICAL])
    unscored: Item = replace(CRITICAL, estimates=estimates(5, 5, 3, None))
    assert sections(text_of(old, [unscored])) == {"critical_items": ["bl-00000001"]}
    assert "wsjf_base: 2.6" in text_of(old, [unscored])
    nan = {CRITICAL.id: (float("nan"), float("nan"), 0, 1.0)}
    assert text_of(old, [unscored], scores=nan) == old


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


@pytest.mark.parametrize("anchor", ["", " &x", "  # why", " &x  # why"])
def test_a_list_that_opens_an_item_makes_room_for_null(anchor: str) -> None:
    old = f"critical_items:\n-   links:{anchor}\n    # first\n    - a  # second\n    id: bl-00000001\n"
    new = text_of(old, [CRITICAL])
    assert "-   links: null" in new
    assert all(note in new for note in ("# first", "# second"))
    assert ("# why" in new) == ("# why" in old)


def test_a_figure_that_is_a_list_becomes_a_figure() -> None:
    old = "critical_items:\n-   id: bl-00000001\n    wsjf_score:\n    - 1\n"
    assert "    wsjf_score: 3.47\n" in text_of(old, [CRITICAL])
