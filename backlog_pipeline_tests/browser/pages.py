"""The addresses of the pages of Dagster's UI."""

from collections.abc import Sequence

GROUPS = ("discover", "merge", "score", "plan")


def lineage(groups: Sequence[str] = GROUPS) -> str:
    """The whole lineage, with these groups expanded."""
    return "asset-groups?expanded=" + ",".join(f"global@global:{group}" for group in groups)


def asset(name: str, view: str = "overview") -> str:
    """One asset; ``view`` is one of overview, partitions, events, checks, lineage."""
    return f"assets/{name}?view={view}"
