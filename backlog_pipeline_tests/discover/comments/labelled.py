"""The hand-labelled sample, and how well the reader does on it.

``sample/`` holds one file a language, written for this purpose in the style of real code, with all
that misleads a search by lines; ``.case`` keeps other tools away from them. ``labels.txt`` says by
hand what is a marker: line, kind and text ("-" for a marker without text). A marker is right when all
three are.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backlog_pipeline.discover.comments.languages import language_of_path
from backlog_pipeline.discover.comments.reading import Marker, read
from backlog_pipeline.model.fingerprint import normalise

SAMPLE = Path(__file__).parent / "sample"
_WORD = re.compile("TODO|FIXME|HACK|XXX|BUG")

Label = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """How one language did. ``decoys`` are the words in its file that are no markers."""

    language: str
    labels: int
    decoys: int
    missed: tuple[Label, ...]
    too_many: tuple[Label, ...]

    @property
    def precision(self) -> float:
        """Right markers / markers found."""
        found = self.labels - len(self.missed) + len(self.too_many)
        return (self.labels - len(self.missed)) / found

    @property
    def recall(self) -> float:
        """Right markers / labels."""
        return (self.labels - len(self.missed)) / self.labels


def labels() -> dict[str, list[Label]]:
    """The labels, by file name."""
    by_file: dict[str, list[Label]] = {}
    name = ""
    for row in (SAMPLE / "labels.txt").read_text(encoding="utf-8").splitlines():
        if row.startswith("["):
            name = row.strip("[]")
            by_file[name] = []
        elif row:
            line, kind, text = row.split(" ", 2)
            by_file[name].append((name, int(line), kind, normalise(text) if text != "-" else "-"))
    return by_file


def content(name: str) -> bytes:
    """A file of the sample."""
    return (SAMPLE / f"{name}.case").read_bytes()


def found(name: str) -> list[Label]:
    """What the reader sees in a file of the sample."""
    language = language_of_path(name)
    assert language is not None, name
    return [(name, m.line, m.kind, _text(m)) for m in read(content(name), language).markers]


def scores() -> list[Score]:
    """The score of every language, files of one language together, by name."""
    by_language: dict[str, list[str]] = {}
    for name in labels():
        language = language_of_path(name)
        by_language.setdefault(language.name if language else "?", []).append(name)
    return [_score(language, names) for language, names in sorted(by_language.items())]


def total(of: Sequence[Score]) -> Score:
    """All languages as one."""
    return Score(
        "all",
        sum(s.labels for s in of),
        sum(s.decoys for s in of),
        tuple(_flat(s.missed for s in of)),
        tuple(_flat(s.too_many for s in of)),
    )


def _score(language: str, names: Iterable[str]) -> Score:
    expected: Counter[Label] = Counter()
    seen: Counter[Label] = Counter()
    words = 0
    for name in names:
        expected.update(labels()[name])
        seen.update(found(name))
        words += len(_WORD.findall(content(name).decode()))
    missed, too_many = expected - seen, seen - expected
    count = expected.total()
    return Score(language, count, words - count, tuple(missed.elements()), tuple(too_many.elements()))


def _text(marker: Marker) -> str:
    return "-" if marker.title.startswith(f"{marker.kind} without text") else marker.text


def _flat(rows: Iterable[Iterable[Label]]) -> Iterator[Label]:
    for row in rows:
        yield from row
