"""Pipenv: ``Pipfile`` and its lock."""

import json
import re

from packaging.utils import canonicalize_name

from backlog_pipeline.discover.manifests.manifest import FROM_ADDRESS, Loose, Manifest, Pin, pin, split
from backlog_pipeline.discover.manifests.toml_text import NotToml, key_line, parse, table

_EXACT = re.compile(r"={2,3}\s*([^\s,|*]+)")
_SECTIONS = ("default", "develop")
_ELSEWHERE = ("git", "file", "url", "editable")


def read(path: str, data: bytes) -> Manifest:
    """The ``Pipfile`` at ``path`` with this content."""
    try:
        values, lines = parse(data)
    except NotToml as error:
        return Manifest(path, problem=str(error))
    rows = [
        row
        for section in ("packages", "dev-packages")
        for name, wanted in table(values, section).items()
        for row in _rows(name, wanted, key_line(lines, name))
    ]
    pins, loose = split(rows)
    return Manifest(path, pins, loose)


def read_lock(path: str, data: bytes) -> Manifest:
    """The ``Pipfile.lock`` at ``path`` with this content."""
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return Manifest(path, problem="it is no JSON", is_lock=True)
    lines = data.decode("utf-8", "replace").splitlines()
    rows = [
        row
        for section in _SECTIONS
        for name, wanted in table(values, section).items()
        for row in _rows(name, wanted, _version_line(lines, name))
    ]
    pins, loose = split(rows)
    return Manifest(path, pins, loose, is_lock=True)


def _rows(name: str, wanted: object, line: int) -> list[Pin | Loose]:
    if isinstance(wanted, dict):
        if "path" in wanted:
            return []  # the repository's own code
        if any(key in wanted for key in _ELSEWHERE):
            return [Loose(canonicalize_name(name), line, FROM_ADDRESS)]
        wanted = wanted.get("version", "*")
    version = _EXACT.fullmatch(str(wanted).strip())
    return [pin(name, version[1], line, "") if version else Loose(canonicalize_name(name), line)]


def _version_line(lines: list[str], name: str) -> int:
    """The line of a package's version, or of its name, in the indented form that Pipenv writes."""
    start = next((n for n, line in enumerate(lines, start=1) if line.strip().startswith(f'"{name}":')), 1)
    for number in range(start, min(start + 200, len(lines)) + 1):
        if lines[number - 1].strip().startswith('"version":'):
            return number
    return start
