"""A state that was kept and read again is the same state, down to what we ever wrote."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.merge import kept
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline_tests.model.test_codec import ITEM

NOW = datetime(2026, 3, 1, tzinfo=UTC)
IDS = ("bl-1", "bl-2", "bl-3")


def opened(item_id: str) -> Event:
    item = replace(ITEM, id=item_id, pins=(), blocked_from=None, dismissed_until=None)
    return Event("r", EventKind.ITEM_OPENED, NOW, item_id, data={"item": codec.encode(item)})


def certificate(status: str, source: str) -> Event:
    found = Certificate(source, "1", "", "r", "abc", ScanStatus(status), NOW, notes=("é",))
    return Event("r", EventKind.SCAN_RECORDED, NOW, data={"certificate": codec.encode(found), "findings": 0})


def of_item(kind: EventKind, data: dict[str, object], actor: str = "run") -> st.SearchStrategy[Event]:
    return st.builds(lambda i: Event("r", kind, NOW, i, actor, data=data), st.sampled_from(IDS))


TITLES = st.sampled_from(["a title", "another", "x \udcff é", "line\nbreak\u2028", "x"])
EVENTS = st.one_of(
    TITLES.flatmap(lambda t: of_item(EventKind.ITEM_CHANGED, {"title": t})),
    TITLES.flatmap(lambda t: of_item(EventKind.FIELD_PINNED, {"field": "title", "value": t}, "person")),
    of_item(EventKind.FIELD_RELEASED, {"field": "title"}, "person"),
    of_item(EventKind.FIELD_PINNED, {"field": "job_size", "value": "13"}, "person"),
    of_item(EventKind.ITEM_ESTIMATED, {"job_size": {"value": 5}}),
    of_item(EventKind.ITEM_CHANGED, {"description": ""}),
    st.sampled_from(["READY", "BLOCKED", "DONE", "DISMISSED"]).flatmap(
        lambda to: of_item(EventKind.STATUS_MOVED, {"from": "NEW", "to": to, "reason": "why"})
    ),
    of_item(EventKind.MATCH_DOUBTED, {"candidates": ["bl-1"]}),
    st.builds(certificate, st.sampled_from(["complete", "failed"]), st.sampled_from(["notes", "bandit"])),
    TITLES.map(lambda t: Event("r", EventKind.PROBLEM_SEEN, NOW, data={"message": t})),
    TITLES.map(lambda t: Event("r", EventKind.BRANCH_TRACKED, NOW, data={"branch": t})),
)


def reread(state: LedgerState) -> LedgerState:
    return kept.from_text(list(kept.to_text(state).lines()))[0]


def same(one: LedgerState, other: LedgerState) -> bool:
    return replace(one, written=dict(one.written)) == replace(other, written=dict(other.written))


@given(st.lists(EVENTS, max_size=12), st.lists(EVENTS, max_size=6))
def test_kept_at_any_moment_it_goes_on_like_the_one_that_was_folded(
    before: list[Event], after: list[Event]
) -> None:
    state = fold([*map(opened, IDS), *before])
    again = reread(state)
    assert same(again, state)
    assert list(again.items) == list(state.items)
    assert same(apply(again, after), apply(state, after))
    assert same(reread(apply(again, after)), apply(state, after))


@given(st.lists(EVENTS, max_size=6), st.lists(EVENTS, max_size=6))
def test_lines_taken_from_before_are_the_lines_made_anew(before: list[Event], after: list[Event]) -> None:
    state, text = kept.from_text(list(kept.to_text(fold([*map(opened, IDS), *before])).lines()))
    later = apply(state, after)
    assert list(kept.to_text(later, text).lines()) == list(kept.to_text(later).lines())


def test_an_empty_state_is_one_line() -> None:
    assert list(kept.to_text(LedgerState()).lines()) == ["{}"]
    assert same(reread(LedgerState()), LedgerState())


def test_what_we_never_wrote_is_told_from_what_we_did() -> None:
    pinned = Event("r", EventKind.FIELD_PINNED, NOW, "bl-1", "person", {"field": "title", "value": "mine"})
    again = reread(fold([opened("bl-1"), pinned]))
    assert again.items["bl-1"].title == "mine"
    assert again.written["bl-1", "title"] == {ITEM.title}
    assert ("bl-1", "links") not in again.written


@pytest.mark.parametrize("lines", [["{}", '{"item":{}}'], ["[]"], ["{}", ""], ["{}", '{"item":1}'], [""]])
def test_lines_that_say_no_state_are_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        kept.from_text(lines)


def test_written_that_is_no_list_of_texts_is_refused() -> None:
    row = codec.dumps({"item": codec.encode(Item(**{f: getattr(ITEM, f) for f in ITEM.__slots__}))})
    with pytest.raises(ValueError, match="no list of texts"):
        kept.from_text(["{}", row[:-1] + ',"written":{"title":"x"}}'])
