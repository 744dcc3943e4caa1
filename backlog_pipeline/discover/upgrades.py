"""Which version to upgrade to: the lowest that leaves none of the advisories that can be left behind."""

from collections.abc import Iterable, Sequence

from packaging.version import InvalidVersion, Version


def lowest_fix(installed: Iterable[str], fixes: Sequence[Sequence[str]]) -> str:
    """The lowest version above every installed one that fixes every advisory which has a fix.

    A version counts as fixed when it is a fix, is a later one of a fix's own series (``2.2.5`` and
    ``2.2.6``), or is not below the newest fix: between the series of two fixes it may be vulnerable
    again. Pre-releases are only taken where one is installed or nothing else fixes.

    Args:
        fixes: for each advisory the versions that fix it; an empty one has no fix yet.

    Returns:
        "" where no advisory has a fix above what is installed.
    """
    above = max(_versions(installed), default=None)
    each = [versions for one in fixes if (versions := _versions(one))]
    if above is None or not each:
        return ""
    candidates = sorted({v for one in each for v in one if v > above})
    stable = [v for v in candidates if not v.is_prerelease or above.is_prerelease]
    fixing = [v for v in [*stable, *candidates] if all(_is_fixed(v, one) for one in each)]
    return str(fixing[0]) if fixing else ""


def _is_fixed(version: Version, fixes: Sequence[Version]) -> bool:
    if version >= max(fixes):
        return True
    return any(f <= version and f.release[:2] == version.release[:2] for f in fixes)


def _versions(texts: Iterable[str]) -> list[Version]:
    found = []
    for text in texts:
        try:
            found.append(Version(text))
        except InvalidVersion:
            continue  # no index would offer it
    return found
