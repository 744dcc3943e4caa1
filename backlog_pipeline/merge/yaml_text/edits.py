"""Changes to a text as spans and what stands there instead; everything else keeps its bytes."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` takes the place of the characters from ``start`` to ``end`` (none: it is inserted)."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; insertions at one place keep the order in which they are given.

    Raises:
        ValueError: two edits overlap.
    """
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=attrgetter("start", "end")):
        if edit.start < position:
            raise ValueError(f"two edits overlap at character {edit.start}")
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join((*parts, text[position:]))


def within(edits: Iterable[Edit], start: int, end: int) -> list[Edit]:
    """The edits inside a span, with positions counted from its start."""
    return [Edit(e.start - start, e.end - start, e.text) for e in edits if start <= e.start and e.end <= end]


class Spans:
    """Spans that do not overlap, to be asked which of them holds another one."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def around(self, start: int, end: int) -> tuple[int, int] | None:
        """The span that holds ``start`` to ``end``, or ``None``."""
        index = bisect_right(self._starts, start) - 1
        if index < 0 or self._spans[index][1] < end:
            return None
        return self._spans[index]
