"""``backlog init``: keep the backlog in the repository, as ``backlog.yml``."""

from pathlib import Path

import click

from backlog_pipeline.cli import options, output, words
from backlog_pipeline.errors import BacklogFileError, StateError, UsageError

_FILE = "backlog.yml"


@options.command("init", example="backlog init --dry-run")
@options.option(
    "--dry-run", "is_dry_run", is_flag=True, situation="What is written",
    help="Print the file instead of writing it.",
)  # fmt: skip
@options.repo_option
def command(is_dry_run: bool, repo: Path | None) -> None:
    """Keep the backlog in the repository, as backlog.yml; a file that is there is never overwritten."""
    from backlog_pipeline.cli import keeping, target  # SQLAlchemy: not for --help
    from backlog_pipeline.system import files

    settings = target.settings_for(repo)
    path = target.repository_of(settings) / _FILE
    if not is_dry_run and (path.is_symlink() or path.exists()):
        raise UsageError(f"{path} is already there", next_step="`backlog run` keeps it up to date")
    made = keeping.new_file(settings, path.parent)
    if is_dry_run:
        click.echo(made.data.decode("utf-8"), nl=False)
        return
    try:
        files.write_atomic(path, made.data)
    except StateError as error:
        raise BacklogFileError(error.message, next_step=error.next_step) from error
    if made.open_items is None:
        output.say(f"{path} is there, still empty. Next: `backlog run` fills it.")
        return
    output.say(
        f"{path} holds {words.count(made.open_items, 'open item')}. Edit it as you like: your values win."
    )
    output.say("Next: commit it; each `backlog run` keeps it up to date.")
