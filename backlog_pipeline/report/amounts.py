"""How a value is said to a person: a number with its unit, and never rounded to a claim it does not make."""

from collections.abc import Mapping, Sequence

from backlog_pipeline.report.words import code, prose

_MARKS = {"percent": " %", "percentage points": " points", "claim": "", "text": ""}


def amount(value: object, unit: str = "") -> str:
    """A value in a few words: numbers with their unit, objects as ``NAME: NUMBER``, lists by their length."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value, ceiling=100 if unit == "percent" else None) + _mark(unit, value)
    if isinstance(value, str):
        return code(value)
    if isinstance(value, Mapping):
        return ", ".join(_part(str(key), part) for key, part in value.items() if part != []) or "none"
    if isinstance(value, Sequence):
        return str(len(value))
    return "not known"


def _part(key: str, value: object) -> str:
    name = prose(key.replace("_", " "))
    if isinstance(value, Mapping):
        return f"{name} ({amount(value)})"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"{name}: {'; '.join(prose(str(entry)) for entry in value)}"
    return f"{name}: {amount(value)}"


def number(value: float, ceiling: float | None = None) -> str:
    """One decimal at most, and no more than that needs: neither 0 nor ``ceiling`` unless it is that."""
    if isinstance(value, int):
        return str(value)
    short = f"{value:.1f}".removesuffix(".0")
    if value and short in ("0", "-0"):
        return "less than 0.1" if value > 0 else "a little below 0"
    if ceiling is not None and value < ceiling <= float(short):
        return f"{ceiling - 0.1:.1f}"
    return "0" if short == "-0" else short


def _mark(unit: str, value: float) -> str:
    if value == 1 and unit.endswith("s") and " " not in unit:
        unit = unit[:-1]
    return _MARKS.get(unit, f" {prose(unit)}" if unit else "")
