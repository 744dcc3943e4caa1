"""Which moves exist, and which happen by themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from backlog_pipeline.merge import lifecycle
from backlog_pipeline.merge.lifecycle import Cause, Move, Moved, Refused
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Estimate, Estimates, Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PLACE = Place("notes", "TODO", "x", "a.py", 3)
ALL = Estimates(Estimate(3), Estimate(2), Estimate(1), Estimate(5))
ITEM = Item(
    "bl-1", "x", ItemType.BUG_FIX, Status.NEW, RiskTier.LOW, Birth(date(2026, 1, 1)), "notes", places=(PLACE,)
)
PROOF = {"certificate": {"status": "complete"}}

BY_A_RUN = {
    (Status.NEW, Status.REFINED),
    (Status.REFINED, Status.READY),
    (Status.REFINED, Status.NEW),
    (Status.READY, Status.DOING),
    (Status.READY, Status.REFINED),
    (Status.DOING, Status.PR),
    (Status.DOING, Status.READY),
    (Status.PR, Status.DOING),
    (Status.PR, Status.READY),
    (Status.DONE, Status.READY),
    (Status.BLOCKED, Status.DOING),
}
OPEN = [s for s in Status if not s.is_terminal]


def ask(item: Item, to: Status, actor: str = "run", **more: object) -> Moved | Refused:
    cause = Cause.PERSON if actor == "person" else Cause.ADVANCED
    return lifecycle.move(item, Move(to, cause, actor=actor, **more), repository="repo", at=NOW)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("to", Status)
def test_a_run_makes_the_moves_of_the_table_and_no_other(status: Status, to: Status) -> None:
    item = replace(ITEM, status=status, blocked_from=Status.DOING)
    is_exit = status in OPEN and to in (Status.DONE, Status.BLOCKED) and to is not status
    allowed = (status, to) in BY_A_RUN or is_exit
    assert isinstance(ask(item, to, reason="why", proof=PROOF), Moved) is allowed


@pytest.mark.parametrize("status", OPEN)
def test_found_work_is_done_by_proof_only_even_when_a_person_says_so(status: Status) -> None:
    for actor in ("run", "person"):
        refused = ask(replace(ITEM, status=status), Status.DONE, actor, reason="I did it")
        assert isinstance(refused, Refused)
        assert refused.rule == "done by proof"
        assert "a.py:3" in refused.reason


def test_work_that_only_a_person_sees_is_done_when_the_person_says_so() -> None:
    mine = replace(ITEM, places=(), source="person")
    assert isinstance(ask(mine, Status.DONE, "person"), Moved)
    assert isinstance(ask(mine, Status.DONE, "run"), Refused)
    assert isinstance(ask(replace(mine, status=Status.DONE), Status.READY, "person"), Moved)
    assert isinstance(ask(replace(ITEM, status=Status.DONE), Status.READY, "person"), Refused)


def test_only_a_person_dismisses_and_says_why() -> None:
    assert isinstance(ask(ITEM, Status.DISMISSED, "run", reason="noise"), Refused)
    assert isinstance(ask(ITEM, Status.DISMISSED, "person"), Refused)
    moved = ask(ITEM, Status.DISMISSED, "person", reason="accepted risk", until=date(2026, 5, 1))
    assert isinstance(moved, Moved)
    assert moved.event.data == {
        "from": "NEW",
        "to": "DISMISSED",
        "cause": "person",
        "reason": "accepted risk",
        "until": "2026-05-01",
    }


def test_blocking_needs_a_reason() -> None:
    assert isinstance(ask(ITEM, Status.BLOCKED), Refused)


def test_a_person_may_set_any_open_status_by_hand() -> None:
    order = [Status.NEW, Status.REFINED, Status.READY, Status.DOING, Status.PR]
    for status in [*order, Status.BLOCKED]:
        for to in order:
            moved = ask(replace(ITEM, status=status), to, "person")
            assert isinstance(moved, Moved) is (status is not to)


def state_of(*items: Item) -> LedgerState:
    return LedgerState(items={i.id: i for i in items})


def advanced(*items: Item, restricted: dict[str, str] | None = None) -> LedgerState:
    state = state_of(*items)
    moves = lifecycle.advance(state, repository="repo", restricted=restricted or {}, now=NOW)
    return apply(state, moves)


def status_of(*items: Item, restricted: dict[str, str] | None = None) -> Status:
    return advanced(*items, restricted=restricted).items["bl-1"].status


READY = replace(ITEM, estimates=ALL, acceptance_criteria=("it works",))


def test_estimates_refine_and_criteria_make_ready() -> None:
    assert status_of(ITEM) is Status.NEW
    assert status_of(replace(ITEM, estimates=replace(ALL, job_size=None))) is Status.NEW
    assert status_of(replace(ITEM, estimates=ALL)) is Status.REFINED
    assert status_of(READY) is Status.READY


def test_a_restricted_item_is_not_ready_and_falls_back_if_it_was() -> None:
    held = {"bl-1": "restricted by deploy/**"}
    assert status_of(READY, restricted=held) is Status.REFINED
    state = state_of(replace(READY, status=Status.READY))
    (move,) = lifecycle.advance(state, repository="repo", restricted=held, now=NOW)
    assert (move.data["cause"], move.data["reason"]) == ("fell_back", "restricted by deploy/**")


def test_an_open_blocker_holds_and_a_done_one_does_not() -> None:
    waiting = replace(READY, blocked_by=("bl-2",))
    blocker = replace(ITEM, id="bl-2")
    assert status_of(waiting, blocker) is Status.REFINED
    assert status_of(waiting, replace(blocker, status=Status.DONE)) is Status.READY
    assert status_of(waiting) is Status.REFINED


def test_ready_without_what_it_needs_falls_all_the_way_back() -> None:
    assert status_of(replace(READY, status=Status.READY, acceptance_criteria=())) is Status.REFINED
    assert status_of(replace(ITEM, status=Status.READY)) is Status.NEW


@pytest.mark.parametrize("status", [Status.DOING, Status.PR, Status.BLOCKED, Status.DONE, Status.DISMISSED])
def test_what_is_in_hand_blocked_or_closed_is_left_alone(status: Status) -> None:
    assert status_of(replace(READY, status=status)) is status
    assert status_of(replace(ITEM, status=status)) is status
