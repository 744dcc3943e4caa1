"""A person's edits of ``backlog.yml`` become events; what we wrote ourselves never does.

A value in the file that we never wrote for that field of that item is the person's: it is pinned.
A value that we wrote at any time is ours, however old: switching branches brings old values back,
and must pin nothing. A key that was deleted gives a pinned field back. Nothing is ever closed
because it is missing from the file.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.by_hand.fields import field_events
from backlog_pipeline.merge.by_hand.join_keys import KEYS, MERGED, named
from backlog_pipeline.merge.by_hand.joins_in_file import join_events
from backlog_pipeline.merge.by_hand.moves import status_events
from backlog_pipeline.merge.by_hand.new_work import is_found_work, opened, own_work_events
from backlog_pipeline.merge.by_hand.occasion import PERSON, Occasion
from backlog_pipeline.merge.shown import as_shown, borne
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status

_NAMED = 3
_BY_ITSELF = frozenset({Status.NEW, Status.REFINED, Status.READY})
_Taken = tuple[tuple[Event, ...], tuple[Problem, ...]]


def human_events(file: BacklogFile, state: LedgerState, *, repository: str, now: datetime) -> _Taken:
    """What the person did to the file since we wrote it, and what of it cannot be taken.

    The problems are those of reading the file, refused statuses, and items that are missing. With
    the events applied, the same file gives no event.

    An item that came from a scan but is not in ``state`` (another machine's ledger has it) is left
    alone here; ``adopted_events`` looks at it when the scans of this run are in.
    """
    seen = as_shown(state)
    occasion = Occasion(seen, file.name, repository, now)
    found: list[Event | Problem] = []
    for edited in file.items:
        item = seen.items.get(edited.id)
        if item is not None:
            found += _edits(occasion, edited, item)
        elif not is_found_work(edited):
            found.append(opened(occasion, edited))
    events, problems = _sorted_out(state, (*file.problems, *found, *_missing(file, seen)))
    known = apply(state, events)
    later = {edited.id for edited in file.items if edited.id not in known.items}
    return _with_joins(file.items, occasion, known, (events, problems), later)


def adopted_events(
    file: BacklogFile, before: LedgerState, after: LedgerState, *, repository: str, now: datetime
) -> _Taken:
    """A person's edits of items that the file had and this run's scans brought into the ledger.

    That is the first run on a fresh clone, with a new ledger: ``before`` is the state before the
    scans, ``after`` the one with scans and estimates. Open items that no scan sees are problems. Of their
    statuses only those are a person's word that do not follow by themselves.
    """
    seen = as_shown(after)
    occasion = Occasion(seen, file.name, repository, now)
    found: list[Event | Problem] = []
    for edited in file.items:
        item = seen.items.get(edited.id)
        if item is not None and edited.id not in before.items:
            found += _edits(occasion, edited, item, is_adopted=True)
        elif item is None and edited.values.get("status") not in ("DONE", "DISMISSED"):
            message = f"no scan here sees it ({edited.values.get('source')}); it stays in the file as it is"
            found.append(occasion.problem(edited, message))
    events, problems = _sorted_out(after, found)
    known = apply(after, events)
    new = {edited.id for edited in file.items if edited.id not in before.items}
    joined = [
        edited
        for edited in file.items
        if edited.id in new or any(id_ in new for key in KEYS for id_ in named(edited, key))
    ]
    return _with_joins(joined, occasion, known, (events, problems))


def _with_joins(
    items: Sequence[FileItem],
    occasion: Occasion,
    known: LedgerState,
    taken: _Taken,
    later: Collection[str] = (),
) -> _Taken:
    """And what the file says of items that are the same work, as of the state after everything else."""
    if not any(key in edited.values for edited in items for key in KEYS):
        return taken
    seen = replace(occasion, state=as_shown(known))
    events, problems = _sorted_out(known, join_events(items, known, seen, later=later))
    return (*taken[0], *events), (*taken[1], *problems)


def _edits(
    occasion: Occasion, edited: FileItem, item: Item, *, is_adopted: bool = False
) -> Iterator[Event | Problem]:
    yield from field_events(occasion, edited, item)
    if item.source == PERSON:
        yield from own_work_events(occasion, edited, item)
    follows = is_adopted and edited.values.get("status") in _BY_ITSELF
    if not item.merged_into and MERGED not in edited.values and not follows:
        yield from status_events(occasion, edited, item)


def _missing(file: BacklogFile, state: LedgerState) -> Iterator[Problem]:
    there = {edited.id for edited in file.items} | file.untaken
    missing = sorted(i for i, item in state.items.items() if item.is_open and i not in there)
    if missing:
        named = ", ".join(missing[:_NAMED]) + (" and others" if len(missing) > _NAMED else "")
        is_one = len(missing) == 1
        count = "1 open item is" if is_one else f"{len(missing)} open items are"
        yield Problem(
            f"{count} not in the file (an older version of it?) and {'comes' if is_one else 'come'} back: "
            f"{named}; "
            f"to drop one, `backlog dismiss {missing[0]} --reason TEXT`",
            item=missing[0] if is_one else "",
        )


def _sorted_out(state: LedgerState, found: Iterable[Event | Problem]) -> _Taken:
    rows = list(found)
    return borne(state, (r for r in rows if isinstance(r, Event))), tuple(
        r for r in rows if isinstance(r, Problem)
    )
