"""``backlog list``: the open items, the most urgent first."""

from pathlib import Path

from backlog_pipeline.cli import options, output, present_items, words


@options.command("list", example="backlog list --all --json")
@options.option(
    "--all", "is_all", is_flag=True, situation="Which items", help="Also those that are done or dismissed."
)
@options.repo_option
@options.json_option
def command(is_all: bool, repo: Path | None, is_json: bool) -> None:
    """List the open items, the most urgent first."""
    from backlog_pipeline.cli import reading  # SQLAlchemy: not for --help

    rows = [row for row in reading.read_known(repo).rows if is_all or row.item.is_open]
    if is_json:
        output.data([present_items.as_json(row) for row in rows])
        return
    if rows:
        output.table(present_items.as_table(rows))
    output.say(words.count(len(rows), "item" if is_all else "open item"))
