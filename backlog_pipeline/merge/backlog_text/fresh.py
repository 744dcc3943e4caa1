"""Text that we write from nothing: an item, a section, a whole new file."""

from collections.abc import Mapping, Sequence

from backlog_pipeline.merge.backlog_text.item_edits import inline_text
from backlog_pipeline.merge.backlog_text.keys import KEYS, FieldValue
from backlog_pipeline.merge.backlog_text.lists import list_lines
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


def item_text(values: Mapping[str, FieldValue], column: int, newline: str, offset: int) -> str:
    """A whole item as lines, its dash at ``column``."""
    margin = " " * (column + 2)
    lines = []
    for name, value in values.items():
        if isinstance(value, tuple):
            entries = list_lines(value, column + 2 + offset, newline)
            lines.append(f"{margin}{name}:{newline}{entries}")
            continue
        block = (
            literal(value, column + 4, newline) if name == "description" and isinstance(value, str) else None
        )
        lines.append(f"{margin}{name}: {block or inline_text(KEYS[name], value, is_flow=False)}{newline}")
    return " " * column + "- " + "".join(lines)[column + 2 :]


def flow_item_text(values: Mapping[str, FieldValue]) -> str:
    """A whole item in braces on one line: valid YAML and valid JSON."""
    pairs = (f'"{name}": {inline_text(KEYS[name], value, is_flow=True)}' for name, value in values.items())
    return "{" + ", ".join(pairs) + "}"


def file_text(repository: str, items: Mapping[str, Sequence[Mapping[str, FieldValue]]]) -> str:
    """A new file: every section of ours, in order, each with its items."""
    blocks = ["\n".join(_HEAD), f"metadata:\n  repository: {quoted(repository)}\n  schema_version: 1"]
    for section in SECTIONS:
        texts = [item_text(values, OFFSET, "\n", OFFSET) for values in items.get(section, ())]
        blocks.append(f"{section}:\n" + "".join(texts).rstrip("\n") if texts else f"{section}: []")
    return "\n\n".join((*blocks, _FOOT)) + "\n"
