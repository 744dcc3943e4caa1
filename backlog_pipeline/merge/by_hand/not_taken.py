"""What a file says of joins and cannot be taken: items that each go into the other, and old lines."""

from collections.abc import Collection, Iterable

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.backlog_file import FileItem
from backlog_pipeline.merge.by_hand.join_keys import APART, MERGED, is_merged_in_file, named, target_of
from backlog_pipeline.merge.by_hand.occasion import Occasion
from backlog_pipeline.merge.by_hand.which import which
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.link import LinkType


def circles(items: Iterable[FileItem], known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each item that leads back to itself by ``merged_into``: the others on the way, in order."""
    items = tuple(items)
    ids = {*known, *(edited.id for edited in items)}
    into = {e.id: _meant(target_of(e), ids) for e in items if is_merged_in_file(e)}
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for start in into:
        way: list[str] = []
        here = start
        while here in into and here not in seen:
            seen.add(here)
            way.append(here)
            here = into[here]
        if here in way:
            circle = way[way.index(here) :]
            found |= {id_: (*circle[n + 1 :], *circle[:n]) for n, id_ in enumerate(circle)}
    return {id_: others for id_, others in found.items() if others}


def of_circle(occasion: Occasion, edited: FileItem, others: Iterable[str]) -> str:
    """Why an item on a circle is not merged."""
    others = tuple(others)
    held = [id_ for id_ in others if (item := occasion.state.items.get(id_)) and item.merged_into]
    turn = f"`backlog merge {edited.id} --into {others[0]}` makes {others[0]} stand for both"
    again = "write it at all of them but the one that is to stand for the others"
    goes = "these go" if len(others) > 1 else "that goes"
    return (
        f"{MERGED} was not taken: it names {', '.join(others)}, and {goes} into {edited.id}; "
        f"{turn if len(others) == 1 and held else again}"
    )


def taken_back(occasion: Occasion, edited: FileItem, key: str) -> str:
    """Why a line that the file had before is not taken; "" where nothing was taken back since.

    It may be a person's word, and it may be an older file: only a command says which.
    """
    item = occasion.state.items.get(edited.id)
    if item is None or not (item.is_open or item.merged_into):
        return ""
    is_back, command = (_join if key == MERGED else _apart)(occasion, edited, item)
    if not is_back:
        return ""
    return (
        f"{key} {', '.join(named(edited, key))} was not taken: "
        f"the file said so before, and it was taken back since; {command} says it again"
    )


def _join(occasion: Occasion, edited: FileItem, item: Item) -> tuple[bool, str]:
    other = occasion.state.items.get(target_of(edited))
    is_back = (
        is_merged_in_file(edited)
        and other is not None
        and _leader(other) != _leader(item)
        and occasion.was_ours(item.id, MERGED, edited.values[MERGED])
    )
    first = f"`backlog split {item.id}`, then " if item.merged_into else ""
    return is_back, f"{first}`backlog merge {item.id} --into {target_of(edited)}`"


def _apart(occasion: Occasion, edited: FileItem, item: Item) -> tuple[bool, str]:
    others = tuple(sorted(named(edited, APART)))
    apart = {a.pair for a in occasion.state.links if a.type is LinkType.DIFFERENT}
    joined = [
        id_
        for id_ in others
        if (other := occasion.state.items.get(id_))
        and _leader(other) == _leader(item)
        and frozenset((id_, item.id)) not in apart
    ]
    return bool(joined) and occasion.was_ours(item.id, APART, others), f"`backlog split {item.id}`"


def _leader(item: Item) -> str:
    return item.merged_into or item.id


def _meant(word: str, ids: Collection[str]) -> str:
    """The item of that id; the word itself where there is none, or several begin so."""
    if word in ids or not any(id_.startswith((word, f"bl-{word}")) for id_ in ids):
        return word
    try:
        return which(word, ids)
    except UsageError:
        return word
