"""What we ever wrote into each field of each item, for tens of thousands of items.

A table of two hundred thousand rows is neither copied for each new event nor put together to be
asked for one row: what is new lies over what was known, and what was kept is told from the items.
"""

from collections.abc import Iterator, Mapping

from backlog_pipeline.merge.fields import WRITTEN, field_text
from backlog_pipeline.model.item import Item

Key = tuple[str, str]
Texts = frozenset[str]


class Layered(Mapping[Key, Texts]):
    """New rows over known ones; the known ones stay as they are."""

    def __init__(self, known: Mapping[Key, Texts], new: dict[Key, Texts]) -> None:
        self._known, self._new = known, new

    @classmethod
    def over(cls, known: Mapping[Key, Texts]) -> "Layered":
        """Room for new rows; never more than two layers."""
        if isinstance(known, Layered):
            return cls(known._known, dict(known._new))
        return cls(known, {})

    def put(self, key: Key, texts: Texts) -> None:
        """A new row, or one instead of a known one."""
        self._new[key] = texts

    def plain(self) -> Mapping[Key, Texts]:
        """The same rows in as few layers as they need."""
        if not self._new:
            return self._known
        return self._new if next(iter(self._known), None) is None else self

    def __getitem__(self, key: Key) -> Texts:
        return self._new[key] if key in self._new else self._known[key]

    def __iter__(self) -> Iterator[Key]:
        yield from self._known
        yield from (key for key in self._new if key not in self._known)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Told(Mapping[Key, Texts]):
    """Rows that say just what the items say, but for the exceptions.

    An exception without texts says that we never wrote what the item says.
    """

    def __init__(self, items: Mapping[str, Item], exceptions: Mapping[Key, Texts]) -> None:
        self._items, self._exceptions = items, exceptions

    def __getitem__(self, key: Key) -> Texts:
        texts = self._exceptions.get(key)
        if texts is None:
            texts = own_texts(self._items[key[0]], key[1])
        if not texts:
            raise KeyError(key)
        return texts

    def __iter__(self) -> Iterator[Key]:
        every = ((id_, name) for id_ in self._items for name in WRITTEN)
        return (key for key in every if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def own_texts(item: Item, name: str) -> Texts:
    """The text that a field has now; none where it is ""."""
    if name not in WRITTEN:
        raise KeyError((item.id, name))
    text = field_text(item, name)
    return frozenset((text,)) if text else frozenset()
