"""Lines of text, three ways: what each side changed, and where both changed the same place."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Lines = Sequence[str]
_Place = tuple[int, int, int]
"""A position in the base, in ours and in theirs."""


def merged_lines(base: Lines, ours: Lines, theirs: Lines) -> list[str] | None:
    """The lines with the changes of both sides; ``None`` where both changed the same place."""
    found: list[str] = []
    for old, mine, other in _regions(base, ours, theirs):
        settled = _settled(old, mine, other)
        if settled is None:
            return None
        found += settled
    return found


def joined_lines(base: Lines, ours: Lines, theirs: Lines) -> list[str]:
    """Like ``merged_lines``; where both changed the same place, what ours has and what theirs adds."""
    found: list[str] = []
    for old, mine, other in _regions(base, ours, theirs):
        settled = _settled(old, mine, other)
        both = [*mine, *(line for line in other if line not in mine and line not in old)]
        found += both if settled is None else settled
    return found


def _settled(old: list[str], mine: list[str], other: list[str]) -> list[str] | None:
    """What one side alone made of a piece, or both alike; ``None`` where they differ."""
    if mine in (old, other):
        return other
    return mine if other == old else None


def _regions(base: Lines, ours: Lines, theirs: Lines) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The texts cut where all three agree: each piece as it is in the base, in ours, in theirs."""
    for start, end in pairwise(_cuts(base, ours, theirs)):
        yield list(base[start[0] : end[0]]), list(ours[start[1] : end[1]]), list(theirs[start[2] : end[2]])


def _cuts(base: Lines, ours: Lines, theirs: Lines) -> Iterator[_Place]:
    yield (0, 0, 0)
    mine = _matches(base, ours)
    other = _matches(base, theirs)
    i = j = 0
    while i < len(mine) and j < len(other):
        a, b = mine[i], other[j]
        start, end = max(a[0], b[0]), min(a[0] + a[2], b[0] + b[2])
        if start < end:
            yield (start, a[1] + start - a[0], b[1] + start - b[0])
            yield (end, a[1] + end - a[0], b[1] + end - b[0])
        if a[0] + a[2] < b[0] + b[2]:
            i += 1
        else:
            j += 1
    yield (len(base), len(ours), len(theirs))


def _matches(base: Lines, side: Lines) -> list[tuple[int, int, int]]:
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    return [(m.a, m.b, m.size) for m in matcher.get_matching_blocks() if m.size]
