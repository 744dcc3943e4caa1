"""The merged backlog of one repository at one revision, and what a merge changed."""

from dataclasses import dataclass, field
from datetime import date

from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion
from backlog_pipeline.model.scan import Certificate


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the human's file that could not be taken as it stands; the rest went on."""

    message: str
    line: int = 0
    item: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one merge did, as item ids, sorted. ``merged`` are those that others stand for since."""

    opened: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()
    revived: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backlog:
    """All items of a repository (sorted by id), open or not, with the certificates behind them.

    ``links`` are those that hold. ``file_digest`` is that of the ``backlog.yml`` which the merge left:
    what somebody saves after it is not in here.
    """

    repository: str
    revision: str
    as_of: date
    items: tuple[Item, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    changes: Changes = field(default_factory=Changes)
    problems: tuple[Problem, ...] = ()
    preview_reason: str = ""
    events_written: int = 0
    file_digest: str = ""
    links: tuple[Assertion, ...] = ()

    @property
    def open_items(self) -> tuple[Item, ...]:
        """The items with work left."""
        return tuple(i for i in self.items if i.is_open)
