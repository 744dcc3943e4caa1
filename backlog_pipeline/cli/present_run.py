"""What a run says at its end: the ranked items, what could not be looked at, where everything is."""

import shlex
import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backlog_pipeline.assembly.standing import TOP
from backlog_pipeline.cli import present_findings, present_items, typed, words
from backlog_pipeline.cli.ranked import Ranked
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.item import MERGED
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Certificate

_CLOSED = (Status.DONE.value, Status.DISMISSED.value, MERGED)
_THE_END = "The run ends with this plan: carrying items out is not part of this version."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the end of a run names besides its result: paths as a person would type them."""

    home: str
    repo_words: str
    has_backlog_file: bool
    is_dry_run: bool = False
    is_discover_only: bool = False
    is_preview: bool = False
    status_day: date | None = None


def headline(state: RepositoryState, backlog: Backlog, seconds: float) -> list[str]:
    """One line: what was looked at, how long it took, and what changed."""
    changes = backlog.changes
    news = [
        f"{len(ids):,} {word}"
        for ids, word in (
            (changes.opened, "new"),
            (changes.resolved, "resolved"),
            (changes.revived, "back again"),
            (changes.merged, "joined to others"),
        )
        if ids
    ]
    branch = state.branch or "detached HEAD"
    kind = "preview, " if backlog.preview_reason else ""
    found = _counted(Counter(item.standing for item in backlog.items))
    return [
        f"{words.plain(state.name)} ({words.plain(branch)}, {state.revision[:7]}): {found} "
        f"{', '.join(news) or 'nothing new'} ({kind}{seconds:.1f} s)"
    ]


def unchanged(name: str, counts: Mapping[str, int], since: datetime) -> list[str]:
    """One line: a run now would find what the last one found."""
    found = _counted(counts)
    return [f"{words.plain(name)}: {found} nothing has changed since the run of {since:%Y-%m-%d %H:%M} UTC"]


def _counted(counts: Mapping[str, int]) -> str:
    """``15 open items,`` or ``15 open items, 1 done, 2 dismissed;``: what comes after it is news."""
    found = words.count(sum(n for standing, n in counts.items() if standing not in _CLOSED), "open item")
    numbers = ((counts.get(standing, 0), standing) for standing in _CLOSED)
    closed = "".join(f", {number:,} {standing.lower()}" for number, standing in numbers if number)
    return f"{found}{closed}{';' if closed else ','}"


def top(rows: Sequence[Ranked], width: int) -> list[str]:
    """The first ten by rank, two lines each."""
    first = [row for row in rows if row.planned is not None][:TOP]
    if not first:
        return ["Nothing was found that is to be done."]
    return present_items.as_lines(first, width)


def blind_spots(backlog: Backlog) -> list[str]:
    """What could not be looked at, and problems in ``backlog.yml``; nothing where all went well."""
    lines = not_everywhere(backlog.certificates)
    if backlog.problems:
        lines.append("About backlog.yml:")
        lines += [
            f"  {f'line {p.line}: ' if p.line else ''}{words.plain(p.message)}" for p in backlog.problems
        ]
    return lines


def not_everywhere(certificates: Iterable[Certificate]) -> list[str]:
    """One line for each source that could not look everywhere, below a heading."""
    spots = present_findings.not_looked_at(certificates)
    return ["Not everything could be looked at:", *(f"  {line}" for line in spots)] if spots else []


def remarks(state: RepositoryState, backlog: Backlog) -> list[str]:
    """What a person should know about this look: preview, shallow clone, uncommitted changes."""
    lines = []
    if backlog.preview_reason:
        lines.append(f"This is a preview, nothing was recorded: {words.plain(backlog.preview_reason)}")
    if state.dirty_paths:
        lines.append(f"Not looked at: uncommitted changes in {words.count(state.dirty_paths, 'file')}.")
    if state.submodules:
        lines.append(f"Not looked at: {words.count(len(state.submodules), 'submodule')}.")
    if state.is_shallow:
        lines.append("This clone has no full history, so ages are at least what is shown.")
    return lines


def where_next(rows: Sequence[Ranked], around: Surroundings) -> list[str]:
    """Where everything is, what was written, and the next step."""
    if around.is_dry_run:
        return ["A dry run: nothing was written or recorded anywhere."]
    steps = _next_steps(rows, around)
    kept = "What was recorded before" if around.is_preview else "Everything"
    return [
        *_written(around),
        f"{kept} is kept in {around.home}. Next:",
        *(f"  {what:<24} {words_to_type}" for what, words_to_type in steps),
        *([] if around.is_discover_only else [_THE_END]),
    ]


def _written(around: Surroundings) -> list[str]:
    if around.is_preview and around.has_backlog_file:
        return ["Nothing was recorded, and backlog.yml was left as it stands."]
    if around.is_preview:
        return ["Nothing was recorded, and nothing was written into the repository."]
    if around.status_day:
        return [
            f"backlog.yml is up to date, and docs/status has the metrics of {around.status_day};"
            " nothing else was written into the repository."
        ]
    if around.has_backlog_file:
        return ["backlog.yml is up to date; nothing else was written into the repository."]
    return ["Nothing was written into the repository."]


def _next_steps(rows: Sequence[Ranked], around: Surroundings) -> list[tuple[str, str]]:
    """What each step is for, and the words to type; a preview's items cannot be shown, only recorded ones."""
    program = typed.program()
    repo = f" --repo {shlex.quote(around.repo_words)}" if around.repo_words else ""
    steps = [("what is recorded" if around.is_preview else "all of it", f"{program} list{repo}")]
    if rows and not around.is_preview:
        steps.append(("why an item ranks there", f"{program} show {rows[0].item.id}{repo}"))
    steps.append(("in the browser", f"{program} ui"))
    if not around.has_backlog_file and not around.is_preview:
        steps.append(("keep it there, too", f"{program} init{repo}"))
    return steps


def wrapped(lines: Sequence[str], width: int) -> list[str]:
    """Lines broken at blanks to fit, the rest of each indented below it; words stay whole."""
    found: list[str] = []
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        found += textwrap.wrap(line, width, subsequent_indent=indent, break_long_words=False,
                               break_on_hyphens=False, drop_whitespace=True) or [""]  # fmt: skip
    return found
