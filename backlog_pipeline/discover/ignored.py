"""Which files of a tree ``.gitignore`` hides: built things that were committed by force.

Read from the commit itself, so that the same commit gives the same answer on every machine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.discover.wildcards import to_regex


@dataclass(frozen=True, slots=True)
class _Rule:
    regex: "re.Pattern[str]"
    is_name: bool
    needs_folder: bool
    is_ignored: bool


class Ignored:
    """Answers for the paths of one tree, given its ``.gitignore`` files: folder -> text.

    A folder is "" for the root, else without a closing slash. A file is ignored when the last
    rule that matches says so, deeper files first; nothing below an ignored folder comes back.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._rules = {folder: rules for folder, text in texts.items() if (rules := _rules(text))}
        self._folders: dict[str, bool] = {"": False}
        self._names: dict[tuple[str, str], bool] = {}

    def hides(self, path: str) -> bool:
        """Whether the file at ``path`` is ignored."""
        if not self._rules:
            return False
        folder = path.rpartition("/")[0]
        return self._hides_folder(folder) or self._decide(path, is_folder=False)

    def _hides_folder(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is None:
            parent = folder.rpartition("/")[0]
            known = self._hides_folder(parent) or self._decide(folder, is_folder=True)
            self._folders[folder] = known
        return known

    def _decide(self, path: str, *, is_folder: bool) -> bool:
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            rules = self._rules.get(folder)
            if rules is not None:
                verdict = rules.verdict(path[len(folder) + 1 :] if folder else path, is_folder)
                if verdict is not None:
                    return verdict
        return False


class _Rules:
    """The rules of one ``.gitignore``, with one combined expression that says "none of them" fast."""

    def __init__(self, rules: list[_Rule]) -> None:
        self._rules = rules[::-1]
        self._by_name = _any_of([r for r in rules if r.is_name])
        self._by_path = _any_of([r for r in rules if not r.is_name])
        self._known_names: dict[str, bool] = {}

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        name = path.rpartition("/")[2]
        if not (self._may_match_name(name) or (self._by_path and self._by_path.fullmatch(path))):
            return None
        for rule in self._rules:
            if (is_folder or not rule.needs_folder) and rule.regex.fullmatch(name if rule.is_name else path):
                return rule.is_ignored
        return None

    def _may_match_name(self, name: str) -> bool:
        known = self._known_names.get(name)
        if known is None:
            known = bool(self._by_name and self._by_name.fullmatch(name))
            self._known_names[name] = known
        return known


def _any_of(rules: list[_Rule]) -> "re.Pattern[str] | None":
    return re.compile("|".join(f"(?:{r.regex.pattern})" for r in rules), re.DOTALL) if rules else None


def _rules(text: str) -> _Rules | None:
    rules = [rule for line in text.split("\n") if (rule := _rule(line.removesuffix("\r")))]
    return _Rules(rules) if rules else None


def _rule(line: str) -> _Rule | None:
    pattern = re.sub(r"(?<!\\)[ ]+$", "", line)
    if not pattern or pattern.startswith("#"):
        return None
    is_ignored = not pattern.startswith("!")
    pattern = pattern if is_ignored else pattern[1:]
    needs_folder = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    if not pattern:
        return None
    is_name = "/" not in pattern
    regex = re.compile(to_regex(pattern.removeprefix("/")), re.DOTALL)
    return _Rule(regex, is_name, needs_folder, is_ignored)
