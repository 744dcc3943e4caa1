"""Keys that mean the same, because something has them together: CVE = GHSA = PYSEC."""

from collections.abc import Iterable, Mapping


def groups_of_keys(all_keys: Iterable[tuple[str, ...]]) -> Mapping[str, str]:
    """For each key the least key that it is connected with (CVE = GHSA = PYSEC)."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for keys in all_keys:
        for key in keys:
            low, high = sorted((root(keys[0]), root(key)))
            parent[high] = low
    return {key: root(key) for key in parent}
