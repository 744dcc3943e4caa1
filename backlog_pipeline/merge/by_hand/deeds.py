"""What a person does by command, as events: the same that an edit of the file makes, and held to the
same rules. What cannot be done is a ``UsageError`` with the next step, and nothing is recorded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.by_hand import said
from backlog_pipeline.merge.by_hand.moves import a_persons_move, reworded, steps
from backlog_pipeline.merge.by_hand.new_work import changed_files, own_item
from backlog_pipeline.merge.by_hand.occasion import PERSON, value_text
from backlog_pipeline.merge.by_hand.which import which
from backlog_pipeline.merge.fields import PINNABLE
from backlog_pipeline.merge.lifecycle import Refused, move
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.fingerprint import item_id, normalise
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

_WITH_REASON = (Status.BLOCKED, Status.DISMISSED)


@dataclass(frozen=True, slots=True)
class Hand:
    """A person at a command (``add``, ``set``): the state before, and what the events have in common.

    ``state`` is what the person sees, ``single`` the same with each item as if there were no other.
    ``entries`` gives what the ledger holds; ``has_edits`` says that the person's file had edits which
    are in the state and not yet in the ledger. ``cause`` is the evidence where it is not a command.
    """

    state: LedgerState
    repository: str
    now: datetime
    command: str
    single: LedgerState = field(default_factory=LedgerState)
    entries: Callable[[], Iterable[Entry]] = tuple
    has_edits: bool = False
    cause: Mapping[str, object] = field(default_factory=dict)

    @property
    def evidence(self) -> dict[str, object]:
        """What caused the events."""
        return dict(self.cause) or {"command": self.command}

    def event(self, kind: EventKind, item: str, data: Mapping[str, object]) -> Event:
        """An event by the person."""
        return Event(self.repository, kind, self.now, item, PERSON, data, self.evidence)

    def item(self, word: str) -> Item:
        """The item that the person means. Raises ``UsageError`` with the nearest one."""
        return self.state.items[which(word, self.state.items)]

    def own_item(self, word: str) -> Item:
        """The same, where it stands for itself. Raises ``UsageError`` where another one does."""
        item = self.item(word)
        if item.merged_into:
            raise UsageError(
                f"{item.id} is merged into {item.merged_into}",
                next_step=f"name {item.merged_into}, or part them with `backlog split {item.id}`",
            )
        return item


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to one item; no event where it is so already. ``wanted`` is the status asked for.

    ``is_single`` says that the events name the items that bear them, as the ledger has them. ``told``
    is what was done, in words, where the events alone do not say it.
    """

    item: str
    events: tuple[Event, ...] = ()
    wanted: Status | None = None
    is_single: bool = False
    told: str = ""


def add(hand: Hand, pairs: Sequence[tuple[str, str]], *, is_again: bool = False) -> Deed:
    """Open work of the person's own; ``pairs`` are fields and values, a ``title`` among them.

    Its id comes from the title alone, so that two machines that note the same work agree. The same
    title as an open item's is refused, unless ``is_again``; the second one's id then ends in ``-2``.
    """
    values = said.values(pairs)
    if "title" not in values:
        raise UsageError("the title is empty", next_step="write some words")
    if "status" in values:
        raise UsageError("new work begins as NEW", next_step="add it, then `backlog set ID status=...`")
    title = str(values["title"])
    if not is_again:
        _refuse_same(hand, title)
    new = _free_id(title, hand.state.items)
    values = _checked(hand, new, values)
    pins = {name: value_text(values[name]) for name in PINNABLE if name in values}
    item = own_item(new, pins, _texts(values.get("files", ())), hand.now.date())
    return Deed(new, (hand.event(EventKind.ITEM_OPENED, new, {"item": codec.encode(item)}),))


def dismiss(hand: Hand, word: str, *, reason: str, until: date | None = None) -> Deed:
    """Put an item out of the backlog: for good, or until the end of a day."""
    item, reason = hand.own_item(word), said.text("reason", reason)
    if until is not None and until < hand.now.date():
        raise UsageError(
            f"{until} is in the past (today is {hand.now.date()}, UTC)",
            next_step="give the last day of the dismissal, or leave --until out",
        )
    return Deed(item.id, tuple(_moves(hand, item, Status.DISMISSED, reason, until)), Status.DISMISSED)


def change(hand: Hand, word: str, pairs: Sequence[tuple[str, str]], *, reason: str = "") -> Deed:
    """Pin fields, and move the status where ``status`` is among them."""
    item, values = hand.own_item(word), said.values(pairs)
    wanted = Status(str(values.pop("status"))) if "status" in values else None
    reason = said.text("reason", reason) if reason else ""
    if reason and wanted is None:
        raise UsageError("a reason belongs to a status", next_step="add status=BLOCKED, or another one")
    if values and not item.is_open:
        raise UsageError(f"{item.id} is {item.status}, so only its status can be set", next_step=_back(item))
    values = _checked(hand, item.id, values)
    events = [*_pins(hand, item, values), *_files(hand, item, values)]
    events += _moves(hand, item, wanted, reason, None) if wanted else ()
    return Deed(item.id, tuple(events), wanted)


