"""Acceptance criteria by class of work: when is an item done, so that two people would agree?

Only a class whose end can be checked gets criteria. An investigation, work that a person wrote by
hand, and findings of sources unknown here get none: they stay REFINED until a person writes theirs
into ``backlog.yml``. Criteria name files and no line, so that they stay true when lines move.
"""

from collections.abc import Callable

from backlog_pipeline.model.finding import Role
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.score.defaults import packaged
from backlog_pipeline.score.evidence import says_too_little

_SHOWN_FILES = 3
_SHOWN_CHARS = 80


def acceptance_criteria(item: Item) -> tuple[str, ...]:
    """The criteria of an item's class; () where the class has none.

    A person's own criteria are not asked for here: a pinned field stays as it is.
    """
    by_class = _CLASSES.get(item.source)
    if by_class is None or item.item_type is ItemType.INVESTIGATION or not item.places:
        return ()
    return by_class(item)


def _comment(item: Item) -> tuple[str, ...]:
    if says_too_little(item, packaged()):
        return ()
    marker = item.rule or "comment"
    gone = f'The {marker} "{_short(item.places[0].text)}" is gone from {_files(item)}.'
    return (gone, *_comment_proof(item), "All tests that passed before still pass.")


def _comment_proof(item: Item) -> tuple[str, ...]:
    if item.role == Role.DOCS or item.item_type is ItemType.DOCUMENTATION:
        return ("The text says what the comment asked for.",)
    if item.role == Role.TESTS:
        return ("The tests check what the comment asked for.",)
    if item.item_type is ItemType.REFACTORING:
        return ("The workaround is replaced, and the tests of its behaviour are unchanged.",)
    if item.item_type is ItemType.BUG_FIX:
        return ("A test shows the wrong behaviour before the change and passes after it.",)
    return ("What the comment asks for is done, and a test covers it.",)


def _sast(item: Item) -> tuple[str, ...]:
    return (
        f"Bandit no longer reports {item.rule} in {_files(item)}.",
        "Bandit reports nothing new in the changed files, and no suppression was added.",
        "All tests that passed before still pass.",
    )


def _dependency(item: Item) -> tuple[str, ...]:
    package, version = item.fact("package"), item.fact("fix_version")
    ids = ", ".join(sorted(key.removeprefix("advisory:") for key in item.keys if key.startswith("advisory:")))
    remedy = (
        f"{package or 'The dependency'} is at {version} or later in {_files(item)}."
        if version
        else f"{package or 'The dependency'} is replaced, removed or at a version without the hole."
    )
    return (
        remedy,
        f"The audit no longer reports {ids or 'its advisories'} and reports no new advisory.",
        "All tests that passed before still pass.",
    )


_CLASSES: dict[str, Callable[[Item], tuple[str, ...]]] = {
    "code_comments": _comment,
    "sast_findings": _sast,
    "dependency_vulnerabilities": _dependency,
}


def _files(item: Item) -> str:
    names = item.files
    shown = ", ".join(names[:_SHOWN_FILES])
    more = len(names) - _SHOWN_FILES
    return f"{shown} and {more} more files" if more > 0 else shown


def _short(text: str) -> str:
    words = " ".join(text.split()).replace('"', "'")
    return words if len(words) <= _SHOWN_CHARS else words[: _SHOWN_CHARS - 3].rstrip() + "..."
