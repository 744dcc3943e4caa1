"""A file of another tool is updated in place: its structure, names, words and quotes stay."""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline_tests.merge.dialect_files import DIALECTS
from backlog_pipeline_tests.merge.dialect_runs import NOON, Runs, is_backlog
from backlog_pipeline_tests.merge.file_world import changed, item
from backlog_pipeline_tests.merge.other_tool import OtherTool

TODAY = NOON.date()
# A folder of backlog files from elsewhere, for whoever has one.
REAL = Path(os.environ.get("BACKLOG_EXAMPLES", "no such folder"))
REAL_NAMES = sorted(p.name for p in REAL.glob("*.yml")) if REAL.exists() else []


def diff(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = old.splitlines(), new.splitlines()
    return [x for x in before if x not in after], [x for x in after if x not in before]


def runs(name: str, *found: Item) -> Runs:
    """The runs of a dialect's file after the first one, which opened its items."""
    made = Runs(DIALECTS[name].encode(), found)
    made.run()
    return made


def with_status(made: Runs, item_id: str, status: Status, **fields: object) -> str:
    """The text after an item got another status and was saved."""
    items = dict(made.state.items)
    items[item_id] = replace(items[item_id], status=status, **fields)  # type: ignore[arg-type]
    made.state = replace(made.state, items=items)
    made.save()
    return made.text


def sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in read(text.encode(), "f").items:
        found.setdefault(one.section, []).append(one.id)
    return found


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_the_same_file_twice_gives_no_event_and_changes_no_byte(name: str) -> None:
    made = Runs(DIALECTS[name].encode())
    assert made.run() != ()
    once = made.data
    for _ in range(3):
        assert made.run() == ()
    assert made.data == once


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_first_run_changes_only_statuses_and_scores(name: str) -> None:
    made = runs(name)
    gone, come = diff(DIALECTS[name], made.text)
    for line in (*gone, *come):
        ours = ("status", "wsjf_score", "final_score", "aging", "age_days", "new_items")
        assert any(key in line for key in ours), line
    assert sections(made.text).keys() >= sections(DIALECTS[name]).keys() - {"new_items"}


def test_values_of_a_persons_file_are_the_persons() -> None:
    made = runs("one list")
    found = made.state.items["WEB-3"]
    assert found.source == "person"
    assert dict(found.pins) == {
        "title": "Cache the price list", "type": "refactoring", "risk_tier": "MEDIUM",
        "created_at": "2026-10-26", "business_value": "3", "time_criticality": "2", "risk_reduction": "0.5",
        "job_size": "8", "links": '["docs/prices.md"]',
    }  # fmt: skip
    assert (found.item_type, found.status) == (ItemType.REFACTORING, Status.REFINED)
    assert "    type: architecture\n" in made.text
    assert '    status: "REFINED"\n' in made.text


def test_a_status_is_written_in_the_files_own_word() -> None:
    done = with_status(runs("tasks"), "task_8", Status.DONE, completed_at=TODAY)
    assert "status: 'in_progress'" not in done
    assert done.count("status: 'completed'\n") == 2
    assert "    completed_at: '2026-11-22'\n" in done
    again = with_status(runs("one list"), "WEB-3", Status.BLOCKED, blocked_reason="waits: for Ana")
    assert '    status: "BLOCKED"\n' in again
    assert '    blocked_reason: "waits: for Ana"\n' in again


def test_a_word_that_the_file_does_not_have_is_written_in_its_case() -> None:
    made = runs("grouped")
    assert "      status: doing\n" in with_status(made, "G-1", Status.DOING)
    made = runs("items and records", replace(item(1), item_type=ItemType.BUG_FIX))
    assert '    type: "Bug_Fix"\n' in made.text


def test_what_is_done_goes_to_the_list_of_what_is_done() -> None:
    made = runs("tasks")
    text = with_status(made, "task_8", Status.DONE, completed_at=TODAY)
    assert sections(text)["completed"] == ["task_8", "task_1"]
    made = runs("items and records")
    text = with_status(made, "file-speed", Status.DONE, completed_at=TODAY)
    assert sections(text) == {
        "backlog_items": ["tool-calls"], "completed_items": ["file-speed", "leaking-handles"]
    }  # fmt: skip
    assert '    completion_date: "2026-11-22"\n' in text
    assert "  # MEDIUM\n" in text


def test_without_such_a_list_what_is_done_stays_where_it_is() -> None:
    text = with_status(runs("one list"), "WEB-3", Status.DONE, completed_at=TODAY)
    assert sections(text) == {"backlog": ["WEB-1", "WEB-2", "WEB-3"]}
    assert '    completed_at: "2026-11-22"\n' in text


def test_items_move_between_the_lists_of_statuses_with_all_that_is_theirs() -> None:
    made = runs("status lists")
    text = with_status(made, "sensor_drift", Status.PR)
    assert "  doing: []\n  pr_review:\n  - id: sensor_drift\n    title: Notice sensors that drift\n" in text
    text = with_status(made, "sensor_drift", Status.BLOCKED, blocked_reason="no sensor")
    assert "  pr_review: []\n  blocked:\n  - id: sensor_drift\n" in text
    text = with_status(made, "sensor_drift", Status.READY, blocked_reason="")
    assert sections(text) == {"backlog.ready": ["dependency_upgrades", "sensor_drift"]}
    text = with_status(made, "dependency_upgrades", Status.DONE, completed_at=TODAY)
    assert sections(text)["backlog.completed"] == ["dependency_upgrades"]


def test_an_item_that_a_person_blocked_goes_to_the_list_of_blocked_ones() -> None:
    made = runs("status lists")
    made.data = made.data.replace(b"    status: READY\n", b"    status: blocked\n    blocked_reason: x\n")
    made.run()
    assert sections(made.text)["backlog.blocked"] == ["dependency_upgrades"]
    assert "    status: blocked\n    blocked_reason: x\n" in made.text


def test_in_a_file_with_our_sections_no_score_moves_an_item() -> None:
    made = runs("our sections")
    assert sections(made.text) == sections(DIALECTS["our sections"])
    text = with_status(made, "HIGH-1", Status.DONE, completed_at=TODAY)
    assert sections(text)["completed_recent"] == ["HIGH-1", "COMP-1"]
    assert '    completed_at: "2026-11-22"\n' in text


def test_what_a_person_wrote_never_leaves_the_file() -> None:
    made = Runs(DIALECTS["one list"].encode(), now=NOON.replace(year=2028))
    made.run()
    assert sections(made.text) == {"backlog": ["WEB-1", "WEB-2", "WEB-3"]}


def test_a_new_item_is_written_as_its_neighbours_are() -> None:
    made = runs("one list", replace(item(1), source="code_comments"))
    assert (
        made.text.split("  - id: bl-00000001\n")[1].split("\n\n")[0]
        == """\
    title: "Work number 1"
    type: technical_debt
    acceptance_criteria:
      - "The comment is gone"
      - "Tests pass"
    effort: 5
    value: 5
    time_criticality: 5
    risk_reduction: 3
    status: READY
    risk_tier: low
    created_at: "2026-01-31"
    wsjf_score: 3.47
    files:
      - "src/part_1.py"
    source: "code_comments"
    evidence:
      - "commit 0123456"
"""[:-1]
    )


def test_a_new_item_has_its_components_in_the_files_group() -> None:
    made = runs("grouped", item(1))
    assert (
        """\
      wsjf:
        user_business_value: 5
        time_criticality: 5
        risk_reduction: 3
        job_duration: 5
        score: 2.6
      created_at: 2026-01-31
"""
        in made.text
    )


def test_new_items_go_to_the_list_for_their_status_else_to_the_general_one() -> None:
    ready, new = item(1), replace(item(2), status=Status.NEW)
    blocked = replace(item(3), status=Status.BLOCKED, blocked_reason="x")
    found = sections(runs("tasks", ready, new, blocked).text)
    assert "bl-00000001" in found["items"]
    assert "bl-00000002" in found["new_items"]
    assert "bl-00000003" in found["blocked_items"]
    found = sections(runs("status lists", ready, new, blocked).text)
    assert found["backlog.ready"] == ["dependency_upgrades", "bl-00000001", "bl-00000002"]
    assert found["backlog.blocked"] == ["bl-00000003"]
    assert sections(runs("our sections", ready).text)["critical_items"] == ["CRIT-1", "bl-00000001"]


def test_empty_lists_of_another_tool_are_filled_and_none_is_made() -> None:
    made = Runs(b"version: 2\nbacklog:\n  ready: []\n  doing: []\n  blocked: []\n", (item(1),))
    made.run()
    assert made.text.startswith("version: 2\nbacklog:\n  ready:\n    - id: bl-00000001\n      title:")
    assert made.text.endswith("  doing: []\n  blocked: []\n")


def test_a_group_in_braces_stays_one() -> None:
    made = runs("grouped")
    items = dict(made.state.items)
    estimates = items["G-2"].estimates
    assert estimates.job_size is not None
    smaller = replace(estimates, job_size=replace(estimates.job_size, value=1.0))
    made.state = replace(made.state, items={**items, "G-2": replace(items["G-2"], estimates=smaller)})
    made.save()
    assert (
        "wsjf: {user_business_value: 3, time_criticality: 1, risk_reduction: 1, job_duration: 1, score: 5.0}"
        in made.text
    )


def test_scores_are_refreshed_where_they_stand_and_nowhere_else() -> None:
    made = runs("one list")
    again = made.text
    made.save(days=10)
    assert made.text == again
    assert "wsjf_score: 5.0  # (5+3+2)/2" in again
    assert "wsjf_score: 4.27  # (8+5+3)/5" in again
    assert not {"aging_days", "aging_multiplier", "wsjf_base"} & {w.strip(":") for w in again.split()}


def test_json_of_another_tool_stays_json() -> None:
    made = runs("json", item(1))
    data = json.loads(made.text)
    assert [i["id"] for i in data["items"]] == ["bl-00000001", "J-1", "J-2"]
    assert {"value", "effort", "source"} <= data["items"][0].keys()
    assert data["items"][1]["status"] == "refined"
    assert data["items"][1]["tags"] == ["x"]


_OURS = ("status", "wsjf_score", "aging_days", "aging_multiplier", "age_days", "final_score", "score")
_OF_A_STATUS = ("completed_at", "completed_date", "completion_date", "blocked_reason", "blocker")
_NOT_A_PERSONS = re.compile(rf"(?:{'|'.join((*_OURS, *_OF_A_STATUS))}):[^#]*|[a-z_]+:(?: \[\])?\s*(?=#|$)")
_REASON = re.compile(r"^( *)blocked_reason: (?!null).*\n(?:\1 +.*\n)*", re.MULTILINE)


def person_lines(text: str) -> list[str]:
    """The lines of a file that no run may change: of a status or a list's name only the comment."""
    lines = (line.strip().removeprefix("- ") for line in _REASON.sub("", text).splitlines())
    kept = (line if line.startswith('{"') else _NOT_A_PERSONS.sub("", line, count=1) for line in lines)
    return [line for line in kept if line and not line.startswith('{"')]


def lost(old: Iterable[str], new: str) -> list[str]:
    after = person_lines(new)
    return [line for line in old if line not in after]


def lost_in_ten_runs(data: bytes, draw: st.DataObject, *lines: str) -> list[str]:
    """What is lost in ten runs in which scans find and lose things and a person blocks and releases.

    ``lines`` are the person's beside those that ``person_lines`` knows, wherever they stand.
    """
    made = Runs(data)
    made.run()
    mine, gone = person_lines(data.decode()), []
    ids = {one.id for one in read(data, "f").items}
    for number in range(10):
        found = {one.id: one for one in made.found}
        for one in (item(number), *found.values()):
            if draw.draw(st.booleans()):
                found[one.id] = draw.draw(changed(one))
        made.found = tuple(found.values())
        _move_one(made, draw)
        made.run(days=number)
        gone += [*lost(mine, made.text), *(line for line in lines if line not in made.text)]
    after, before = read(made.data, "f"), made.data
    made.save(days=9)
    gone += sorted(ids - {one.id for one in after.items}) + [problem.message for problem in after.problems]
    return gone if made.data == before else [*gone, "a save without a change wrote something"]


def _move_one(made: Runs, draw: st.DataObject) -> None:
    """A person's item gets another status, as a merge or a command would give it."""
    own = sorted(i for i, one in made.state.items.items() if one.source == "person")
    if not own:
        return
    chosen = draw.draw(st.sampled_from(own))
    status = draw.draw(st.sampled_from([Status.READY, Status.DOING, Status.PR, Status.DONE, Status.BLOCKED]))
    fields = {"blocked_reason": "why" if status is Status.BLOCKED else ""}
    with_status(made, chosen, status, completed_at=TODAY if status is Status.DONE else None, **fields)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(DIALECTS)), st.data())
