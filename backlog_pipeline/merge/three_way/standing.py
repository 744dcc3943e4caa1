"""Where an item stands, three ways: a status goes with its reason and its day, and no word is lost.

Both sides moved it differently: what a person decided goes before what happens by itself, and the one
that is further along goes before the other. DISMISSED goes before DONE: a dismissal is a person's word
that no scan repeats, while DONE of found work is proven again by the next run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from backlog_pipeline.merge.backlog_text.keys import KEYS, FieldValue
from backlog_pipeline.merge.backlog_text.values import are_same
from backlog_pipeline.model.kinds import Status

Values = Mapping[str, FieldValue]
STANDING = ("status", "completed_at", "blocked_reason", "dismissed_reason", "dismissed_until")

_RANK = (
    Status.NEW, Status.REFINED, Status.READY, Status.DOING, Status.PR,
    Status.BLOCKED, Status.DONE, Status.DISMISSED,
)  # fmt: skip
_BY_ITSELF = (Status.NEW, Status.REFINED, Status.READY)
_REASONS = ("blocked_reason", "dismissed_reason")


@dataclass(frozen=True, slots=True)
class Standing:
    """The values of ``STANDING`` that hold, and what of the other side is not taken, in words."""

    values: dict[str, FieldValue]
    not_taken: str = ""


def is_same(name: str, one: FieldValue | None, other: FieldValue | None) -> bool:
    """Whether two values of a key mean the same."""
    return are_same(KEYS[name], one, other)


def different(one: Values, other: Values) -> tuple[str, ...]:
    """The keys whose values do not mean the same, in the order of ``KEYS``."""
    if one == other:
        return ()
    return tuple(name for name in KEYS if not is_same(name, one.get(name), other.get(name)))


def merged_standing(base: Values, ours: Values, theirs: Values) -> Standing:
    """Where the item stands after both sides changed it."""
    old, mine, other = _standing(base), _standing(ours), _standing(theirs)
    if _are_same(other, old) or _are_same(mine, other):
        return Standing(mine)
    if _are_same(mine, old):
        return Standing(other)
    if mine.get("status") == other.get("status"):
        return Standing(_each(old, mine, other))
    winner, loser = sorted((mine, other), key=_rank, reverse=True)
    return Standing(winner, _words(loser) if _is_a_word(old, loser) else "")


def _standing(values: Values) -> dict[str, FieldValue]:
    return {name: values[name] for name in STANDING if name in values}


def _are_same(one: Values, other: Values) -> bool:
    return all(is_same(name, one.get(name), other.get(name)) for name in STANDING)


def _status(values: Values) -> Status | None:
    word = values.get("status")
    return None if word is None else Status(str(word))


def _rank(values: Values) -> int:
    status = _status(values)
    return -1 if status is None else _RANK.index(status)


def _is_a_word(old: Values, loser: Values) -> bool:
    """Whether a status was a decision: all are, but those that follow by themselves from what exists."""
    before, after = _status(old), _status(loser)
    comes_by_itself = after is None or after in _BY_ITSELF
    return after is not None and not (comes_by_itself and (before is None or before in _BY_ITSELF))


def _words(values: Values) -> str:
    more = [str(values[name]) for name in STANDING[1:] if name in values]
    return f"{values['status']}" + (f" ({'; '.join(more)})" if more else "")


def _each(old: Values, mine: Values, other: Values) -> dict[str, FieldValue]:
    """The same status on both sides: its reasons together, the earlier of two days."""
    found: dict[str, FieldValue] = {}
    for name in STANDING:
        value = _of_key(name, old.get(name), mine.get(name), other.get(name))
        if value is not None:
            found[name] = value
    return found


def _of_key(
    name: str, old: FieldValue | None, mine: FieldValue | None, other: FieldValue | None
) -> FieldValue | None:
    if is_same(name, other, old) or is_same(name, mine, other):
        return mine
    if is_same(name, mine, old) or mine is None:
        return other
    if other is None:
        return mine
    if isinstance(mine, date) and isinstance(other, date):
        return min(mine, other)
    return _together(str(mine), str(other)) if name in _REASONS else mine


def _together(one: str, other: str) -> str:
    shorter, longer = sorted((one, other), key=lambda text: (len(text), text))
    return longer if shorter in longer else "; ".join(sorted((one, other)))
