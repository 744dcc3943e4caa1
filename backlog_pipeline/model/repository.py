"""A repository as a run found it: what was looked at, and whether that may be recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rename:
    """A file that git saw under a new name since the last recorded revision."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class CiHealth:
    """Outcomes of the default branch's last completed runs; ``reason`` says why it is unknown."""

    completed: int = 0
    failed: int = 0
    reason: str = "not asked"

    @property
    def is_known(self) -> bool:
        """Whether the forge answered."""
        return not self.reason

    @property
    def failure_rate(self) -> float | None:
        """Failed / completed, or ``None`` where nothing is known."""
        return self.failed / self.completed if self.is_known and self.completed else None


@dataclass(frozen=True, slots=True)
class RepositoryState:
    """What a run looks at.

    ``key`` is the partition key, ``revision`` the commit at HEAD, ``branch`` "" when detached.
    ``preview_reason`` is "" when the run may record; else why it must not. ``base`` is the last
    recorded revision ("" at first), ``renames`` what moved since. ``dirty_paths`` counts
    uncommitted changes, which are not looked at. ``remote`` is ``owner/name`` on the forge, or "".
    ``changes_last_year`` counts, per path, the commits that touched it in the 365 days before the
    commit at HEAD. ``scope_text`` is ``.automation-scope.yaml`` as committed, or "".
    """

    key: str
    name: str
    path: str
    revision: str
    committed_at: str
    branch: str
    tracked_branch: str
    base: str = ""
    renames: tuple[Rename, ...] = ()
    preview_reason: str = ""
    is_shallow: bool = False
    dirty_paths: int = 0
    submodules: tuple[str, ...] = ()
    ci: CiHealth = CiHealth()
    remote: str = ""
    changes_last_year: Mapping[str, int] = field(default_factory=dict)
    scope_text: str = ""

    @property
    def is_preview(self) -> bool:
        """Whether this run only shows what it would do."""
        return bool(self.preview_reason)


@dataclass(frozen=True, slots=True)
class RegisteredRepository:
    """A repository that was looked at before: where it is, and what keeps it apart from others.

    ``key`` is the partition key; ``path`` is "" for one known only by ``url``, and the other way
    round; ``tracked_branch`` is the configured one, or "".
    """

    key: str
    name: str
    path: str = ""
    url: str = ""
    tracked_branch: str = ""
