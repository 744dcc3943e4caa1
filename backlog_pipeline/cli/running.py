"""What ``backlog run`` does: look once or again and again, and say what was found and what is next."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from backlog_pipeline.assembly import read
from backlog_pipeline.cli import (
    cache_news,
    looking,
    output,
    present_items,
    present_run,
    reading,
    yesterday,
)
from backlog_pipeline.cli.looking import Unchanged
from backlog_pipeline.cli.present_run import Surroundings
from backlog_pipeline.cli.ranked import Ranked
from backlog_pipeline.cli.yesterday import Daily
from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model.run import RunSummary
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline.settings import OriginKind, Settings

NOT_EVERYWHERE = 7
_BLIND = (ScanStatus.PARTIAL, ScanStatus.FAILED, ScanStatus.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person asked for."""

    settings: Settings
    path: Path
    is_discover_only: bool
    is_dry_run: bool
    is_strict: bool
    is_json: bool

    @property
    def repo_words(self) -> str:
        """``--repo PATH`` as it has to be typed again, "" where it is not needed."""
        is_typed = self.settings.origins["repo"].kind is OriginKind.FLAG
        return str(self.settings.repo) if is_typed else ""


def again_and_again(asked: Asked) -> NoReturn:
    """Look until stopped; what can pass by itself is said, and tried again at the next look."""
    while True:
        try:
            once(asked)
        except BacklogError as error:
            if not error.is_transient:
                raise
            output.say(f"error: {error}")
        output.flush()
        output.say(f"Next look in {asked.settings.interval_minutes:g} minutes; stop with Ctrl-C.")
        time.sleep(asked.settings.interval_minutes * 60)


def once(asked: Asked) -> int:
    """One look, said; the exit code."""
    with cache_news.said_at_the_end(asked.settings.home), output.progress() as progress:
        act = looking.rehearse if asked.is_dry_run else looking.look
        found = act(asked.settings, asked.path, progress)
        is_recorded = isinstance(found, Unchanged) or not found.state.is_preview
        is_kept = is_recorded and not asked.is_dry_run
        daily = yesterday.keep(asked.settings, asked.path, progress) if is_kept else Daily()
    if isinstance(found, Unchanged):
        return _say_unchanged(asked, found, daily)
    return _say_result(asked, found, daily)


def _say_result(asked: Asked, made: RunSummary, daily: Daily) -> int:
    rows = reading.in_order(asked.settings, made.backlog.items, made.plan, made.backlog.links)
    _say(
        asked,
        rows,
        headline=present_run.headline(made.state, made.backlog, made.seconds),
        remarks=[*present_run.remarks(made.state, made.backlog), *present_run.blind_spots(made.backlog)],
        daily=daily,
        is_preview=made.state.is_preview,
    )
    return _code(asked, made.backlog.certificates)


def _say_unchanged(asked: Asked, found: Unchanged, daily: Daily) -> int:
    standing = found.standing
    if standing is not None and not asked.is_json:
        rows = reading.in_order(asked.settings, standing.items, standing.plan)
        counts, certificates = standing.by_standing, standing.certificates
    else:
        known = read.read_backlog(asked.settings, asked.path)
        rows = reading.in_order(asked.settings, known.items, known.plan, known.links)
        counts = Counter(row.item.standing for row in rows)
        certificates = tuple(
            scan.certificate for scan in read.last_scans(asked.settings, known.repository.key)
        )
    _say(
        asked,
        rows,
        headline=present_run.unchanged(found.name, counts, found.last.finished_at),
        remarks=present_run.not_everywhere(certificates),
        daily=daily,
    )
    return _code(asked, certificates)


def _say(
    asked: Asked,
    rows: tuple[Ranked, ...],
    *,
    headline: list[str],
    remarks: list[str],
    daily: Daily,
    is_preview: bool = False,
) -> None:
    open_rows = [row for row in rows if row.item.is_open]
    around = Surroundings(
        home=_short(asked.settings.home),
        repo_words=asked.repo_words,
        has_backlog_file=(asked.path / "backlog.yml").exists(),
        is_dry_run=asked.is_dry_run,
        is_discover_only=asked.is_discover_only,
        is_preview=is_preview,
        status_day=daily.day,
    )
    width = output.width()
    told = present_run.wrapped([*remarks, *([daily.trouble] if daily.trouble else [])], width)
    talk = [*told, *([""] if told else []), *present_run.where_next(open_rows, around)]
    if asked.is_json:
        output.data([present_items.as_json(row) for row in open_rows])
        for line in (*headline, *talk):
            output.say(line)
        return
    output.lines([*headline, "", *present_run.top(open_rows, width), "", *talk])


def _code(asked: Asked, certificates: tuple[Certificate, ...]) -> int:
    is_blind = any(certificate.status in _BLIND for certificate in certificates)
    return NOT_EVERYWHERE if asked.is_strict and is_blind else 0


def _short(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
