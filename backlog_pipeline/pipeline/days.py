"""Days measured: what was known at the end of each, its snapshot and report, and where they are kept.

The same ledger, history, settings and plugins give the same bytes, however often a day is measured;
so a range that was interrupted is simply measured again. Files are replaced one by one and whole, the
snapshot last: a day whose snapshot is there has all its files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from backlog_pipeline.discover import calendar
from backlog_pipeline.errors import UsageError
from backlog_pipeline.measure.measure import take_snapshot
from backlog_pipeline.measure.window import closes_at, day_of
from backlog_pipeline.model.metric import Snapshot
from backlog_pipeline.pipeline import human_file, status_files
from backlog_pipeline.pipeline.known import ends_of, known_days, known_repository, line_of
from backlog_pipeline.pipeline.parts import Parts
from backlog_pipeline.pipeline.status_files import StatusFile
from backlog_pipeline.report.markdown import to_markdown
from backlog_pipeline.report.snapshot import file_name, to_json
from backlog_pipeline.store.values import ValueStore

SNAPSHOT = "metrics_snapshot"
REPORT = "development_report"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MeasuredDay:
    """One day's snapshot, and its files by name: that of the snapshot, and those of the report.

    ``kept`` is where each file is in our state, ``written`` what became of each in the repository.
    """

    snapshot: Snapshot
    data: bytes
    report: Mapping[str, bytes]
    kept: Mapping[str, str]
    written: tuple[StatusFile, ...] = ()


def measure_days(
    parts: Parts, key: str, days: Sequence[date], *, write: bool = False
) -> Iterator[MeasuredDay]:
    """Measure days of one repository, in order, each kept as soon as it is made.

    A day before the first commit gives a snapshot in which what the repository would have to tell is
    undefined, with that reason.

    Args:
        write: also into ``docs/status`` of the repository, where it keeps a ``backlog.yml``.

    Raises:
        UsageError: a day has not ended yet.
        RepositoryError: the repository cannot be looked at.
        LedgerCorrupt, StateError: the ledger cannot be read; no file was written.
    """
    asked = set(days)
    if not asked:
        return
    first, last = min(asked), max(asked)
    check_ended(parts, last)
    metrics, store = parts.metrics(), ValueStore(parts.settings.storage)
    target = _target(parts, key) if write else None
    for known in known_days(parts, key, first, last):
        if known.day.day in asked:
            snapshot = take_snapshot(metrics, known)
            yield _keep(store, snapshot, target)


def yesterday(parts: Parts) -> date:
    """The last day that has ended, in the configured time zone."""
    return day_of(parts.now(), parts.settings.time_zone) - _ONE_DAY


def check_ended(parts: Parts, day: date) -> None:
    """Raises ``UsageError`` for a day that is not over: what is not yet known would be missing for ever."""
    zone = parts.settings.time_zone
    if day > yesterday(parts) or closes_at(day, zone) > parts.now():
        raise UsageError(
            f"{day} has not ended yet in {zone}",
            next_step=f"ask for {yesterday(parts)} or an earlier day",
        )


def check_range(parts: Parts, key: str, first: date, last: date) -> None:
    """Refuse what a person cannot have meant, before anything is begun.

    Raises:
        UsageError: the days are in the wrong order, not over yet, earlier than ``metrics.since``, or
            earlier than what the history at hand can tell.
    """
    if last < first:
        raise UsageError(f"{last} is before {first}", next_step=f"ask from {last} to {first}")
    check_ended(parts, last)
    since = parts.settings.since
    if first < since:
        raise UsageError(
            f"{first} is earlier than {since}, the first day that is measured",
            next_step=f"ask from {since} on, or set `since` under [metrics] in backlog.toml",
        )
    _check_history(parts, key, first)


def _check_history(parts: Parts, key: str, first: date) -> None:
    line, zone = line_of(parts, key), parts.settings.time_zone
    days = [first + timedelta(days=n) for n in range((yesterday(parts) - first).days + 1)]
    commits = calendar.closing_commits(line.git, line.state.revision, ends_of(days, zone))
    if commits[0].revision:
        return
    begins = next((day for day, commit in zip(days, commits, strict=True) if commit.revision), None)
    later = f"ask from {begins} on" if begins else "ask again when a day with a commit has ended"
    if commits[0].is_cut_off:
        raise UsageError(
            f"what {line.state.name} was on {first} is cut off: this clone is shallow",
            next_step=f"run `git fetch --unshallow` there, or {later}",
        )
    raise UsageError(f"{first} is before the first commit of {line.state.name}", next_step=later)


def _target(parts: Parts, key: str) -> Path | None:
    """The work tree that files may be written into: only that of a repository that keeps its backlog."""
    path = Path(known_repository(parts, key).path)
    keeps = (path / human_file.BACKLOG_FILE).exists()
    return path if keeps and parts.may_write_repository else None


def _keep(store: ValueStore, snapshot: Snapshot, target: Path | None) -> MeasuredDay:
    data, report = to_json(snapshot), to_markdown(snapshot)
    day = snapshot.day.isoformat()
    kept = {
        name: store.put_file(f"{REPORT}/{snapshot.repository}/{day}/{name}", report[name])
        for name in sorted(report)
    }
    kept[file_name(snapshot)] = store.put_file(snapshot_place(snapshot.repository, snapshot.day), data)
    written: tuple[StatusFile, ...] = ()
    if target is not None:
        written = status_files.write_status(target, {**report, file_name(snapshot): data})
    return MeasuredDay(snapshot, data, report, kept, written)


def snapshot_place(repository: str, day: date) -> str:
    """Where the snapshot of a day is in the storage."""
    return f"{SNAPSHOT}/{repository}/{day.isoformat()}.json"
