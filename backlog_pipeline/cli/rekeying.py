"""``backlog ledger rekey``: what today's rules would have taken for the same, and accepting it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from backlog_pipeline.assembly import read, repositories
from backlog_pipeline.assembly.folds import folds_of
from backlog_pipeline.cli import by_hand, output, target, words
from backlog_pipeline.merge.by_hand import rekeying
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.identity import ALGORITHM
from backlog_pipeline.merge.rekey import Proposal, proposals
from backlog_pipeline.model.item import Item
from backlog_pipeline.store.ledger import Ledger

_REVISION_CHARS = 12


def rekey(repo: Path | None, *, is_dry_run: bool, is_json: bool) -> None:
    """Say what is proposed, and assert it unless it is a dry run.

    Raises:
        StateError: no run has looked at this repository yet.
        UsageError: its ``backlog.yml`` cannot be written from here.
    """
    found, items = _proposed(repo)
    if found and not is_dry_run:
        taken: list[Proposal] = []

        def decide(hand: Hand) -> Deed:
            taken[:] = proposals(entry.event for entry in hand.entries())
            return rekeying.accept(hand, taken)

        by_hand.do(target.settings_for(repo), "ledger rekey", decide)
        found = tuple(taken)
    if is_json:
        output.data([_as_json(one) for one in found])
        return
    output.lines(line for one in found for line in _lines(one, items))
    output.say(_result(found, is_dry_run=is_dry_run))


def _proposed(repo: Path | None) -> tuple[Sequence[Proposal], Mapping[str, Item]]:
    settings = target.settings_for(repo)
    path = target.repository_of(settings)
    key = repositories.entry_for(settings, path).key
    ledger = Ledger.open(settings.ledger_url, is_read_only=True)
    try:
        items = folds_of(settings).at_head(ledger, key).state.items
        if not items:
            raise read.not_looked_at(path)
        return proposals(entry.event for entry in ledger.entries(key)), items
    finally:
        ledger.close()


def _lines(one: Proposal, items: Mapping[str, Item]) -> list[str]:
    rules = f"rules {one.algorithm}" if one.algorithm else "rules of old"
    seen = f"{one.by.value}: {one.source} at {one.revision[:_REVISION_CHARS]}, {rules}"
    other = f"; may also have been {words.listed(one.rejected)}" if one.rejected else ""
    return [
        f"{one.item} is {one.into} ({seen}{other})",
        f"  {words.plain(items[one.item].title)}",
        f"  {words.plain(items[one.into].title)}",
    ]


def _result(found: Sequence[Proposal], *, is_dry_run: bool) -> str:
    count = words.count(len(found), "pair")
    if not found:
        return f"The rules of today (identity/{ALGORITHM}) propose nothing; nothing was changed."
    if is_dry_run:
        return f"{count} proposed. `backlog ledger rekey` says that each is the same; no id changes."
    return f"{count} joined, says identity/{ALGORITHM}. `backlog split {found[0].item}` takes that one back."


def _as_json(one: Proposal) -> dict[str, object]:
    return {"item": one.item, "into": one.into, "rejected": [], **rekeying.as_data(one)}
