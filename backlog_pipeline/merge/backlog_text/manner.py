"""How a file writes its items: its names for our keys, their order, its words, its quotes.

Our own form has one manner, ``OURS``. In a file of another form what we write looks like what stands
there already: an item that comes in is written as its neighbours are, and a status in the file's own
spelling.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backlog_pipeline.merge.backlog_text import layout
from backlog_pipeline.merge.backlog_text.contents import Contents
from backlog_pipeline.merge.backlog_text.file_item import FileItem
from backlog_pipeline.merge.backlog_text.keys import KEYS, FieldValue, Kind
from backlog_pipeline.merge.backlog_text.values import number_text, write_value
from backlog_pipeline.merge.backlog_text.words import is_same_type
from backlog_pipeline.merge.yaml_text import nodes
from backlog_pipeline.merge.yaml_text.nodes import Node, Scalar, key_text
from backlog_pipeline.merge.yaml_text.parse import Document
from backlog_pipeline.merge.yaml_text.quote import double, flow_list, quoted, single

_WORDS = (Kind.STATUS, Kind.TYPE, Kind.RISK_TIER)
_ANY = "any text"

Path = tuple[str, ...]
"""Where a key stands in an item: its name, or the name of its group and its name there."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file writes items.

    ``paths`` gives our keys' places where they are not simply called so, ``order`` the order of the
    keys that the file has, ``signs`` the quotation mark per key (as in ``Scalar.style``), ``words``
    the file's spelling by kind and word of ours, ``cases`` how it writes words by kind.
    ``list_offset`` is how far lists are indented below their key.
    """

    is_ours: bool = True
    paths: Mapping[str, Path] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    signs: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[tuple[Kind, str], str] = field(default_factory=dict)
    cases: Mapping[Kind, str] = field(default_factory=dict)
    list_offset: int = 2

    def path(self, name: str) -> Path:
        """Where this file has a key of ours."""
        return self.paths.get(name, (name,))

    def in_order(self, values: Mapping[str, FieldValue]) -> list[tuple[Path, str, FieldValue]]:
        """Values with their places: first what this file's items have, in its order, then the others."""
        names = [*(n for n in self.order if n in values), *(n for n in values if n not in self.order)]
        return [(self.path(name), name, values[name]) for name in names]

    def one_line(self, name: str, value: FieldValue, *, is_flow: bool, old: Node | None = None) -> str:
        """A value on one line, in braces in the form that JSON has too; like the ``old`` one if it can."""
        if isinstance(value, tuple):
            return flow_list(value)
        if isinstance(value, (int, float)):
            return self._number(value, old)
        text = self._word(KEYS[name], value) if isinstance(value, str) else value.isoformat()
        if is_flow:
            return double(text)
        if self.is_ours:
            return write_value(KEYS[name], value)
        is_quoted = isinstance(old, Scalar) and old.style in ("'", '"')
        return self._signed(name, text, old.style if is_quoted else self._sign(name))  # type: ignore[union-attr]

    def _number(self, value: float, old: Node | None) -> str:
        """A number as short as it goes; ``5.0`` where another stood with its point."""
        has_point = isinstance(old, Scalar) and "." in old.text and not self.is_ours
        return repr(float(value)) if has_point else number_text(value)

    def entry(self, name: str, text: str) -> str:
        """One entry of a list."""
        return quoted(text) if self.is_ours else self._signed(name, text, self._sign(name))

    def _sign(self, name: str) -> str:
        found = self.signs.get(name)
        if found is None and KEYS[name] is Kind.DATE:
            found = next((self.signs[n] for n, k in KEYS.items() if k is Kind.DATE and n in self.signs), "'")
        return self.signs.get(_ANY, "") if found is None else found

    def _signed(self, name: str, text: str, sign: str) -> str:
        if sign == '"':
            return double(text)
        if sign == "'" and text.isprintable():
            return single(text)
        return text if KEYS[name] is Kind.DATE else quoted(text)

    def _word(self, kind: Kind, value: str) -> str:
        known = self.words.get((kind, value))
        if known is not None or kind not in _WORDS:
            return value if known is None else known
        match self.cases.get(kind):
            case "lower":
                return value.lower()
            case "title":
                return value.title()
            case _:
                return value


