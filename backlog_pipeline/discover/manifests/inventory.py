"""Every manifest of a commit, read and put together: what is pinned where, and what cannot be audited."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from backlog_pipeline.discover.files import survey
from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.manifests import lock, pipfile, pyproject, requirements, setuptools
from backlog_pipeline.discover.manifests.manifest import NO_EXACT_VERSION, Loose, Manifest
from backlog_pipeline.model import codec
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.scan import Unread
from backlog_pipeline.system.git import TreeEntry

_Reader = Callable[[str, bytes], Manifest]
_READERS: tuple[tuple[str, _Reader], ...] = (
    (r"[\w.-]*requirements[\w.-]*\.txt", requirements.read),
    (r"pyproject\.toml", pyproject.read),
    (r"(uv|poetry|pdm)\.lock|pylock(\.[\w-]+)?\.toml", lock.read),
    (r"Pipfile", pipfile.read),
    (r"Pipfile\.lock", pipfile.read_lock),
    (r"setup\.cfg", setuptools.read_cfg),
    (r"setup\.py", setuptools.read_setup_py),
)
_BY_NAME = tuple((re.compile(pattern), reader) for pattern, reader in _READERS)
_IN_FOLDER = re.compile(r"(.*/)?requirements/[^/]+\.txt")
_COVERED_BY_LOCKS = ("pyproject.toml", "Pipfile", "setup.cfg", "setup.py")
_FOREIGN = {
    "npm": "package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock",
    "Deno": "deno.json deno.jsonc deno.lock",
    "Go": "go.mod go.sum",
    "Cargo": "Cargo.toml Cargo.lock",
    "RubyGems": "Gemfile Gemfile.lock *.gemspec",
    "Composer": "composer.json composer.lock",
    "Maven": "pom.xml",
    "Gradle": "build.gradle build.gradle.kts gradle.lockfile",
    "NuGet": "*.csproj *.fsproj *.vbproj packages.config packages.lock.json",
    "Hex": "mix.exs mix.lock",
    "Pub": "pubspec.yaml pubspec.lock",
    "Swift": "Package.swift Package.resolved",
    "CocoaPods": "Podfile Podfile.lock",
    "conda": "environment.yml environment.yaml conda-lock.yml",
}
_FOREIGN_BY_NAME = {name: kind for kind, names in _FOREIGN.items() for name in names.split()}
_MOST_BYTES = 20_000_000
_MOST_INCLUDED = 200
_KEPT_AS = "manifest 1"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A manifest of a package manager that is not Python's: where it is, and whose (``npm``)."""

    path: str
    manager: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The manifests that could be read (sorted by path, with their blobs), and what could not.

    ``foreign`` has the manifests of package managers that nobody audits here.
    """

    manifests: tuple[Manifest, ...]
    blobs: Mapping[str, str]
    unread: tuple[Unread, ...] = ()
    foreign: tuple[Foreign, ...] = ()


def take_inventory(look: Look) -> Inventory:
    """Read every manifest of the commit, and the files that they include."""
    allowed, excluded = _visible(look)
    wanted = {p: r for p in allowed if (r := _reader_of(p))}
    large = [Unread(p, "too large for a manifest") for p in wanted if allowed[p].size > _MOST_BYTES]
    manifests: dict[str, Manifest] = {}
    while wanted := {
        p: r for p, r in wanted.items() if p not in manifests and allowed[p].size <= _MOST_BYTES
    }:
        manifests |= _read(look, allowed, wanted)
        if len(manifests) > _MOST_INCLUDED + len(allowed):
            break
        wanted = {i: requirements.read for m in manifests.values() for i in _named(m) if i in allowed}
    return Inventory(
        manifests=tuple(_settled(manifests, allowed)),
        blobs={p: allowed[p].blob for p in manifests},
        unread=tuple(sorted([*large, *excluded])),
        foreign=tuple(Foreign(p, kind) for p in sorted(allowed) if (kind := _foreign_kind(p))),
    )


def _visible(look: Look) -> tuple[dict[str, TreeEntry], list[Unread]]:
    """The files that may be looked at by path; lock files are, though they are generated."""
    tree = survey(look.git, look.repository.revision)
    locks = {u.path for u in tree.unread if u.reason == "generated: a lock file"}
    large = {u.path for u in tree.unread if u.reason.startswith("too large")}
    paths = {f.path for f in tree.files} | locks | large
    entries = look.git.tree(look.repository.revision)
    return {e.path: e for e in entries if e.path in paths}, [u for u in tree.unread if u.path.endswith("/")]


def _reader_of(path: str) -> _Reader | None:
    if _IN_FOLDER.fullmatch(path):
        return requirements.read
    name = posixpath.basename(path)
    return next((reader for pattern, reader in _BY_NAME if pattern.fullmatch(name)), None)


def _foreign_kind(path: str) -> str:
    """The package manager of another language that this file is a manifest of, or ""."""
    name = posixpath.basename(path)
    return _FOREIGN_BY_NAME.get(name) or _FOREIGN_BY_NAME.get(f"*{posixpath.splitext(name)[1]}", "")


def _named(manifest: Manifest) -> tuple[str, ...]:
    return manifest.includes + manifest.constraints


def _read(look: Look, entries: Mapping[str, TreeEntry], wanted: Mapping[str, _Reader]) -> dict[str, Manifest]:
    """Read files, each content once in its life."""
    keys = {path: f"{entries[path].blob} {digest(path)}" for path in wanted}
    kept = look.cache.get_many(_KEPT_AS, keys.values())
    found = {p: codec.loads(Manifest, kept[k]) for p, k in keys.items() if k in kept}
    missing = [p for p in wanted if p not in found]
    contents = look.git.blobs(entries[p].blob for p in missing)
    new = {p: wanted[p](p, data) for p, (_, data) in zip(missing, contents, strict=True)}
    look.cache.put_many(_KEPT_AS, {keys[p]: codec.dumps(m) for p, m in new.items()})
    return found | new


def _settled(manifests: Mapping[str, Manifest], entries: Mapping[str, TreeEntry]) -> Iterable[Manifest]:
    """Manifests in order, without the loose requirements that a lock or a constraint settles."""
    constraints = {c for m in manifests.values() for c in m.constraints}
    for path, manifest in sorted(manifests.items()):
        is_no_list = path in constraints and not _reader_of(path)
        pinned = _pinned_for(manifest, manifests)
        loose = tuple(r for r in manifest.loose if not is_no_list and not _is_settled(r, pinned))
        settled = tuple(sorted({r.name for r in manifest.loose if _is_settled(r, pinned)}))
        missing = [
            Loose("", 0, f"{i} is not in the repository") for i in _named(manifest) if i not in entries
        ]
        yield replace(manifest, loose=(*loose, *missing), settled=settled)


def _is_settled(loose: Loose, pinned: set[str]) -> bool:
    return loose.name in pinned and loose.reason in (NO_EXACT_VERSION, setuptools.A_PROGRAM)


def _pinned_for(manifest: Manifest, manifests: Mapping[str, Manifest]) -> set[str]:
    """The packages whose version a constraint, or a lock in this folder or above, fixes."""
    chosen = [manifests[c] for c in manifest.constraints if c in manifests]
    if posixpath.basename(manifest.path) in _COVERED_BY_LOCKS:
        chosen += [m for m in manifests.values() if m.is_lock and _is_above(m.path, manifest.path)]
    return {pin.name for m in chosen for pin in m.pins}


def _is_above(lock_path: str, path: str) -> bool:
    folder = posixpath.dirname(lock_path)
    return not folder or path.startswith(f"{folder}/")
