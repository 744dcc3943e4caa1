"""``backlog link``: say what an item is to another one, or to something outside the backlog."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted


@options.command("link", example="backlog link bl-4kq2 fixed-by ticket:shop/till#12")
@click.argument("subject", metavar="ID")
@click.argument("kind", metavar="TYPE")
@click.argument("target", metavar="ID")
@options.option(
    "--reason", metavar="TEXT", default="", situation="Why", help="Why; kept with what you said."
)  # fmt: skip
@options.repo_option
@options.json_option
def command(
    subject: str, kind: str, target: str, *, reason: str, repo: Path | None, is_json: bool
) -> None:  # fmt: skip
    """Say what an item is to another one: causes, fixed-by, subsumes."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import linking

    def decide(hand: "Hand") -> "Deed":
        return linking.link(hand, subject, kind, target, reason=reason)

    by_hand.act(repo, "link", decide, _sentence, typed=[subject, target, reason], is_json=is_json)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.merge.by_hand.changes import told

    return f"{told(noted.events)}." if noted.events else f"{row.item.id}: you have said so already."
