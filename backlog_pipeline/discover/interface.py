"""What a discovery source is given and what it promises."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from backlog_pipeline.model.life import Spot, Told
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.system.git import Git


class ScanLevel(StrEnum):
    """``SECURITY_SCAN_LEVEL``: which security findings become items, and whether scanners run."""

    OFF = "off"
    BASIC = "basic"
    STANDARD = "standard"
    STRICT = "strict"


class ResultCache(Protocol):
    """Results of a scanner per content, kept between runs; losing it only costs time."""

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]:
        """The JSON text kept for each of ``keys`` by ``scanner`` (name, version and configuration)."""
        ...

    def put_many(self, scanner: str, results: Mapping[str, str]) -> None:
        """Keep JSON text for each key."""
        ...


def _no_progress(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything a source may use: one repository at one revision, and nothing that acts on it.

    ``options`` come from ``backlog.toml`` (``[sources.NAME]``), as strings. ``progress`` is told
    what is being done and how far it is. ``jobs`` is how many processors may be used.
    """

    repository: RepositoryState
    git: Git
    cache: ResultCache
    now: datetime
    options: Mapping[str, str] = field(default_factory=dict)
    scan_level: ScanLevel = ScanLevel.STANDARD
    jobs: int = 1
    progress: Callable[[str, int, int], None] = _no_progress


class Source(Protocol):
    """A discovery source: built without arguments, scans when asked, says what it looked at.

    Promises (``backlog_pipeline.testing.check_source`` holds a source to them): the same revision
    and options give the same findings; a failure is a scan with status ``failed`` or
    ``unavailable`` and a reason, never an empty complete scan; nothing is written, and no code of
    the repository is run.
    """

    @property
    def name(self) -> str:
        """Its key everywhere: entry point, asset, certificate, table (lower_snake_case)."""
        ...

    @property
    def version(self) -> str:
        """Changes when the same input can give other findings."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """The options it knows, with their defaults."""
        ...

    @property
    def fresh_minutes(self) -> int | None:
        """How long a scan stays true though the commit stays: ``None`` is for ever."""
        ...

    def scan(self, look: Look) -> Scan:
        """Look at ``look.repository`` and return findings and certificate."""
        ...


@runtime_checkable
class ReadsPast(Protocol):
    """A source whose findings are a function of the tree alone, so that any past commit can be looked at."""

    def configuration(self, look: Look) -> str:
        """A digest of all that decides what it sees besides the tree and ``version``: options, level, tables.

        What was counted at a commit is kept under it, for ever.
        """
        ...

    def read(self, look: Look) -> Scan:
        """The scan of ``look.repository.revision`` without births: what stands there, and nothing of when.

        Everything it computes per content goes through ``look.cache``, so that over many commits each
        distinct content is analysed once. A failure is a failed scan, as with ``scan``.
        """
        ...


@runtime_checkable
class ReadsAtOnce(Protocol):
    """A source of the past that is quicker when it is asked for many commits at once."""

    def read_all(self, looks: Sequence[Look]) -> Iterator[Scan]:
        """What ``read`` says of each look, in this order."""
        ...


@runtime_checkable
class TellsLives(Protocol):
    """A source that knows from history how the texts that it finds were written, moved and removed."""

    def tell(self, look: Look, spots: Sequence[Spot]) -> Sequence[Told]:
        """What the history that ends at ``look.repository.revision`` tells of each spot, in this order.

        A spot is one that a scan of this source gave. Where history tells nothing of it, the answer
        says why.
        """
        ...
