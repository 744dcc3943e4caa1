"""After a save and before it is written: read the result, and compare it with what was asked for.

A mistake of ours must not reach a person's file, so a save that would lose or change anything that
nobody asked for is refused as a whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_text.changes import Wish, wanted_in_file
from backlog_pipeline.merge.backlog_text.contents import Contents, FileItem, top_pairs
from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, KEYS
from backlog_pipeline.merge.backlog_text.sections import LOWEST, SECTIONS, section_of
from backlog_pipeline.merge.backlog_text.values import are_same
from backlog_pipeline.merge.backlog_text.wanted import has_expired
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
    sections = {item.id: item.section for item in old[1].items}
    yield from _wrong_items(after, wish, new[1].untaken, sections)
    for item in old[1].items:
        found = after.get(item.id)
        if found is not None:
            yield from _changed_own_keys(item, found)
        elif item.id not in wish.items:
            yield f"the item {item.id}"
    if old[1].untaken != new[1].untaken or len(old[1].problems) != len(new[1].problems):
        yield "an item that could not be read"
    yield from _changed_top(old[0], new[0])
    lost = _comments(old[0]) - _comments(new[0])
    for comment in lost:
        yield f"the comment {comment!r}"


def _wrong_items(
    after: Mapping[str, FileItem], wish: Wish, untaken: frozenset[str], sections: Mapping[str, str]
) -> Iterator[str]:
    for item_id, item in wish.items.items():
        found = after.get(item_id)
        if found is None:
            if item_id not in untaken and not has_expired(item, wish.as_of, wish.keep_days):
                yield f"the item {item_id}"
            continue
        if found.section not in (sections.get(item_id), section_of(item, wish.base(item_id)) or LOWEST):
            yield f"the section of {item_id}"
        want = wanted_in_file(found, item, wish)
        for name, value in want.items():
            is_left_out = name in AGING_KEYS and name not in found.own
            if not is_left_out and not are_same(KEYS[name], found.values.get(name), value):
                yield f"{name} of {item_id}"


def _changed_own_keys(old: FileItem, new: FileItem) -> Iterator[str]:
    if len(old.node.pairs) == len(old.own):
        return
    after = {key_text(key): value for key, value in new.node.pairs}
    for key, value in old.node.pairs:
        name = key_text(key)
        if name not in KEYS and (name not in after or not _are_alike(value, after[name])):
            yield f"the key {name} of {old.id}"


def _changed_top(old: Document, new: Document) -> Iterator[str]:
    after = {key_text(key): value for key, value in top_pairs(new)}
    for key, value in top_pairs(old):
        name = key_text(key)
        if name not in after or (name not in SECTIONS and not _are_alike(value, after[name])):
            yield f"the section {name}"


def _are_alike(old: Node, new: Node) -> bool:
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
    return is_same_kind and all(_are_alike(a, b) for a, b in pairs)


def _comments(document: Document) -> Counter[str]:
    return Counter(document.text[start:end] for start, end in document.comments)
