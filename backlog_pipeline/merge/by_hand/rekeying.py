"""Accept what a re-key proposes: links that say so, asserted by the rules of today and to be taken back."""

from collections.abc import Iterable
from dataclasses import replace

from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.identity import ALGORITHM
from backlog_pipeline.merge.links import event_of
from backlog_pipeline.merge.rekey import Proposal
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.link import Assertion, LinkType

ASSERTER = f"identity/{ALGORITHM}"


def accept(hand: Hand, found: Iterable[Proposal]) -> Deed:
    """Each item is the same as the one that it is proposed to be; what is asserted already is left out."""
    events = []
    for one in found:
        said = Assertion(LinkType.SAME, one.item, one.into, ASSERTER)
        if said in hand.state.links:
            continue
        event = event_of(
            EventKind.LINK_ASSERTED, said, hand.state.items, repository=hand.repository, at=hand.now
        )
        events.append(replace(event, evidence={**hand.evidence, **as_data(one)}))
    first = events[0].item if events else next(iter(hand.state.items))
    return Deed(first, tuple(events))


def as_data(one: Proposal) -> dict[str, object]:
    """What speaks for a proposal, by name."""
    data: dict[str, object] = {"pass": one.by.value, "source": one.source, "revision": one.revision}
    data |= {"algorithm": one.algorithm}
    return data | ({"rejected": list(one.rejected)} if one.rejected else {})
