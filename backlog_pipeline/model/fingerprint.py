"""Content keys: what makes a finding the same after its line, file or commit changed.

Neither line number, file name nor commit enters an identity. Digests are SHA-256, so they are the
same on every machine and in every process.
"""

import hashlib
import re
from collections.abc import Sequence

from backlog_pipeline.model.finding import Anchor

_NEIGHBOURS = 3
_ANCHOR_HEX = 16
NEAR_HEX = 4
"""Digits of one line in ``Anchor.above`` and ``Anchor.below``: they only tell equal texts apart."""

_ID_CHARS = 8
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's alphabet: no i, l, o, u
_SPACE = re.compile(r"\s+")
_EDGE = re.compile(r"^[\s\-–—:;,.!?*#/]+|[\s\-–—:;,.!?*/]+$")


def digest(*parts: str) -> str:
    """SHA-256 of the parts, kept apart, as 64 hex characters."""
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape")
        hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.hexdigest()


def file_digest(data: bytes | None) -> str:
    """SHA-256 of the bytes of a file as hex; "none" where there is no file."""
    return "none" if data is None else hashlib.sha256(data).hexdigest()


def normalise(text: str) -> str:
    """Text without what reformatting changes: case, white space, punctuation at the edges."""
    return _EDGE.sub("", _SPACE.sub(" ", text)).casefold()


def line_hash(line: str) -> str:
    """A short digest of one line without its white space; "" for a blank line."""
    bare = _SPACE.sub("", line)
    return digest(bare)[:_ANCHOR_HEX] if bare else ""


def anchor(lines: Sequence[str], line: int, end_line: int = 0) -> Anchor:
    """The anchor of the lines ``line`` to ``end_line`` (from 1) in a file's ``lines``.

    Looks at most 30 lines up and down for the three nearest lines that are not blank.
    """
    last = max(line, end_line)
    above = [s for s in lines[max(0, line - 31) : line - 1] if s.strip()][-_NEIGHBOURS:]
    below = [s for s in lines[last : last + 30] if s.strip()][:_NEIGHBOURS]
    return Anchor(
        line=line_hash("".join(lines[line - 1 : last])),
        before=line_hash("".join(above)),
        after=line_hash("".join(below)),
        above="".join(line_hash(line)[:NEAR_HEX] for line in reversed(above)),
        below="".join(line_hash(line)[:NEAR_HEX] for line in below),
    )


def item_id(source: str, rule: str, content: str) -> str:
    """A short id from content: ``bl-`` and eight characters, the same wherever it is made."""
    number = int(digest("item", source, rule, content), 16)
    chars = []
    for _ in range(_ID_CHARS):
        number, index = divmod(number, 32)
        chars.append(_BASE32[index])
    return "bl-" + "".join(chars)
