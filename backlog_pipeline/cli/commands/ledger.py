"""``backlog ledger``: carry the record of what happened to another database, or keep a copy of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options, output, words
from backlog_pipeline.errors import StateError, UsageError

if TYPE_CHECKING:
    from backlog_pipeline.store.moving import Taken
    from backlog_pipeline.store.transfer import Heading


def _command() -> None:
    """Carry the record of what happened to another database, or keep a copy of it."""


command = options.group("ledger", example="backlog ledger export backlog-2026-11.jsonl")(_command)


@options.command("export", example="backlog ledger export backlog-2026-11.jsonl")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@options.repo_option
@options.json_option
def export(file: Path, repo: Path | None, is_json: bool) -> None:
    """Write every chain of the ledger (with --repo, that one) into a new file, as JSON Lines."""
    from backlog_pipeline.assembly import read, repositories
    from backlog_pipeline.cli import target
    from backlog_pipeline.store import transfer
    from backlog_pipeline.store.ledger import Ledger
    from backlog_pipeline.store.registry import Registry
    from backlog_pipeline.system import files

    if file.exists():
        raise UsageError(f"{file} is there already", next_step="give the name of a new file")
    settings = target.settings_for(repo)
    path = target.repository_of(settings) if repo else None
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        registry, known = Registry.of(ledger), ledger.repositories()
        if path:
            key = repositories.entry_for(settings, path).key
            if key not in known:
                raise read.not_looked_at(path)
            known = (key,)
        if not known:
            raise StateError("the ledger has no entry yet", next_step="run `backlog run` first")
        with files.replacing(file) as stream:
            written = [transfer.write(ledger, key, registry.name_of(key), stream) for key in known]
    finally:
        ledger.close()
    if is_json:
        output.data([_heading_as_json(heading) for heading in written])
    else:
        output.lines(f"{_called(h)}: {_entries(h.entries)}" for h in written)


@options.command("import", example="backlog ledger import backlog-2026-11.jsonl")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@options.repo_option
@options.json_option
def import_(file: Path, repo: Path | None, is_json: bool) -> None:
    """Add what the chains of an exported file have beyond ours (with --repo, only that one)."""
    from backlog_pipeline.assembly import repositories
    from backlog_pipeline.cli import target
    from backlog_pipeline.store.ledger import Ledger
    from backlog_pipeline.store.moving import take_in
    from backlog_pipeline.store.registry import Registry
    from backlog_pipeline.system import clock

    settings = target.settings_for(repo)
    only = repositories.entry_for(settings, target.repository_of(settings)).key if repo else ""
    ledger = Ledger.open(settings.ledger_url, anchors=settings.home / "anchors")
    try:
        taken = take_in(ledger, file, noted_at=clock.now(), only=only)
        for one in taken:
            Registry.of(ledger).came_as(one.heading.repository, one.heading.name)
    finally:
        ledger.close()
    if is_json:
        output.data([{**_heading_as_json(t.heading), "before": t.before, "added": t.added} for t in taken])
    else:
        output.lines(_taken_line(t) for t in taken)


@options.command("rekey", example="backlog ledger rekey --dry-run")
@options.option(
    "--dry-run", "is_dry_run", is_flag=True, situation="What it does", help="Only say what is proposed."
)
@options.repo_option
@options.json_option
def rekey(repo: Path | None, is_dry_run: bool, is_json: bool) -> None:
    """Join items that older rules took for new ones and today's would not; no id changes."""
    from backlog_pipeline.cli import rekeying

    rekeying.rekey(repo, is_dry_run=is_dry_run, is_json=is_json)


def _taken_line(taken: "Taken") -> str:
    name, added = _called(taken.heading), _entries(taken.added)
    if not taken.added:
        return f"{name}: nothing new, the ledger has all {_entries(taken.heading.entries)}"
    if not taken.before:
        return f"{name}: {added} added to an empty chain"
    return f"{name}: {added} added behind entry {taken.before:,}"


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def _called(heading: "Heading") -> str:
    return f"{words.plain(heading.name)} ({heading.repository})"


def _heading_as_json(heading: "Heading") -> dict[str, object]:
    names = ("repository", "name", "entries", "head")
    return {name: getattr(heading, name) for name in names}


command.add_command(export)
command.add_command(import_)
command.add_command(rekey)
