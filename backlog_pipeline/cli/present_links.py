"""What an item is to others: what it stands for, into what it went, who says so, and how to take it back."""

from collections.abc import Iterator, Mapping

from backlog_pipeline.assembly.item_links import Said
from backlog_pipeline.cli import words
from backlog_pipeline.cli.ranked import Ranked
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import Assertion, LinkType

_TICKET = "ticket:"
_GROUPS = (LinkType.SAME, LinkType.DIFFERENT)
_WORDS = {
    LinkType.SAME: "the same as",
    LinkType.DIFFERENT: "not the same as",
    LinkType.CAUSES: "causes",
    LinkType.FIXED_BY: "is fixed by",
    LinkType.SUBSUMES: "subsumes",
}


def merged_lines(row: Ranked, said: Mapping[Assertion, Said]) -> list[str]:
    """Of an item that another one stands for: into which it went, who says so, and since when."""
    item = row.item
    if not item.merged_into:
        return []
    joins = [a for a in row.assertions if a.type is LinkType.SAME and item.id in a.pair]
    return [
        f"merged into {item.merged_into}; `backlog split {item.id}` takes it out",
        *(_line(a, item, said) for a in joins),
    ]


def stands_for(row: Ranked, items: Mapping[str, Item], said: Mapping[Assertion, Said]) -> list[str]:
    """Each item that it stands for, and the assertions that hold the group together."""
    lines = []
    for id_ in row.item.merged:
        lines.append(_named(id_, items))
        joins = [a for a in row.assertions if a.type is LinkType.SAME and id_ in a.pair]
        lines += [f"  {_line(a, items[id_], said)}" for a in joins]
    back = [f"`backlog split {row.item.merged[0]}` takes it out"] if len(row.item.merged) == 1 else []
    back = back or [f"`backlog split ID` takes one out, `backlog split {row.item.id} --all` all of them"]
    return [*lines, *back] if lines else []


def linked(row: Ranked, items: Mapping[str, Item], said: Mapping[Assertion, Said]) -> list[str]:
    """What it is to other work: the links that make no group, and what its places say by themselves."""
    lines = []
    for one in row.assertions:
        if one.type is LinkType.SAME:
            continue
        subject = "" if one.subject == row.item.id else f"{one.subject} "
        lines.append(f"{subject}{_WORDS[one.type]} {_named(one.target, items)}")
        lines.append(f"  {_who(one, said)}{_back(one)}")
    return [*lines, *(words.plain(text) for text in _by_places(row.item))]


def _line(one: Assertion, item: Item, said: Mapping[Assertion, Said]) -> str:
    other = one.target if one.subject == item.id else one.subject
    return f"{_WORDS[one.type]} {other}, {_who(one, said)}"


def _who(one: Assertion, said: Mapping[Assertion, Said]) -> str:
    who = "a person" if one.is_by_person else one.asserter
    known = said.get(one)
    since = f" since {known.at:%Y-%m-%d} (entry {known.number})" if known else ""
    reason = f": {known.reason}" if known and known.reason else ""
    return words.plain(f"says {who}{since}{reason}")


def _back(one: Assertion) -> str:
    if one.type in _GROUPS:
        return f"; `backlog merge {one.subject} --into {one.target}` takes it back"
    return f"; `backlog unlink {one.subject} {one.type.value} {one.target}` takes it back"


def _named(end: str, items: Mapping[str, Item]) -> str:
    item = items.get(end)
    return words.plain(f"{end}  {item.title}" if item else end)


def _by_places(item: Item) -> Iterator[str]:
    """Tickets that are named, and ids of one advisory that a source has together."""
    named = [link for link in item.links if link.startswith(_TICKET) and link not in item.keys]
    who = "a person" if "links" in dict(item.pins) else ", ".join(item.attributed_by)
    yield from (f"names {link}, says {who}" for link in named)
    together = {(place.keys, place.source) for place in item.places if len(place.keys) > 1}
    for keys, source in sorted(together):
        yield f"{' = '.join(keys)}, says {source}"
