"""A change of the rules never changes an id: it proposes which items are the same work."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backlog_pipeline.merge import observe
from backlog_pipeline.merge.identity import ALGORITHM
from backlog_pipeline.merge.match import Matching, Pass
from backlog_pipeline.merge.passes import Ladder
from backlog_pipeline.merge.rekey import Proposal, proposals
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.world import World

BEFORE = ["import os", "# TODO cache the answer of f", "x = f()"]
EDITED = [BEFORE[0], "# TODO cache the answers of f", BEFORE[2]]


def first_rules(*given: object) -> Matching:
    """The passes that there were at first: nothing moves between files, no text is edited."""
    ladder = Ladder(*given)  # type: ignore[arg-type]
    ladder.same_file(None)
    return ladder.matching()


@pytest.fixture
def old_days(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with monkeypatch.context() as then:
        then.setattr(observe, "match_open", first_rules)
        yield then


def told(w: World, algorithm: int = 1) -> list[Event]:
    """What a run under other rules writes into the ledger."""
    events = w.run()
    return [
        replace(e, evidence={**e.evidence, "algorithm": algorithm}) if "algorithm" in e.evidence else e
        for e in events
    ]


def history(*trees: dict[str, list[str]]) -> tuple[World, list[Event]]:
    w, events = World(), []
    for tree in trees:
        w.commit(tree)
        events += told(w)
    return w, events


def test_work_that_was_edited_under_rules_that_could_not_see_it_is_proposed(old_days: object) -> None:
    w, events = history({"a.py": BEFORE}, {"a.py": EDITED})
    (old,), (new,) = w.items(Status.DONE), w.open_items
    assert proposals(events) == (Proposal(new, old, Pass.TEXT_EDITED, "notes", f"{2:040x}", 1),)


def test_a_move_to_another_file_is_proposed_once_and_with_its_pass(old_days: object) -> None:
    w, events = history({"a.py": BEFORE}, {"a.py": ["import os"], "b.py": ["q()", *BEFORE]}, {"b.py": BEFORE})
    (old,), (new,) = w.items(Status.DONE), w.open_items
    assert [(p.item, p.into, p.by) for p in proposals(events)] == [(new, old, Pass.TEXT_MOVED)]


def test_what_todays_rules_decided_is_not_looked_at_again(old_days: object) -> None:
    w = World()
    w.commit({"a.py": BEFORE})
    events = told(w, ALGORITHM)
    w.commit({"a.py": EDITED})
    assert proposals([*events, *told(w, ALGORITHM)]) == ()


def test_the_same_rules_propose_nothing() -> None:
    _, events = history({"a.py": BEFORE}, {"a.py": EDITED}, {"b.py": EDITED}, {"b.py": ["# TODO fix"]}, {})
    assert proposals(events) == ()


def test_other_work_in_the_place_of_old_work_is_not_proposed(old_days: object) -> None:
    _, events = history({"a.py": BEFORE}, {"a.py": [BEFORE[0], "# TODO why is numpy needed?", BEFORE[2]]})
    assert proposals(events) == ()


def test_work_whose_older_self_came_back_is_not_proposed(old_days: object) -> None:
    both = [*EDITED, "more()", "lines()", "here()", *BEFORE]
    w, events = history({"a.py": BEFORE}, {"a.py": EDITED}, {"a.py": both})
    assert len(w.open_items) == 2
    assert proposals(events) == ()


def test_the_order_and_the_state_of_the_ledger_are_left_alone(old_days: object) -> None:
    _, events = history({"a.py": BEFORE}, {"a.py": EDITED})
    copy = list(events)
    assert proposals(events) == proposals(iter(events))
    assert events == copy
