"""The kinds of value a setting can have; each reads strictly and says what it accepts.

``text`` takes a word from the environment, ``check`` a value that already has a type (TOML, a
flag, a run's configuration). Both raise ``NotAccepted`` on anything else; nothing is guessed.
"""

import difflib
import math
import re
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from backlog_pipeline.discover.interface import ScanLevel
from backlog_pipeline.settings.values import Secret

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ON = ("true", "yes", "on", "1")
_OFF = ("false", "no", "off", "0")


class NotAccepted(ValueError):
    """A value is not of this kind; the loader says which value of which setting.

    ``nearest`` is the accepted word that it may have been meant to be, or "".
    """

    def __init__(self, value: object, nearest: str = "") -> None:
        super().__init__(value)
        self.nearest = nearest


class Kind(Protocol):
    """How one value is read."""

    @property
    def accepts(self) -> str:
        """What is accepted, to complete "expected ..."."""
        ...

    def text(self, word: str) -> object:
        """The value a word stands for."""
        ...

    def check(self, value: object) -> object:
        """The value itself, if it is one."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number within bounds."""

    minimum: float
    maximum: float = math.inf

    @property
    def accepts(self) -> str:
        """The bounds in words."""
        return "a number" + _bounds(self.minimum, self.maximum)

    def text(self, word: str) -> float:
        """A decimal number: ``1.5``, ``2``, ``1e-3``."""
        if not _NUMBER.fullmatch(word):
            raise NotAccepted(word)
        return self.check(float(word))

    def check(self, value: object) -> float:
        """A float or an int that is no boolean."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise NotAccepted(value)
        if not self.minimum <= value <= self.maximum:
            raise NotAccepted(value)
        return float(value)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    minimum: int
    maximum: float = math.inf

    @property
    def accepts(self) -> str:
        """The bounds in words."""
        return "a whole number" + _bounds(self.minimum, self.maximum)

    def text(self, word: str) -> int:
        """Digits, with or without a sign."""
        if not _WHOLE.fullmatch(word):
            raise NotAccepted(word)
        return self.check(int(word))

    def check(self, value: object) -> int:
        """An int that is no boolean."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise NotAccepted(value)
        if not self.minimum <= value <= self.maximum:
            raise NotAccepted(value)
        return value


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    accepts: str = "true or false (also yes/no, on/off, 1/0)"

    def text(self, word: str) -> bool:
        """One of the words for on and off, in any case."""
        if word.lower() not in _ON + _OFF:
            raise NotAccepted(word)
        return word.lower() in _ON

    def check(self, value: object) -> bool:
        """A boolean."""
        if not isinstance(value, bool):
            raise NotAccepted(value)
        return value


@dataclass(frozen=True, slots=True)
class Level:
    """How much of what security scanners report becomes work."""

    accepts: str = "one of " + ", ".join(level.value for level in ScanLevel)

    def text(self, word: str) -> ScanLevel:
        """The level's name, in any case."""
        return self.check(word.lower())

    def check(self, value: object) -> ScanLevel:
        """The level's name, exactly."""
        if value not in list(ScanLevel):
            raise NotAccepted(value)
        return ScanLevel(str(value))


@dataclass(frozen=True, slots=True)
class Folder:
    """A path; where ``is_absolute``, one that depends on where a command runs is refused."""

    is_absolute: bool = True

    @property
    def accepts(self) -> str:
        """Which paths."""
        return "an absolute path" if self.is_absolute else "a path"

    def text(self, word: str) -> Path:
        """A path as written."""
        return self.check(word)

    def check(self, value: object) -> Path:
        """A path or its text."""
        if not isinstance(value, (str, Path)) or not str(value).strip() or "\0" in str(value):
            raise NotAccepted(value)
        if self.is_absolute and not Path(value).is_absolute():
            raise NotAccepted(value)
        return Path(value)


@dataclass(frozen=True, slots=True)
class Words:
    """A list of texts, each matching ``pattern``."""

    pattern: str
    accepts: str

    def text(self, word: str) -> tuple[str, ...]:
        """Texts separated by commas."""
        return self.check([part.strip() for part in word.split(",")])

    def check(self, value: object) -> tuple[str, ...]:
        """A list of texts; one written twice counts once."""
        if not isinstance(value, (list, tuple)):
            raise NotAccepted(value)
        if not all(isinstance(row, str) and re.fullmatch(self.pattern, row) for row in value):
            raise NotAccepted(value)
        return tuple(dict.fromkeys(value))


@dataclass(frozen=True, slots=True)
class Text:
    """A text on one line that is not empty and matches ``pattern``."""

    pattern: str = r".*"
    accepts: str = "a text on one line"

    def text(self, word: str) -> str:
        """The text as it is."""
        return self.check(word)

    def check(self, value: object) -> str:
        """A text."""
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise NotAccepted(value)
        if not re.fullmatch(self.pattern, value):
            raise NotAccepted(value)
        return value


@dataclass(frozen=True, slots=True)
class TimeZone:
    """The name of a time zone in the IANA database, exactly as it is written there."""

    accepts: str = "an IANA time zone, as in Europe/Berlin"

    def text(self, word: str) -> str:
        """The name."""
        return self.check(word)

    def check(self, value: object) -> str:
        """A name that the time zone database knows."""
        known = zoneinfo.available_timezones()
        if not isinstance(value, str) or value not in known:
            raise NotAccepted(value, _nearest(str(value), known))
        return value


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""

    accepts: str = "a day, as in 2010-01-01"

    def text(self, word: str) -> date:
        """Year, month and day with dashes."""
        return self.check(word)

    def check(self, value: object) -> date:
        """A TOML date, or its text."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise NotAccepted(value)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise NotAccepted(value) from None


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An ``http`` or ``https`` address; a slash at its end is dropped, a password in it is refused."""

    accepts: str = "an http:// or https:// address without a user name in it"

    def text(self, word: str) -> str:
        """The address."""
        return self.check(word)

    def check(self, value: object) -> str:
        """A text that is an address."""
        if not isinstance(value, str) or not value.isprintable() or " " in value:
            raise NotAccepted(value)
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise NotAccepted(value)
        return value.rstrip("/")


@dataclass(frozen=True, slots=True)
class Token:
    """A secret on one line, from the environment only; an empty one is none."""

    accepts: str = "a token of printable characters without spaces"

    def text(self, word: str) -> Secret:
        """The secret, wrapped."""
        return self.check(Secret(word))

    def check(self, value: object) -> Secret:
        """A wrapped secret; a plain text is refused, so that no file can hold one."""
        if not isinstance(value, Secret) or not re.fullmatch(r"[!-~]*", value.reveal()):
            raise NotAccepted("a secret")
        return value


def _nearest(word: str, known: set[str]) -> str:
    """The known name that is most like a word: its last part counts for itself (``Berlin``)."""
    names = {name.casefold(): name for name in sorted(known, reverse=True)}
    cities = {name.casefold().rpartition("/")[2]: name for name in sorted(known, reverse=True) if "/" in name}
    wanted = word.casefold().replace(" ", "_")
    for table in (names, cities):
        if wanted in table:
            return table[wanted]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    return names[near[0]] if near else ""


def _bounds(minimum: float, maximum: float) -> str:
    return f" of {minimum:g} or more" if maximum == math.inf else f" from {minimum:g} to {maximum:g}"
