"""Shared work: which item the findings of one label belong to.

A place that was matched stays in its item. A label only says where *new* places go: to the open
item of that label; else to one whose own label nobody uses any more and whose places now mostly
carry this one (a folder was renamed: the item keeps its id and takes the new label); else to a
closed item that has come back; else to a new item.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from backlog_pipeline.merge.match import Match, finding_order
from backlog_pipeline.model.finding import Finding
from backlog_pipeline.model.item import Item


@dataclass(frozen=True, slots=True)
class NewWork:
    """Findings that need an item: one without label, or all of one label. ``may_be`` are the
    items that a finding of its own might be, but that is not sure.
    """

    label: str
    findings: tuple[Finding, ...]
    may_be: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Return:
    """A closed item that is back: its places seen again, and new ones of the same work."""

    item: str
    label: str
    matches: tuple[Match, ...]
    added: tuple[Finding, ...] = ()


def new_labels(
    items: Sequence[Item], matches: Iterable[Match], labels_seen: set[str], staying: Collection[str]
) -> Mapping[str, str]:
    """By item id the label that it takes over, for the items whose own label is not seen any more.

    ``staying`` are the items that this scan does not close: their labels are not free.
    """
    open_labels = {item.label for item in items if item.is_open and item.id in staying}
    votes = _votes(items, matches, labels_seen)
    ranked = sorted((-count, item, label) for (item, label), count in votes.items())
    taken: dict[str, str] = {}
    for _, item, label in ranked:
        if item not in taken and label not in open_labels and label not in taken.values():
            taken[item] = label
    return taken


def homes(items: Iterable[Item], labels: Mapping[str, str]) -> Mapping[str, str]:
    """By label the open item that new places of it join: of several, such as when a person made two
    of one, the first of ``items``, which are in the order in which they were opened.
    """
    found: dict[str, Item] = {}
    for item in items:
        label = labels.get(item.id, item.label)
        if item.is_open and label:
            found.setdefault(label, item)
    return {label: item.id for label, item in found.items()}


def by_label(findings: Iterable[tuple[Finding, tuple[str, ...]]]) -> tuple[NewWork, ...]:
    """Findings as pieces of new work: each alone, or with the others of its label; in their order."""
    shared: dict[str, list[Finding]] = defaultdict(list)
    works = []
    for finding, may_be in findings:
        if finding.work.label:
            shared[finding.work.label].append(finding)
        else:
            works.append(NewWork("", (finding,), may_be))
    for label, group in shared.items():
        works.append(NewWork(label, tuple(sorted(group, key=finding_order))))
    return tuple(sorted(works, key=lambda w: (finding_order(w.findings[0]), w.label)))


def returns(
    works: Iterable[NewWork], closed: Mapping[str, Item], matches: Iterable[Match]
) -> tuple[tuple[Return, ...], tuple[NewWork, ...]]:
    """Which pieces of work are closed items that came back, and which are new.

    A closed item comes back at most once, for the work that has most of its places (then for the
    work of its label).
    """
    by_finding = {id(m.finding): m for m in matches}
    works = tuple(works)
    ranked = []
    for n, work in enumerate(works):
        found = Counter(by_finding[id(f)].known.item for f in work.findings if id(f) in by_finding)
        for item, count in found.items():
            ranked.append((-count, closed[item].label != work.label, n, item))
    chosen: dict[int, str] = {}
    for _, _, n, item in sorted(ranked):
        if n not in chosen and item not in chosen.values():
            chosen[n] = item
    back = tuple(_return(works[n], item, by_finding) for n, item in sorted(chosen.items()))
    return back, tuple(w for n, w in enumerate(works) if n not in chosen)


def _return(work: NewWork, item: str, by_finding: Mapping[int, Match]) -> Return:
    mine = [m for f in work.findings if (m := by_finding.get(id(f))) and m.known.item == item]
    seen = {id(m.finding) for m in mine}
    return Return(item, work.label, tuple(mine), tuple(f for f in work.findings if id(f) not in seen))


def _votes(
    items: Iterable[Item], matches: Iterable[Match], labels_seen: set[str]
) -> Counter[tuple[str, str]]:
    orphans = {i.id for i in items if i.is_open and i.label and i.label not in labels_seen}
    return Counter(
        (m.known.item, m.finding.work.label)
        for m in matches
        if m.known.item in orphans and m.finding.work.label
    )
