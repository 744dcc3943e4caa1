"""Lock files of uv, Poetry, PDM and PEP 751 (``pylock.toml``): tables of packages with exact versions."""

from collections.abc import Mapping
from typing import Any

from packaging.utils import canonicalize_name

from backlog_pipeline.discover.manifests.manifest import FROM_ADDRESS, Loose, Manifest, Pin, pin, split
from backlog_pipeline.discover.manifests.toml_text import NotToml, package_blocks, parse, tables

_OWN = ("editable", "virtual", "workspace", "directory", "path")
_ELSEWHERE = ("git", "url", "file", "vcs", "archive")


def read(path: str, data: bytes) -> Manifest:
    """The manifest at ``path`` with this content.

    Packages that are the repository's own code are left out; those that come from elsewhere than an
    index are loose.
    """
    try:
        values, lines = parse(data)
    except NotToml as error:
        return Manifest(path, problem=str(error), is_lock=True)
    packages = tables(values.get("package") or values.get("packages"))
    blocks = list(package_blocks(lines))
    if len(blocks) != len(packages):
        blocks = [(1, "")] * len(packages)
    rows = [_row(p, line, text) for p, (line, text) in zip(packages, blocks, strict=True)]
    pins, loose = split([r for r in rows if r is not None])
    return Manifest(path, pins, loose, is_lock=True)


def _row(package: Mapping[str, Any], line: int, text: str) -> Pin | Loose | None:
    name, version = canonicalize_name(str(package.get("name", ""))), package.get("version")
    origins = _origins(package)
    if any(key in origins for key in _OWN):
        return None
    if any(key in origins for key in _ELSEWHERE):
        return Loose(name, line, FROM_ADDRESS)
    return pin(name, version, line, text) if isinstance(version, str) else Loose(name, line)


def _origins(package: Mapping[str, Any]) -> set[str]:
    """Words that tell where a package comes from: Poetry names a type, the others have keys."""
    source = package.get("source")
    if not isinstance(source, dict):
        return set(package)
    return {str(source["type"])} if "type" in source else set(source)
