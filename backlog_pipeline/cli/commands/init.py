"""``backlog init``: keep the backlog in the repository, as ``backlog.yml``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options, output, words
from backlog_pipeline.errors import BacklogFileError, StateError, UsageError

if TYPE_CHECKING:
    from backlog_pipeline.settings import Settings

_FILE = "backlog.yml"


@options.command("init", example="backlog init --dry-run")
@options.option(
    "--dry-run", "is_dry_run", is_flag=True, situation="What is written",
    help="Print the file (with --migrate, what would change) instead of writing it.",
)  # fmt: skip
@options.option(
    "--migrate", "is_migration", is_flag=True, situation="What is written",
    help="Turn the file of another backlog manager into our form; nothing in it is lost.",
)  # fmt: skip
@options.option(
    "--merge-driver/--no-merge-driver", "wants_driver", default=None, situation="How git merges it",
    help="Let git merge it by item and field, in this clone only; or by lines again.",
)  # fmt: skip
@options.repo_option
def command(is_dry_run: bool, is_migration: bool, wants_driver: bool | None, repo: Path | None) -> None:
    """Keep the backlog in the repository, as backlog.yml; a file that is there is never overwritten."""
    from backlog_pipeline.cli import target  # SQLAlchemy: not for --help

    settings = target.settings_for(repo)
    path = target.repository_of(settings) / _FILE
    if is_migration:
        _migrate(path, is_dry_run)
    elif wants_driver is None or (wants_driver and not path.exists()):
        _make(settings, path, is_dry_run)
    if wants_driver is not None:
        (_register if wants_driver else _unregister)(path, is_dry_run)


def _register(path: Path, is_dry_run: bool) -> None:
    from backlog_pipeline.cli import merging

    if is_dry_run:
        output.say(f"git would call {merging.command()} to merge {_FILE}; nothing was changed.")
    elif merging.register(path.parent):
        output.say(f"git merges {_FILE} by item and field now, in this clone and its work trees only.")
        output.say("Next: merge as ever; `backlog init --no-merge-driver` takes it back.")
    else:
        output.say(f"git merges {_FILE} by item and field already; nothing to do.")


def _unregister(path: Path, is_dry_run: bool) -> None:
    from backlog_pipeline.cli import merging

    if is_dry_run:
        output.say(f"git would merge {_FILE} by lines; nothing was changed.")
    elif merging.unregister(path.parent):
        output.say(f"git merges {_FILE} by lines again.")
    else:
        output.say(f"git merges {_FILE} by lines already; nothing to do.")


def _make(settings: "Settings", path: Path, is_dry_run: bool) -> None:
    from backlog_pipeline.cli import keeping
    from backlog_pipeline.system import files

    if not is_dry_run and (path.is_symlink() or path.exists()):
        raise UsageError(
            f"{path} is already there",
            next_step="`backlog run` keeps it up to date; `backlog init --migrate` gives it our form",
        )
    made = keeping.new_file(settings, path.parent)
    if is_dry_run:
        click.echo(made.data.decode("utf-8"), nl=False)
        return
    try:
        files.write_atomic(path, made.data)
    except StateError as error:
        raise BacklogFileError(error.message, next_step=error.next_step) from error
    if made.open_items is None:
        step = "`backlog run` fills it" if made.has_commit else "commit it; then `backlog run` fills it"
        output.say(f"{path} is there, still empty. Next: {step}.")
        return
    output.say(
        f"{path} holds {words.count(made.open_items, 'open item')}. Edit it as you like: your values win."
    )
    output.say("Next: commit it; each `backlog run` keeps it up to date.")


def _migrate(path: Path, is_dry_run: bool) -> None:
    from backlog_pipeline.cli import migrating

    migration = migrating.plan(path)
    if not migration.is_needed:
        output.say(f"{path} is in our form already; nothing to do.")
        return
    if is_dry_run:
        click.echo(migration.diff, nl=False)
        return
    try:
        kept = migrating.carry_out(migration)
    except StateError as error:
        raise BacklogFileError(error.message, next_step=error.next_step) from error
    where = f"the old file is kept as {kept.name}" if kept else "the old file is in git"
    output.say(f"{path} is in our form: {words.count(len(migration.after.items), 'item')}; {where}.")
    output.say("Next: look at it with `git diff`, and commit it.")
