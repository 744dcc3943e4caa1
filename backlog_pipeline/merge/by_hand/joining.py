"""Merge items that are the same work, and split what is not: a person's word about groups.

Nothing is melted together: a merge asserts that both are the same, a split takes that back, and says
that they are different where a rule of ours had joined them, so that none joins them again.
"""

from collections.abc import Iterable, Sequence

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.by_hand import said
from backlog_pipeline.merge.by_hand.deeds import Deed, Hand
from backlog_pipeline.merge.by_hand.groups import Linking, refuse_not_free
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import Assertion, LinkType

_NAMED = 5


def merge(hand: Hand, words: Sequence[str], into: str, *, reason: str = "") -> Deed:
    """Each item goes into the one that stands for ``into``; what is there already makes no event.

    Where that one is to go into ``into``, ``into`` stands for all of them from then on. What a person
    had said against it is withdrawn.

    Raises:
        UsageError: there is no such item, it is closed, merged into another one, or ``into`` itself.
    """
    given, items = hand.item(into), [hand.item(word) for word in words]
    if any(item.id == given.id for item in items):
        raise UsageError(f"{given.id} cannot be merged into itself", next_step="name two items")
    linking = Linking(hand, said.text("reason", reason) if reason else "")
    is_turned = given.merged_into in {item.id for item in items}
    target = given.id if is_turned else given.merged_into or given.id
    for item in sorted(items, key=lambda item: item.id != given.merged_into):
        _merge(linking, item, target)
    return Deed(target, tuple(linking.events), told=_told(hand, given, target, is_turned=is_turned))


def split(hand: Hand, word: str, *, is_all: bool = False) -> Deed:
    """Take an item out of its group, with what is in it by way of this item; with ``is_all`` all part.

    Raises:
        UsageError: there is no such item, or it stands for several and none of them is named.
    """
    item = hand.item(word)
    linking = Linking(hand)
    if item.merged_into and not is_all:
        _part(linking, item.id, item.merged_into)
    elif item.merged and (is_all or len(item.merged) == 1):
        _part_all(linking, linking.group(item.id))
    elif item.merged:
        more = " and others" if len(item.merged) > _NAMED else ""
        raise UsageError(
            f"{item.id} stands for {len(item.merged)} more: {', '.join(item.merged[:_NAMED])}{more}",
            next_step=f"name the one that is not the same, or `backlog split {item.id} --all`",
        )
    elif item.merged_into:
        raise UsageError(
            f"{item.id} is merged into {item.merged_into}",
            next_step=f"leave --all out, or `backlog split {item.merged_into} --all`",
        )
    return Deed(item.id, tuple(linking.events))


def keep_apart(hand: Hand, word: str, others: Sequence[str]) -> Deed:
    """Say that an item is different from just these; what a person had said of it besides is withdrawn.

    Raises:
        UsageError: there is no such item.
    """
    item, linking = hand.item(word), Linking(hand)
    wanted = [hand.item(other).id for other in others]
    for against in tuple(linking.links):
        is_mine = against.type is LinkType.DIFFERENT and against.is_by_person and against.subject == item.id
        if is_mine and against.target not in wanted:
            linking.withdraw(against)
    for other in wanted:
        for join in linking.between(LinkType.SAME, (item.id,), (other,)):
            if join.is_by_person:
                linking.withdraw(join)
        _tell_apart(linking, item.id, other)
    return Deed(item.id, tuple(linking.events))


def _merge(linking: Linking, item: Item, target: str) -> None:
    leader = linking.leader(item.id)
    if leader == target:
        return
    refuse_not_free(item, leader if leader != item.id else "", "merged")
    for against in linking.between(LinkType.DIFFERENT, linking.group(item.id), linking.group(target)):
        linking.withdraw(against)
    _turn_round(linking, target)
    linking.say(LinkType.SAME, item.id, target)
    while (leader := linking.leader(target)) != target and linking.say(LinkType.SAME, leader, target):
        pass  # an item of that group into which others had been merged, too


def _turn_round(linking: Linking, target: str) -> None:
    """What a person merged ``target`` into goes into it instead."""
    for join in _persons(linking, linking.group(target)):
        if join.subject == target:
            linking.withdraw(join)
            linking.say(LinkType.SAME, join.target, target)


def _told(hand: Hand, given: Item, target: str, *, is_turned: bool) -> str:
    """What a person may not expect of the item that was named to stand for others, as sentences."""
    if is_turned:
        return f"{given.merged_into} stood for {target} until now."
    found = [f"{given.id} is merged into {target} itself."] if given.merged_into else []
    if hand.state.items[target].status is Status.DONE:
        found.append(f"{target} was done, and is open again: not all of it is done now.")
    return " ".join(found)


def _side_of(linking: Linking, item: str) -> tuple[str, ...]:
    """The item, what a person merged into it, and what into that."""
    group, side = linking.group(item), [item]
    for member in side:
        side += [a.subject for a in _persons(linking, group) if a.target == member and a.subject not in side]
    return tuple(side)


def _persons(linking: Linking, group: Iterable[str]) -> tuple[Assertion, ...]:
    return tuple(a for a in linking.between(LinkType.SAME, group, group) if a.is_by_person)


def _part(linking: Linking, item: str, leader: str) -> None:
    """Take back the person's joins; where rules still hold it to ``leader``, say that they are different."""
    side = _side_of(linking, item)
    rest = [id_ for id_ in linking.group(item) if id_ not in side]
    for join in linking.between(LinkType.SAME, side, rest):
        if join.is_by_person:
            linking.withdraw(join)
    together = linking.group(item)
    if leader in together:
        for other in together:
            if other not in side:
                _tell_apart(linking, item, other)


def _part_all(linking: Linking, group: Sequence[str]) -> None:
    for join in linking.between(LinkType.SAME, group, group):
        if join.is_by_person:
            linking.withdraw(join)
        else:
            _tell_apart(linking, join.subject, join.target)


def _tell_apart(linking: Linking, one: str, other: str) -> None:
    if not linking.between(LinkType.DIFFERENT, (one,), (other,)):
        linking.say(LinkType.DIFFERENT, one, other)
