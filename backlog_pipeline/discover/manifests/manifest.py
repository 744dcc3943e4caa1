"""What a manifest says: exact versions, and requirements that have none."""

import re
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

NO_EXACT_VERSION = "no exact version"
FROM_ADDRESS = "installed from an address or a folder"
NOT_UNDERSTOOD = "not understood"

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Pin:
    """An exact version. ``version`` is what is asked about, ``installed`` as it is written.

    The two differ by a local part (``2.0+cu118``), which advisories do not know. ``needle`` is the
    text of the file that says it, for a look into its history.
    """

    name: str
    version: str
    installed: str
    line: int
    needle: str


@dataclass(frozen=True, slots=True)
class Loose:
    """A requirement that cannot be audited. ``name`` is "" where none can be told."""

    name: str
    line: int
    reason: str = NO_EXACT_VERSION


@dataclass(frozen=True, slots=True)
class Manifest:
    """One file. ``problem`` says why nothing, or not everything, of it could be read.

    ``includes`` and ``constraints`` are paths it names, relative to the repository. A lock
    (``is_lock``) holds exact versions for the manifests of its folder and those below; ``settled``
    names requirements without an exact version that a lock or a constraint gives one.
    """

    path: str
    pins: tuple[Pin, ...] = ()
    loose: tuple[Loose, ...] = ()
    problem: str = ""
    includes: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    is_lock: bool = False
    settled: tuple[str, ...] = ()


def pin(name: str, written: str, line: int, needle: str) -> Pin | Loose:
    """A pin of ``name`` to the version as written; loose where that is no version."""
    try:
        return Pin(canonicalize_name(name), Version(written).public, written, line, needle)
    except InvalidVersion:
        return Loose(canonicalize_name(name), line, NOT_UNDERSTOOD)


def required(text: str, line: int) -> Pin | Loose:
    """A requirement as PEP 508 writes it: a pin where it names one exact version.

    Nothing of the text but the name goes into what is returned when it is loose: it may hold an
    address with a password.
    """
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return Loose("", line, NOT_UNDERSTOOD)
    name = canonicalize_name(requirement.name)
    if requirement.url is not None:
        return Loose(name, line, FROM_ADDRESS)
    exact = [s.version for s in requirement.specifier if s.operator in ("==", "===")]
    if not exact or exact[0].endswith("*"):
        return Loose(name, line)
    return pin(name, exact[0], line, text.partition(";")[0].strip())


def is_name(text: str) -> bool:
    """Whether it can be the name of a package."""
    return _NAME.fullmatch(text) is not None


def split(rows: list[Pin | Loose]) -> tuple[tuple[Pin, ...], tuple[Loose, ...]]:
    """Pins and loose requirements apart, each in the order of the file."""
    return tuple(r for r in rows if isinstance(r, Pin)), tuple(r for r in rows if isinstance(r, Loose))
