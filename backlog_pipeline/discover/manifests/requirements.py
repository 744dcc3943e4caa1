"""``requirements.txt`` as pip reads it: options, includes, constraints, hashes, markers, comments.

Options that name addresses (``--index-url`` and its like, often with a password) are dropped here
and never leave this file. Environment variables (``${NAME}``) are not filled in.
"""

import codecs
import posixpath
import re
from collections.abc import Iterator

from packaging.utils import canonicalize_name

from backlog_pipeline.discover.manifests.manifest import (
    FROM_ADDRESS,
    Loose,
    Manifest,
    Pin,
    required,
    split,
)

_COMMENT = re.compile(r"(^|\s+)#.*$")
_FILE_OPTION = re.compile(r"(-r|--requirements?|-c|--constraints?)(?:\s*=\s*|\s+|(?<=-[rc]))(?P<file>.+)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s+)")
_OPTIONS_AT_END = re.compile(r"\s+--?[a-z].*$")
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*:|\.{0,2}/|~/|\.$|\.\[|[A-Za-z]:\\|[^\s@]*\.(?:whl|zip|tar\.gz)(?:$|#)", re.IGNORECASE
)
_EGG = re.compile(r"[#&]egg=(?P<name>[A-Za-z0-9._-]+)")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read(path: str, data: bytes) -> Manifest:
    """The manifest at ``path`` with this content."""
    try:
        text = _decoded(data)
    except UnicodeDecodeError:
        return Manifest(path, problem="it is not text in UTF-8")
    rows: list[Pin | Loose] = []
    files: dict[bool, list[str]] = {True: [], False: []}
    for line, content in _logical_lines(text):
        named = _FILE_OPTION.fullmatch(content)
        if not named:
            rows += _row(path, content, line)
        elif target := beside(path, named["file"].strip().strip("'\"")):
            files[named[1].lstrip("-").startswith("c")].append(target)
        else:
            rows.append(Loose("", line, "it includes a file outside of the repository"))
    pins, loose = split(rows)
    return Manifest(path, pins, loose, includes=tuple(files[False]), constraints=tuple(files[True]))


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding)
    return data.decode("utf-8")


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, continued ones joined as pip does, each with its first line's number."""
    joined, start = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        start = start or number
        is_comment = _COMMENT.match(line) is not None
        if line.endswith("\\") and not is_comment:
            joined += line.strip("\\")
            continue
        yield start, _COMMENT.sub("", joined + " " * is_comment + line).strip()
        joined, start = "", 0
    yield start, _COMMENT.sub("", joined).strip()


def _row(path: str, content: str, line: int) -> list[Pin | Loose]:
    editable = _EDITABLE.match(content)
    wanted = content[editable.end() :] if editable else content
    if not wanted or (content.startswith("-") and not editable):
        return []
    if editable or _ADDRESS.match(wanted):
        if wanted.startswith(".") and beside(path, wanted.partition("[")[0]):
            return []  # the repository's own code, which has manifests of its own
        egg = _EGG.search(wanted)
        return [Loose(canonicalize_name(egg["name"]) if egg else "", line, FROM_ADDRESS)]
    if "${" in wanted:
        return [Loose("", line, "it depends on an environment variable")]
    return [required(_OPTIONS_AT_END.sub("", wanted), line)]


def beside(path: str, named: str) -> str:
    """The path of a file named in the file at ``path``, or "" where it is not in the repository."""
    if _ADDRESS.match(named) and not named.startswith("."):
        return ""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), named))
    return "" if target.startswith(("..", "/")) else target
