"""The links as a person changes them one after the other, and the groups that they make meanwhile."""

from collections.abc import Iterable

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge import fusion
from backlog_pipeline.merge.by_hand.deeds import Hand
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import PERSON, Assertion, LinkType


class Linking:
    """What a person asserts and withdraws in one deed: the events, and what holds after them."""

    def __init__(self, hand: Hand, reason: str = "") -> None:
        self._hand = hand
        self._reason = reason
        self.links = list(hand.state.links)
        self.events: list[Event] = []

    def say(self, kind: LinkType, subject: str, target: str) -> bool:
        """Assert it as a person's word, unless it is asserted; whether it was not."""
        said = Assertion(kind, subject, target, PERSON)
        if said in self.links:
            return False
        self.assert_again(said, self._reason)
        return True

    def assert_again(self, said: Assertion, reason: str) -> None:
        """Assert what is not asserted now, whoever said it, for this reason."""
        self.links.append(said)
        self.events.append(self._event(EventKind.LINK_ASSERTED, said, reason))

    def withdraw(self, said: Assertion) -> None:
        """Take an active assertion back, whoever made it."""
        self.links.remove(said)
        self.events.append(self._event(EventKind.LINK_WITHDRAWN, said, self._reason))

    def leader(self, item: str) -> str:
        """The item that stands for this one now; itself where it is alone."""
        return next((leader for leader, members in self._groups().items() if item in members), item)

    def group(self, item: str) -> tuple[str, ...]:
        """The members of its group, in the order of the ledger; itself where it is alone."""
        return next((members for members in self._groups().values() if item in members), (item,))

    def between(self, kind: LinkType, some: Iterable[str], others: Iterable[str]) -> tuple[Assertion, ...]:
        """The active links of a type that lead from one side to the other, either way round."""
        here, there = frozenset(some), frozenset(others)
        return tuple(
            a
            for a in self.links
            if a.type is kind
            and ((a.subject in here and a.target in there) or (a.subject in there and a.target in here))
        )

    def item(self, id_: str) -> Item:
        """The item of that id, as the ledger has it where that is known."""
        return self._hand.single.items.get(id_) or self._hand.state.items[id_]

    def _groups(self) -> dict[str, tuple[str, ...]]:
        order = fusion.order_of(self._hand.state.items, self.links)
        return dict(fusion.groups_of(self.links, order).members)

    def _event(self, kind: EventKind, said: Assertion, reason: str) -> Event:
        items = self._hand.state.items
        end = next(end for end in (said.subject, said.target) if end in items)
        data = {"type": said.type.value, "subject": said.subject, "target": said.target}
        data |= {"asserter": said.asserter} | ({"reason": reason} if reason else {})
        return self._hand.event(kind, end, data)


def refuse_not_free(item: Item, into: str, what: str) -> None:
    """Refuse to do something to an item that another stands for (``into``), or that is closed.

    Raises:
        UsageError: it is so.
    """
    if into:
        raise UsageError(
            f"{item.id} is merged into {into}", next_step=f"split it first: `backlog split {item.id}`"
        )
    if not item.is_open:
        raise UsageError(
            f"{item.id} is {item.status}: nothing is left of it to be {what}",
            next_step=f"see `backlog show {item.id}`",
        )
