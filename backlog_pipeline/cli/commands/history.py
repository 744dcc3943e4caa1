"""``backlog history ID``: where an item has lived, who opened it and who closed it."""

from pathlib import Path

import click

from backlog_pipeline.cli import options, output


@options.command("history", example="backlog history bl-4kq2")
@click.argument("id_", metavar="ID")
@options.repo_option
@options.json_option
def command(id_: str, repo: Path | None, is_json: bool) -> None:
    """Show where an item has lived, who opened it and who closed it."""
    from backlog_pipeline.assembly import item_life
    from backlog_pipeline.cli import present_life, target
    from backlog_pipeline.system import clock

    settings = target.settings_for(repo)
    path = target.repository_of(settings)
    with output.progress() as progress:
        life = item_life.life_of(settings, path, id_, clock.now(), progress)
    if is_json:
        output.data(present_life.as_json(life))
    else:
        output.lines(present_life.as_lines(life))
