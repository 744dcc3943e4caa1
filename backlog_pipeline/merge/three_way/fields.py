"""The values of one item, three ways, key by key.

Changed on one side: that side's. Changed on both to the same: that. Changed on both differently: a
rule by kind of key, which gives the same whichever side is ours, except for texts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, KEYS, SCORE_KEYS, FieldValue, Kind
from backlog_pipeline.merge.three_way.lines import merged_lines
from backlog_pipeline.merge.three_way.order import union
from backlog_pipeline.merge.three_way.standing import STANDING, Values, different, is_same, merged_standing
from backlog_pipeline.model.item import COMPONENTS
from backlog_pipeline.model.kinds import ItemType, RiskTier


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an item says after a merge.

    ``not_taken`` holds by key what one side said and the result does not, to be kept as a comment.
    ``said`` are the decisions, each in a few words.
    """

    values: dict[str, FieldValue]
    not_taken: Mapping[str, str]
    said: tuple[str, ...]


def merged_values(base: Values | None, ours: Values, theirs: Values) -> Verdict:
    """The values of an item that both sides have; ``base`` is ``None`` where both brought it in."""
    if ours == theirs:
        return Verdict(dict(ours), {}, ())
    old = {} if base is None else base
    standing = merged_standing(old, ours, theirs)
    judge = _Judge(old, ours, theirs)
    found = dict(standing.values)
    for name in KEYS:
        if name not in STANDING and name not in SCORE_KEYS:
            value = judge.value(name)
            found |= {} if value in (None, ()) else {name: value}
    found |= dict(judge.figures(found))
    not_taken = judge.not_taken | ({"status": standing.not_taken} if standing.not_taken else {})
    said = [*judge.said, *_said_of_status(old, ours, theirs, found)]
    return Verdict({name: found[name] for name in KEYS if name in found}, not_taken, tuple(said))


def is_as_before(base: Values, side: Values) -> bool:
    """Whether one side left an item as it was, but for figures that are computed anyway."""
    return set(different(base, side)) <= set(SCORE_KEYS)


def _said_of_status(old: Values, ours: Values, theirs: Values, found: Values) -> Iterator[str]:
    words = [str(side.get("status", "none")) for side in (ours, theirs)]
    was, now = old.get("status"), found.get("status")
    if words[0] != words[1] and str(was) not in words:
        yield f"status is {now} ({words[0]} here, {words[1]} there)"


class _Judge:
    """The three versions of one item, and what was decided between them."""

    def __init__(self, old: Values, ours: Values, theirs: Values) -> None:
        self._old, self._ours, self._theirs = old, ours, theirs
        self.not_taken: dict[str, str] = {}
        self.said: list[str] = []

    def value(self, name: str) -> FieldValue | None:
        old, mine, other = self._old.get(name), self._ours.get(name), self._theirs.get(name)
        if is_same(name, other, old) or is_same(name, mine, other):
            return mine
        if is_same(name, mine, old):
            return other
        if mine is None or other is None:
            self.said.append(f"{name} stays, removed on one side and changed on the other")
            return other if mine is None else mine
        return self._both(name, old, mine, other)

    def _both(self, name: str, old: FieldValue | None, mine: FieldValue, other: FieldValue) -> FieldValue:
        if isinstance(mine, tuple) and isinstance(other, tuple):
            self.said.append(f"{name} holds what both sides have")
            return tuple(union(old if isinstance(old, tuple) else (), mine, other))
        if isinstance(mine, str) and isinstance(other, str) and KEYS[name] is Kind.TEXT:
            lines = merged_lines(str(old or "").split("\n"), mine.split("\n"), other.split("\n"))
            if lines is not None:
                self.said.append(f"{name} has the lines that both sides changed")
                return "\n".join(lines)
        is_theirs = self._goes_first(name, other, mine)
        winner, loser = (other, mine) if is_theirs else (mine, other)
        self.not_taken[name] = _shown(loser)
        self.said.append(f"{name} is {_short(winner)}, and {_short(loser)} stands beside it as a comment")
        return winner

    def _goes_first(self, name: str, one: FieldValue, other: FieldValue) -> bool:
        """Whether ``one`` (of theirs) holds rather than ``other`` (of ours)."""
        match KEYS[name]:
            case Kind.TYPE:
                order = list(ItemType)
                return order.index(ItemType(str(one))) < order.index(ItemType(str(other)))
            case Kind.RISK_TIER:
                return RiskTier(str(one)).level > RiskTier(str(other)).level
            case Kind.COMPONENT | Kind.SIZE:
                return self._number_goes_first(float(one), float(other))  # type: ignore[arg-type]  # numbers
            case Kind.DATE:
                return isinstance(one, date) and isinstance(other, date) and one < other
            case _:
                return False

    def _number_goes_first(self, one: float, other: float) -> bool:
        """A person's before an estimate, else the larger.

        Who changes a number by hand leaves the score as it was; an estimate comes with its score.
        """
        by_hand = [is_same("wsjf_base", side.get("wsjf_base"), self._old.get("wsjf_base"))
                   for side in (self._theirs, self._ours)]  # fmt: skip
        return by_hand[0] if by_hand[0] is not by_hand[1] else one > other

    def figures(self, found: Values) -> Iterator[tuple[str, FieldValue]]:
        """The figures of the side whose numbers hold, else the larger; the next run computes them."""
        sides = [
            [is_same(n, side.get(n), found.get(n)) for n in COMPONENTS] for side in (self._ours, self._theirs)
        ]
        agrees = [all(side) for side in sides]
        for name in SCORE_KEYS:
            old, mine, other = self._old.get(name), self._ours.get(name), self._theirs.get(name)
            if is_same(name, other, old) or is_same(name, mine, other):
                value = mine
            elif is_same(name, mine, old):
                value = other
            elif agrees[0] is not agrees[1] and name not in AGING_KEYS:
                value = mine if agrees[0] else other
            else:
                value = max((v for v in (mine, other) if v is not None), key=float)  # type: ignore[arg-type]  # numbers
            if value is not None:
                yield name, value


def _shown(value: FieldValue) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _short(value: FieldValue) -> str:
    text = " ".join(_shown(value).split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
