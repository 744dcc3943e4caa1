"""``backlog undo``: take a decision back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options, output

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted

_WHICH = "Which decision"


@options.command("undo", example="backlog undo bl-4kq2 --dry-run")
@click.argument("id_", metavar="[ID]", required=False, default="")
@options.option(
    "--entry", type=click.IntRange(1), metavar="N", default=None, situation=_WHICH,
    help="The one with this entry of the ledger; it may be an undo.",
)  # fmt: skip
@options.option(
    "--dry-run", "is_dry_run", is_flag=True, situation=_WHICH, help="Only say which it is; change nothing."
)
@options.repo_option
@options.json_option
def command(id_: str, entry: int | None, is_dry_run: bool, repo: Path | None, is_json: bool) -> None:
    """Take back your last decision about an item, or the last one of all."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import undoing

    def decide(hand: "Hand") -> "Deed":
        return undoing.undo(hand, id_, number=entry or 0)

    by_hand.act(repo, "undo", decide, _sentence, typed=(), is_json=is_json, is_dry_run=is_dry_run)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand

    if not noted.entries:
        return f"To be taken back: {noted.told}."
    output.say(f"`backlog undo --entry {noted.entries[0]}` does it again.")
    return f"Taken back: {noted.told}. {row.item.id} is {by_hand.standing(row)}."
