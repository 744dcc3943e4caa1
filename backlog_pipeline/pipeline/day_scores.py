"""The scores of items on days of the past: aged to the day, by the rules and settings of now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from backlog_pipeline.measure.window import day_of
from backlog_pipeline.merge.past.lived import Closing
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.score import aging

_SCORE = 1  # in a row of ``table.scores_by_id``


class DayScores:
    """Scores of many days, none of which is computed before somebody asks for it.

    A metric of one day looks at the scores of few of the days that it can see; and from one day to the
    next a score changes by aging alone, so where nothing ages any more the same scores are given.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._last: tuple[tuple[Item, ...], tuple[float, ...], dict[str, float]] | None = None

    def of(self, items: tuple[Item, ...], day: date) -> Mapping[str, float]:
        """The score of each open item that can be scored, by id."""
        return _Lazily(lambda: self._made(items, day)) if items else {}

    def _made(self, items: tuple[Item, ...], day: date) -> dict[str, float]:
        aged = self._multipliers(items, day)
        last = self._last
        if last is not None and last[0] is items and last[1] == aged and not self._parts.rules:
            return last[2]
        made = _scores(self._parts, items, day)
        still_open = {item.id for item in items if item.is_open}
        scores = {name: score for name, score in made.items() if name in still_open}
        self._last = items, aged, scores
        return scores

    def _multipliers(self, items: Sequence[Item], day: date) -> tuple[float, ...]:
        rule = self._parts.score
        return tuple(
            aging.multiplier(aging.age_of(item, day), rule.aging_maximum, rule.aging_horizon_days)
            for item in items
        )


class _Lazily(Mapping[str, float]):
    """A mapping that is made when somebody first looks into it."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], dict[str, float]]) -> None:
        self._make = make
        self._made: dict[str, float] | None = None

    def __getitem__(self, key: str) -> float:
        return self._whole()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> dict[str, float]:
        if self._made is None:
            self._made = self._make()
        return self._made


def delivered_scores(
    parts: Parts, closings: Sequence[Closing], zone: str
) -> tuple[tuple[str, datetime, float], ...]:
    """For each closing that had estimates: item, when it was closed, and its own score when it was claimed.

    Its own: without what it took over from work that waited for it, which is delivered with that work.
    In the order of the ledger.
    """
    found = _own_scores(parts, closings, [day_of(closing.scored_at, zone) for closing in closings])
    return tuple(
        (closing.item_before.id, closing.at, found[number])
        for number, closing in enumerate(closings)
        if number in found
    )


def _own_scores(parts: Parts, closings: Sequence[Closing], days: Sequence[date]) -> dict[int, float]:
    """By its number the score of each as of its day, each item by itself; one that came in as done is
    scored as if it waited. One table for all: a row knows its own age, and nothing else of a day.
    """
    if not closings:
        return {}
    from backlog_pipeline.score import table  # pandas: not where nothing is scored

    alone = [_waiting(closing.item_before, str(number)) for number, closing in enumerate(closings)]
    rows = table.to_table(alone, days[0])
    rows["aging_days"] = [aging.age_of(item, day) for item, day in zip(alone, days, strict=True)]
    scored = table.score(rows.astype({"aging_days": "int32"}), parts.score, parts.rules)
    return {int(name): row[_SCORE] for name, row in table.scores_by_id(scored).items()}


def _waiting(item: Item, name: str) -> Item:
    status = item.status if item.is_open else Status.READY
    return replace(item, id=name, status=status, blocked_by=())  # an item can be closed many times


def _scores(parts: Parts, items: Sequence[Item], day: date) -> dict[str, float]:
    from backlog_pipeline.score import table  # pandas: not where nothing is scored

    scored = table.score(table.to_table(items, day), parts.score, parts.rules)
    return {name: row[_SCORE] for name, row in table.scores_by_id(scored).items()}
