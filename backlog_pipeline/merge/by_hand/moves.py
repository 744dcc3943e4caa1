"""Statuses that a person set by hand, as moves that the lifecycle allows or refuses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.backlog_text.keys import KEYS
from backlog_pipeline.merge.backlog_text.values import are_same
from backlog_pipeline.merge.by_hand.occasion import BLOCKED_WITHOUT_REASON, PERSON, Occasion
from backlog_pipeline.merge.lifecycle import Cause, Move, Refused, move
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

_OPEN_WORDS = frozenset({Status.NEW, Status.REFINED, Status.READY, Status.DOING, Status.PR})
_REASON_KEYS = {
    Status.BLOCKED: "blocked_reason",
    Status.DISMISSED: "dismissed_reason",
    Status.DONE: "completed_at",
}


def status_events(occasion: Occasion, edited: FileItem, item: Item) -> Iterator[Event | Problem]:
    """The moves that a person made in the file; a refused one is a problem, and we write ours back."""
    word = edited.values.get("status")
    if word is None:
        return
    to = Status(str(word))
    if to is item.status:
        yield from _new_reason(occasion, edited, item)
    elif _is_a_persons(occasion, edited, item, to):
        until = _until(edited) if to is Status.DISMISSED else None
        if until is not None and until < occasion.now.date():
            yield occasion.problem(edited, f"not dismissed: {until} has passed", "dismissed_until")
            return
        for step in steps(item, to):
            wanted = _wanted(occasion, edited, item, step)
            moved = move(item, wanted, repository=occasion.repository, at=_when(occasion, edited, step))
            if isinstance(moved, Refused):
                yield occasion.problem(edited, f"the status {to} was not taken: {moved.reason}", "status")
                return
            yield replace(moved.event, evidence=occasion.evidence(edited))
            item = replace(item, status=step)


def _is_a_persons(occasion: Occasion, edited: FileItem, item: Item, to: Status) -> bool:
    """Whether a status that differs from ours was set by hand in a current file.

    A word that we once wrote comes back with every older file that is checked out, so it counts
    only where the file cannot be older: the reason of the present status stands beside it, or the
    present status is an open one that the person set.
    """
    if not occasion.was_ours(item.id, "status", to.value):
        return True
    key = _REASON_KEYS.get(item.status)
    if key is not None:
        have, current = edited.values.get(key), getattr(item, key)
        return have is not None and are_same(KEYS[key], have, current)
    return not occasion.was_ours(item.id, "status", item.status.value)


def steps(item: Item, to: Status) -> tuple[Status, ...]:
    """The moves that lead to a status that a person asks for.

    A dismissal ends in NEW, and what was done is READY again; from there it goes where it was put.
    """
    if to in _OPEN_WORDS and item.status.is_terminal:
        first = Status.NEW if item.status is Status.DISMISSED else Status.READY
        return (first,) if first is to else (first, to)
    return (to,)


def a_persons_move(
    item: Item, to: Status, evidence: Mapping[str, object], *, reason: str = "", until: date | None = None
) -> Move:
    """What a person asks for. Of work that a person wrote, the person's word is the proof."""
    wanted = Move(to, Cause.PERSON, reason, actor=PERSON, until=until)
    return replace(wanted, proof={"word_of": PERSON, **evidence}) if item.source == PERSON else wanted


def _wanted(occasion: Occasion, edited: FileItem, item: Item, to: Status) -> Move:
    evidence = occasion.evidence(edited)
    if to is Status.BLOCKED:
        reason = str(edited.values.get("blocked_reason", BLOCKED_WITHOUT_REASON))
        return a_persons_move(item, to, evidence, reason=reason)
    if to is Status.DISMISSED:
        reason = str(edited.values.get("dismissed_reason", ""))
        return a_persons_move(item, to, evidence, reason=reason, until=_until(edited))
    return a_persons_move(item, to, evidence)


def _until(edited: FileItem) -> date | None:
    until = edited.values.get("dismissed_until")
    return until if isinstance(until, date) else None


def _when(occasion: Occasion, edited: FileItem, to: Status) -> datetime:
    """Now, or the day on which the person says that it was done."""
    day = edited.values.get("completed_at")
    if to is Status.DONE and isinstance(day, date) and day <= occasion.now.date():
        return min(datetime.combine(day, time(23, 59, 59), UTC), occasion.now)
    return occasion.now


def _new_reason(occasion: Occasion, edited: FileItem, item: Item) -> Iterator[Event]:
    """A reason (or a last day) that the person worded anew: a move to where it is, with the new one."""
    if item.status not in (Status.BLOCKED, Status.DISMISSED):
        return
    key = _REASON_KEYS[item.status]
    reason = edited.values.get(key)
    if reason is None:
        return
    is_new = not are_same(KEYS[key], reason, getattr(item, key)) and not occasion.was_ours(
        item.id, key, reason
    )
    until = _until(edited) if item.status is Status.DISMISSED else None
    if is_new or until != item.dismissed_until:
        yield occasion.event(EventKind.STATUS_MOVED, edited, reworded(item, str(reason), until))


def reworded(item: Item, reason: str, until: date | None) -> dict[str, object]:
    """The ``data`` of a move to where the item is, with another reason or last day."""
    data: dict[str, object] = {"from": item.status.value, "to": item.status.value}
    data |= {"cause": Cause.PERSON.value, "reason": reason}
    return data | ({"until": until.isoformat()} if until else {})
