"""The key ``merged_into`` in a person's file: an id merges the item into that one, ``none`` splits it."""

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

KEY = "merged_into"
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
    wishes = [edited for edited in items if _is_a_persons(occasion, edited)]
    wishes.sort(key=lambda edited: bool(occasion.state.items[edited.id].merged_into))  # whole groups first
    for edited in wishes:
        if _target(edited) in later:
            continue
        try:
            events = _deed(occasion, edited, state).events
        except UsageError as refused:
            yield occasion.problem(
                edited, f"{KEY} was not taken: {refused.message}; {refused.next_step}", KEY
            )
            continue
        yield from events
        state = apply(state, events)


def is_merged_in_file(edited: FileItem) -> bool:
    """Whether the file says that another item stands for this one."""
    return KEY in edited.values and _target(edited).lower() != _NONE


def _deed(occasion: Occasion, edited: FileItem, state: LedgerState) -> Deed:
    hand = Hand(as_shown(state), occasion.repository, occasion.now, "", cause=occasion.evidence(edited))
    if is_merged_in_file(edited):
        return joining.merge(hand, [edited.id], _target(edited))
    return joining.split(hand, edited.id)


def _is_a_persons(occasion: Occasion, edited: FileItem) -> bool:
    item = occasion.state.items.get(edited.id)
    if item is None or KEY not in edited.values or _target(edited) == item.merged_into:
        return False
    if is_merged_in_file(edited):
        return not occasion.was_ours(item.id, KEY, edited.values[KEY])
    return bool(item.merged_into)


def _target(edited: FileItem) -> str:
    return str(edited.values[KEY]).strip()
