"""One key's value, from its node and back to text.

Nothing is guessed by YAML: a scalar is the text the human wrote, and each kind of key has its own
parser. So ``NO`` is a title, ``12:30`` a text, and a date is one with a zone, without, quoted or not.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import assert_never

from backlog_pipeline.merge.backlog_text.keys import FieldValue, Kind
from backlog_pipeline.merge.backlog_text.words import RISK_WORDS, STATUS_WORDS, plain_word, type_of
from backlog_pipeline.merge.yaml_text.nodes import Node, Scalar, Sequence, resolved
from backlog_pipeline.merge.yaml_text.quote import clean, quoted, single
from backlog_pipeline.model.kinds import ItemType

_NUMBER = re.compile(r"\+?[0-9]+(?:\.[0-9]*)?|\+?\.[0-9]+")
_LINE_SUFFIX = re.compile(r":[0-9]+(?:-[0-9]+)?$")
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
_SPACE_BEFORE_ZONE = re.compile(r"\s+(?=Z$|[+-][0-9])")
_NOTHING = frozenset({"", "None"})
_LARGEST = 1_000_000
_SMALLEST_DIFFERENCE = 1e-9


def read_value(kind: Kind, node: Node, text: str) -> FieldValue | None:
    """What ``node`` (in ``text``) says; ``None`` where it says nothing (``null``, empty list).

    A program that writes Python's ``None`` as text, or an empty date or number, says nothing too.

    Raises:
        ValueError: it is no value of that kind; the message completes "<key> is ...".
    """
    target = resolved(node)
    if kind in (Kind.LIST, Kind.FILES):
        return _texts(target, text) or None
    if not isinstance(target, Scalar):
        return _source_text(target, text) if kind is Kind.TEXT else _refuse_collection(kind)
    if target.is_null:
        return None
    if kind is Kind.TEXT:
        return target.text.rstrip("\n") if target.style in ("|", ">") else target.text
    if target.text.strip() in _NOTHING:
        return None
    return _PARSERS[kind](target.text.strip())


def read_text(kind: Kind, text: str) -> FieldValue:
    """What somebody typed for a key that holds one value, as ``read_value`` would take it.

    Raises:
        ValueError: it is no value of that kind; the message completes "<key> is ...".
    """
    return text if kind is Kind.TEXT else _PARSERS[kind](text.strip())


def write_value(kind: Kind, value: FieldValue) -> str:
    """A value that is no list, on one line, as any YAML reader takes it back."""
    match value:
        case str():
            return quoted(value)
        case date():
            return single(value.isoformat())
        case int() | float():
            return number_text(value)
        case tuple():
            raise TypeError(f"a {kind.name} list is written by its entries")
        case _:
            assert_never(value)


def number_text(value: float) -> str:
    """A number as short as it goes: ``5``, ``2.5``."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def are_same(kind: Kind, have: FieldValue | None, want: FieldValue | None) -> bool:
    """Whether a file's value means what we would write, however it is spelled."""
    if have == want:
        return True
    if isinstance(have, str) and isinstance(want, str):
        return have.strip() == clean(want).strip()
    if isinstance(have, tuple) and isinstance(want, tuple):
        if kind is Kind.FILES:
            return files(have) == files(want)
        return have == tuple(clean(t) for t in want)
    if isinstance(have, (int, float)) and isinstance(want, (int, float)):
        return abs(have - want) < _SMALLEST_DIFFERENCE or (
            kind is Kind.FIGURE and want in (round(have, 2), round(have, 3))
        )
    return False


def files(entries: tuple[str, ...]) -> tuple[str, ...]:
    """The files that entries like ``./src/a.py:12`` name, sorted, each once."""
    return tuple(sorted({_LINE_SUFFIX.sub("", clean(e)).removeprefix("./") for e in entries} - {""}))


def parse_date(text: str) -> date:
    """The UTC day of a date or a time in ISO 8601. Raises ``ValueError``."""
    found = _DAY.match(text)
    padded = f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}{text[found.end() :]}" if found else text
    try:
        moment = datetime.fromisoformat(_SPACE_BEFORE_ZONE.sub("", padded))
        return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        raise ValueError(f"no date like 2026-01-31 ({_shown(text)})") from None


def _parse_component(text: str) -> float:
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"no number of 0 or more ({_shown(text)})")
    value = float(text)
    if value > _LARGEST:
        raise ValueError(f"{_shown(text)}, and must be at most {_LARGEST}")
    return value


def _parse_size(text: str) -> float:
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"no number above 0 ({_shown(text)})")
    value = float(text)
    if not 0 < value <= _LARGEST:
        raise ValueError(f"{_shown(text)}, and must be above 0 and at most {_LARGEST}")
    return value


def _parse_figure(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"no number ({_shown(text)})")
    return value


def _parse_status(text: str) -> str:
    return STATUS_WORDS[_known(plain_word(text).upper(), STATUS_WORDS, text)].value


def _parse_type(text: str) -> str:
    found = type_of(text)
    return found.value if found else _known(plain_word(text), [t.value for t in ItemType], text)


def _parse_risk_tier(text: str) -> str:
    return RISK_WORDS[_known(text.upper(), RISK_WORDS, text)].value


def _known(word: str, words: Collection[str], text: str) -> str:
    if word in words:
        return word
    near = get_close_matches(word, words, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(words)}"
    raise ValueError(f"{_shown(text)}, which is not known; {hint}")


_PARSERS: Mapping[Kind, Callable[[str], FieldValue]] = {
    Kind.STATUS: _parse_status,
    Kind.TYPE: _parse_type,
    Kind.RISK_TIER: _parse_risk_tier,
    Kind.DATE: parse_date,
    Kind.COMPONENT: _parse_component,
    Kind.SIZE: _parse_size,
    Kind.FIGURE: _parse_figure,
}


def _texts(node: Node, text: str) -> tuple[str, ...]:
    if isinstance(node, Scalar):
        return () if node.is_null else (node.text,)
    if not isinstance(node, Sequence):
        raise ValueError("a mapping, and must be a list")  # noqa: TRY004  (bad data, not a bad call)
    return tuple(t for entry in node.entries if (t := entry_text(entry, text)) is not None)


def entry_text(entry: Node, text: str) -> str | None:
    """What one entry of a list says: ``- Fix: this`` was meant as text, though YAML sees a mapping."""
    target = resolved(entry)
    if not isinstance(target, Scalar):
        return " ".join(text[target.start : target.end].split())
    if target.is_null:
        return None
    return target.text.rstrip("\n") if target.style in ("|", ">") else target.text


def _source_text(node: Node, text: str) -> str:
    """``[draft] x`` and ``{{ name }}`` were meant as text, though YAML sees brackets."""
    if isinstance(node, Scalar) or not node.is_flow:  # type: ignore[union-attr]
        raise ValueError("several values, and must be one text")
    return " ".join(text[node.start : node.end].split())


def _refuse_collection(kind: Kind) -> FieldValue:
    name = (Kind.COMPONENT if kind is Kind.SIZE else kind).name
    raise ValueError(f"several values, and must be one {name.lower().replace('_', ' ')}")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:37] + "...")
