"""The backlog as it was at the ends of days, from the ledger of today.

The ledger keeps two times of an event: when it happened and when it was learned. A day is told by
the first: what was learned later and happened earlier counts on its day. Five rules settle the rest:

- Within one item the order of the ledger decides, not the clock: of the events that had happened by
  the end of a day, the later one in the ledger has the last word. So a clock that went back, or a
  "done last week" of a person, gives a state on every day and never an error.
- Nothing happens to an item before its opening. A found item opens on the day of its birth, however
  late it was found; one that a person wrote opens on the day that the person gave it (``created_at``;
  for one that was already done, ``completed_at``).
- What is known by its day only counts at an hour that is on that date nearly everywhere (``merge.when``).
- Items are as people see them: what was said to be the same work by then is one (``merge.fusion``).
- Before the first entry was learned nothing is known, though events may have happened before: what
  was closed by then is on no record, so what is left would be a false picture.

The chain is walked once, and a day costs what changed on it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import TypeVar

from backlog_pipeline.merge.past.gather import Chain, corrupt, read_chain
from backlog_pipeline.merge.past.glance import Line
from backlog_pipeline.merge.past.lived import MISFITS, Closing, Lived, lived
from backlog_pipeline.merge.past.together import clusters_of, lived_together
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.history import Link, Transition
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.scan import Certificate

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was true at one moment: items sorted by id (``None`` before the ledger began), the last
    recorded certificates by source, and where the chain stood as it had been learned by then.
    """

    items: tuple[Item, ...] | None
    certificates: Mapping[str, Certificate]
    head: Link


@dataclass(frozen=True, slots=True)
class Replay:
    """``days`` in the order of the ends asked for; ``transitions`` (every opening and every move) and
    ``closings`` that count before the last end, in the order of the ledger; ``began_at`` is when the first
    entry was learned, ``None`` for an empty ledger. ``tracked_branch`` is the last one said, ``revisions``
    are the commits that runs looked at and when that was learned, of all times.
    """

    days: tuple[AsOf, ...]
    transitions: tuple[Transition, ...]
    closings: tuple[Closing, ...]
    began_at: datetime | None
    tracked_branch: str = ""
    revisions: tuple[tuple[datetime, str], ...] = ()


def replay(lines: Iterable[Line], ends: Sequence[datetime]) -> Replay:
    """The backlog at each of ``ends`` (ascending; an event counts when it happened before the end).

    What no end depends on (an estimate that was made anew before) is not decoded.

    Raises:
        LedgerCorrupt: an event does not fit what came before it, as in ``state.fold``; names the first.
        ValueError: the ends are not ascending.
    """
    if any(later < earlier for earlier, later in pairwise(ends)):
        raise ValueError("the ends of days are not in order")
    chain = read_chain(lines)
    try:
        found = _found(chain, ends)
    except MISFITS as error:
        raise corrupt(chain, (chain.length, "", error)) from error
    return Replay(
        days=tuple(_days(chain, found, ends)),
        transitions=_in_order(row for one in found for row in one.moves),
        closings=_in_order(row for one in found for row in one.closings),
        began_at=chain.began_at,
        tracked_branch=chain.tracked_branch,
        revisions=tuple(chain.revisions),
    )


def _found(chain: Chain, ends: Sequence[datetime]) -> list[Lived]:
    """What became of each item, of those that were ever joined together."""
    clusters = clusters_of(chain.lives, chain.links)
    together = {life.item.id for cluster in clusters for life in cluster.lives}
    alone = (life for id_, life in chain.lives.items() if id_ not in together)
    return [*(lived(life, ends) for life in alone), *(lived_together(c, ends) for c in clusters)]


def tracked_branch(lines: Iterable[Line]) -> str:
    """The branch that the ledger last said it follows, "" where it never did; little else is decoded."""
    sign, branch = f'"{EventKind.BRANCH_TRACKED.value}"', ""
    for _, _, _, _, text in lines:
        if sign in text:
            event = codec.loads(Event, text)
            if event.kind is EventKind.BRANCH_TRACKED:
                branch = str(event.data.get("branch", ""))
    return branch


def _in_order(rows: Iterable[tuple[int, T]]) -> tuple[T, ...]:
    return tuple(row for _, row in sorted(rows, key=itemgetter(0)))


def _days(chain: Chain, found: Iterable[Lived], ends: Sequence[datetime]) -> Iterator[AsOf]:
    changes: list[list[Item]] = [[] for _ in ends]
    for one in found:
        for day, item in one.days:
            changes[day].append(item)
    rows = zip(ends, _items(changes), _certificates(chain.scans, ends), strict=True)
    for end, items, certificates in rows:
        is_known = chain.began_at is not None and end > chain.began_at
        yield AsOf(items, certificates, chain.head(end)) if is_known else AsOf(None, {}, chain.head(end))


def _items(changes: Iterable[Sequence[Item]]) -> Iterator[tuple[Item, ...]]:
    """All items, sorted by id, after the changes of each day; the same object while nothing changes."""
    known: dict[str, Item] = {}
    ids: list[str] = []
    items: tuple[Item, ...] = ()
    for changed in changes:
        if changed:
            ids = sorted([*ids, *(item.id for item in changed if item.id not in known)])
            known.update((item.id, item) for item in changed)
            items = tuple(known[id_] for id_ in ids)
        yield items


def _certificates(
    scans: Sequence[tuple[datetime, Certificate]], ends: Sequence[datetime]
) -> Iterator[Mapping[str, Certificate]]:
    """By source the one that stands last in the ledger, of those made before each end."""
    made: list[list[int]] = [[] for _ in range(len(ends) + 1)]
    for number, (at, _) in enumerate(scans):
        made[bisect_right(ends, at)].append(number)
    last: dict[str, int] = {}
    certificates: Mapping[str, Certificate] = {}
    for numbers in made[:-1]:
        for number in numbers:
            source = scans[number][1].source
            last[source] = max(number, last.get(source, 0))
        if numbers:
            certificates = {source: scans[last[source]][1] for source in sorted(last)}
        yield certificates
