"""What a person's file says of items that are the same work: ``merged_into`` and ``different_from``.

An id in ``merged_into`` merges the item into that one, ``none`` splits it. The ids in ``different_from`` are
those that no rule may join it with. A key that is missing says nothing: an older file has none.
"""

from collections.abc import Collection, Iterable, Iterator

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.by_hand import joining
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.by_hand.occasion import Occasion
from backlog_pipeline.merge.shown import as_shown
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event

MERGED, APART = "merged_into", "different_from"
KEYS = (MERGED, APART)
_NONE = "none"


def join_events(
    items: Iterable[FileItem], state: LedgerState, occasion: Occasion, *, later: Collection[str] = ()
) -> Iterator[Event | Problem]:
    """The links that the person asserts or withdraws; what cannot be done is a problem, and ours comes back.

    Args:
        items: those of the file; what we wrote ourselves, at any time, is passed over.
        state: the one after all other edits of the file.
        later: ids that may come into the ledger with the scans of this run; they are not missed yet.
    """
    items = tuple(items)
    wishes = [(MERGED, edited) for edited in items if _is_a_persons(occasion, edited)]
    wishes.sort(key=lambda wish: bool(occasion.state.items[wish[1].id].merged_into))  # whole groups first
    wishes += [(APART, edited) for edited in items if _is_told_apart(occasion, edited)]
    for key, edited in wishes:
        if any(id_ in later for id_ in named(edited, key)):
            continue
        try:
            events = _deed(occasion, edited, key, state).events
        except UsageError as refused:
            message = f"{key} was not taken: {refused.message}; {refused.next_step}"
            yield occasion.problem(edited, message, key)
            continue
        yield from events
        state = apply(state, events)


def named(edited: FileItem, key: str) -> tuple[str, ...]:
    """The ids in one of these keys; none where it is missing."""
    value = edited.values.get(key, ())
    return value if isinstance(value, tuple) else (str(value).strip(),)


def is_merged_in_file(edited: FileItem) -> bool:
    """Whether the file says that another item stands for this one."""
    return MERGED in edited.values and _target(edited).lower() != _NONE


def _deed(occasion: Occasion, edited: FileItem, key: str, state: LedgerState) -> Deed:
    hand = Hand(as_shown(state), occasion.repository, occasion.now, "", cause=occasion.evidence(edited))
    if key == APART:
        return joining.keep_apart(hand, edited.id, named(edited, APART))
    if is_merged_in_file(edited):
        return joining.merge(hand, [edited.id], _target(edited))
    return joining.split(hand, edited.id)


def _is_a_persons(occasion: Occasion, edited: FileItem) -> bool:
    item = occasion.state.items.get(edited.id)
    if item is None or MERGED not in edited.values or _target(edited) == item.merged_into:
        return False
    if is_merged_in_file(edited):
        return not occasion.was_ours(item.id, MERGED, edited.values[MERGED])
    return bool(item.merged_into)


def _is_told_apart(occasion: Occasion, edited: FileItem) -> bool:
    item = occasion.state.items.get(edited.id)
    if item is None or APART not in edited.values:
        return False
    others = tuple(sorted(named(edited, APART)))
    return others != item.different_from and not occasion.was_ours(item.id, APART, others)


def _target(edited: FileItem) -> str:
    return str(edited.values[MERGED]).strip()
