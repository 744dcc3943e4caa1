"""The texts that an extractor finds in blobs: each blob is read once, ever; "nothing" is kept too.

Blobs are read path by path, version after version: git unpacks them faster that way, and so does an
extractor that remembers the version before. A bounded number of bytes is in memory at once.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from backlog_pipeline.discover.files import MAX_BYTES
from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.system.git import Git

_BATCH_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Extractor:
    """Finds the texts whose history is asked for.

    ``name`` names it and its version: results are kept under it. ``wants`` says whether it can
    read a file of that path at all; ``may_hold`` is true of every content in which ``extract``
    finds something, and far cheaper. ``extract`` gives normalised texts in order of
    occurrence, and for a given blob depends on the path's extension (or name) only. ``lines`` gives the
    same texts with their lines (from 1), where somebody may ask for them.
    """

    name: str
    may_hold: Callable[[bytes], bool]
    wants: Callable[[str], bool]
    extract: Callable[[str, bytes], Sequence[str]]
    lines: Callable[[str, bytes], Sequence[tuple[str, int]]] | None = None


class OutOfTime(Exception):
    """The time that may be spent on history is used up; what was read so far is kept."""


def any_of(words: Sequence[bytes]) -> Callable[[bytes], bool]:
    """A ``may_hold`` that looks for words: one search each is three times as fast as a pattern of all.

    The word found last is looked for first, since versions of a file come one after the other.
    """
    order = list(words)

    def may_hold(content: bytes) -> bool:
        for at, word in enumerate(order):
            if word in content:
                order.insert(0, order.pop(at))
                return True
        return False

    return may_hold


class BlobTexts:
    """Texts by blob and path, read in bulk by ``load``, through the cache."""

    def __init__(
        self, git: Git, cache: ResultCache, extractor: Extractor, is_late: Callable[[], bool] = lambda: False
    ) -> None:
        self._git = git
        self._cache = cache
        self._extractor = extractor
        self._is_late = is_late
        self._known: dict[str, tuple[str, ...]] = {}
        self._missing: set[str] = set()

    def load(self, places: Iterable[tuple[str, str]]) -> None:
        """Read the texts of all (path, blob) pairs that are not known yet.

        Raises:
            OutOfTime: ``is_late`` came true on the way. What was read by then is kept.
        """
        wanted = {_key(path, blob): (path, blob) for path, blob in places if blob}
        wanted = {key: place for key, place in wanted.items() if key not in self._known}
        name = f"texts {self._extractor.name}"
        kept = self._cache.get_many(name, wanted)
        self._known.update((key, tuple(json.loads(text))) for key, text in kept.items())
        for fresh in self._extract({k: p for k, p in wanted.items() if k not in kept}):
            self._known.update(fresh)
            self._cache.put_many(name, {key: json.dumps(texts) for key, texts in fresh.items()})
            if self._is_late():
                raise OutOfTime

    def forget(self) -> None:
        """Let go of all texts; those that are asked for again come from the cache."""
        self._known.clear()

    def of(self, path: str, blob: str) -> tuple[str, ...]:
        """The texts of a loaded blob; none where there is no blob, or it is not here."""
        return self._known.get(_key(path, blob), ()) if blob else ()

    def is_missing(self, blob: str) -> bool:
        """Whether a blob that was asked for is not here (a partial clone leaves old ones out)."""
        return blob in self._missing

    def _extract(self, wanted: dict[str, tuple[str, str]]) -> Iterator[dict[str, tuple[str, ...]]]:
        """The texts of blobs, batch by batch."""
        sizes = self._git.sizes({blob for _, blob in wanted.values()})
        self._missing.update(blob for _, blob in wanted.values() if blob not in sizes)
        readable: dict[str, list[tuple[str, str]]] = {}
        large: dict[str, tuple[str, ...]] = {}
        for key, (path, blob) in sorted(wanted.items(), key=lambda item: item[1][0]):
            if sizes.get(blob, 0) > MAX_BYTES:
                large[key] = ()
            elif blob in sizes:
                readable.setdefault(blob, []).append((key, path))
        if large:
            yield large
        may_hold, extract = self._extractor.may_hold, self._extractor.extract
        for batch in _batches(readable, sizes):
            found: dict[str, tuple[str, ...]] = {}
            for blob, data in self._git.blobs(batch):
                is_promising = may_hold(data)
                for key, path in readable[blob]:
                    found[key] = tuple(extract(path, data)) if is_promising else ()
            yield found


def _key(path: str, blob: str) -> str:
    name = path.rpartition("/")[2]
    extension = name.rpartition(".")[2]
    return f"{blob}:{extension}"


def _batches(blobs: Iterable[str], sizes: dict[str, int]) -> Iterator[list[str]]:
    """Blobs in groups that fit into memory."""
    batch: list[str] = []
    filled = 0
    for blob in blobs:
        if filled + sizes[blob] > _BATCH_BYTES and batch:
            yield batch
            batch, filled = [], 0
        batch.append(blob)
        filled += sizes[blob]
    if batch:
        yield batch
