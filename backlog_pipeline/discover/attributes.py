"""What ``.gitattributes`` says of a file for linguist: vendored, generated, or explicitly neither.

Read from the commit's tree: ``git check-attr`` reads the work tree, which may differ from it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backlog_pipeline.discover.wildcards import to_regex

_LINE = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))\s+(.*)')
_WORDS = {
    f"{prefix}linguist-{kind}{suffix}": (kind, is_set)
    for kind in ("vendored", "generated")
    for prefix, suffix, is_set in (
        ("", "", True), ("", "=true", True), ("-", "", False), ("", "=false", False), ("!", "", False),
    )
}  # fmt: skip


class Attribute(StrEnum):
    """A linguist attribute that decides whether a file is looked at."""

    VENDORED = "vendored"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class _Rule:
    folder: str
    regex: "re.Pattern[str]"
    attribute: Attribute
    is_set: bool


class Attributes:
    """Answers for the paths of one tree, given its ``.gitattributes`` files: folder -> text."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._rules = [
            rule
            for folder in sorted(texts, key=lambda f: (f.count("/") if f else -1, f))
            for line in texts[folder].splitlines()
            for rule in _rules_of(folder, line)
        ][::-1]

    @property
    def are_empty(self) -> bool:
        """Whether no file says anything about linguist."""
        return not self._rules

    def of(self, path: str) -> dict[Attribute, bool]:
        """Each attribute that is set (``True``) or explicitly unset (``False``) for ``path``."""
        found: dict[Attribute, bool] = {}
        for rule in self._rules:
            if rule.attribute not in found and rule.regex.fullmatch(path):
                found[rule.attribute] = rule.is_set
        return found


def _rules_of(folder: str, line: str) -> list[_Rule]:
    found = _LINE.match(line)
    if not found or "linguist-" not in found[3] or line.lstrip().startswith("#"):
        return []
    pattern = (found[1] or found[2]).rstrip("/")
    start = re.escape(f"{folder}/") if folder else ""
    depth = r"(?:.*/)?" if "/" not in pattern else ""
    # Unlike git, a pattern that names a folder counts for what is in it: that is what people mean.
    regex = re.compile(rf"{start}{depth}(?:{to_regex(pattern.removeprefix('/'))})(?:/.*)?", re.DOTALL)
    words = [_WORDS[w] for w in found[3].split() if w in _WORDS]
    return [_Rule(folder, regex, Attribute(kind), is_set) for kind, is_set in words]
