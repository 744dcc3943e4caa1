"""After a save and before it is written: read the result, and compare it with what was asked for.

A mistake of ours must not reach a person's file, so a save that would lose or change anything that
nobody asked for is refused as a whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_text.changes import Wish, leaves, new_items, place_of, wanted_in_file
from backlog_pipeline.merge.backlog_text.containers import PARENT
from backlog_pipeline.merge.backlog_text.contents import Contents, top_pairs
from backlog_pipeline.merge.backlog_text.file_item import FileItem
from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, KEYS
from backlog_pipeline.merge.backlog_text.names import Pair
from backlog_pipeline.merge.backlog_text.values import are_same
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Alias, Node, Scalar, Sequence, key_text, resolved
from backlog_pipeline.merge.yaml_text.parse import Document


def check_save(old: tuple[Document, Contents], new: tuple[Document, Contents], wish: Wish, name: str) -> None:
    """Compare a file before and after a save.

    Raises:
        BacklogFileError: an item does not say what it should, or something of a person's changed.
    """
    for wrong in _differences(old, new, wish):
        raise not_saved(name, f"{wrong} would not survive")


def not_saved(name: str, why: str) -> BacklogFileError:
    """The error of a save that is refused as a whole."""
    return BacklogFileError(
        f"{name} was not saved: {why}",
        next_step="simplify that part of the file, and please report this as a bug; it was left as it is",
    )


def _differences(old: tuple[Document, Contents], new: tuple[Document, Contents], wish: Wish) -> Iterator[str]:
    after = {item.id: item for item in new[1].items}
    yield from _wrong_items(old[1], after, wish, new[1].untaken)
    yield from _wrong_new_items(old[1], after, wish)
    for item in old[1].items:
        found = after.get(item.id)
        if found is not None:
            yield from own_changes(item, found)
        elif item.id not in wish.items:
            yield f"the item {item.id}"
    if _troubles(old[1]) != _troubles(new[1], old[1].records):
        yield "an item that could not be read"
    yield from _changed_top(old, new)
    lost = comments_of(old[0]) - comments_of(new[0])
    for comment in lost:
        yield f"the comment {comment!r}"


def _troubles(contents: Contents, known: frozenset[str] = frozenset()) -> tuple[frozenset[str], int]:
    """What has a problem; an item whose record elsewhere says something else now is ``known``."""
    apart = known - contents.records
    problems = [p for p in contents.problems if p.item not in apart]
    return contents.untaken - apart, len(problems)


def _wrong_items(
    old: Contents, after: Mapping[str, FileItem], wish: Wish, untaken: frozenset[str]
) -> Iterator[str]:
    for before in old.items:
        item = wish.items.get(before.id)
        found = after.get(before.id)
        if item is None:
            continue
        if found is None:
            if before.id not in untaken and not leaves(old, item, wish):
                yield f"the item {before.id}"
            continue
        if found.section not in (before.section, place_of(old, before, item, wish)):
            yield f"the section of {before.id}"
        want = wanted_in_file(old, before, item, wish)
        for name, value in want.items():
            is_left_out = name in AGING_KEYS and name not in found.own
            if not is_left_out and not are_same(KEYS[name], found.values.get(name), value):
                yield f"{name} of {before.id}"


def _wrong_new_items(old: Contents, after: Mapping[str, FileItem], wish: Wish) -> Iterator[str]:
    for section, item, values in new_items(old, wish):
        found = after.get(item.id)
        if found is None:
            yield f"the item {item.id}"
            continue
        if found.section != section:
            yield f"the section of {item.id}"
        for name, value in values.items():
            if not are_same(KEYS[name], found.values.get(name), value):
                yield f"{name} of {item.id}"


def own_changes(old: FileItem, new: FileItem) -> Iterator[str]:
    """A person's keys of an item that are not what they were."""
    if len(old.node.pairs) == len(old.own) and old.group is None:
        return
    after = {key_text(key): value for key, value in new.strange_pairs()}
    for key, value in old.strange_pairs():
        name = key_text(key)
        if name not in after or not are_alike(value, after[name]):
            yield f"the key {name} of {old.id}"


def _changed_top(old: tuple[Document, Contents], new: tuple[Document, Contents]) -> Iterator[str]:
    after = dict(own_top(*new))
    for name, value in own_top(*old):
        if name not in after or (value is not None and not are_alike(value, after[name] or value)):
            yield f"the section {name}"


def own_top(document: Document, contents: Contents) -> Iterator[tuple[str, Node | None]]:
    """The keys of the top level and below the parent of containers; ``None`` for what holds items."""
    lists = {id(section.key) for section in contents.sections}
    for key, value in top_pairs(document):
        name = key_text(key)
        inner: list[Pair] = value.pairs if name == PARENT and isinstance(value, nodes.Mapping) else []
        if any(id(k) in lists for k, _ in inner):
            yield from ((f"{name}.{key_text(k)}", None if id(k) in lists else v) for k, v in inner)
        else:
            yield name, None if id(key) in lists else value


def are_alike(old: Node, new: Node) -> bool:
    """Whether a value is the same; an alias follows what it points to, so it is not compared."""
    if isinstance(old, Alias):
        return True
    target = resolved(new)
    if isinstance(old, Scalar):
        return isinstance(target, Scalar) and old.text == target.text
    if isinstance(old, Sequence):
        is_same_kind = isinstance(target, Sequence) and len(old.entries) == len(target.entries)
    else:
        is_same_kind = isinstance(target, nodes.Mapping) and len(old.pairs) == len(target.pairs)
    pairs = zip(nodes.children(old), nodes.children(target), strict=False)
    return is_same_kind and all(are_alike(a, b) for a, b in pairs)


def comments_of(document: Document) -> Counter[str]:
    """Every comment of a text, and how often it stands there."""
    return Counter(document.text[start:end] for start, end in document.comments)
