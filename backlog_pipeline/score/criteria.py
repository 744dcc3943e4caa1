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
_SHOWN_ADVISORIES = 6
_SHOWN_CHARS = 100


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
    gone = f"The {_quoted(item)} is gone from {_files(item)}."
    return (gone, *_comment_proof(item), "All tests that passed before still pass.")


def _quoted(item: Item) -> str:
    """The comment as its author wrote it; what a person made of the title is no quotation."""
    marker = item.rule or "comment"
    title = "" if "title" in dict(item.pins) else item.title
    if title.startswith(f"{marker} without text"):
        return title
    head, _, said = title.partition(": ")
    text = said if head == marker and said else item.places[0].text
    return f'{marker} "{_short(text)}"'


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
    rules = sorted({p.rule for p in item.places if p.source == item.source}) or [item.rule]
    return (
        f"Bandit no longer reports {' or '.join(rules)} in {_files(item)}.",
        "Bandit reports nothing new in the changed files, and no suppression was added.",
        "All tests that passed before still pass.",
    )


def _dependency(item: Item) -> tuple[str, ...]:
    package, version = item.fact("package") or "the dependency", item.fact("fix_version")
    installed = item.fact("installed")
    start = f" from {installed}" if installed else ""
    remedy = (
        f"{package} is upgraded{start} to {version} or later in {_files(item)}."
        if version
        else f"{package} is replaced, removed or at a version without the hole in {_files(item)}."
    )
    return (
        remedy,
        f"pip-audit no longer reports {_advisories(item)} of {package}, and reports no new advisory.",
        "All tests that passed before still pass.",
    )


def _advisories(item: Item) -> str:
    """All of them by number, as the title counts them, and the first by the name most people know."""
    ids = {key.removeprefix("advisory:") for key in item.keys if key.startswith("advisory:")}
    names = sorted({place.rule for place in item.places} & ids or ids)
    known = item.fact("advisories")
    count = int(known) if known.isdecimal() else len(names)
    if count < 2:
        return f"the advisory {names[0]}" if names else "the advisory"
    shown = ", ".join(names[:_SHOWN_ADVISORIES]) + (", ..." if count > _SHOWN_ADVISORIES else "")
    return f"any of the {count} advisories ({shown})"


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
    """One line of at most ``_SHOWN_CHARS`` characters, cut at a word where there is one."""
    words = " ".join(text.split()).replace('"', "'")
    if len(words) <= _SHOWN_CHARS:
        return words
    head = words[:_SHOWN_CHARS]
    space = head.rfind(" ")
    return (head[:space] if space > _SHOWN_CHARS // 2 else head[:-1]).rstrip(" ,;:.-…") + "…"
