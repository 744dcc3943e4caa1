"""``pyproject.toml``: PEP 621 dependencies, PEP 735 dependency groups, and Poetry's tables."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.utils import canonicalize_name

from backlog_pipeline.discover.manifests.manifest import (
    FROM_ADDRESS,
    Loose,
    Manifest,
    Pin,
    pin,
    required,
    split,
)
from backlog_pipeline.discover.manifests.requirements import beside
from backlog_pipeline.discover.manifests.toml_text import (
    NotToml,
    key_line,
    line_of,
    parse,
    strings,
    table,
)

_EXACT = re.compile(r"={0,3}\s*(\d[^\s,|*]*)")


def read(path: str, data: bytes) -> Manifest:
    """The manifest at ``path`` with this content."""
    try:
        values, lines = parse(data)
    except NotToml as error:
        return Manifest(path, problem=str(error))
    own = canonicalize_name(str(table(values, "project").get("name", "")))
    rows = [required(text, line_of(lines, text)) for text in _requirements(values)]
    rows += [
        row for name, wanted in _poetry(values) for row in poetry_row(name, wanted, key_line(lines, name))
    ]
    pins, loose = split([r for r in rows if r.name != own or not own])
    included = tuple(filter(None, (beside(path, f) for f in _dynamic_files(values))))
    return Manifest(path, pins, loose, problem=_problem(values, included), includes=included)


def _requirements(values: Mapping[str, Any]) -> Iterator[str]:
    project = table(values, "project")
    yield from strings(project.get("dependencies"))
    for extra in table(project, "optional-dependencies").values():
        yield from strings(extra)
    for group in table(values, "dependency-groups").values():
        yield from strings(group)


def _poetry(values: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    poetry = table(values, "tool", "poetry")
    groups = [poetry, *(table(g) for g in table(poetry, "group").values())]
    for group in groups:
        for kind in ("dependencies", "dev-dependencies"):
            yield from ((n, w) for n, w in table(group, kind).items() if n.lower() != "python")


def poetry_row(name: str, wanted: object, line: int) -> list[Pin | Loose]:
    """A requirement as Poetry writes it: a bare version is exact, everything else a range."""
    canonical = canonicalize_name(name)
    if isinstance(wanted, dict):
        if "path" in wanted:
            return []  # the repository's own code
        if any(key in wanted for key in ("git", "url", "file")):
            return [Loose(canonical, line, FROM_ADDRESS)]
        wanted = wanted.get("version", "*")
    version = _EXACT.fullmatch(str(wanted).strip())
    return [pin(name, version[1], line, "") if version else Loose(canonical, line)]


def _dynamic_files(values: Mapping[str, Any]) -> Iterator[str]:
    """Requirement files that setuptools reads the dependencies from."""
    dynamic = table(values, "tool", "setuptools", "dynamic")
    tables = [table(dynamic, "dependencies"), *map(table, table(dynamic, "optional-dependencies").values())]
    for one in tables:
        named = one.get("file")
        yield from [named] if isinstance(named, str) else strings(named)


def _problem(values: Mapping[str, Any], included: tuple[str, ...]) -> str:
    is_dynamic = "dependencies" in strings(table(values, "project").get("dynamic"))
    return "its dependencies are computed when it is built" if is_dynamic and not included else ""
