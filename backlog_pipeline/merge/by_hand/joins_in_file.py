"""What a person's file says of items that are the same work: ``merged_into`` and ``different_from``.

An id in ``merged_into`` merges the item into that one, ``none`` splits it. The ids in ``different_from`` are
those that no rule may join it with. A key that is missing says nothing: an older file has none.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.by_hand import joining, not_taken
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.by_hand.join_keys import APART, KEYS, MERGED, is_merged_in_file, named, target_of
from backlog_pipeline.merge.by_hand.occasion import Occasion
from backlog_pipeline.merge.shown import as_shown
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event


def join_events(
    items: Iterable[FileItem], state: LedgerState, occasion: Occasion, *, later: Collection[str] = ()
) -> Iterator[Event | Problem]:
    """The links that the person asserts or withdraws; what cannot be done is a problem, and ours comes back.

    Args:
        items: those of the file; what we wrote ourselves, at any time, makes no event.
        state: the one after all other edits of the file.
        later: ids that may come into the ledger with the scans of this run; they are not missed yet.
    """
    items = tuple(items)
    circles = not_taken.circles(items, occasion.state.items)
    wishes = []
    for key, edited in ((key, edited) for key in KEYS for edited in items):
        if key not in edited.values or any(id_ in later for id_ in named(edited, key)):
            continue
        refused = _refused(occasion, edited, key, circles)
        if refused:
            yield occasion.problem(edited, refused, key)
        elif _is_a_persons(occasion, edited, key):
            wishes.append((key, edited))
    yield from _done(occasion, sorted(wishes, key=lambda wish: _turn(occasion, *wish)), state)


def _refused(occasion: Occasion, edited: FileItem, key: str, circles: Mapping[str, tuple[str, ...]]) -> str:
    """Why a line that is not as we wrote it last is not taken; "" where it is, or says nothing."""
    if key == MERGED and edited.id in circles and _is_other(occasion, edited):
        return not_taken.of_circle(occasion, edited, circles[edited.id])
    return "" if _is_a_persons(occasion, edited, key) else not_taken.taken_back(occasion, edited, key)


def _done(
    occasion: Occasion, wishes: Iterable[tuple[str, FileItem]], state: LedgerState
) -> Iterator[Event | Problem]:
    for key, edited in wishes:
        try:
            events = _deed(occasion, edited, key, state).events
        except UsageError as refused:
            message = f"{key} was not taken: {refused.message}; {refused.next_step}"
            yield occasion.problem(edited, message, key)
            continue
        yield from events
        state = apply(state, events)


def _turn(occasion: Occasion, key: str, edited: FileItem) -> tuple[bool, bool, bool]:
    """What parts goes first, then whole groups go into others."""
    return key == APART, is_merged_in_file(edited), bool(occasion.state.items[edited.id].merged_into)


def _deed(occasion: Occasion, edited: FileItem, key: str, state: LedgerState) -> Deed:
    hand = Hand(as_shown(state), occasion.repository, occasion.now, "", cause=occasion.evidence(edited))
    if key == APART:
        return joining.keep_apart(hand, edited.id, named(edited, APART))
    if is_merged_in_file(edited):
        return joining.merge(hand, [edited.id], target_of(edited))
    return joining.split(hand, edited.id)


def _is_a_persons(occasion: Occasion, edited: FileItem, key: str) -> bool:
    """Whether a person wrote this line, which we never wrote there."""
    item = occasion.state.items.get(edited.id)
    if item is None:
        return False
    if key == APART:
        others = tuple(sorted(named(edited, APART)))
        return others != item.different_from and not occasion.was_ours(item.id, APART, others)
    if is_merged_in_file(edited):
        return _is_other(occasion, edited) and not occasion.was_ours(item.id, MERGED, edited.values[MERGED])
    return bool(item.merged_into)


def _is_other(occasion: Occasion, edited: FileItem) -> bool:
    """Whether ``merged_into`` of an item that we know names another one than it is merged into."""
    item = occasion.state.items.get(edited.id)
    return item is not None and target_of(edited) != item.merged_into
