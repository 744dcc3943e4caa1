"""``backlog init``: keep the backlog in the repository, as ``backlog.yml``."""

from collections.abc import Sequence
from pathlib import Path

import click

from backlog_pipeline.assembly import read
from backlog_pipeline.cli import options, output, reading, target, words
from backlog_pipeline.cli.ranked import Ranked
from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge import backlog_file
from backlog_pipeline.merge.backlog_file import Score
from backlog_pipeline.system import clock, files

_FILE = "backlog.yml"


@options.command("init", example="backlog init --dry-run")
@options.option(
    "--dry-run", "is_dry_run", is_flag=True, situation="What is written",
    help="Print the file instead of writing it.",
)  # fmt: skip
@options.repo_option
def command(is_dry_run: bool, repo: Path | None) -> None:
    """Keep the backlog in the repository, as backlog.yml; a file that is there is never overwritten."""
    settings = target.settings_for(repo)
    root = target.repository_of(settings)
    path = root / _FILE
    if not is_dry_run and (path.is_symlink() or path.exists()):
        raise UsageError(f"{path} is already there", next_step="`backlog run` keeps it up to date")
    known = read.find_backlog(settings, root)
    rows = reading.in_order(settings, known.items, known.plan) if known else ()
    text = _text(rows, known.repository.name if known else root.name)
    if is_dry_run:
        click.echo(text.decode("utf-8"), nl=False)
        return
    files.write_atomic(path, text)
    held = words.count(sum(row.item.is_open for row in rows), "open item")
    output.say(f"{path} holds {held}. Edit it as you like: your values win.")
    output.say(
        f"Next: {'commit it; each `backlog run` keeps it up to date' if known else '`backlog run` fills it'}."
    )


def _text(rows: Sequence[Ranked], name: str) -> bytes:
    scores: dict[str, Score] = {}
    for row in rows:
        numbers = row.scores
        if numbers.base is not None and numbers.score is not None:
            scores[row.item.id] = (numbers.base, numbers.score, numbers.age_days, numbers.multiplier)
    items = [row.item for row in rows]
    return backlog_file.render(None, items, repository=name, as_of=clock.now().date(), scores=scores)
