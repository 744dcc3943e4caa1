"""``backlog merge``: say that items are the same work."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted

_WHAT = "What is the same"


@options.command("merge", example='backlog merge bl-9xka --into bl-4kq2 --reason "the same leak"')
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@options.option(
    "--into", metavar="ID", required=True, situation=_WHAT, help="The item that stands for them from now on."
)
@options.option(
    "--reason", metavar="TEXT", default="", situation=_WHAT, help="Why; kept with what you said."
)  # fmt: skip
@options.repo_option
@options.json_option
def command(ids: tuple[str, ...], into: str, reason: str, repo: Path | None, is_json: bool) -> None:
    """Say that items are the same work; one stands for all, and `split` takes it back."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import joining

    def decide(hand: "Hand") -> "Deed":
        return joining.merge(hand, ids, into, reason=reason)

    by_hand.act(repo, "merge", decide, _sentence, typed=[reason], is_json=is_json)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand, words
    from backlog_pipeline.model.kinds import Status

    item = row.item
    if item.merged_into:  # another item that stands for others leads them all
        return f"{item.id} is merged into {item.merged_into}."
    if not noted.events:
        stands = f" and stands for {words.listed(item.merged)}" if item.merged else ""
        return f"{item.id} is one item already{stands}; nothing was changed."
    if item.status is Status.DISMISSED:
        reason = f" ({item.dismissed_reason})" if item.dismissed_reason else ""
        with_it = f"{item.id} is dismissed{reason}, and {words.listed(item.merged)} with it."
        return f"{with_it} {noted.told}".rstrip()
    stands = f"{item.id} stands for {words.listed(item.merged)} now: {item.title} ({by_hand.standing(row)})."
    return f"{stands} {noted.told}".rstrip()