def release(hand: Hand, word: str, names: Iterable[str] = ()) -> Deed:
    """Give pinned fields back, all of them where none is named."""
    item = hand.own_item(word)
    pinned = [name for name, _ in item.pins]
    if not item.is_open:
        raise UsageError(f"{item.id} is {item.status}, so nothing of it is estimated", next_step=_back(item))
    wanted = sorted({said.field(name) for name in names}) or pinned
    for name in wanted:
        if name not in pinned:
            has = f"set by hand are {', '.join(pinned)}" if pinned else "nothing of it is"
            raise UsageError(f"{name} of {item.id} is not set by hand", next_step=f"see what is: {has}")
    released = (hand.event(EventKind.FIELD_RELEASED, item.id, {"field": name}) for name in wanted)
    return Deed(item.id, tuple(released))


def refuse_undone(deed: Deed, before: LedgerState, after: LedgerState, moved: Iterable[Event]) -> None:
    """Refuse a status that would not stay: ``moved`` are the moves that followed by themselves."""
    wanted, now = deed.wanted, after.items[deed.item].status
    if wanted is None or now is wanted:
        return
    if wanted is Status.READY or now is before.items[deed.item].status:
        reasons = [str(event.data.get("reason", "")) for event in moved if event.item == deed.item]
        raise UsageError(
            f"{deed.item} cannot stay {wanted}: {reasons[-1] if reasons else f'it is {now}'}",
            next_step=f"`backlog show {deed.item}` says what holds it",
        )


def _refuse_same(hand: Hand, title: str) -> None:
    same = [i for i in hand.state.items.values() if normalise(i.title) == normalise(title)]
    for item in sorted(same, key=lambda i: (not i.is_open, i.id)):
        if item.status is Status.DONE:
            continue
        dismissed = f", dismissed ({item.dismissed_reason})" if item.status is Status.DISMISSED else ""
        raise UsageError(
            f"{item.id} has this title already{dismissed}",
            next_step=f"see `backlog show {item.id}`, or add --again for a second one",
        )


def _free_id(title: str, taken: Mapping[str, Item]) -> str:
    base = item_id(PERSON, "", normalise(title) or title)
    wanted, number = base, 1
    while wanted in taken:
        number += 1
        wanted = f"{base}-{number}"
    return wanted


def _checked(hand: Hand, id_: str, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """The values with ids written out, where they fit this day and this backlog."""
    checked = dict(values)
    created = values.get("created_at")
    if isinstance(created, date) and created > hand.now.date():
        raise UsageError(f"created_at is {created}, which is yet to come", next_step="give a day of the past")
    if "blocked_by" in values:
        waits_for = tuple(which(word, hand.state.items) for word in _texts(values["blocked_by"]))
        if id_ in waits_for:
            raise UsageError(f"{id_} cannot wait for itself", next_step="name other items")
        checked["blocked_by"] = waits_for
    return checked


def _pins(hand: Hand, item: Item, values: Mapping[str, FieldValue]) -> Iterator[Event]:
    pinned = dict(item.pins)
    for name in PINNABLE:
        if name in values and pinned.get(name) != value_text(values[name]):
            data = {"field": name, "value": value_text(values[name])}
            yield hand.event(EventKind.FIELD_PINNED, item.id, data)


def _files(hand: Hand, item: Item, values: Mapping[str, FieldValue]) -> Iterator[Event]:
    if "files" not in values:
        return
    if item.source != PERSON:
        raise UsageError(
            f"the files of {item.id} are where {item.source} sees it", next_step="leave files out"
        )
    changed = changed_files(hand.single.items.get(item.id, item), _texts(values["files"]))
    if changed:
        yield hand.event(EventKind.PLACES_CHANGED, item.id, changed)


def _moves(hand: Hand, item: Item, to: Status, reason: str, until: date | None) -> Iterator[Event]:
    if to in _WITH_REASON and not reason:
        raise UsageError(f"to be {to} it needs a reason", next_step="add --reason TEXT")
    if to is item.status:
        yield from _again(hand, item, reason, until)
        return
    for step in steps(item, to):
        wanted = a_persons_move(item, step, hand.evidence, reason=reason, until=until)
        made = move(item, wanted, repository=hand.repository, at=hand.now)
        if isinstance(made, Refused):
            raise UsageError(f"{item.id} cannot be {to}: {made.reason}", next_step=_instead(item, to))
        yield replace(made.event, evidence=hand.evidence)
        item = replace(item, status=step)


def _again(hand: Hand, item: Item, reason: str, until: date | None) -> Iterator[Event]:
    """A block or dismissal whose reason or last day is another one now."""
    known = {Status.BLOCKED: item.blocked_reason, Status.DISMISSED: item.dismissed_reason}.get(item.status)
    if known is not None and (reason, until) != (known, item.dismissed_until):
        yield hand.event(EventKind.STATUS_MOVED, item.id, reworded(item, reason, until))


def _instead(item: Item, to: Status) -> str:
    if to is Status.DONE and item.is_open:
        return f"remove the cause and `backlog run`, or `backlog dismiss {item.id} --reason TEXT`"
    return f"see `backlog show {item.id}`"


def _back(item: Item) -> str:
    if item.status is Status.DISMISSED:
        return f"take it back with `backlog set {item.id} status=NEW`"
    return f"see `backlog show {item.id}`"


def _texts(value: FieldValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
