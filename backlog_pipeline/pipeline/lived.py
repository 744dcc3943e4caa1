"""Join what git's history tells of an item with what the ledger recorded of it, and keep the two apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from backlog_pipeline.merge.recorded import Recorded
from backlog_pipeline.merge.similarity import BOUND_BETWEEN, likeness
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.life import Deed, Life, LifeStep, Signed, Told


@dataclass(frozen=True, slots=True)
class LivedPlace:
    """One place of an item and what history tells of it.

    ``wordings`` are the lives of its text in each of its wordings, the oldest first; none where
    history tells nothing, and then ``reason`` says why.
    """

    place: Place
    wordings: tuple[Life, ...] = ()
    reason: str = ""

    def steps(self) -> Iterator[tuple[Life, LifeStep]]:
        """Every step with the wording of which it is one; an end that only was a rewording is left out."""
        for number, life in enumerate(self.wordings):
            is_last = number == len(self.wordings) - 1
            for at, step in enumerate(life.steps):
                if is_last or at < len(life.steps) - 1:
                    yield life, step


@dataclass(frozen=True, slots=True)
class ItemLife:
    """Where an item has lived, by two witnesses.

    Git's: ``places`` until the commit ``until`` (of ``until_at``). The ledger's: ``recorded``, and
    the item as it is. ``signed`` says of every commit named who wrote it and when.
    """

    item: Item
    until: str
    until_at: datetime
    places: tuple[LivedPlace, ...]
    recorded: tuple[Recorded, ...]
    signed: Mapping[str, Signed] = field(default_factory=dict)

    @property
    def opened_by(self) -> str:
        """The commit that introduced it: of several places the first one; "" where it is not known."""
        written = [step.commit for step in self._deeds(Deed.WRITTEN)]
        dated = sorted((self.signed[commit].at, commit) for commit in written if commit in self.signed)
        return dated[0][1] if dated else self.item.birth.commit

    @property
    def removed_by(self) -> str:
        """The commit that removed its last place, told by history; "" while one is left, or not known."""
        ends = [place.wordings[-1] for place in self.places if place.wordings]
        if not ends or len(ends) < len(self.places) or not all(life.is_over for life in ends):
            return ""
        removed = [life.steps[-1].commit for life in ends]
        return max(removed, key=lambda commit: self.signed[commit].at if commit in self.signed else _NEVER)

    @property
    def returns(self) -> int:
        """How often a place came back, told by history."""
        return sum(1 for _ in self._deeds(Deed.RETURNED))

    def _deeds(self, deed: Deed) -> Iterator[LifeStep]:
        return (step for place in self.places for _, step in place.steps() if step.deed is deed)


_NEVER = datetime.min.replace(tzinfo=UTC)


def lived(place: Place, told: Told) -> LivedPlace:
    """A place with its wordings: what stood there before or after counts while it is alike enough."""
    if told.life is None:
        return LivedPlace(place, reason=told.reason)
    earlier = _while_alike(told.life, told.earlier)[::-1]
    return LivedPlace(place, (*earlier, told.life, *_while_alike(told.life, told.later)))


def _while_alike(life: Life, others: Sequence[Life]) -> list[Life]:
    found: list[Life] = []
    for other in others:
        if likeness(life.text, other.text) < BOUND_BETWEEN:
            break
        found.append(other)
        life = other
    return found


def commits_of(life: ItemLife) -> frozenset[str]:
    """Every commit that the two witnesses name."""
    steps = (step for place in life.places for _, step in place.steps())
    named = {commit for step in steps for commit in (step.commit, step.merged_by)}
    named |= {row.commit for row in life.recorded} | {life.item.birth.commit, life.item.closed_by}
    return frozenset(named - {""})
