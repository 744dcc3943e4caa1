"""``backlog forget``: know a repository no longer, such as a clone that was deleted."""

from pathlib import Path
from typing import TYPE_CHECKING

from backlog_pipeline.cli import options, output, words
from backlog_pipeline.errors import UsageError

if TYPE_CHECKING:
    from backlog_pipeline.model.repository import RegisteredRepository
    from backlog_pipeline.settings import Settings


@options.command("forget", example="backlog forget --repo ~/src/gone --yes")
@options.option(
    "--repo",
    metavar="PATH|KEY",
    situation=options.WHERE,
    help="Its path, there or not, or its key; default: REPO_ROOT, else the current directory's.",
)
@options.option(
    "--yes", "is_sure", is_flag=True, situation="To be sure",
    help="Also where something of it is recorded; that stays in the ledger.",
)  # fmt: skip
def command(repo: str | None, *, is_sure: bool) -> None:
    """Know a repository no longer; what was recorded of it stays, and the next run there goes on with it."""
    from backlog_pipeline.assembly import repositories  # SQLAlchemy: not for --help
    from backlog_pipeline.cli import target
    from backlog_pipeline.store.ledger import Ledger
    from backlog_pipeline.store.registry import Registry

    settings = target.settings_for()
    wanted = repo if repo is not None else str(target.repository_of(settings))
    ledger = Ledger.open(settings.ledger_url)
    try:
        known = repositories.known_as(settings, Registry.of(ledger), wanted)
        _refuse_configured(settings, known)
        entries, _ = ledger.end(known.key)
        if entries and not is_sure:
            recorded = f"{words.count(entries, 'event')} of {words.plain(known.name)} ({known.key})"
            raise UsageError(
                f"{recorded} are recorded; they stay in the ledger, but nothing lists it any longer",
                next_step="add --yes if that is what you want",
            )
        repositories.forget(settings, Registry.of(ledger), known)
    finally:
        ledger.close()
    _say(known, entries)


def _refuse_configured(settings: "Settings", known: "RegisteredRepository") -> None:
    """What the settings name would be known again in a moment."""
    path = Path(known.path)
    if any(row.path.resolve() == path for row in settings.repositories):
        raise UsageError(
            f"backlog.toml names {known.path} under [[repositories]]",
            next_step="take it out there, then forget it",
        )


def _say(known: "RegisteredRepository", entries: int) -> None:
    output.lines([f"{words.plain(known.name)} ({known.key}, {words.plain(known.path)}) is no longer known."])
    if entries:
        output.say(
            f"Its {words.count(entries, 'event')} stay in the ledger: `backlog run` there goes on with them."
        )
    output.say("A check that failed because of it is judged anew by the next run of any repository.")
