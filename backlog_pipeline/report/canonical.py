"""Values as canonical JSON: rounded once, in one order, readable in a diff, and safe to look at."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TypeAlias

from backlog_pipeline.errors import ReportError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

DECIMALS = 4
"""How many decimals a number keeps in a file. Scores, percentages, hours and days need no more."""

_STEPS = 10.0**DECIMALS
INVISIBLE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def canonical(value: object, where: str) -> Json:
    """The value as JSON: keys sorted, tuples as lists, numbers with ``DECIMALS`` decimals.

    Raises:
        ReportError: something in it is no JSON, or a number that is not finite; ``where`` names it.
    """
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, float) and math.isfinite(value):
        return rounded(value)
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key], f"{where}.{key}") for key in sorted(value, key=str)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [canonical(part, where) for part in value]
    raise ReportError(
        f"{where} holds {value!r:.80}, which is no JSON value",
        next_step="mend the metric (backlog_pipeline.testing.check_metric finds this), then run again",
    )


def rounded(value: float) -> float:
    """To ``DECIMALS`` decimals; what is not 0 keeps its first digit, because 0 means zero."""
    short: float = round(value, DECIMALS)
    return (short or float(f"{value:.0e}")) + 0.0


def floored(part: float) -> float:
    """A part of 1 with ``DECIMALS`` decimals, never rounded up: 0.99999 looked at is not all."""
    return math.floor(round(part * _STEPS, 6)) / _STEPS


def readable(text: str) -> str:
    """Text that UTF-8 can hold: a byte of a file name that was no text becomes U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def json_text(document: Mapping[str, Json]) -> str:
    r"""The document, indented by 2 for diffs, with a line's end at the end.

    Letters of every language stay readable; characters that nobody can see, or that turn the
    direction of the text around, are written as ``\uXXXX``.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"
