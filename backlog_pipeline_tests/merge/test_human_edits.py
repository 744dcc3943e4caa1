"""What a person does to ``backlog.yml`` becomes events; what we wrote never does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.merge import lifecycle
from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.human_edits import adopted_events, human_events
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.item import Estimate, Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.edited_file import (
    ID,
    NOW,
    ONE,
    edited,
    event,
    file_of,
    moved,
    opened,
    taken,
    told,
)
from backlog_pipeline_tests.merge.file_world import backlogs, changed, item, rendered, text_of


def test_a_file_as_we_wrote_it_says_nothing() -> None:
    assert taken(file_of(opened(ONE, item(2))), opened(ONE, item(2)))[1:] == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("title: Work number 1", "title: Mine", "title", "Mine"),
        ("job_size: 5", "job_size: 8", "job_size", "8"),
        ("job_size: 5", "job_size: 7.5", "job_size", "7.5"),
        ("business_value: 5", "business_value: '3'", "business_value", "3"),
        ("type: technical_debt", "type: Bug-Fix", "type", "bug_fix"),
        ("risk_tier: LOW", "risk_tier: high", "risk_tier", "HIGH"),
        ("'2026-01-31'", "2025-12-24T23:00:00Z", "created_at", "2025-12-24"),
        ("      - Tests pass\n", "", "acceptance_criteria", '["The comment is gone"]'),
        ("    source:", "    links: ['#12']\n    source:", "links", '["#12"]'),
        ("    source:", "    blocked_by: bl-2\n    source:", "blocked_by", '["bl-2"]'),
        ("    files:", "    description: |\n      a\n      b\n    files:", "description", "a\nb"),
    ],
)  # fmt: skip
def test_a_value_that_we_never_wrote_is_pinned_once(old: str, new: str, field: str, value: str) -> None:
    after, events, problems = edited(old, new, opened(ONE))
    assert problems == []
    assert [e.data for e in events] == [{"field": field, "value": value}]
    assert events[0].kind is EventKind.FIELD_PINNED
    assert events[0].evidence == {"file": "backlog.yml", "line": events[0].evidence["line"]}
    assert dict(after.items[ID].pins) == {field: value}


def test_an_off_scale_number_is_kept_and_flagged() -> None:
    after, _, _ = edited("job_size: 5", "job_size: 4", opened(ONE))
    assert after.items[ID].estimates.job_size == Estimate(
        4.0, ("set by hand",), is_pinned=True, is_off_scale=True
    )


def test_a_value_that_we_ever_wrote_pins_nothing() -> None:
    state = opened(ONE)
    older = file_of(state)
    made = {"job_size": codec.encode(Estimate(8.0))}
    state = apply(
        state, [event(EventKind.ITEM_ESTIMATED, made), event(EventKind.ITEM_CHANGED, {"title": "New"})]
    )
    assert taken(older, state)[1:] == ([], [])


def test_an_old_value_does_not_unpin_either() -> None:
    older = file_of(opened(ONE))
    state, _, _ = edited("job_size: 5", "job_size: 8", opened(ONE))
    after, events, _ = taken(older, state)
    assert events == []
    assert dict(after.items[ID].pins) == {"job_size": "8"}


def test_a_deleted_key_gives_a_pinned_field_back_and_an_unpinned_one_says_nothing() -> None:
    state, _, _ = edited("job_size: 5", "job_size: 8", opened(ONE))
    after, events, _ = edited("    job_size: 8\n    wsjf_base: 1.62\n    acc", "    acc", state)
    assert told(events) == [("field_released", "job_size")]
    assert after.items[ID].pins == ()
    assert edited("    job_size: 5\n", "    job_size: null\n", opened(ONE))[1] == []


def test_computed_keys_are_just_overwritten() -> None:
    text = file_of(opened(ONE)).replace(
        "wsjf_base: 2.6", "wsjf_base: 99\n    wsjf_score: high\n    aging_days: -1"
    )
    after, events, problems = taken(text, opened(ONE))
    assert (events, problems) == ([], [])
    saved = rendered(text, after.items.values()).decode()
    assert "wsjf_base: 2.6\n    wsjf_score: 3.47\n    aging_days: 10\n" in saved


def test_a_strangers_broken_bytes_are_not_taken_for_a_persons_edit() -> None:
    state = opened(replace(ONE, title="bad \udc80 byte", acceptance_criteria=("\udcff",)))
    assert taken(file_of(state), state)[1] == []


def test_a_person_dismisses_with_a_reason_and_a_last_day() -> None:
    new = "status: DISMISSED\n    dismissed_reason: 'risk: accepted'\n    dismissed_until: 2027-01-31"
    after, events, problems = edited("status: READY", new, opened(ONE))
    assert problems == []
    assert told(events) == [("status_moved", "DISMISSED")]
    assert after.items[ID].dismissed_reason == "risk: accepted"
    assert after.items[ID].dismissed_until == date(2027, 1, 31)


def test_a_dismissal_without_a_reason_is_a_problem_and_stays_in_the_file() -> None:
    state = opened(ONE)
    text = file_of(state).replace("status: READY", "status: dismissed")
    after, events, (problem,) = taken(text, state)
    assert events == []
    assert "add `dismissed_reason`" in problem.message
    assert problem.line == text[: text.index("status:")].count("\n") + 1
    assert text_of(text, after.items.values()) == text


def test_a_dismissal_whose_last_day_has_passed_is_not_taken_and_said() -> None:
    state = opened(ONE)
    new = "status: DISMISSED\n    dismissed_reason: later\n    dismissed_until: 2026-11-21"
    _, events, (problem,) = edited("status: READY", new, state)
    assert events == []
    assert problem.message == f"{ID}: not dismissed: 2026-11-21 has passed"
    today = new.replace("2026-11-21", "2026-11-22")
    assert edited("status: READY", today, state)[0].items[ID].dismissed_until == NOW.date()


def test_an_older_file_with_an_expired_dismissal_does_not_dismiss_again() -> None:
    dismissed, _, _ = edited(
        "status: READY",
        "status: DISMISSED\n    dismissed_reason: later\n    dismissed_until: 2026-11-22",
        opened(ONE),
    )
    older = file_of(dismissed)
    tomorrow = NOW + timedelta(days=1)
    state = apply(dismissed, lifecycle.expire(dismissed, repository="repo", now=tomorrow))
    events, problems = human_events(read(older.encode(), "f"), state, repository="repo", now=tomorrow)
    assert events == ()
    assert ["has passed" in p.message for p in problems] == [True]


def test_a_person_ends_a_dismissal_by_giving_it_a_day_that_has_passed() -> None:
    state = moved(opened(ONE), Status.DISMISSED, "why", "person")
    after, events, _ = edited(
        "dismissed_reason: why", "dismissed_reason: why\n    dismissed_until: 2026-11-21", state
    )
    assert told(events) == [("status_moved", "DISMISSED")]
    (back,) = lifecycle.expire(after, repository="repo", now=NOW)
    assert back.data["to"] == "NEW"


def test_a_reason_worded_anew_is_taken() -> None:
    state = moved(opened(ONE), Status.DISMISSED, "old words", "person")
    after, events, _ = edited("old words", "new words\n    dismissed_until: 2027-01-31", state)
    assert told(events) == [("status_moved", "DISMISSED")]
    assert (after.items[ID].dismissed_reason, after.items[ID].dismissed_until) == (
        "new words",
        date(2027, 1, 31),
    )
    blocked = moved(opened(ONE), Status.BLOCKED, "run says")
    after, _, _ = edited("run says", "person says", blocked)
    assert after.items[ID].blocked_reason == "person says"
    assert after.items[ID].blocked_from is Status.READY


def test_an_older_reason_of_ours_is_not_a_persons() -> None:
    older = moved(opened(ONE), Status.BLOCKED, "first")
    state = moved(moved(older, Status.READY), Status.BLOCKED, "second")
    assert taken(file_of(older), state)[1] == []


@pytest.mark.parametrize(
    ("reason", "kept"),
    [("\n    blocked_reason: ask Ana", "ask Ana"), ("", "set to BLOCKED by hand in backlog.yml")],
)
def test_a_person_blocks_and_unblocks(reason: str, kept: str) -> None:
    state, events, problems = edited("status: READY", "status: escalated" + reason, opened(ONE))
    assert (told(events), problems) == ([("status_moved", "BLOCKED")], [])
    assert state.items[ID].blocked_reason == kept
    after, events, problems = edited("status: BLOCKED", "status: READY", state)
    assert (told(events), problems) == ([("status_moved", "READY")], [])
    assert after.items[ID].status is Status.READY


def test_a_block_that_a_run_made_is_lifted_only_in_a_current_file() -> None:
    older = file_of(opened(ONE))
    state = moved(opened(ONE), Status.BLOCKED, "the tests failed")
    assert taken(older, state)[1] == []
    assert told(edited("status: BLOCKED", "status: READY", state)[1]) == [("status_moved", "READY")]


def test_an_older_file_does_not_undo_a_dismissal_or_reopen_done_work() -> None:
    older = file_of(opened(ONE))
    for status, actor in ((Status.DISMISSED, "person"), (Status.DONE, "run")):
        state = moved(opened(ONE), status, "why", actor)
        assert taken(older, state)[1:] == ([], [])


def test_a_person_takes_a_dismissal_back() -> None:
    state = moved(opened(ONE), Status.DISMISSED, "why", "person")
    after, events, problems = edited("status: DISMISSED", "status: READY", state)
    assert (told(events), problems) == ([("status_moved", "NEW"), ("status_moved", "READY")], [])
    assert after.items[ID].dismissed_reason == ""


def test_a_person_claims_work_and_gives_it_back() -> None:
    state, events, _ = edited("status: READY", "status: in_progress", opened(ONE))
    assert told(events) == [("status_moved", "DOING")]
    assert told(edited("status: DOING", "status: READY", state)[1]) == [("status_moved", "READY")]


def test_done_by_hand_is_not_taken_while_the_finding_is_seen() -> None:
    state = opened(replace(ONE, places=tuple(replace(p, line=12) for p in ONE.places)))
    text = file_of(state).replace("status: READY", "status: DONE  # fixed")
    after, events, (problem,) = taken(text, state)
    assert events == []
    assert "src/part_1.py:12" in problem.message
    assert problem.item == ID
    assert problem.line == text[: text.index("status:")].count("\n") + 1
    assert "status: READY  # fixed" in text_of(text, after.items.values())


def test_a_missing_item_comes_back_and_the_person_is_told_how_to_drop_it() -> None:
    state = opened(ONE, item(2))
    text = file_of(opened(ONE))
    after, events, (problem,) = taken(text, state)
    assert events == []
    assert "1 open item is not in the file" in problem.message
    assert "bl-00000002" in problem.message
    assert "`backlog dismiss bl-00000002 --reason TEXT`" in problem.message
    assert "bl-00000002" in text_of(text, after.items.values())


def test_many_missing_items_are_one_problem_and_done_ones_none() -> None:
    items = [item(n) for n in range(2, 40)] + [
        replace(item(50), status=Status.DONE, completed_at=date(2026, 1, 1))
    ]
    _, _, problems = taken(file_of(opened(ONE)), opened(ONE, *items))
    assert [p.message.split(" are ")[0] for p in problems] == ["38 open items"]


def test_an_item_that_could_not_be_taken_is_not_missing() -> None:
    state = opened(ONE)
    _, events, problems = edited("created_at: '2026-01-31'", "created_at: soon", state)
    assert events == []
    assert [p.message for p in problems] == [f"{ID}: created_at is no date like 2026-01-31 ('soon')"]


def test_found_work_of_another_ledger_is_not_opened_as_a_persons() -> None:
    text = file_of(opened(ONE, item(2))).replace("title: Work number 1", "title: Mine")
    file = read(text.encode(), "f")
    assert human_events(file, LedgerState(), repository="repo", now=NOW) == ((), ())
    after = opened(ONE)
    events, (problem,) = adopted_events(file, LedgerState(), after, repository="repo", now=NOW)
    assert told(list(events)) == [("field_pinned", "title")]
    assert "no scan here sees it (code_comments)" in problem.message
    assert problem.item == "bl-00000002"
    assert adopted_events(file, after, after, repository="repo", now=NOW)[0] == ()


@settings(max_examples=60, deadline=None)
@given(backlogs(4), st.data())
def test_whatever_a_run_writes_is_never_taken_for_a_persons(items: list[Item], data: st.DataObject) -> None:
    """Any file that we ever wrote, at any later state: no event."""
    state = opened(*(replace(i, status=Status.NEW, blocked_reason="", completed_at=None) for i in items))
    files = [file_of(state)]
    for _ in range(2):
        for one in list(state.items.values()):
            new = data.draw(changed(one))
            fields = {"title": new.title, "links": list(new.links), "description": new.description}
            state = apply(state, [event(EventKind.ITEM_CHANGED, fields, one.id)])
            if new.status not in (one.status, Status.DISMISSED):
                state = moved(state, new.status, "why " + new.title, item_id=one.id)
        files.append(text_of(files[-1], state.items.values()))
    for text in files:
        assert human_events(read(text.encode(), "f"), state, repository="repo", now=NOW)[0] == ()


@settings(max_examples=60, deadline=None)
@given(backlogs(3), backlogs(3))
def test_taking_a_file_twice_is_taking_it_once(ours: list[Item], theirs: list[Item]) -> None:
    """A file by a person, against a ledger that knows other things: the second look finds nothing."""
    titled = [replace(i, title=i.title if i.title.strip() else "x") for i in theirs]
    text, state = text_of(None, titled), opened(*ours)
    once, _, _ = taken(text, state)
    twice, again, _ = taken(text, once)
    assert (twice, again) == (once, [])
