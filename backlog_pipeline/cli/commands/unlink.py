"""``backlog unlink``: take a link back, a person's or a rule's."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from backlog_pipeline.cli import options

if TYPE_CHECKING:
    from backlog_pipeline.cli.ranked import Ranked
    from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
    from backlog_pipeline.pipeline.by_hand import Noted


@options.command("unlink", example="backlog unlink bl-4kq2 subsumes bl-9xka")
@click.argument("subject", metavar="ID")
@click.argument("kind", metavar="TYPE")
@click.argument("target", metavar="ID")
@options.repo_option
@options.json_option
def command(subject: str, kind: str, target: str, repo: Path | None, is_json: bool) -> None:
    """Take back what an item is said to be to another one, by you or by a rule."""
    from backlog_pipeline.cli import by_hand
    from backlog_pipeline.merge.by_hand import linking

    def decide(hand: "Hand") -> "Deed":
        return linking.unlink(hand, subject, kind, target)

    by_hand.act(repo, "unlink", decide, _sentence, typed=[subject, target], is_json=is_json)


def _sentence(row: "Ranked", noted: "Noted") -> str:
    from backlog_pipeline.merge.by_hand.changes import told

    return f"{told(noted.events)}."
