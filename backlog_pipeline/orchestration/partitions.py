"""The partitions of the graph: a repository by its key, and with days a day of a repository."""

from collections.abc import Iterable
from datetime import date

import dagster as dg
from sqlalchemy.exc import IntegrityError

PARTITION_NAME = "repository"
DATE_NAME = "date"

REPOSITORY = dg.DynamicPartitionsDefinition(name=PARTITION_NAME)
"""Keys come from the registry; ``backlog run``, ``backlog ui`` and a sensor add them."""


def days_of_repositories(since: date, zone: str) -> dg.MultiPartitionsDefinition:
    """Every day that has ended in that time zone, from ``since`` on, of every repository."""
    days = dg.DailyPartitionsDefinition(start_date=since.isoformat(), timezone=zone)
    return dg.MultiPartitionsDefinition({DATE_NAME: days, PARTITION_NAME: REPOSITORY})


def day_key(day: date, repository: str) -> dg.MultiPartitionKey:
    """The partition of one day of one repository."""
    return dg.MultiPartitionKey({DATE_NAME: day.isoformat(), PARTITION_NAME: repository})


def days_by_repository(keys: Iterable[str]) -> dict[str, list[date]]:
    """The days of each repository among partitions of days, both sorted."""
    found: dict[str, list[date]] = {}
    for key in keys:
        if not isinstance(key, dg.MultiPartitionKey):
            raise TypeError(f"{key} is no day of a repository")
        named = key.keys_by_dimension
        found.setdefault(named[PARTITION_NAME], []).append(date.fromisoformat(named[DATE_NAME]))
    return {repository: sorted(days) for repository, days in sorted(found.items())}


def add_keys(instance: dg.DagsterInstance, keys: list[str]) -> list[str]:
    """Make the keys that are not partitions yet into partitions; returns those, sorted.

    Dagster looks and then adds. Where another process adds one of them in between, Dagster adds none.
    """
    new = _unknown(instance, keys)
    while new:
        try:
            instance.add_dynamic_partitions(PARTITION_NAME, new)
            break
        except IntegrityError:
            tried, new = new, _unknown(instance, new)
            if new == tried:
                raise
    return new


def _unknown(instance: dg.DagsterInstance, keys: list[str]) -> list[str]:
    return sorted(set(keys) - set(instance.get_dynamic_partitions(PARTITION_NAME)))
