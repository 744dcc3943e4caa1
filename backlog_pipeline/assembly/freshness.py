"""Has anything changed since the last run? Answered with git and one row, without Dagster or pandas.

A run depends on the commit, the branch, ``backlog.yml``, the settings, the code and the installed
packages, and the UTC day (aging). Knowledge from the network also grows stale by itself: each scan
says until when it is fresh, and a scan that could not look is never fresh.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from backlog_pipeline.assembly import code
from backlog_pipeline.assembly.standing import Standing
from backlog_pipeline.model import codec
from backlog_pipeline.model.fingerprint import digest, file_digest
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.system.git import Git

_MARK = "last_run"
_CI_MINUTES = 15


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last finished run depended on, until when its knowledge is fresh, and what it made."""

    inputs: str
    finished_at: datetime
    run_id: str = ""
    fresh_until: datetime | None = None
    standing: Standing | None = None


def surroundings(settings: Settings, repository: Path, now: datetime) -> str:
    """One digest of what a run depends on, besides the network and ``backlog.yml``.

    Taken before a run: what changes while it looks was not seen by it, and makes the next one look.
    """
    git = Git(repository)
    return digest(
        git.find("rev-parse", "HEAD"),
        git.find("symbolic-ref", "-q", "HEAD"),
        git.find("symbolic-ref", "-q", "refs/remotes/origin/HEAD"),
        *(f"{f.name}={getattr(settings, f.name)}" for f in fields(settings)),
        code.all_code(settings.plugin_files),
        now.date().isoformat(),
    )


def inputs_digest(before: str, file_digest: str) -> str:
    """One digest of ``surroundings`` and the ``backlog.yml`` that a merge left (``Backlog.file_digest``)."""
    return digest(before, file_digest)


def inputs_now(settings: Settings, repository: Path, now: datetime) -> str:
    """What a run that began now would depend on, with the file as it is."""
    return inputs_digest(surroundings(settings, repository, now), _file_digest(repository))


def unchanged_run(registry: Registry, key: str, inputs: str, now: datetime) -> LastRun | None:
    """The last run, if a new one would look at the same and nothing has grown stale since."""
    text = registry.read_mark(key, _MARK)
    if not text:
        return None
    try:
        last = codec.loads(LastRun, text)
    except ValueError:  # written by another version: a run is the safe answer
        return None
    is_fresh = last.fresh_until is None or now < last.fresh_until
    return last if last.inputs == inputs and is_fresh else None


def remember(
    registry: Registry,
    key: str,
    inputs: str,
    certificates: Iterable[Certificate],
    *,
    settings: Settings,
    now: datetime,
    run_id: str = "",
    standing: Standing | None = None,
) -> None:
    """Note a finished run; one in which a source could not look is noted as stale at once."""
    rows = tuple(certificates)
    is_blind = any(c.status in (ScanStatus.FAILED, ScanStatus.UNAVAILABLE) for c in rows)
    ends = [c.fresh_until for c in rows if c.fresh_until]
    if settings.github_token:
        ends.append(now + timedelta(minutes=_CI_MINUTES))
    fresh_until = now if is_blind else min(ends, default=None)
    registry.mark(key, _MARK, codec.dumps(LastRun(inputs, now, run_id, fresh_until, standing)))


def forget(registry: Registry, key: str) -> None:
    """Let the next run look: a person changed the ledger, which no digest of inputs shows."""
    registry.mark(key, _MARK, "")


def _file_digest(repository: Path) -> str:
    try:
        return file_digest((repository / "backlog.yml").read_bytes())
    except OSError:
        return file_digest(None)
