"""``backlog set``: values and statuses that are a person's."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted


@options.command("set", example="backlog set bl-4kq2 job_size=2 status=DOING")
@click.argument("id_", metavar="ID")
@click.argument("assignments", metavar="FIELD=VALUE...", nargs=-1, required=True)
@options.option(
    "--reason", metavar="TEXT", default="", situation="Why",
    help="Why the status is set; BLOCKED and DISMISSED need it.",
)  # fmt: skip
@options.repo_option
@options.json_option
def command(id_: str, assignments: tuple[str, ...], reason: str, repo: Path | None, is_json: bool) -> None:
    """Set values of an item, which stay whatever later runs estimate, or its status."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import deeds

    pairs = [by_hand.pair(text) for text in assignments]

    def decide(hand: "Hand") -> "Deed":
        return deeds.change(hand, id_, pairs, reason=reason)

    by_hand.act(repo, "set", decide, _sentence, typed=[*(t for _, t in pairs), reason], is_json=is_json)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand.changes import told

    if not noted.events:
        return f"{row.item.id} is so already ({by_hand.standing(row)}), nothing was changed."
    return f"{row.item.id} is {by_hand.standing(row)} now: {told(noted.events)}."
