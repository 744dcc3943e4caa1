"""Take back what a person decided: all of one decision, or nothing where something was built on it since.

Nothing is unmade: the ledger gets events that lead back to where things were. Whether they can is seen
in three states of the ledger: before the decision, after it, and now.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge import fold as item_fold
from backlog_pipeline.merge.by_hand import joining
from backlog_pipeline.merge.by_hand.decisions import UNDO, Decision, decisions, reasons, standing
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.by_hand.groups import Linking, refuse_not_free
from backlog_pipeline.merge.by_hand.parting import OPENED
from backlog_pipeline.merge.lifecycle import Cause
from backlog_pipeline.merge.links import assertion_in
from backlog_pipeline.merge.state import LedgerState, apply, fold
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.item import COMPONENTS, Item, Place
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import Assertion

_LINKS = (EventKind.LINK_ASSERTED, EventKind.LINK_WITHDRAWN)
_PINS = (EventKind.FIELD_PINNED, EventKind.FIELD_RELEASED)
_ATTRIBUTES = {"type": "item_type", "created_at": "birth"}
_BY_ITSELF = (Status.NEW, Status.REFINED, Status.READY)
_STANDING = ("blocked_from", "completed_at", "closed_by", "recurrences")
TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class _Then:
    """An item before the decision (``None``: it was opened by it), right after it, and now."""

    was: Item | None
    then: Item
    now: Item
    events: tuple[Event, ...]


def undo(hand: Hand, word: str = "", *, number: int = 0) -> Deed:
    """Take back the last decision of which anything is left, and that is no undo: on that item, or of all.

    With ``number`` it is the decision of that entry of the ledger, which may be an undo.

    Raises:
        UsageError: there is no such decision, or something was built on it since.
    """
    entries = tuple(hand.entries())
    for decision in _candidates(hand, entries, word, number):
        events = _events(hand, entries, decision)
        if events:
            return Deed(decision.items[0], events, is_single=True, told=str(decision))
        if number:
            raise UsageError(
                f"nothing is left of {decision}", next_step=f"see `backlog history {decision.items[0]}`"
            )
    where = f" about {hand.item(word).id}" if word else ""
    raise UsageError(
        f"there is no decision of a person{where} that could be taken back",
        next_step=f"see `backlog history {hand.item(word).id}`" if word else "see `backlog audit log`",
    )


def _candidates(hand: Hand, entries: Sequence[Entry], word: str, number: int) -> Iterator[Decision]:
    """The decision that is named, or those that may be meant, the last one first."""
    item = hand.item(word) if word else None
    about = (item.id, *item.merged) if item else ()
    every = decisions(entries)
    if number:
        yield _of_entry(every, number, about)
        return
    if hand.has_edits:
        raise UsageError(
            "backlog.yml has edits that are not recorded yet",
            next_step="take them back there, or `backlog run` records them and then they can be undone",
        )
    for decision in standing(every):
        mine = decision.only(about) if item else decision
        if mine.entries and decision.command != UNDO:
            yield mine


def _of_entry(every: Sequence[Decision], number: int, about: Sequence[str]) -> Decision:
    named = next((d for d in every if number in d.numbers), None)
    if named is None or (about and not named.only(about).entries):
        what = f"no decision of a person about {about[0]}" if about else "no decision of a person"
        raise UsageError(f"entry {number} is {what}", next_step="see `backlog audit log`")
    left = next((d for d in standing(every) if number in d.numbers), None)
    if left is None:
        by = next(d for d in reversed(every) if number in d.undoes)
        raise UsageError(
            f"entry {number} is taken back already",
            next_step=f"`backlog undo --entry {by.numbers[0]}` does it again",
        )
    return left.only(about) if about else left


def _events(hand: Hand, entries: Sequence[Entry], decision: Decision) -> tuple[Event, ...]:
    places = [n for n, entry in enumerate(entries) if entry.number in decision.numbers]
    before = fold(entry.event for entry in entries[: places[0]])
    after = apply(before, (entry.event for entry in entries[places[0] : places[-1] + 1]))
    back = replace(hand, cause={"command": hand.command, "undoes": list(decision.numbers)})
    why = reasons(entries[: places[-1] + 1])
    return (*_links(back, decision, before, after, why), *_items(back, decision, before, after))


def _links(
    hand: Hand, decision: Decision, before: LedgerState, after: LedgerState, why: Mapping[Assertion, str]
) -> Iterator[Event]:
    """Asserted again what was withdrawn, withdrawn what was asserted, where it is so still."""
    linking = Linking(hand)
    touched = [assertion_in(e.event) for e in decision.entries if e.event.kind in _LINKS]
    for said in dict.fromkeys(reversed(touched)):
        is_now = said in linking.links
        if is_now is not (said in after.links) or is_now is (said in before.links):
            continue
        if is_now:
            linking.withdraw(said)
        else:
            linking.assert_again(said, why[said])
    yield from linking.events


def _items(hand: Hand, decision: Decision, before: LedgerState, after: LedgerState) -> Iterator[Event]:
    by_item: dict[str, list[Event]] = {}
    for entry in decision.entries:
        if entry.event.kind not in _LINKS:
            by_item.setdefault(entry.event.item, []).append(entry.event)
    for id_, events in by_item.items():
        one = _Then(before.items.get(id_), after.items[id_], hand.single.items[id_], tuple(events))
        opened = [str(e.evidence[OPENED]) for e in events if OPENED in e.evidence]
        if opened:
            yield from joining.merge(hand, opened, id_).events
        elif one.was is None:
            yield _dismissed(hand, one.now)
        else:
            yield from _back(hand, one, one.was)


def _dismissed(hand: Hand, item: Item) -> Event:
    refuse_not_free(item, hand.state.items[item.id].merged_into, "taken back")
    data: dict[str, object] = {"from": item.status.value, "to": Status.DISMISSED.value}
    data |= {"cause": Cause.UNDONE.value, "reason": TAKEN_BACK}
    return hand.event(EventKind.STATUS_MOVED, item.id, data)


def _back(hand: Hand, one: _Then, was: Item) -> Iterator[Event]:
    kinds = {event.kind for event in one.events}
    yield from _pins(hand, one, was)
    yield from _fields(hand, one, was)
    if EventKind.PLACES_CHANGED in kinds:
        yield from _places(hand, one, was)
    if EventKind.STATUS_MOVED in kinds:
        yield from _status(hand, one, was)


def _pins(hand: Hand, one: _Then, was: Item) -> Iterator[Event]:
    """Each field pinned as it was; what was not pinned has the value again that it had."""
    had, then, have = dict(was.pins), dict(one.then.pins), dict(one.now.pins)
    for name in dict.fromkeys(str(e.data["field"]) for e in one.events if e.kind in _PINS):
        if have.get(name) != then.get(name):
            raise _built_on(one.now, f"{name} was set or given back")
        if name in had:
            if have.get(name) != had[name]:
                yield hand.event(EventKind.FIELD_PINNED, was.id, {"field": name, "value": had[name]})
            continue
        if name in have:
            yield hand.event(EventKind.FIELD_RELEASED, was.id, {"field": name})
        yield from _value(hand, was, one.now, name)


def _value(hand: Hand, was: Item, now: Item, name: str) -> Iterator[Event]:
    if name in COMPONENTS:
        estimate = getattr(was.estimates, name)
        if estimate is not None:
            yield hand.event(EventKind.ITEM_ESTIMATED, was.id, {name: codec.encode(estimate)})
        return
    attribute = _ATTRIBUTES.get(name, name)
    value = getattr(was, attribute)
    if value != getattr(now, attribute):
        yield hand.event(EventKind.ITEM_CHANGED, was.id, {attribute: codec.encode(value)})


def _fields(hand: Hand, one: _Then, was: Item) -> Iterator[Event]:
    """What was changed without being pinned, such as the evidence of a person's own work."""
    pinned = {str(e.data["field"]) for e in one.events if e.kind in _PINS}
    covered = {_ATTRIBUTES.get(name, name) for name in pinned}
    changed = (set(e.data) for e in one.events if e.kind is EventKind.ITEM_CHANGED)
    for name in sorted(set().union(*changed) - covered):
        if getattr(one.now, name) != getattr(one.then, name):
            raise _built_on(one.now, f"{name} changed")
        if getattr(one.now, name) != getattr(was, name):
            data = {name: codec.encode(getattr(was, name))}
            yield hand.event(EventKind.ITEM_CHANGED, was.id, data)


