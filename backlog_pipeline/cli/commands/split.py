"""``backlog split``: say that items are not the same work, or that one item is two."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted

_WHAT = "What is not the same"


@options.command("split", example="backlog split bl-9xka")
@click.argument("id_", metavar="ID")
@options.option(
    "--all", "is_all", is_flag=True, situation=_WHAT, help="Of an item that stands for several: all of them."
)
@options.repo_option
@options.json_option
def command(id_: str, is_all: bool, repo: Path | None, is_json: bool) -> None:
    """Take an item out of those that it was merged with; no rule joins them again."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import joining

    def decide(hand: "Hand") -> "Deed":
        return joining.split(hand, id_, is_all=is_all)

    by_hand.act(repo, "split", decide, _sentence, typed=(), is_json=is_json)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand, words

    item = row.item
    if not noted.events:
        return f"{item.id} stands for itself alone already; nothing was changed."
    with_ = f", with {words.listed(item.merged)}" if item.merged else ""
    into = f" (merged into {item.merged_into})" if item.merged_into else ""
    return f"{item.id} stands for itself{with_}{into} now: {item.title} ({by_hand.standing(row)})."
