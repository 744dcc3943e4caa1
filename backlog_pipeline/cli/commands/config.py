"""``backlog config``: every setting, and where its value came from."""

from pathlib import Path

from backlog_pipeline.cli import options, output


@options.command("config", example="backlog config --json")
@options.repo_option
@options.json_option
def command(repo: Path | None, is_json: bool) -> None:
    """Show every setting, and where its value came from."""
    from backlog_pipeline.cli import limits, present_settings, target  # SQLAlchemy: not for --help

    settings = target.settings_for(repo)
    rows = present_settings.rows_of(settings, limits.source_options(settings))
    if is_json:
        output.data([present_settings.as_json(row) for row in rows])
    else:
        output.lines(present_settings.as_lines(rows, output.table_width()))
    for line in limits.what_they_mean(settings):
        output.say(line)
