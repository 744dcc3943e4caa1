"""``backlog show ID``: one item, where it stands, and every term of its score."""

from collections.abc import Sequence
from pathlib import Path

import click

from backlog_pipeline.cli import options, output, present_items
from backlog_pipeline.cli.ranked import Ranked


@options.command("show", example="backlog show bl-4kq2")
@click.argument("id_", metavar="ID")
@options.repo_option
@options.json_option
@options.option(
    "--terms", "is_terms", is_flag=True, situation=options.FORM,
    help="With --json: the terms of the score instead of the item.",
)  # fmt: skip
def command(id_: str, repo: Path | None, is_json: bool, is_terms: bool) -> None:
    """Show one item: where it stands, and every term of its score."""
    from backlog_pipeline.assembly import item_links
    from backlog_pipeline.cli import present_item, reading  # SQLAlchemy: not for --help

    known = reading.read_known(repo)
    row = _the(id_, known.rows)
    if is_json and is_terms:
        output.data(present_item.terms_as_json(row.terms))
    elif is_json:
        output.data([present_items.as_json(row)])
    elif is_terms:
        output.lines(present_item.waterfall(row))
    else:
        items = {item.id: item for item in known.known.items}
        said = item_links.when_said(known.settings, known.known.repository.key, row.assertions)
        output.lines(present_item.as_lines(row, items, said))


def _the(word: str, rows: Sequence[Ranked]) -> Ranked:
    from backlog_pipeline.merge.by_hand.which import which

    by_id = {row.item.id: row for row in rows}
    return by_id[which(word, by_id)]
