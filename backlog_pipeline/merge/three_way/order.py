"""The order of what both sides have, and unions of lists that take back what one side took back."""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def merged_order(base: Sequence[Key], ours: Sequence[Key], theirs: Sequence[Key]) -> list[Key]:
    """All keys of both sides, each once: in our order, or in theirs where only they changed it.

    What the other side has more stands behind what it stands behind there.
    """
    common = set(ours) & set(theirs)
    old = [key for key in base if key in common]
    known = set(old)
    is_ours_as_before = [key for key in ours if key in known] == old
    first, second = (theirs, ours) if is_ours_as_before else (ours, theirs)
    behind: dict[Key | None, list[Key]] = {}
    anchor: Key | None = None
    present = set(first)
    for key in second:
        if key in present:
            anchor = key
        else:
            behind.setdefault(anchor, []).append(key)
    found = dict.fromkeys(behind.get(None, ()))
    for key in first:
        found |= dict.fromkeys((key, *behind.get(key, ())))
    return list(found)


def union(base: Collection[Key], ours: Sequence[Key], theirs: Sequence[Key]) -> list[Key]:
    """What either side has, without what one side removed; the order is that of ``merged_order``."""
    removed = set(base) - (set(ours) & set(theirs))
    return [key for key in merged_order(list(base), ours, theirs) if key not in removed]


def three_counts(base: Counter[str], ours: Counter[str], theirs: Counter[str]) -> Counter[str]:
    """How often each text should stand in the result: as on the side that changed that, else as often
    as on the side that has it more often.
    """
    found: Counter[str] = Counter()
    for text in {*ours, *theirs}:
        old, mine, other = base[text], ours[text], theirs[text]
        found[text] = other if mine == old else mine if other == old else max(mine, other)
    return found
