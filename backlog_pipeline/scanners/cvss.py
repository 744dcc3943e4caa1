"""The base score of a CVSS version 3 vector.

Formulas, weights and the rounding are those of the Common Vulnerability Scoring System v3.1
specification, section 7.1, 7.4 and appendix A (FIRST.org, https://www.first.org/cvss/v3.1/specification-document).
Version 3.0 has the same base formulas. Version 4 vectors are looked up in a table of 270 scores that
is not part of this program; they are not computed here.
"""

import re

_PREFIX = re.compile(r"CVSS:3\.[01]/")
_IMPACT = {"H": 0.56, "L": 0.22, "N": 0.0}
_WEIGHTS: dict[str, dict[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "PR": {"N": 0.85, "L": 0.62, "H": 0.27},
    "UI": {"N": 0.85, "R": 0.62},
    "S": {"U": 0.0, "C": 1.0},
    "C": _IMPACT,
    "I": _IMPACT,
    "A": _IMPACT,
}
_PRIVILEGES_CHANGED = {"N": 0.85, "L": 0.68, "H": 0.5}


def base_score(vector: str) -> float | None:
    """The base score, 0.0 to 10.0, of a vector such as ``CVSS:3.1/AV:N/AC:L/...``; else ``None``."""
    metrics = _metrics(vector)
    if metrics is None:
        return None
    weight = {name: table[metrics[name]] for name, table in _WEIGHTS.items()}
    is_changed = metrics["S"] == "C"
    if is_changed:
        weight["PR"] = _PRIVILEGES_CHANGED[metrics["PR"]]
    impact = _impact(1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"]), is_changed=is_changed)
    exploitability = 8.22 * weight["AV"] * weight["AC"] * weight["PR"] * weight["UI"]
    if impact <= 0:
        return 0.0
    return _round_up(min((1.08 if is_changed else 1.0) * (impact + exploitability), 10.0))


def _metrics(vector: str) -> dict[str, str] | None:
    match = _PREFIX.match(vector)
    if not match:
        return None
    metrics = dict(part.partition(":")[::2] for part in vector[match.end() :].split("/"))
    is_whole = all(metrics.get(name) in table for name, table in _WEIGHTS.items())
    return metrics if is_whole else None


def _impact(base: float, *, is_changed: bool) -> float:
    if is_changed:
        return 7.52 * (base - 0.029) - 3.25 * float((base - 0.02) ** 15)
    return 6.42 * base


def _round_up(value: float) -> float:
    """The smallest number with one decimal that is not below ``value`` (appendix A)."""
    number = round(value * 100_000)
    return number / 100_000 if number % 10_000 == 0 else (number // 10_000 + 1) / 10
