"""``backlog release``: give values back that were set by hand."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted


@options.command("release", example="backlog release bl-4kq2 job_size")
@click.argument("id_", metavar="ID")
@click.argument("fields", metavar="[FIELD]...", nargs=-1)
@options.repo_option
@options.json_option
def command(id_: str, fields: tuple[str, ...], repo: Path | None, is_json: bool) -> None:
    """Give values back that were set by hand, all where none is named; they are estimated again."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import deeds

    def decide(hand: "Hand") -> "Deed":
        return deeds.release(hand, id_, fields)

    by_hand.act(repo, "release", decide, _sentence, typed=(), is_json=is_json)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand.changes import told

    if not noted.events:
        return f"Nothing of {row.item.id} is set by hand; nothing was changed."
    return f"{row.item.id} is {by_hand.standing(row)} now: {told(noted.events)}."
