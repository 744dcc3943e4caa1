"""Who is whose child: follow each text through the commits of one line of history.

The rules, commit by commit:

1. a text that stays in its file stays itself, also when it changes its place in the file;
2. a text that leaves one file and appears in another in the same commit has moved;
3. a text that comes back to a file that it left before (a revert) is the old one;
4. every other text that appears is born in that commit.

Each text carries its steps: where and in which commit it was written, moved, removed, and came back.

Identical texts are told apart by the texts around them in their file, then by their order.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from backlog_pipeline.discover.history import Change, Commit
from backlog_pipeline.model.life import Deed

TextsOf = Callable[[str, str], Sequence[str]]
"""The texts of a path's blob, in order of occurrence."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a text's life, at a commit of the line that is walked.

    ``index`` counts the texts of that file from 0: after the commit, and before it where the text was
    removed. No two lives have a step in common.
    """

    deed: Deed
    commit: str
    path: str
    index: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A text in a file, with the commit in which it was born and its steps, the oldest first.

    ``is_at_least`` says that the file's past before that commit cannot be seen. The first step is
    at the commit that brought the text to the line; ``commit`` may be one that this one merged.
    """

    text: str
    commit: str
    is_at_least: bool = False
    steps: tuple[Step, ...] = ()

    def after(self, deed: Deed, commit: str, path: str, index: int) -> "Holder":
        """The same text, one step further."""
        return replace(self, steps=(*self.steps, Step(deed, commit, path, index)))


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
        left, open_slots = _between_files(commit.id, left, open_slots, after)
        for slot in self._revived(commit.id, open_slots, after):
            born = Holder(slot.text, commit.id, slot.path in blind)
            after[slot.path][slot.index] = born.after(Deed.WRITTEN, commit.id, slot.path, slot.index)
        self._settle(commit.id, after, left)

    def _revived(
        self, commit: str, slots: Sequence[_Slot], after: dict[str, list[Holder | None]]
    ) -> Iterator[_Slot]:
        """Give slots the texts that left their file before; the others are handed back."""
        for slot in slots:
            lost = self.gone.get(slot.path, ())
            at = next((n for n, holder in enumerate(lost) if holder.text == slot.text), None)
            if at is None:
                yield slot
            else:
                after[slot.path][slot.index] = lost[at].after(Deed.RETURNED, commit, slot.path, slot.index)
                self.gone[slot.path] = lost[:at] + lost[at + 1 :]

    def _settle(
        self,
        commit: str,
        after: Mapping[str, list[Holder | None]],
        left: Iterable[tuple[_Slot, Holder]],
    ) -> None:
        for path, holders in after.items():
            self.alive[path] = tuple(h for h in holders if h is not None)
            if not self.alive[path]:
                del self.alive[path]
        for slot, holder in left:
            removed = holder.after(Deed.REMOVED, commit, slot.path, slot.index)
            self.gone[slot.path] = (*self.gone.get(slot.path, ()), removed)


def _slot(change: Change, blob: str, index: int, text: str) -> _Slot:
    return _Slot(change.path, blob, index, text)


def _within_file(before: Sequence[Holder], texts: Sequence[str]) -> tuple[list[Holder | None], set[int]]:
    """What each text of the new version was in the old one, and which old ones found a place."""
    found = matched([h.text for h in before], texts)
    return [None if at is None else before[at] for at in found], {at for at in found if at is not None}


def matched(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For each text of a file's new version, which one of the old version it is; ``None`` if none."""
    if list(old) == list(new):
        return list(range(len(old)))
    found: list[int | None] = [None] * len(new)
    used: set[int] = set()
    for at_old, at_new, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        found[at_new : at_new + length] = range(at_old, at_old + length)
        used.update(range(at_old, at_old + length))
    spare: dict[str, list[int]] = defaultdict(list)
    for n, text in enumerate(old):
        if n not in used:
            spare[text].append(n)
    for n, text in enumerate(new):
        if found[n] is None and spare[text]:
            found[n] = spare[text].pop(0)
    return found


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
    commit: str,
    left: list[tuple[_Slot, Holder]],
    open_slots: list[_Slot],
    after: dict[str, list[Holder | None]],
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
                mover = found.pop(0)[1]
                after[slot.path][slot.index] = mover.after(Deed.MOVED, commit, slot.path, slot.index)
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
