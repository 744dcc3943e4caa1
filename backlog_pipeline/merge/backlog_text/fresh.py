"""Text that we write from nothing: an item, a section, a whole new file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.backlog_text.lists import list_lines
from backlog_pipeline.merge.backlog_text.manner import OURS, Manner
from backlog_pipeline.merge.backlog_text.sections import SECTIONS
from backlog_pipeline.merge.yaml_text.quote import literal, quoted

OFFSET = 2
"""How far we indent a list below its key, in a file that shows no habit of its own."""

_HEAD = (
    "# The backlog of this repository, ranked by WSJF:",
    "# (business_value + time_criticality + risk_reduction) / job_size",
    "# Edit it freely: what you change stays yours until you delete the key; comments and keys of",
    "# your own are kept. A new item needs an id and a title. To drop an item, set its status to",
    "# DISMISSED and add dismissed_reason.",
)
_FOOT = "metrics: {}  # yours to fill: counts are not kept here, they would conflict on every merge"


def item_text(values: Mapping[str, FieldValue], column: int, newline: str, manner: Manner = OURS) -> str:
    """A whole item as lines, its dash at ``column``."""
    depth = column + 2
    write = _Pairs(newline, manner)
    lines: dict[str, list[str]] = {}
    for path, name, value in manner.in_order(values):
        if len(path) == 1:
            lines[path[0]] = [write.lines(path[0], name, value, depth)]
        else:
            head = f"{' ' * depth}{path[0]}:{newline}"
            lines.setdefault(path[0], [head]).append(write.lines(path[1], name, value, depth + 2))
    return " " * column + "- " + "".join("".join(rows) for rows in lines.values())[depth:]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Writes a key and its value as lines."""

    newline: str
    manner: Manner

    def lines(self, written: str, name: str, value: FieldValue, depth: int) -> str:
        margin, newline, manner = " " * depth, self.newline, self.manner
        if isinstance(value, tuple):
            column = depth + manner.list_offset
            entries = list_lines(value, column, newline, partial(manner.entry, name))
            return f"{margin}{written}:{newline}{entries}"
        is_prose = name == "description" and isinstance(value, str)
        block = literal(str(value), depth + 2, newline) if is_prose else None
        return f"{margin}{written}: {block or manner.one_line(name, value, is_flow=False)}{newline}"


def flow_item_text(values: Mapping[str, FieldValue], manner: Manner = OURS) -> str:
    """A whole item in braces on one line: valid YAML and valid JSON."""
    pairs: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for path, name, value in manner.in_order(values):
        text = f'"{path[-1]}": {manner.one_line(name, value, is_flow=True)}'
        if len(path) > 1:
            groups.setdefault(path[0], []).append(text)
            text = f'"{path[0]}": {{{", ".join(groups[path[0]])}}}'
        pairs[path[0]] = text
    return "{" + ", ".join(pairs.values()) + "}"


def file_text(repository: str, items: Mapping[str, Sequence[Mapping[str, FieldValue]]]) -> str:
    """A new file: every section of ours, in order, each with its items."""
    blocks = ["\n".join(_HEAD), f"metadata:\n  repository: {quoted(repository)}\n  schema_version: 1"]
    for section in SECTIONS:
        texts = [item_text(values, OFFSET, "\n") for values in items.get(section, ())]
        blocks.append(f"{section}:\n" + "".join(texts).rstrip("\n") if texts else f"{section}: []")
    return "\n\n".join((*blocks, _FOOT)) + "\n"
