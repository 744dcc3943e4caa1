"""The changes as commits, and how well each method knows again what survived them."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from same_work import mutations as m
from same_work.methods import METHODS, Identities, Method
from same_work.trees import Files, Marks, Store, marks_of, scan_of, state_of


@dataclass(frozen=True, slots=True)
class Step:
    """A commit: what it changes (of the first tree, if ``is_afresh``), whether it stands on the first
    commit instead of the last (``is_rewrite``: the others are gone), and whether a scan sees it.
    """

    change: m.Change
    is_rewrite: bool = False
    is_afresh: bool = False
    is_seen: bool = True


def _same(files: Files, marks: Marks, meant: set[int]) -> Files:
    return files


UNSEEN = {"is_seen": False}
SCENARIOS: dict[str, tuple[Step, ...]] = {
    **{
        change.__name__.replace("_", " "): (Step(change),)
        for change in (
            m.shift, m.insert_above, m.insert_below, m.delete_above, m.delete_below, m.rename_files,
            m.rename_folders, m.rename_and_shift, m.reformat, m.swap_halves, m.move_inside, m.move_across,
            m.move_function_across, m.split_files, m.edit_word, m.edit_add_words, m.edit_cut_the_end,
            m.edit_typo, m.edit_marker, m.duplicate, m.delete_half, m.delete_one_of_two,
            m.delete_the_first_of_two,
        )
    },
    "squash, steps unseen": (
        Step(m.insert_above, **UNSEEN), Step(m.rename_files, **UNSEEN), Step(m.move_inside),
    ),
    "squash, steps seen": (
        Step(m.insert_above), Step(m.delete_half), Step(m.reformat), Step(_same, is_rewrite=True),
    ),
    "rebase": (
        Step(m.insert_below),
        Step(m.rename_folders, is_rewrite=True, is_afresh=True, **UNSEEN),
        Step(m.shift, **UNSEEN),
        Step(m.insert_below),
    ),
    "revert": (Step(m.delete_half), Step(_same, is_afresh=True)),
}  # fmt: skip
EXACT = frozenset({"shift", "rename files", "rename folders", "rename and shift", "reformat"})


@dataclass(slots=True)
class Score:
    """``claimed``: findings given to what was there before, ``right`` of them to what they are;
    ``survived``: what stood before and after, ``kept`` of it under its identity.
    """

    claimed: int = 0
    right: int = 0
    survived: int = 0
    kept: int = 0

    def add(self, other: "Score") -> None:
        self.claimed += other.claimed
        self.right += other.right
        self.survived += other.survived
        self.kept += other.kept

    @property
    def precision(self) -> float:
        return self.right / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        return self.kept / self.survived if self.survived else 1.0


def run(files: Files, names: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Score]]]:
    """Each scenario on these files, with the score of each method."""
    for name, steps in SCENARIOS.items():
        if name in names:
            with tempfile.TemporaryDirectory() as folder:
                yield name, _one(Store(Path(folder)), files, steps)


def _one(store: Store, files: Files, steps: tuple[Step, ...]) -> dict[str, Score]:
    methods = {name: make() for name, make in METHODS.items()}
    first = store.commit(files)
    before = _look(store, methods, files, first, "")
    trees, base, last, meant = {first: files}, first, first, set[int]()
    for step in steps:
        start = first if step.is_afresh else last
        copy = {path: list(lines) for path, lines in trees[start].items()}
        marks = marks_of(scan_of(store.git, state_of(store.git, start, "")))
        tree = step.change(copy, marks, meant)
        last = store.commit(tree, onto=first if step.is_rewrite else last)
        trees[last] = tree
        if step.is_rewrite:
            store.forget()
        if step.is_seen:
            after = _look(store, methods, tree, last, base)
            base = last
    return {name: _score(before[name], after[name], files, trees[last], meant) for name in methods}


def _look(
    store: Store, methods: dict[str, Method], files: Files, revision: str, base: str
) -> dict[str, Identities]:
    """Who is who for each method; lines that hold two findings are left out, for lack of a truth."""
    state = state_of(store.git, revision, base)
    scan = scan_of(store.git, state)
    texts = {
        path: b"".join(text for text, _ in lines).decode("utf-8", "replace") for path, lines in files.items()
    }
    held = Counter((f.path, f.line) for f in scan.findings)
    seen = {name: method.look(state, scan, texts) for name, method in methods.items()}
    return {n: {w: who for w, who in found.items() if held[w] == 1} for n, found in seen.items()}


def _score(before: Identities, after: Identities, old: Files, new: Files, meant: set[int]) -> Score:
    was = {old[path][line - 1][1]: who for (path, line), who in before.items()}
    known = set(before.values())
    score = Score()
    for (path, line), who in after.items():
        origin = new[path][line - 1][1]
        if who in known:
            score.claimed += 1
            score.right += was.get(origin) == who
        if origin in was and (not meant or origin in meant):
            score.survived += 1
            score.kept += was[origin] == who
    return score
