"""A look at a test repository, with a cache in memory."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from backlog_pipeline.discover.interface import Look, ScanLevel
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository


class KeptInMemory:
    """A result cache that can be looked into."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.writes = 0

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]:
        return {k: self.texts[scanner, k] for k in keys if (scanner, k) in self.texts}

    def put_many(self, scanner: str, results: Mapping[str, str]) -> None:
        self.writes += len(results)
        self.texts |= {(scanner, k): v for k, v in results.items()}


def look_at(
    repository: GitRepository,
    *,
    cache: KeptInMemory | None = None,
    now: datetime = datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
    level: ScanLevel = ScanLevel.STANDARD,
    is_shallow: bool = False,
    **options: str,
) -> Look:
    revision = repository.head()
    state = RepositoryState(
        key="shop-1",
        name="shop",
        path=str(repository.path),
        revision=revision,
        committed_at="",
        branch="main",
        tracked_branch="main",
        is_shallow=is_shallow,
    )
    return Look(
        repository=state,
        git=Git(repository.path),
        cache=cache or KeptInMemory(),
        now=now,
        options=options,
        scan_level=level,
        jobs=2,
    )