def _places(hand: Hand, one: _Then, was: Item) -> Iterator[Event]:
    if one.now.places != one.then.places:
        raise _built_on(one.now, "its files changed")
    had, have = Counter(was.places), Counter(one.now.places)
    rows = {"added": _rows(had - have), "removed": _rows(have - had)}
    data: dict[str, object] = {name: some for name, some in rows.items() if some}
    if data:
        yield hand.event(EventKind.PLACES_CHANGED, was.id, data)


def _rows(places: Counter[Place]) -> list[object]:
    return [codec.encode(place) for place in places.elements()]


def _status(hand: Hand, one: _Then, was: Item) -> Iterator[Event]:
    now = one.now
    if _stands(now) == _stands(was) and (now.status is was.status or now.status is not one.then.status):
        return
    if _stands(now) != _stands(one.then):
        raise _built_on(now, f"it moved on and is {now.status}")
    reason = {Status.BLOCKED: was.blocked_reason, Status.DISMISSED: was.dismissed_reason}.get(was.status, "")
    data: dict[str, object] = {"from": now.status.value, "to": was.status.value, "cause": Cause.UNDONE.value}
    data |= {"reason": reason} if reason else {}
    data |= {"until": was.dismissed_until.isoformat()} if was.dismissed_until else {}
    event = hand.event(EventKind.STATUS_MOVED, was.id, data)
    made = item_fold.changed(now, event)
    again = {n: codec.encode(getattr(was, n)) for n in _STANDING if getattr(made, n) != getattr(was, n)}
    yield replace(event, data={**data, "was": again}) if again else event


def _stands(item: Item) -> tuple[object, ...]:
    """What a person said of its status; NEW, REFINED and READY follow from other things."""
    status = Status.NEW if item.status in _BY_ITSELF else item.status
    return status, item.blocked_reason, item.dismissed_reason, item.dismissed_until


def _built_on(item: Item, what: str) -> UsageError:
    return UsageError(
        f"it cannot be taken back: of {item.id}, {what} since",
        next_step=f"see `backlog history {item.id}`, or set what you want with `backlog set {item.id}`",
    )
