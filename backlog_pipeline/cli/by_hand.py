"""What all commands that decide something have in common: do it, and say what was done."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from backlog_pipeline.assembly import freshness, read, repositories
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.cli import errors, output, present_items, reading, target, words
from backlog_pipeline.cli.ranked import Ranked
from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.by_hand.said import field
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import LinkType
from backlog_pipeline.model.plan import Plan
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.pipeline import by_hand
from backlog_pipeline.pipeline.by_hand import Decide, FileState, Noted
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry

_LINKS = (EventKind.LINK_ASSERTED, EventKind.LINK_WITHDRAWN)

Sentence = Callable[[Ranked, Noted], str]


def act(
    repo: Path | None,
    command: str,
    decide: Decide,
    sentence: Sentence,
    *,
    typed: Iterable[str],
    is_json: bool,
    is_new: bool = False,
    is_dry_run: bool = False,
) -> None:
    """Do what the person asks for, and say it: one sentence, or the item as JSON.

    Args:
        command: its name.
        decide: what is wanted; see ``pipeline.by_hand.act``.
        sentence: what was done, in words.
        typed: every text that would be kept; one that holds a secret of the environment is refused.
        is_new: whether it opens work.
        is_dry_run: whether only to say what would be done.

    Raises:
        UsageError, StateError, RepositoryError, BacklogFileError: it was not done.
    """
    _refuse_secrets(typed)
    settings = target.settings_for(repo)
    noted = do(settings, command, decide, is_new=is_new, is_dry_run=is_dry_run)
    if is_json:
        output.data(
            [present_items.as_json(_row(settings, noted, read.last_plan(settings, noted.repository)))]
        )
    else:
        output.lines([words.plain(sentence(_row(settings, noted, None), noted))])
    if not is_dry_run:
        _say_next(noted)


def do(
    settings: Settings, command: str, decide: Decide, *, is_new: bool = False, is_dry_run: bool = False
) -> Noted:
    """Do it on the repository that the settings name, and say what of its file could not be taken."""
    known = _known(settings, target.repository_of(settings))
    parts = build_parts(settings)
    try:
        parts.ledger.check(known.key)  # a ledger that is broken is left as it is, to the last byte
        freshness.forget(parts.registry, known.key)
        noted = by_hand.act(parts, known, command, decide, is_new=is_new, is_dry_run=is_dry_run)
    finally:
        parts.close()
    for problem in noted.problems:
        where = f"backlog.yml, line {problem.line}" if problem.line else "note"
        output.say(f"{where}: {words.plain(problem.message)}")
    return noted


def pair(text: str) -> tuple[str, str]:
    """``FIELD=VALUE`` as two. Raises ``UsageError``."""
    name, sign, value = text.partition("=")
    if not sign:
        raise UsageError(f"{words.plain(text)!r} is no FIELD=VALUE", next_step=f"write {field(name)}=VALUE")
    return name, value


def standing(row: Ranked) -> str:
    """``READY, score 2.6``, or where it went."""
    if row.item.merged_into:
        return f"merged into {row.item.merged_into}"
    score = "no score yet" if row.scores.score is None else f"score {row.scores.score:.1f}"
    return f"{row.item.status.value}, {score}" if row.item.is_open else row.item.status.value


def _known(settings: Settings, path: Path) -> RegisteredRepository:
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        known = Registry.of(ledger).find(repositories.entry_for(settings, path).key)
    finally:
        ledger.close()
    if known is None:
        raise read.not_looked_at(path)
    return repositories.entry_for(settings, path)


def _row(settings: Settings, noted: Noted, plan: Plan | None) -> Ranked:
    (row,) = reading.in_order(settings, (noted.item,), plan, noted.links)
    return row


def _say_next(noted: Noted) -> None:
    if not noted.events:
        return
    if noted.file is FileState.LEFT:
        output.say(f"backlog.yml is left as it is here; the next `backlog run` on {noted.branch} writes it.")
    elif noted.item.is_open and any(not _is_typed_link(event) for event in noted.events):
        output.say("Next: `backlog run` ranks it.")
    if noted.item.status is Status.REFINED and not noted.item.acceptance_criteria:
        command = f"`backlog set {noted.item.id} acceptance_criteria=TEXT`"
        output.say(f"It is READY as soon as {command} says when it is done.")


def _is_typed_link(event: Event) -> bool:
    """Whether it says what one item is to another, which moves no score."""
    return event.kind in _LINKS and event.data["type"] not in (LinkType.SAME, LinkType.DIFFERENT)


def _refuse_secrets(typed: Iterable[str]) -> None:
    for text in typed:
        if errors.without_secrets(text, os.environ) != errors.without_login(text):
            raise UsageError(
                "what you typed holds a secret of this environment, and the ledger keeps every text for good",
                next_step="leave it out",
            )
