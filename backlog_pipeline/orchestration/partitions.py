"""The one partition of the graph: a repository, by its key."""

import dagster as dg

PARTITION_NAME = "repository"

REPOSITORY = dg.DynamicPartitionsDefinition(name=PARTITION_NAME)
"""Keys come from the registry; ``backlog run``, ``backlog ui`` and a sensor add them."""


def add_keys(instance: dg.DagsterInstance, keys: list[str]) -> list[str]:
    """Make the keys that are not partitions yet into partitions; returns those, sorted."""
    known = set(instance.get_dynamic_partitions(PARTITION_NAME))
    new = sorted(set(keys) - known)
    if new:
        instance.add_dynamic_partitions(PARTITION_NAME, new)
    return new
