"""Small pieces of text: ages, places, counts, and text made safe to print."""

import re
import unicodedata
from collections.abc import Sequence

from backlog_pipeline.model.item import Item

_AND_MORE = re.compile(r" and ([0-9,]+) more$")
_NO_TEXT = re.compile("[\udc80-\udcff]")


def plain(text: str) -> str:
    r"""Text from a repository on one line, without anything that steers a terminal.

    Bytes of a file name that are no text are shown as ``\xe9``, so that two names stay two.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _NO_TEXT.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)
    safe = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in text)
    return " ".join(safe.split())


def cut(text: str, width: int) -> str:
    """At most ``width`` characters, the last of which says that there is more."""
    if len(text) <= width:
        return text
    return text[: width - 1].rstrip() + "…" if width > 1 else ""


def cut_front(text: str, width: int) -> str:
    """At most ``width`` characters of the end: of a path, the file's name says the most."""
    if len(text) <= width:
        return text
    return "…" + text[len(text) - width + 1 :].lstrip() if width > 1 else ""


def cut_middle(place: str, width: int) -> str:
    """A place in at most ``width`` characters: the file's name, the line and how many more stay longest."""
    if len(place) <= width:
        return place
    place = _AND_MORE.sub(r" +\1", place)
    folder, slash, name = place.rpartition("/")
    room = width - len(slash + name) - 1
    if not slash or room < 0 or len(place) <= width:
        return cut_front(place, width)
    return f"{folder[:room]}…{slash}{name}"


def count(number: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """``a``, ``a and b``, ``a, b and c``; of many the first ones, and how many more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def age(days: int, *, is_at_least: bool = False) -> str:
    """``today``, ``12 days``, ``5 months``, ``3 years``; ``at least`` where history is cut off."""
    if days < 60:
        words = count(days, "day") if days else "today"
    else:
        words = count(round(days / 30.44), "month") if days < 730 else count(days // 365, "year")
    return f"at least {words}" if is_at_least and days else words


def where(item: Item) -> str:
    """The first place, and how many more there are."""
    places = [str(place) for place in item.places if place.path]
    if not places:
        return "no file"
    more = len(places) - 1
    return plain(places[0]) + (f" and {more:,} more" if more else "")
