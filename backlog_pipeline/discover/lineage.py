"""Who is whose child: follow each text through the commits of one line of history.

The rules, commit by commit:

1. a text that stays in its file stays itself, also when it changes its place in the file;
2. a text that leaves one file and appears in another in the same commit has moved;
3. a text that comes back to a file that it left before (a revert) is the old one;
4. every other text that appears is born in that commit.

Identical texts are told apart by the texts around them in their file, then by their order.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from backlog_pipeline.discover.history import Change, Commit

TextsOf = Callable[[str, str], Sequence[str]]
"""The texts of a path's blob, in order of occurrence."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A text in a file, with the commit in which it was born.

    ``is_at_least`` says that the file's past before that commit cannot be seen.
    """

    text: str
    commit: str
    is_at_least: bool = False


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place for a text in a new version of a file, or one in an old version."""

    path: str
    blob: str
    index: int
    text: str


@dataclass(slots=True)
class Lineage:
    """All texts alive after the commits taken so far, by path in order; and those that are gone."""

    alive: dict[str, tuple[Holder, ...]] = field(default_factory=dict)
    gone: dict[str, tuple[Holder, ...]] = field(default_factory=dict)

    def take(self, commit: Commit, texts_of: TextsOf, is_blind: Callable[[Change], bool]) -> None:
        """Advance by one commit. ``is_blind`` says that what was there before cannot be seen."""
        after: dict[str, list[Holder | None]] = {}
        left: list[tuple[_Slot, Holder]] = []
        open_slots: list[_Slot] = []
        blind: set[str] = set()
        for change in commit.changes:
            before = self.alive.get(change.path, ())
            texts = texts_of(change.path, change.new)
            if not before and not texts:
                continue
            kept, used = _within_file(before, texts)
            after[change.path] = kept
            left += [(_slot(change, change.old, n, h.text), h) for n, h in enumerate(before) if n not in used]
            open_slots += [_slot(change, change.new, n, texts[n]) for n, h in enumerate(kept) if h is None]
            if is_blind(change):
                blind.add(change.path)
        left, open_slots = _between_files(left, open_slots, after)
        for slot in self._revived(open_slots, after):
            after[slot.path][slot.index] = Holder(slot.text, commit.id, slot.path in blind)
        self._settle(after, left)

    def _revived(self, slots: Sequence[_Slot], after: dict[str, list[Holder | None]]) -> Iterator[_Slot]:
        """Give slots the texts that left their file before; the others are handed back."""
        for slot in slots:
            lost = self.gone.get(slot.path, ())
            at = next((n for n, holder in enumerate(lost) if holder.text == slot.text), None)
            if at is None:
                yield slot
            else:
                after[slot.path][slot.index] = lost[at]
                self.gone[slot.path] = lost[:at] + lost[at + 1 :]

    def _settle(self, after: Mapping[str, list[Holder | None]], left: Iterable[tuple[_Slot, Holder]]) -> None:
        for path, holders in after.items():
            self.alive[path] = tuple(h for h in holders if h is not None)
            if not self.alive[path]:
                del self.alive[path]
        for slot, holder in left:
            self.gone[slot.path] = (*self.gone.get(slot.path, ()), holder)


def _slot(change: Change, blob: str, index: int, text: str) -> _Slot:
    return _Slot(change.path, blob, index, text)


def _within_file(before: Sequence[Holder], texts: Sequence[str]) -> tuple[list[Holder | None], set[int]]:
    """What each text of the new version was in the old one, and which old ones found a place."""
    old = [h.text for h in before]
    if old == list(texts):
        return list(before), set(range(len(before)))
    kept: list[Holder | None] = [None] * len(texts)
    used: set[int] = set()
    for at_old, at_new, length in SequenceMatcher(None, old, texts, autojunk=False).get_matching_blocks():
        for n in range(length):
            kept[at_new + n] = before[at_old + n]
            used.add(at_old + n)
    spare: dict[str, list[int]] = defaultdict(list)
    for n, text in enumerate(old):
        if n not in used:
            spare[text].append(n)
    for n, text in enumerate(texts):
        if kept[n] is None and spare[text]:
            at = spare[text].pop(0)
            kept[n] = before[at]
            used.add(at)
    return kept, used


_TRAITS: tuple[Callable[[_Slot], object], ...] = (
    lambda slot: (slot.blob, slot.index),
    lambda slot: tuple(slot.path.split("/")[-3:]),
    lambda slot: tuple(slot.path.split("/")[-2:]),
    lambda slot: slot.path.rpartition("/")[2],
    lambda slot: slot.path.rpartition("/")[0],
    lambda slot: "",
)
"""What a text that moved may have in common with its new place, the strongest first."""


def _between_files(
    left: list[tuple[_Slot, Holder]], open_slots: list[_Slot], after: dict[str, list[Holder | None]]
) -> tuple[list[tuple[_Slot, Holder]], list[_Slot]]:
    """Move texts that left a file to files where they appear; what stays over is handed back."""
    for trait in _TRAITS:
        if not left or not open_slots:
            break
        waiting: dict[tuple[str, object], list[tuple[_Slot, Holder]]] = defaultdict(list)
        for slot, holder in left:
            waiting[slot.text, trait(slot)].append((slot, holder))
        rest: list[_Slot] = []
        for slot in open_slots:
            found = waiting.get((slot.text, trait(slot)))
            if found:
                after[slot.path][slot.index] = found.pop(0)[1]
            else:
                rest.append(slot)
        left, open_slots = [pair for pairs in waiting.values() for pair in pairs], rest
    return left, open_slots


def introduced(
    commits: Sequence[Commit], texts_of: TextsOf, wanted: Counter[str]
) -> dict[str, list[tuple[str, str]]]:
    """Which commits of a side branch brought the wanted texts: text -> (commit, path), oldest first.

    ``commits`` come ancestors first. A text that a commit only moves is not brought by it, and one
    that a later commit takes away again is taken from the last that brought it.
    """
    brought: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for commit in commits:
        added: dict[str, list[str]] = defaultdict(list)
        balance: Counter[str] = Counter()
        for change in commit.changes:
            before = Counter(texts_of(change.path, change.old))
            now = Counter(texts_of(change.path, change.new))
            balance.subtract(before)
            balance.update(now)
            for text, count in (now - before).items():
                added[text] += [change.path] * count
        for text, count in balance.items():
            if text not in wanted:
                continue
            if count > 0:
                brought[text] += [(commit.id, path) for path in added[text][:count]]
            elif count < 0:
                del brought[text][count:]
    return brought
