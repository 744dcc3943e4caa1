"""``backlog plugins``: the sources, scoring rules and metrics, and which package brings each."""

from pathlib import Path

from backlog_pipeline.cli import options, output


@options.command("plugins", example="backlog plugins --check")
@options.option(
    "--check", "is_checked", is_flag=True, situation="How far to look",
    help="Import and build each, and say which is broken.",
)  # fmt: skip
@options.repo_option
@options.json_option
def command(is_checked: bool, repo: Path | None, is_json: bool) -> None:
    """List the sources, scoring rules and metrics, and which package brings each."""
    from backlog_pipeline.cli import present_plugins, target  # the settings: not for --help

    rows = present_plugins.rows_of(target.settings_for(repo), is_checked=is_checked)
    if is_json:
        output.data([present_plugins.as_json(row) for row in rows])
    else:
        output.table(present_plugins.as_table(rows))