def test_ten_runs_keep_every_line_of_every_dialect(name: str, data: st.DataObject) -> None:
    assert lost_in_ten_runs(DIALECTS[name].encode(), data) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_ten_runs_keep_every_line_of_any_tool(seed: int, data: st.DataObject) -> None:
    tool = OtherTool(seed)
    text = tool.text()
    assert read(text.encode(), "f").problems == ()
    assert lost_in_ten_runs(text.encode(), data, *tool.lines) == []


@pytest.mark.skipif(not REAL_NAMES, reason="BACKLOG_EXAMPLES names no folder")
@pytest.mark.parametrize("name", REAL_NAMES)
@settings(max_examples=2, deadline=None)
@given(st.data())
def test_ten_runs_keep_every_line_of_real_files(name: str, data: st.DataObject) -> None:
    raw = (REAL / name).read_bytes()
    if is_backlog(raw):
        assert lost_in_ten_runs(raw, data) == []


@pytest.mark.skipif(not REAL_NAMES, reason="BACKLOG_EXAMPLES names no folder")
@pytest.mark.parametrize("name", REAL_NAMES)
def test_real_files_give_no_event_at_the_second_run(name: str) -> None:
    raw = (REAL / name).read_bytes()
    if not is_backlog(raw):
        return
    made = Runs(raw)
    made.run()
    once = made.data
    assert made.run() == ()
    assert made.data == once
    assert read(once, name).problems == ()
