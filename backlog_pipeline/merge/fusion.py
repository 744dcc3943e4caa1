"""Items that are the same work are one: who is in a group, who stands for it, and what it looks like.

What the ledger says of each item stays as it is, so that a group can fall apart again with nothing lost.
The groups follow from the active links alone: joins in the order in which they were asserted, a person's
first; a join that would put two into one group of which somebody said that they are different is left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backlog_pipeline.merge.fold import place_order
from backlog_pipeline.model.finding import Role, Severity
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import RiskTier, Status
from backlog_pipeline.model.link import Assertion, LinkType

_ROLES = [role.value for role in Role]


@dataclass(frozen=True, slots=True)
class Groups:
    """``members`` of each group by its leader, the leader among them, in the order of the ledger."""

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def groups_of(links: Iterable[Assertion], order: Mapping[str, int]) -> Groups:
    """The groups that active links make of the items in ``order`` (id to its place in the ledger).

    The leader of a group is the item that a person merged others into, else the one that was opened
    first.
    """
    links = tuple(links)
    joins = [a for a in links if a.type is LinkType.SAME and all(i in order for i in a.pair)]
    if not joins:
        return Groups()
    apart = {a.pair for a in links if a.type is LinkType.DIFFERENT}
    group_of: dict[str, set[str]] = {item: {item} for a in joins for item in a.pair}
    taken = []
    for join in sorted(joins, key=lambda a: not a.is_by_person):
        one, other = group_of[join.subject], group_of[join.target]
        if one is not other and any(frozenset((a, b)) in apart for a in one for b in other):
            continue
        taken.append(join)
        one |= other
        group_of |= dict.fromkeys(one, one)
    whole = {id(group): group for group in group_of.values() if len(group) > 1}
    ordered = (sorted(group, key=order.__getitem__) for group in whole.values())
    return Groups({_leader(group, taken): tuple(group) for group in ordered})


def shown(items: Mapping[str, Item], links: Sequence[Assertion]) -> Mapping[str, Item]:
    """The items as people see them, under the same ids in the same order; ``items`` itself without links.

    The leader of a group has the places, keys and evidence of all its members that are not done; each of
    the others says where it went, and is no open work of its own.
    """
    seen = linked(items, links, order_of(items, links))
    return {**items, **seen} if seen else items


def joined(items: Mapping[str, Item], links: Sequence[Assertion]) -> Mapping[str, Item]:
    """Like ``shown``, but no item says from which others it was told apart."""
    seen = _in_groups(items, links, order_of(items, links))
    return {**items, **seen} if seen else items


def linked(
    items: Mapping[str, Item], links: Sequence[Assertion], order: Mapping[str, int]
) -> dict[str, Item]:
    """Of the items in ``order`` those that people see otherwise than the ledger alone has them."""
    seen = _in_groups(items, links, order)
    for id_, others in _told_apart(links, order).items():
        seen[id_] = replace(seen.get(id_, items[id_]), different_from=others)
    return seen


def bearers(items: Mapping[str, Item], links: Sequence[Assertion]) -> Mapping[str, str]:
    """For each group whose status is not its leader's own: the leader, and the member that bears it."""
    groups = groups_of(links, order_of(items, links))
    found = (
        (leader, _bearer(items[leader], [items[i] for i in m]).id) for leader, m in groups.members.items()
    )
    return {leader: bearer for leader, bearer in found if leader != bearer}


def order_of(items: Iterable[str], links: Iterable[Assertion]) -> Mapping[str, int]:
    """The place of each linked item in the ledger."""
    linked = {end for a in links for end in a.pair}
    return {id_: n for n, id_ in enumerate(items) if id_ in linked} if linked else {}


def _in_groups(
    items: Mapping[str, Item], links: Sequence[Assertion], order: Mapping[str, int]
) -> dict[str, Item]:
    seen: dict[str, Item] = {}
    for leader, ids in groups_of(links, order).members.items():
        members = [items[id_] for id_ in ids]
        seen |= {m.id: _whole(m, members) if m.id == leader else _merged(m, leader) for m in members}
    return seen


