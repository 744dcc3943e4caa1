"""Texts as YAML that any reader takes back as the same text, whatever a stranger wrote into them.

Plain where no reader, of YAML 1.1 or 1.2, could see anything but text; single quotes where the text
is printable; else double quotes with the escapes that JSON has too. Invisible characters (controls,
line separators, byte order marks, text-direction marks) are always escapes.
"""

import re
from collections.abc import Sequence

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(
    r"[A-Za-z][A-Za-z0-9 _./()+@=;,'-]*(?::[A-Za-z0-9_./()+@=;,'-]+[A-Za-z0-9 _./()+@=;,'-]*)*"
)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_ZERO_WIDTH_JOINER = "\u200d"


def clean(text: str) -> str:
    """The text as a file can hold it: half characters (bytes that were no UTF-8) become U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def quoted(text: str) -> str:
    """A text on one line, plain where that is safe."""
    text = clean(text)
    if _is_plain(text):
        return text
    if text.isprintable():
        return single(text) if "'" not in text or '"' in text or "\\" in text else f'"{text}"'
    return double(text)


def single(text: str) -> str:
    """A printable text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def double(text: str) -> str:
    """Any text in double quotes: valid YAML and valid JSON."""
    return '"' + "".join(_escaped(c) for c in clean(text)) + '"'


def flow_list(texts: Sequence[str]) -> str:
    """Texts as a list on one line: valid YAML and valid JSON."""
    return "[" + ", ".join(double(t) for t in texts) + "]"


def literal(text: str, indent: int, newline: str) -> str | None:
    """A text of several lines as a block scalar (``|-``) whose lines are indented by ``indent``.

    ``None`` where the text has only one line, or something in it would not survive (trailing white
    space, empty first or last line, characters that need an escape).
    """
    lines = text.split("\n")
    is_safe = len(lines) > 1 and all(_is_literal_line(line) for line in lines)
    if not is_safe or not lines[0] or lines[0][0] == " " or not lines[-1]:
        return None
    margin = " " * indent
    return newline.join(["|-", *(margin + line if line else "" for line in lines)])


def _is_literal_line(line: str) -> bool:
    return line.isprintable() and line == line.rstrip()


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and not text.endswith(" ") and text.lower() not in _WORDS


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() or char == _ZERO_WIDTH_JOINER or ord(char) > 0xFFFF:
        return char
    return f"\\u{ord(char):04x}"
