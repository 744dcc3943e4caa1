"""Pair findings with places that say the same thing in the same file, each with at most one.

The texts are equal, so only position can tell them apart: first the neighbouring lines decide, then
the order in which they stand, with as little shift as possible against the lines around them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

from backlog_pipeline.merge.runs import Pairs, longest_runs
from backlog_pipeline.model.finding import Anchor, Finding
from backlog_pipeline.model.item import Place

Shifts = Sequence[tuple[int, int]]
"""Of one file: (old line, how far it moved) of what is matched already, sorted."""

_MOST_CELLS = 250_000
_LEAST_RUN = 2


def by_neighbours(findings: Sequence[Finding], places: Sequence[Place]) -> Pairs:
    """Pairs of which nothing else in these lists could be either half: index of finding, of place.

    A lone finding and a lone place pair at once; else the lines above and below must agree.
    """
    if len(findings) == 1 and len(places) == 1:
        return [(0, 0)]
    pairs: Pairs = []
    free_f, free_p = set(range(len(findings))), set(range(len(places)))
    for view in _VIEWS:
        left = _views(view, [findings[i].anchor for i in sorted(free_f)], sorted(free_f))
        right = _views(view, [places[i].anchor for i in sorted(free_p)], sorted(free_p))
        for key, here in left.items():
            there = right.get(key, [])
            if len(here) == 1 and len(there) == 1:
                pairs.append((here[0], there[0]))
        free_f -= {f for f, _ in pairs}
        free_p -= {p for _, p in pairs}
    left_f, left_p = sorted(free_f), sorted(free_p)
    found = [("", findings[i].anchor) for i in left_f]
    known = [("", places[i].anchor) for i in left_p]
    pairs += [(left_f[f], left_p[p]) for f, p in longest_runs(found, known, _LEAST_RUN)]
    return sorted(pairs)


def in_order(finding_lines: Sequence[int], place_lines: Sequence[int], shifts: Shifts) -> Pairs:
    """As many pairs as the shorter list allows, none crossing another; both lists are sorted.

    Equally many pair one by one. Else the pairs move as little as possible from where the lines
    around them went; among equals the earlier ones win (their content cannot tell them apart).
    """
    expected = [line + _shift_at(line, shifts) for line in place_lines]
    n, m = len(finding_lines), len(expected)
    if n == m or n * m > _MOST_CELLS:
        return list(zip(range(n), range(m), strict=False))
    if n < m:
        return list(enumerate(_align(finding_lines, expected)))
    return [(f, p) for p, f in enumerate(_align(expected, finding_lines))]


def _both(anchor: Anchor) -> Hashable:
    return (anchor.before, anchor.after) if anchor.before and anchor.after else None


def _before(anchor: Anchor) -> Hashable:
    return anchor.before or None


def _after(anchor: Anchor) -> Hashable:
    return anchor.after or None


_VIEWS: tuple[Callable[[Anchor], Hashable], ...] = (_both, _before, _after)


def _views(
    view: Callable[[Anchor], Hashable], anchors: Sequence[Anchor | None], indexes: Sequence[int]
) -> Mapping[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for anchor, index in zip(anchors, indexes, strict=True):
        key = view(anchor) if anchor else None
        if key is not None:
            found[key].append(index)
    return found


def _shift_at(line: int, shifts: Shifts) -> int:
    """How far the nearest matched line moved."""
    if not shifts:
        return 0
    at = bisect_left(shifts, (line, 0))
    near = shifts[max(0, at - 1) : at + 1]
    return min(near, key=lambda s: (abs(s[0] - line), s))[1]


def _align(short: Sequence[int], long: Sequence[int]) -> list[int]:
    """For each of ``short`` its index in ``long``, rising, with the least sum of distances."""
    infinite = float("inf")
    row: list[float] = [0.0] * (len(long) + 1)
    rows = [row]
    for i, line in enumerate(short):
        new = [infinite] * (len(long) + 1)
        for j in range(i, len(long)):
            new[j + 1] = min(new[j], row[j] + abs(line - long[j]))
        row = new
        rows.append(row)
    chosen, j = [], len(long)
    for i in range(len(short), 0, -1):
        while rows[i][j - 1] <= rows[i][j]:
            j -= 1
        j -= 1
        chosen.append(j)
    return chosen[::-1]