OURS = Manner()


def manner_of(document: Document, contents: Contents, offset: int) -> Manner:
    """How a file writes its items; ``offset`` is how far it indents a container's list below its key."""
    if contents.shape.is_ours or not contents.items:
        return replace(OURS, list_offset=offset)
    pattern = max(contents.items, key=lambda item: len(item.own))
    listed = _list_offset(document, contents.items)
    words, cases = _words(contents.items)
    return Manner(
        is_ours=False,
        paths={name: path for name, path in _paths(contents.items).items() if path != (name,)},
        order=tuple(_in_order(pattern)),
        signs=_signs(contents.items),
        words=words,
        cases=cases,
        list_offset=offset if listed is None else listed,
    )


def _paths(items: Iterable[FileItem]) -> dict[str, Path]:
    """The place that most items have each key at."""
    counts: dict[str, Counter[Path]] = {}
    for item in items:
        inside = {id(key) for key, _ in item.group[1].pairs} if item.group else set()  # type: ignore[union-attr]
        for name, (key, _) in item.own.items():
            written = key_text(key)
            is_inside = bool(inside) and id(key) in inside and item.group is not None
            path = (key_text(item.group[0]), written) if is_inside and item.group else (written,)
            counts.setdefault(name, Counter())[path] += 1
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}


def _in_order(item: FileItem) -> list[str]:
    return sorted(item.own, key=lambda name: item.own[name][0].start)


def _signs(items: Iterable[FileItem]) -> dict[str, str]:
    """The quotation mark that most values of a key have, and that most texts have."""
    counts: dict[str, Counter[str]] = {}
    for item in items:
        for name, (_, value) in item.own.items():
            first = value.entries[0] if isinstance(value, nodes.Sequence) and value.entries else value
            if isinstance(first, Scalar) and first.style in ("", "'", '"') and not first.is_null:
                counts.setdefault(name, Counter())[first.style] += 1
                if KEYS[name] is Kind.TEXT and name != "id":
                    counts.setdefault(_ANY, Counter())[first.style] += 1
    return {name: found.most_common(1)[0][0] for name, found in counts.items()}


def _words(items: Sequence[FileItem]) -> tuple[dict[tuple[Kind, str], str], dict[Kind, str]]:
    counts: dict[tuple[Kind, str], Counter[str]] = {}
    cases: dict[Kind, str] = {}
    for name in ("status", "type", "risk_tier"):
        written = []
        for item in items:
            node = item.own[name][1] if name in item.own else None
            if isinstance(node, Scalar) and name in item.values:
                written.append(node.text.strip())
                if KEYS[name] is Kind.TYPE and not is_same_type(node.text):
                    continue
                key = (KEYS[name], str(item.values[name]))
                counts.setdefault(key, Counter())[node.text.strip()] += 1
        cases[KEYS[name]] = _case(written)
    return {key: found.most_common(1)[0][0] for key, found in counts.items()}, cases


def _case(words: Sequence[str]) -> str:
    if words and all(word.islower() for word in words):
        return "lower"
    return "title" if words and all(word.istitle() for word in words) else ""


def _list_offset(document: Document, items: Iterable[FileItem]) -> int | None:
    """How far the first list on lines of its own is indented below its key."""
    for item in items:
        for name in ("acceptance_criteria", "links", "files"):
            key, value = item.own.get(name, (None, None))
            if isinstance(value, nodes.Sequence) and value.entries and not value.is_flow and key:
                line = layout.dash_line(document, value, 0, key.end)
                if line is not None:
                    dash = document.text.index("-", line)
                    return dash - line - document.column(key.start)
    return None
