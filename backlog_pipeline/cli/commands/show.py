"""``backlog show ID``: one item, where it stands, and every term of its score."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import click

from backlog_pipeline.cli import options, output, present_item, present_items
from backlog_pipeline.cli.ranked import Ranked
from backlog_pipeline.errors import UsageError

_PREFIX = "bl-"


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
    from backlog_pipeline.cli import reading  # SQLAlchemy: not for --help

    row = _the(id_, reading.read_known(repo).rows)
    if is_json and is_terms:
        output.data(present_item.terms_as_json(row.terms))
    elif is_json:
        output.data([present_items.as_json(row)])
    elif is_terms:
        output.lines(present_item.waterfall(row))
    else:
        output.lines(present_item.as_lines(row))


def _the(word: str, rows: Sequence[Ranked]) -> Ranked:
    """The item of that id, or of the only id that begins so; ``bl-`` may be left out."""
    wanted = word if word.startswith(_PREFIX) else _PREFIX + word
    by_id = {row.item.id: row for row in rows}
    exact = by_id.get(word) or by_id.get(wanted)
    if exact is not None:
        return exact
    begun = sorted(id_ for id_ in by_id if word and id_.startswith((word, wanted)))
    if len(begun) == 1:
        return by_id[begun[0]]
    if begun:
        raise UsageError(
            f"{len(begun)} items begin with {word!r}",
            next_step=f"write more of one of {', '.join(begun[:5])}",
        )
    near = difflib.get_close_matches(wanted, by_id, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else "see `backlog list --all`"
    raise UsageError(f"there is no item {word!r}", next_step=hint)
