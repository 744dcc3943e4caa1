"""What a person typed, checked before it goes where nothing can be taken back.

The ledger is never rewritten, so a text with a password in it would stay there for good: what looks
like one is refused, and not repeated in the message.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum

from backlog_pipeline.errors import UsageError
from backlog_pipeline.merge.backlog_text.keys import KEYS, FieldValue, Kind
from backlog_pipeline.merge.backlog_text.values import read_text
from backlog_pipeline.merge.fields import PINNABLE
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status

_LONGEST = {"description": 10_000}
_LONGEST_LINE = 500
_MANY_LINES = frozenset({"description"})
_STATUS = "status"
_FILES = "files"
SETTABLE = (*PINNABLE, _STATUS, _FILES)
"""Fields that a command may set; files only of work that a person wrote."""

_WORDS: Mapping[str, Iterable[StrEnum]] = {"type": ItemType, "risk_tier": RiskTier, _STATUS: Status}
_SECRETS: Mapping[str, re.Pattern[str]] = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a URL with a password": re.compile(r"://[^/\s@:]+:[^/\s@]+@"),
    "a token": re.compile(
        r"\b(?:gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}"
        r"|xox[abprs]-[A-Za-z0-9-]{10,}|sk-[A-Za-z0-9_-]{20,}|pypi-[A-Za-z0-9_-]{20,})"
    ),
}


def text(name: str, given: str) -> str:
    """A text as it may be kept: trimmed, one line (a description may have several), no secret.

    Raises:
        UsageError: it is empty, too long, holds a control character, or something like a secret.
    """
    kept = given.replace("\r\n", "\n").strip() if name in _MANY_LINES else given.strip()
    words = name.replace("_", " ")
    if not kept:
        raise UsageError(f"the {words} is empty", next_step="write some words")
    longest = _LONGEST.get(name, _LONGEST_LINE)
    if len(kept) > longest:
        raise UsageError(f"the {words} has {len(kept)} characters", next_step=f"use at most {longest}")
    if any(_steers(char, name) for char in kept):
        what = "a control character" if name in _MANY_LINES else "a line break or a control character"
        raise UsageError(f"the {words} holds {what}", next_step="write plain text")
    for what, looks_so in _SECRETS.items():
        if looks_so.search(kept):
            raise UsageError(
                f"the {words} holds what looks like {what}, and the ledger keeps every text for good",
                next_step="leave it out; if it was real, change it where it is valid",
            )
    return kept


def field(name: str) -> str:
    """The field of that name, ``-`` or ``_``. Raises ``UsageError`` with the nearest one."""
    wanted = name.strip().lower().replace("-", "_")
    if wanted in SETTABLE:
        return wanted
    if wanted in KEYS:
        raise UsageError(f"{wanted} is computed or recorded, and not set by hand", next_step=_KNOWN)
    near = get_close_matches(wanted, SETTABLE, n=1, cutoff=0.5)
    raise UsageError(f"there is no field {name!r}", next_step=f"did you mean {near[0]}?" if near else _KNOWN)


_KNOWN = f"use one of {', '.join(SETTABLE)}"


def values(pairs: Iterable[tuple[str, str]]) -> dict[str, FieldValue]:
    """The values of fields; a list takes one entry from each pair of its name.

    Raises:
        UsageError: a field is not known, given twice, or its value is none of it.
    """
    found: dict[str, FieldValue] = {}
    for given, typed in pairs:
        name = field(given)
        if not typed.strip() and name != "title":
            raise UsageError(
                f"{name} is given no value", next_step=f"write {name}=VALUE; `backlog release` gives it back"
            )
        known = found.get(name)
        if _is_list(name):
            found[name] = (*(known if isinstance(known, tuple) else ()), text(name, typed))
        elif known is not None:
            raise UsageError(f"{name} is given twice", next_step="give it once")
        else:
            found[name] = _value(name, typed)
    return found


def _value(name: str, typed: str) -> FieldValue:
    if KEYS[name] is Kind.TEXT:
        return text(name, typed)
    try:
        return read_text(KEYS[name], typed)
    except ValueError as error:
        wrong, _, hint = str(error).partition("; ")
        raise UsageError(f"{name} is {wrong}", next_step=hint if "?" in hint else _meant(name)) from error


def _meant(name: str) -> str:
    match KEYS[name]:
        case Kind.COMPONENT | Kind.SIZE:
            return "use a number, best one of 1 2 3 5 8 13"
        case Kind.DATE:
            return "write it as 2026-01-31"
        case _:
            return f"use one of {', '.join(word.value for word in _WORDS[name])}"


def _is_list(name: str) -> bool:
    return KEYS[name] in (Kind.LIST, Kind.FILES)


def _steers(char: str, name: str) -> bool:
    """Whether a character is no text: it ends a line, or steers a terminal."""
    if char in "\n\t" and name in _MANY_LINES:
        return False
    if unicodedata.category(char) == "Cf":
        return char not in "\u200c\u200d"  # joiners belong to scripts and to signs
    return unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs")
