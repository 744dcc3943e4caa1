"""YAML: ``#`` where a word begins, quotes only where a value begins, block scalars are strings.

A quote inside a plain scalar is a letter (``don't``), and the lines of ``key: |`` belong to the
value however much they look like comments.
"""

import re
from functools import cache

from backlog_pipeline.discover.comments.rules import DOUBLE_LINES, SINGLE_DOUBLED, Match, line_comment
from backlog_pipeline.discover.comments.scanner import Mode, Scanner, Style

_NEAR = 300
_QUOTED = {'"': re.compile(DOUBLE_LINES, re.S), "'": re.compile(SINGLE_DOUBLED)}
_AFTER_PROPERTY = re.compile(r"(?:^|[\s\[{,])[!&][^\s,\[\]{}]*[ \t]+\Z")
_AFTER_MARK = re.compile(r"(?:^|[ \t])(?:[-?]|---)[ \t]+\Z|:[ \t]+\Z|[\"']:\Z|^[ \t]*\Z|[\[{][ \t]*\Z")
_IN_FLOW = re.compile(r"[\[{]|^[ \t]*[\"']")
_DASHES = re.compile(r"[ \t]*(?:[-?][ \t]+)*")


def _begins_value(lead: str) -> bool:
    """Whether a value can begin after ``lead``, the line so far."""
    if lead and lead[-1] not in " \t[{,:":
        return False
    if _AFTER_MARK.search(lead) or _AFTER_PROPERTY.search(lead):
        return True
    return lead.rstrip().endswith(",") and bool(_IN_FLOW.search(lead))


def _lead(scanner: Scanner, position: int) -> str:
    """The line so far, or its end."""
    start = scanner.text.rfind("\n", max(0, position - _NEAR), position) + 1
    return scanner.text[start or max(0, position - _NEAR) : position]


def _quote(scanner: Scanner, match: Match) -> int:
    start = match.start()
    if not _begins_value(_lead(scanner, start)):
        return match.end()
    found = _QUOTED[match.group()].match(scanner.text, start, scanner.end)
    return found.end() if found else scanner.lose(start, match.end())


@cache
def _less_indented_than(columns: int) -> "re.Pattern[str]":
    return re.compile(rf"^(?![ ]{{{columns}}}|[ \t]*$)", re.M)


_NEXT_LINE = re.compile(r"^([ ]*)[^\s]", re.M)


def _block_scalar(scanner: Scanner, match: Match) -> int:
    """Skip the lines of a block scalar: those indented deeper than the key or dash that holds it."""
    lead, text = _lead(scanner, match.start()), scanner.text
    stripped = lead.rstrip()
    if stripped and stripped[-1] not in ":-?" and not _AFTER_PROPERTY.search(lead):
        return match.start() + 1
    hash_at = text.find("#", match.start(), match.end())
    if hash_at >= 0:
        scanner.add(hash_at, match.end(), 1, 0, Style.LINE)
    parent = _parent_indent(lead)
    digits = [c for c in text[match.start() : match.start() + 3] if c.isdigit()]
    first = _NEXT_LINE.search(text, match.end(), scanner.end)
    if first is None:
        return match.end()
    columns = max(parent, 0) + int(digits[0]) if digits else len(first.group(1))
    if columns <= parent:
        return match.end()
    after = _less_indented_than(columns).search(text, match.end() + 1, scanner.end)
    return after.start() if after else scanner.end


def _parent_indent(lead: str) -> int:
    if lead.startswith("---"):
        return -1
    dashes = _DASHES.match(lead)
    width = dashes.end() if dashes else 0
    if ":" in lead[width:]:
        return width
    return max(lead.rfind("-", 0, width), lead.rfind("?", 0, width))


YAML = Mode("yaml").define(
    [
        line_comment(r"#(?<!\S#)#*"),
        (r"[|>][+\-1-9]{0,2}(?:[ \t]+#[^\n]*|[ \t]*)$", _block_scalar),
        (r"[\"']", _quote),
    ],
    stops="#|\\||>|\"|'",
)
