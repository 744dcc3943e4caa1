"""How items flow: from moves to the stretches of time that each spent in a status.

Where times and the order of the ledger disagree (a clock that went back, a day given by a person) the
ledger's order decides, as it does for the items of a day: a move that a later one with an earlier
time overtook was never seen at the end of any day, and makes no stretch.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.window import closes_at, day_of, first_day, opens_at, window
from backlog_pipeline.model.history import MERGED_AWAY, Transition
from backlog_pipeline.model.kinds import Status

_CLAIMED = (Status.DOING, Status.PR)
_KEEPS_A_CLAIM = (*_CLAIMED, Status.BLOCKED)


@dataclass(frozen=True, slots=True)
class Stay:
    """One item in one status; ``until`` is ``None`` for the present one. ``move`` led there."""

    since: datetime
    until: datetime | None
    move: Transition

    @property
    def status(self) -> Status:
        """Where it stood."""
        return self.move.to

    @property
    def is_away(self) -> bool:
        """Whether another item stood for it."""
        return self.move.cause == MERGED_AWAY


@dataclass(frozen=True, slots=True)
class Closed:
    """An item that left the backlog and is still out of it; ``at`` is when it left.

    ``claimed_at`` is when the work that closed it was taken up, ``None`` where nobody did.
    """

    item: str
    at: datetime
    status: Status
    created_at: date
    claimed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """Some days up to the day of a snapshot, as far back as the ledger goes."""

    opens_at: datetime
    text: str


def window_of(known: Known, days: int) -> Window:
    """The last ``days`` days; those of them before the ledger began are left out."""
    day = known.day.day
    began = (
        day_of(known.ledger_since, known.zone) if known.day.items is not None and known.ledger_since else None
    )
    first = first_day(day, days, not_before=began)
    return Window(opens_at(first, known.zone), window(day, days, not_before=began))


def opened_since(known: Known, start: datetime) -> list[Transition]:
    """The openings from ``start`` on, by item; not of an item that was merged away by the end of its day."""
    found = {t.item: t for t in known.transitions if t.came_from is None and t.at >= start}
    if not found:
        return []
    merged = {t.item for t in known.transitions if t.cause == MERGED_AWAY and t.item in found}
    stays = dict(stays_of(known.transitions, merged.__contains__))
    born = (t for t in found.values() if t.item not in merged or _is_itself(stays[t.item], t, known.zone))
    return sorted(born, key=lambda t: t.item)


def closed_since(known: Known, start: datetime) -> list[Closed]:
    """The items that left the backlog from ``start`` on and have not come back, by item.

    One that was merged into another did not leave: that one stands for it.
    """
    touched = {t.item for t in known.transitions if t.to.is_terminal and t.at >= start}
    return [
        closed
        for item, stays in stays_of(known.transitions, touched.__contains__)
        if (closed := _closed(item, stays)) is not None and closed.at >= start
    ]


def done_since(known: Known, start: datetime) -> list[Closed]:
    """Those of ``closed_since`` that were done, not dismissed."""
    return [closed for closed in closed_since(known, start) if closed.status is Status.DONE]


def stays_of(
    transitions: Iterable[Transition], wanted: Callable[[str], bool]
) -> Iterator[tuple[str, list[Stay]]]:
    """By item (sorted), its stays in order; only the items that are wanted."""
    moves: dict[str, list[Transition]] = {}
    for move in transitions:
        if wanted(move.item):
            moves.setdefault(move.item, []).append(move)
    for item in sorted(moves):
        yield item, _stays(moves[item])


def _stays(moves: list[Transition]) -> list[Stay]:
    stays: list[Stay] = []
    until: datetime | None = None
    for move in reversed(moves):
        if until is not None and move.at >= until:
            continue
        is_away = move.cause == MERGED_AWAY
        if stays and stays[-1].status is move.to and stays[-1].is_away == is_away:
            stays[-1] = replace(stays[-1], since=move.at)
        else:
            stays.append(Stay(move.at, until, move))
        until = move.at
    return stays[::-1]


def _is_itself(stays: Iterable[Stay], opening: Transition, zone: str) -> bool:
    """Whether no other item stood for it at the end of the day on which it was opened."""
    end = closes_at(day_of(opening.at, zone), zone)
    return not any(s.is_away for s in stays if s.since < end and (s.until is None or s.until >= end))


def _closed(item: str, stays: list[Stay]) -> Closed | None:
    while len(stays) > 2 and stays[-2].is_away and stays[-3].status is stays[-1].status:
        stays = stays[:-2]  # it was merged and parted meanwhile, and is what it was before
    last = stays[-1]
    if not last.status.is_terminal or last.is_away:
        return None
    return Closed(item, last.since, last.status, last.move.created_at, _claimed_at(stays[:-1]))


def _claimed_at(stays: list[Stay]) -> datetime | None:
    """When the claim that lasted to the end was made."""
    claimed_at = None
    for stay in reversed(stays):
        if stay.status not in _KEEPS_A_CLAIM:
            break
        claimed_at = stay.since if stay.status in _CLAIMED else claimed_at
    return claimed_at
