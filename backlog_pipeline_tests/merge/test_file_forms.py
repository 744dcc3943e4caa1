"""What YAML can be written like: aliases, braces, JSON, other line ends; a save keeps the form."""

import json
from dataclasses import replace

import pytest

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.file_items import CRITICAL, HIGH, LOW, sections
from backlog_pipeline_tests.merge.file_world import TODAY, estimates, item, text_of


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


@pytest.mark.parametrize("anchor", ["", " &x", "  # why", " &x  # why"])
def test_a_list_that_opens_an_item_makes_room_for_null(anchor: str) -> None:
    old = f"critical_items:\n-   links:{anchor}\n    # first\n    - a  # second\n    id: bl-00000001\n"
    new = text_of(old, [CRITICAL])
    assert "-   links: null" in new
    assert all(note in new for note in ("# first", "# second"))
    assert ("# why" in new) == ("# why" in old)
