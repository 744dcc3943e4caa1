"""Which of several equal texts is which, by the lines around them: the longest equal run wins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import takewhile

from backlog_pipeline.model.finding import Anchor
from backlog_pipeline.model.fingerprint import NEAR_HEX

Pairs = list[tuple[int, int]]
Stand = tuple[str, Anchor | None]
"""The path in which something stands, and what is around it."""

Score = tuple[int, int]
"""How many lines agree, and how many parts at the end of the path."""

_SIDE = 3
_MOST_PAIRS = 10_000
_REMEMBERED = 65_536


def longest_runs(findings: Sequence[Stand], places: Sequence[Stand], least: int) -> Pairs:
    """Pairs (index of finding, index of place) that have more lines around them in common than either
    half has with anything else, and at least ``least``; the best first, each taken out before the next.
    Of equally long runs the one whose paths end alike wins.

    Two that are equally good are both left. So are lists with more than 10,000 pairs.
    """
    if len(findings) * len(places) > _MOST_PAIRS:
        return []
    scores = {
        (f, p): (lines, _common_end(path, other_path))
        for f, (path, one) in enumerate(findings)
        for p, (other_path, other) in enumerate(places)
        if one and other and (lines := equal_lines(one, other)) >= least
    }
    found: Pairs = []
    while best := _winners(scores):
        found += best
        rows, columns = {f for f, _ in best}, {p for _, p in best}
        scores = {pair: n for pair, n in scores.items() if pair[0] not in rows and pair[1] not in columns}
    return sorted(found)


def equal_lines(one: Anchor, other: Anchor) -> int:
    """How many of the lines around agree: the longest run above, and the longest below; 0 to 6."""
    above = _run(one.above, other.above) or _whole(one.before, other.before, one.above, other.above)
    below = _run(one.below, other.below) or _whole(one.after, other.after, one.below, other.below)
    return above + below


def _whole(one: str, other: str, *single: str) -> int:
    """Three lines that agree as a whole, where an older anchor does not know them one by one."""
    return _SIDE if one and one == other and not all(single) else 0


@lru_cache(maxsize=_REMEMBERED)
def _run(one: str, other: str) -> int:
    """The length of the longest run of lines that stands in both."""
    left, right = _lines(one), _lines(other)
    longest = 0
    for start in range(len(left)):
        for at in range(len(right)):
            length = 0
            while left[start + length : start + length + 1] == right[at + length : at + length + 1] != []:
                length += 1
            longest = max(longest, length)
    return longest


def _lines(near: str) -> list[str]:
    return [near[at : at + NEAR_HEX] for at in range(0, len(near), NEAR_HEX)]


def _common_end(path: str, other: str) -> int:
    """How many of the last parts of two paths agree."""
    parts = zip(reversed(path.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], parts))


def _winners(scores: Mapping[tuple[int, int], Score]) -> Pairs:
    rows = _best_two((f, n) for (f, _), n in scores.items())
    columns = _best_two((p, n) for (_, p), n in scores.items())
    return [
        (f, p)
        for (f, p), n in scores.items()
        if n == rows[f][0] > rows[f][1] and n == columns[p][0] > columns[p][1]
    ]


def _best_two(scores: Iterable[tuple[int, Score]]) -> Mapping[int, tuple[Score, Score]]:
    best: dict[int, tuple[Score, Score]] = defaultdict(lambda: ((0, 0), (0, 0)))
    for key, n in scores:
        first, second = best[key]
        best[key] = (n, first) if n > first else (first, max(second, n))
    return best
