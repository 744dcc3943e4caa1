"""The value of a measurement in one line, for tables."""

from collections.abc import Mapping


def in_a_line(value: object) -> str:
    """Parts of an object by name, of a list of objects how many there are; ``-`` where it is undefined.

    >>> in_a_line({"READY": 2, "DONE": 1.5})
    'READY 2, DONE 1.5'
    """
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_part(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list | tuple):
        return _listed(value)
    return " ".join(str(value).split())


def _part(value: object) -> str:
    return f"({in_a_line(value)})" if isinstance(value, Mapping) and value else in_a_line(value)


def _listed(values: "list[object] | tuple[object, ...]") -> str:
    if not values:
        return "none"
    if any(isinstance(value, Mapping | list | tuple) for value in values):
        return f"{len(values):,} of them"
    return ", ".join(in_a_line(value) for value in values)
