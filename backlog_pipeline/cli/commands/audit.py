"""``backlog audit``: whether the record is whole, and what it says."""

from collections import deque
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import dates, options, output

if TYPE_CHECKING:
    from backlog_pipeline.pipeline.audit import Audited

_WHICH = "Which entries"
_AGAINST = "Compared with what"
_USUAL = 100


def _command() -> None:
    """Show that the record of what happened is whole, and read it."""


command = options.group("audit", example="backlog audit verify")(_command)


@options.command("verify", example="backlog audit verify --json")
@options.option(
    "--no-snapshots", "has_no_snapshots", is_flag=True, situation=_AGAINST,
    help="Not with the snapshots in docs/status (another machine's ledger wrote them).",
)  # fmt: skip
@options.repo_option
@options.json_option
def verify(has_no_snapshots: bool, repo: Path | None, is_json: bool) -> None:
    """Walk every chain of the ledger (with --repo, that one) and compare it with its anchors."""
    from backlog_pipeline.assembly import read, repositories
    from backlog_pipeline.cli import audited, present_audit, target

    settings = target.settings_for(repo)
    path = target.repository_of(settings) if repo else None
    only = repositories.entry_for(settings, path) if path else None
    audits = audited.audits_of(settings, only=only, with_snapshots=not has_no_snapshots)
    if path and not any(chain.entries or chain.problems for chain in audits):
        raise read.not_looked_at(path)
    if is_json:
        output.data([present_audit.audit_as_json(chain) for chain in audits])
    else:
        output.lines(present_audit.audit_lines(audits))
    _conclude(audits)


def _conclude(audits: "tuple[Audited, ...]") -> None:
    """The verdict in a sentence; nothing to compare with is said, and never looks like proof."""
    from backlog_pipeline.cli import audited

    wrong = audited.disagreement(audits)
    if wrong is not None:
        raise wrong
    if not audits:
        output.say("The ledger has no entry yet.")
        return
    bare = audited.unproven(audits)
    output.say("Every entry follows the one before it, and no anchor disagrees.")
    if bare:
        output.say(
            f"No anchor knows {', '.join(bare)}: that its chain was not made anew is not proven."
            " The next change that is recorded is anchored."
        )


@options.command("log", example="backlog audit log bl-4kq2 --since 2026-11-01")
@click.argument("id_", metavar="[ID]", required=False, default="")
@options.option(
    "--since", type=dates.Day("2026-11-01"), metavar="DATE", situation=_WHICH,
    help="Those learned on that day (UTC) or later.",
)  # fmt: skip
@options.option(
    "--limit", type=click.IntRange(min=1), default=_USUAL, metavar="NUMBER", situation=_WHICH,
    help="At most so many, the newest; default: 100.",
)  # fmt: skip
@options.repo_option
@options.json_option
def log(id_: str, since: date | None, limit: int, repo: Path | None, is_json: bool) -> None:
    """Show what happened, the newest last: when, who, what, and what caused it."""
    from backlog_pipeline.cli import logged, present_audit

    begins = datetime.combine(since, time(), UTC) if since else None
    found = logged.entries(repo, id_, begins)
    shown = deque(found, maxlen=limit)
    if is_json:
        output.data([present_audit.entry_as_json(entry) for entry in shown])
        return
    if shown:
        output.table(present_audit.log_table(shown))
    more = len(found) - len(shown)
    output.say(f"{len(shown):,} of {len(found):,} entries" + ("; see more with --limit" if more else ""))


command.add_command(verify)
command.add_command(log)
