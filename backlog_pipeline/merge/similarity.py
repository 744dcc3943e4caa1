"""How alike two texts are, and from when on an edited text is still the same work.

The bounds come from what people did: every commit of SQLAlchemy that changed one marked comment in one
place was read and judged (``docs/explanation/identity.md`` has the table), and they were then tried on
other histories.
"""

from difflib import SequenceMatcher

BOUND_BETWEEN = 0.6
"""Least likeness of an edited text whose neighbours above and below are both unchanged."""

BOUND_BESIDE = 0.8
"""Least likeness where only one of the two neighbours is unchanged."""

DOUBT_FROM = 0.4
"""From here up to the bound a text may be the same work: it is new, with a recorded doubt."""

_TELLING_CHARS = 12
_WORD_CHARS = 3
_MOST_CHARS = 2_000


def likeness(old: str, new: str) -> float:
    """0 (nothing in common) to 1 (equal): matching characters twice, by the length of both.

    This is Ratcliff and Obershelp's measure ("Pattern Matching: The Gestalt Approach", 1988) as
    ``difflib`` computes it, the greater of both directions, so that it is symmetric. A text that goes
    on where the other ends (a line was added, or broken off) counts as 1 when the shorter says enough.
    Of very long texts the first 2,000 characters are compared.
    """
    old, new = old[:_MOST_CHARS], new[:_MOST_CHARS]
    short, long = sorted((old, new), key=len)
    if len(short) >= _TELLING_CHARS and " " in short and long.startswith(short):
        return 1.0
    return max(_ratio(old, new), _ratio(new, old))


def are_words_added_or_taken(old: str, new: str) -> bool:
    """Whether one says all words of the other, in their order, and more."""
    short, long = sorted((old.split(), new.split()), key=len)
    left = iter(long)
    return any(len(word) >= _WORD_CHARS for word in short) and all(word in left for word in short)


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
