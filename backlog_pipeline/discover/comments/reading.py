"""One file's content to its markers, ready to be kept per blob and to become findings."""

import re
from dataclasses import dataclass

from backlog_pipeline.discover.comments.blocks import Text, blocks
from backlog_pipeline.discover.comments.calls import MOST_LINES, Call, calls
from backlog_pipeline.discover.comments.languages import Language
from backlog_pipeline.discover.comments.recognise import WORD
from backlog_pipeline.discover.comments.scanner import Scanner
from backlog_pipeline.model.finding import Anchor
from backlog_pipeline.model.fingerprint import anchor, normalise

_WORDS = re.compile("TODO|FIXME|HACK|XXX|BUG")
_TITLE_CHARS = 120
_CODE_CHARS = 60
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\]\"'`][.!?])\s+(?=[A-Z(\"'`])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker of one file: where, what it asks for, what it says about itself, how it is found again.

    ``text`` is normalised and without tags.
    """

    kind: str
    line: int
    end_line: int
    text: str
    title: str
    detail: str
    anchor: Anchor
    owner: str = ""
    ticket: str = ""
    label: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one content, and what was hard to read in it."""

    markers: tuple[Marker, ...] = ()
    notes: tuple[str, ...] = ()


def read(data: bytes, language: Language) -> Reading:
    """The markers in a file's content. Never raises on content, whatever it is."""
    text, note = decode(data)
    offsets = [m.start() for m in _WORDS.finditer(text) if WORD.match(text, m.start())]
    if not offsets:
        return Reading()
    scanner = Scanner(text, _some_lines_after(text, offsets[-1])).run(language.mode)
    lines = Text(text)
    found = sorted(
        (c for block in blocks(lines, scanner.comments, offsets) for c in calls(block)), key=lambda c: c.line
    )
    notes = [note] if note else []
    if scanner.lost:
        numbers = sorted({lines.number(position) for position in scanner.lost})
        notes.append(f"line {numbers[0]}: something opens here and is never closed")
    anchors = {at: anchor(lines.lines, *at) for at in {(c.line, c.end_line) for c in found}}
    markers = (_marker(lines, call, anchors[call.line, call.end_line]) for call in found)
    return Reading(tuple(markers), tuple(notes))


def _some_lines_after(text: str, offset: int) -> int:
    """Where a comment at ``offset`` has surely told all that belongs to it."""
    for _ in range(MOST_LINES + 2):
        offset = text.find("\n", offset + 1)
        if offset < 0:
            return len(text)
    return offset


def decode(data: bytes) -> tuple[str, str]:
    """A file's text with Unix line ends, and a note where it is not UTF-8."""
    note = ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, note = data.decode("latin-1"), "not UTF-8, read as Latin-1"
    return text.replace("\r\n", "\n") if "\r" in text else text, note


def text_of(lines: Text, call: Call) -> str:
    """The text by which a marker is known again: what it says, else the code that it stands at."""
    text = normalise(call.text)
    if text:
        return text
    code = _code_near(lines, call)
    return normalise(f"near {code}" if code else f"{call.kind} without text")


def _marker(lines: Text, call: Call, where: Anchor) -> Marker:
    title = f"{call.kind}: {_first_sentence(call.text)}"
    if not normalise(call.text):
        code = _code_near(lines, call)
        title = f"{call.kind} without text"
        title += f" near `{clip(clean(code), _CODE_CHARS)}`" if code else ""
    tags = call.tags
    return Marker(
        kind=call.kind,
        line=call.line,
        end_line=call.end_line,
        text=text_of(lines, call),
        title=clip(clean(title), _TITLE_CHARS),
        detail=clean(call.written),
        anchor=where,
        owner=clean(tags.owner),
        ticket=clean(tags.ticket),
        label=clean(tags.label),
        due=tags.due,
    )


def _first_sentence(text: str) -> str:
    head = _SENTENCE_END.split(text, maxsplit=1)[0]
    return head if len(head) >= 12 else text


def _code_near(lines: Text, call: Call) -> str:
    """The code that a marker without text stands at: before it on its line, else below, else above."""
    below = lines.lines[call.end_line : call.end_line + 10]
    above = reversed(lines.lines[max(0, call.line - 11) : call.line - 1])
    return next((s.strip() for s in (call.beside, *below, *above) if any(c.isalnum() for c in s)), "")


def clean(text: str) -> str:
    """Text that is safe on one line of a terminal: no control or invisible characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def clip(text: str, limit: int) -> str:
    """Text of at most ``limit`` characters, cut at a word where possible."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:.-") + "…"
