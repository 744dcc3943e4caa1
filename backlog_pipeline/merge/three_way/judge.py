"""Which items stay, and what each of them says."""

from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.merge.backlog_file import BacklogFile, FileItem
from backlog_pipeline.merge.backlog_text.keys import SCORE_KEYS
from backlog_pipeline.merge.three_way.fields import Verdict, is_as_before, merged_values
from backlog_pipeline.merge.yaml_text.edits import Edit, apply

Files = tuple[BacklogFile | None, BacklogFile, BacklogFile]
"""The base (``None`` where both sides made the file), ours and theirs."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of the items: what each that stays should say, which go, and every decision in words."""

    verdicts: Mapping[str, Verdict]
    gone: frozenset[str]
    said: tuple[str, ...]


def judged(base: BacklogFile | None, ours: BacklogFile, theirs: BacklogFile) -> Judged:
    """The values of every item that all sides that have it could read.

    An item that one side took out stays where the other side changed it; what is computed anyway is no
    change. An entry that has a problem on some side has no verdict: its text alone is merged.
    """
    tables = [by_id(file) for file in (base, ours, theirs)]
    untaken = frozenset().union(*(file.untaken for file in (base, ours, theirs) if file is not None))
    verdicts: dict[str, Verdict] = {}
    gone: set[str] = set()
    said: list[str] = []
    for name in dict.fromkeys((*tables[1], *tables[2])):
        if name in untaken:
            continue
        old, mine, other = (table.get(name) for table in tables)
        if mine is not None and other is not None:
            verdicts[name] = merged_values(old.values if old else None, mine.values, other.values)
            said += [f"{name}: {words}" for words in verdicts[name].said]
        elif old is not None and _is_as_before(base, old, (ours, mine), (theirs, other)):
            gone.add(name)
        else:
            verdicts[name] = Verdict(dict((mine or other).values), {}, ())  # type: ignore[union-attr]  # one side has it
            said += [f"{name}: it stays, taken out on one side and changed on the other"] if old else []
    return Judged(verdicts, frozenset(gone), tuple(said))


def by_id(file: BacklogFile | None) -> dict[str, FileItem]:
    """The items of a file by their ids."""
    return {item.id: item for item in file.items} if file else {}


def _is_as_before(
    base: BacklogFile | None, old: FileItem, *sides: tuple[BacklogFile, FileItem | None]
) -> bool:
    """Whether the side that still has an item left it as it was in the base, also its comments."""
    for file, item in sides:
        if base is not None and item is not None and not is_as_before(old.values, item.values):
            return False
        if base is not None and item is not None and _text(base, old) != _text(file, item):
            return False
    return True


def _text(file: BacklogFile, item: FileItem) -> str:
    """The text of an item without its figures, and without what only lays it out."""
    start, end = item.node.start, item.node.end
    figures = [item.own[name] for name in SCORE_KEYS if name in item.own]
    edits = [Edit(key.start - start, value.end - start, "") for key, value in figures if start <= key.start]
    return " ".join(apply(file.document.text[start:end], edits).split())