def _told_apart(links: Iterable[Assertion], order: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """By item those of which a person said, of this item, that they are different; sorted."""
    found: dict[str, set[str]] = {}
    for said in links:
        if said.type is LinkType.DIFFERENT and said.is_by_person and all(end in order for end in said.pair):
            found.setdefault(said.subject, set()).add(said.target)
    return {id_: tuple(sorted(others)) for id_, others in found.items()}


def _leader(group: Sequence[str], joins: Iterable[Assertion]) -> str:
    """``group`` is in the order of the ledger."""
    said = [a for a in joins if a.is_by_person and a.subject in group]
    into = {a.target for a in said} - {a.subject for a in said}
    return next((item for item in group if item in into), group[0])


def _bearer(leader: Item, members: Iterable[Item]) -> Item:
    """Whose status is that of the group: the leader's, unless it is done and another is not."""
    if leader.status is not Status.DONE:
        return leader
    others = [m for m in members if m.id != leader.id]
    still_open = (m for m in others if m.is_open)
    left = (m for m in others if m.status is not Status.DONE)
    return next(still_open, None) or next(left, leader)


def _whole(leader: Item, members: Sequence[Item]) -> Item:
    pins = dict(leader.pins)
    standing = [m for m in members if m.status is not Status.DONE] or list(members)
    standing.sort(key=lambda m: m.id != leader.id)
    places = tuple(sorted(dict.fromkeys(p for m in standing for p in m.places), key=place_order))
    severity = max((m.severity for m in standing), key=lambda s: s.level)
    whole = replace(
        leader,
        merged=tuple(sorted(m.id for m in members if m.id != leader.id)),
        places=places,
        most_places=max(leader.most_places, len(places)),
        keys=_all(standing, lambda m: m.keys),
        evidence=_all(standing, lambda m: m.evidence),
        facts=_facts(standing),
        severity=severity,
        role=min((m.role for m in standing), key=_ROLES.index),
        recurrences=max(m.recurrences for m in members),
        is_observed=any(m.is_observed for m in standing),
    )
    if "risk_tier" not in pins:
        whole = replace(whole, risk_tier=_highest_tier(standing, severity))
    if "created_at" not in pins:
        whole = replace(whole, birth=min((m.birth for m in members), key=lambda b: (b.on, b.is_at_least)))
    if "links" not in pins:
        whole = replace(whole, links=_all(standing, lambda m: m.links))
    return _with_status(whole, _bearer(leader, members), members)


def _with_status(whole: Item, bearer: Item, members: Iterable[Item]) -> Item:
    """The status of the group; what is done was done when the last of it was."""
    closed = [m for m in members if m.completed_at] if bearer.status is Status.DONE else []
    last = max(closed, key=lambda m: (m.completed_at, m.id), default=bearer)
    return replace(
        whole,
        status=bearer.status,
        blocked_reason=bearer.blocked_reason,
        blocked_from=bearer.blocked_from,
        dismissed_reason=bearer.dismissed_reason,
        dismissed_until=bearer.dismissed_until,
        completed_at=last.completed_at,
        closed_by=last.closed_by,
    )


def _merged(item: Item, leader: str) -> Item:
    return replace(
        item,
        merged_into=leader,
        status=Status.DISMISSED,
        dismissed_reason=f"merged into {leader}",
        dismissed_until=None,
        blocked_reason="",
        blocked_from=None,
        completed_at=None,
        closed_by="",
    )


def _highest_tier(members: Iterable[Item], severity: Severity) -> RiskTier:
    return max((RiskTier(severity.value), *(m.risk_tier for m in members)), key=lambda tier: tier.level)


def _all(members: Iterable[Item], of: Callable[[Item], Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({text for m in members for text in of(m)}))


def _facts(members: Iterable[Item]) -> tuple[tuple[str, str], ...]:
    """Each fact by the first that has it."""
    facts: dict[str, str] = {}
    for name, value in _every_fact(members):
        facts.setdefault(name, value)
    return tuple(sorted(facts.items()))


def _every_fact(members: Iterable[Item]) -> Iterator[tuple[str, str]]:
    for member in members:
        yield from member.facts
