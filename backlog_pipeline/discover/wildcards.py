"""git's wildcard patterns (``.gitignore``, ``.gitattributes``) as regular expressions over paths.

The rules are those of gitignore(5): ``*`` and ``?`` stop at ``/``, ``**/`` is any number of
folders, a pattern without a slash is matched against names at any depth.
"""

import re
from functools import cache

NEVER = r"(?!)"
"""What a pattern that git cannot read matches: nothing."""

_CLASS = re.compile(r"\[([!^]?)(\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]")
_MEMBER = re.compile(r"\[:([a-z]+):\]|\\(.)-\\?(.)|(.)-\\?([^\]])|\\(.)|(.)")
_POSIX = {
    "alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "blank": r" \t", "digit": "0-9", "lower": "a-z",
    "space": r"\s", "upper": "A-Z", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9a-fA-F",
}  # fmt: skip


@cache
def to_regex(pattern: str) -> str:
    """A pattern (without its ``!``, its first and its last ``/``) as a regular expression."""
    out, at = [], 0
    while at < len(pattern):
        starts_part = at == 0 or pattern[at - 1] == "/"
        piece, step = _piece(pattern[at:], starts_part)
        if piece == NEVER:
            return NEVER
        out.append(piece)
        at += step
    return "".join(out)


def _piece(rest: str, starts_part: bool) -> tuple[str, int]:
    if rest[0] == "*":
        return _stars(rest, starts_part)
    if rest[0] == "[":
        return _character_class(rest)
    if rest[0] == "\\":
        return (re.escape(rest[1]), 2) if len(rest) > 1 else (NEVER, 1)
    return (r"[^/]" if rest[0] == "?" else re.escape(rest[0])), 1


def _stars(rest: str, starts_part: bool) -> tuple[str, int]:
    count = len(rest) - len(rest.lstrip("*"))
    if count > 1 and starts_part and rest[count : count + 1] == "/":
        return r"(?:[^/]+/)*", count + 1
    if count > 1 and starts_part and count == len(rest):
        return r".+", count
    return r"[^/]*", count


def _character_class(rest: str) -> tuple[str, int]:
    found = _CLASS.match(rest)
    if not found:
        return NEVER, 1
    members = "".join(_member(m) for m in _MEMBER.finditer(found[2]))
    if found[1]:
        return rf"[^/{members}]", found.end()
    return (rf"(?!/)[{members}]" if members else NEVER), found.end()


def _member(found: "re.Match[str]") -> str:
    name, low_escaped, high_escaped, low, high, escaped, plain = found.groups()
    if name:
        return _POSIX.get(name, "")
    first, last = low_escaped or low, high_escaped or high
    if first and last:
        return f"{re.escape(first)}-{re.escape(last)}" if first <= last else ""
    return re.escape(escaped or plain)
