"""Which lines of a docstring are an example: code that is shown, in which a marker is no call to act.

Examples are fenced (three or more backticks or tildes, closed by as many), sessions of the
interactive Python (``>>>`` and the ``...`` below it), and literal blocks: what is indented below a
line that ends with ``::``, or below a ``.. code-block::`` and its like. A fence that is never closed is
none, and other directives (``.. note::``) hold prose.
"""

import re
from collections.abc import Sequence

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)\Z")
_SESSION = re.compile(r">>>(?:\s|\Z)")
_GOES_ON = re.compile(r"\.\.\.(?:\s|\Z)")
_SHOWS_CODE = re.compile(r"\.\. (?:code|code-block|sourcecode|testcode|doctest|parsed-literal)::(?:\s|\Z)")


def is_example(lines: Sequence[tuple[int, str]]) -> list[bool]:
    """For each line (the column of its text, and the text without indent) whether it is in an example."""
    shown = [False] * len(lines)
    number = 0
    while number < len(lines):
        first, end = _example_at(lines, number)
        shown[first:end] = [True] * (end - first)
        number = max(end, number + 1)
    return shown


def _example_at(lines: Sequence[tuple[int, str]], number: int) -> tuple[int, int]:
    """The first line and the end of the example that line ``number`` opens; an empty range for none."""
    column, text = lines[number]
    if fence := _FENCE.match(text):
        return number, _end_of_fence(lines, number, fence["fence"])
    if _SESSION.match(text):
        end = number + 1
        while end < len(lines) and _GOES_ON.match(lines[end][1]):
            end += 1
        return number, end
    if _SHOWS_CODE.match(text) or (text.endswith("::") and not text.startswith(".. ")):
        end = number + 1
        while end < len(lines) and (not lines[end][1] or lines[end][0] > column):
            end += 1
        return number + 1, end
    return number, number


def _end_of_fence(lines: Sequence[tuple[int, str]], number: int, fence: str) -> int:
    """Behind the line that closes the fence; ``number`` where none does."""
    for end in range(number + 1, len(lines)):
        text = lines[end][1]
        if text.startswith(fence) and not text.strip(fence[0]):
            return end + 1
    return number
