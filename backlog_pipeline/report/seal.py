"""A digest inside a file that proves that nobody edited it since it was written.

The digest is SHA-256 over every byte of the file but the 64 digits of the digest itself, so a file
can be checked on any machine with nothing but the file. It proves that a file is as we wrote it; it
is no signature: whoever edits a file on purpose can compute a new one. (Forgery is what the history
of git and the hash chain of the ledger are for.)

Line endings: our files have LF only. git may be told to check text out with CRLF; a file in which
*every* line ends in CRLF is such a copy and counts as ours, one with both kinds was edited.
"""

import hashlib
import re
from enum import StrEnum


class Kind(StrEnum):
    """What holds the digest; the values are the endings of the file names."""

    JSON = "json"
    MARKDOWN = "md"
    SVG = "svg"


_SCHEME = b"sha256:"
_COMMENT = (b"<!-- sealed by backlog-pipeline, " + _SCHEME, b" -->\n")
_FRAMES = {
    Kind.JSON: (b',\n  "digest": "' + _SCHEME, b'"\n}\n'),
    Kind.MARKDOWN: _COMMENT,
    Kind.SVG: _COMMENT,
}
_SEAL = re.compile(
    b"(?:"
    + b"|".join(rb"%s([0-9a-f]{64})%s" % (re.escape(a), re.escape(b)) for a, b in _FRAMES.values())
    + rb")\Z"
)
_LONGEST_SEAL = 160


def seal(data: bytes, kind: Kind) -> bytes:
    """The file's bytes with its digest: the last key of the JSON object, else a comment on the last line.

    Raises:
        ValueError: the bytes do not end as this kind of file does, or have a carriage return.
    """
    opening, closing = _FRAMES[kind]
    end = b"\n}\n" if kind is Kind.JSON else b"\n"
    if not data.endswith(end) or b"\r" in data:
        raise ValueError(f"a {kind} file to be sealed ends in {end!r} and has no carriage return")
    before = (data.removesuffix(end) if kind is Kind.JSON else data) + opening
    return before + _digest(before, closing) + closing


def is_ours(data: bytes) -> bool:
    """Whether we wrote the file and nobody has changed a byte of it since."""
    data = with_lf(data)
    tail = max(0, len(data) - _LONGEST_SEAL)
    found = _SEAL.search(data, tail)
    if not found:
        return False
    start, end = found.span(found.lastindex or 0)
    return data[start:end] == _digest(data[:start], data[end:])


def with_lf(data: bytes) -> bytes:
    """The bytes as we wrote them, where git has made each line's end CRLF; any others as they are."""
    ends = data.count(b"\n")
    if ends > 1 and ends == data.count(b"\r\n") == data.count(b"\r"):
        return data.replace(b"\r\n", b"\n")
    return data


def _digest(before: bytes, after: bytes) -> bytes:
    digest = hashlib.sha256(before)
    digest.update(after)
    return digest.hexdigest().encode()
