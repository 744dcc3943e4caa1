"""The life of a piece of work in its repository's history, as far as git can tell it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    """What a commit did to a text, or to a line.

    ``LINE_CHANGED`` is all that is known where a source cannot tell a life: the commit that last
    changed the line.
    """

    WRITTEN = "written"
    MOVED = "moved"
    REMOVED = "removed"
    RETURNED = "returned"
    LINE_CHANGED = "line changed"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stood at one commit (``revision``); ``line`` from 1."""

    text: str
    path: str
    line: int
    revision: str


@dataclass(frozen=True, slots=True)
class LifeStep:
    """One step: which commit did what, and where the text stands since (or stood, if it was removed).

    ``line`` is 0 where it is not known. ``came_from`` is the file it moved out of. ``merged_by`` is
    the commit that brought the step to the branch, where that is another one. ``is_at_least`` says
    that the text is older than can be seen.
    """

    deed: Deed
    commit: str
    path: str
    line: int = 0
    came_from: str = ""
    merged_by: str = ""
    is_at_least: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """A text and its steps, the oldest first; where it stands at the end of the history that was read.

    ``stands_in`` is "" where it is gone, or where that is not known; ``line`` likewise 0.
    """

    text: str
    steps: tuple[LifeStep, ...] = ()
    stands_in: str = ""
    line: int = 0

    @property
    def is_over(self) -> bool:
        """Whether the text is gone."""
        return bool(self.steps) and self.steps[-1].deed is Deed.REMOVED


@dataclass(frozen=True, slots=True)
class Told:
    """What history tells of one spot.

    ``life`` is ``None`` where it tells nothing, and ``reason`` says why. ``earlier`` are the lives of
    the texts that stood in the same place before and were replaced, the nearest first: they may
    be the same work in other words, or not. ``later`` are those that replaced it, likewise.
    """

    life: Life | None = None
    earlier: tuple[Life, ...] = ()
    later: tuple[Life, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a source told of the spots it was asked about, in their order; or why it told nothing."""

    told: tuple[Told, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who wrote a commit, by name, and when (UTC). Addresses are left out: names say enough."""

    author: str
    at: datetime
