"""Which TODO, FIXME, HACK, XXX and BUG in a comment are markers, and what each of them asks for.

A marker is a call to act, in capitals and as a word of its own. It counts

* at the start of a comment's line, after nothing but punctuation, a bullet or a checkbox;
* inside a line after the end of a sentence, a dash or an opening bracket;
* anywhere else only with a colon or a tag behind it (``... TODO: x``, ``... TODO(ana) x``).

It does not count where the word is only mentioned or is a name: in quotes or backticks, part of a
longer word, path, number or call (``TODO_LIST``, ``BUG-123``, ``XXX-XX``, ``TODO.md``, ``BUG()``),
one of a list (``TODO, FIXME and XXX``), assigned to, ``BUG`` before a number (a reference), or at
the start of a line that goes on with a sentence (``the`` / ``TODO list``).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backlog_pipeline.discover.comments.blocks import Line
from backlog_pipeline.discover.comments.tags import Tags, mentioned_ticket, parse_tags

WORD = re.compile(r"(?<!\w)(?:TODO|FIXME|HACK|XXX|BUG)(?!\w)")
_ANY = "(?:TODO|FIXME|HACK|XXX|BUG)"
MOST_LINES = 20
"""How many lines below a marker can belong to it."""
_MAX_TEXT = 2000

_NAME_AFTER = re.compile(
    r"-\w|[.\\]\w|/(?!(?:TODO|FIXME|HACK|XXX|BUG)\b)\w|::|[\"'`*_]?[\"'`]|\(\)|\(s\)|\[\d*\]|%|\$|\}\}?(?!\s*\w)"
    r"|[ \t]*[-+|&^]?=(?!=)(?![=>])|[ \t]*==|\.\*"
)
_LIST_AFTER = re.compile(
    rf"(?:[ \t]*[,/|&][ \t]*|[ \t]+(?:and|or|nor|vs\.?)[ \t]+)[\"'`(]*{_ANY}(?!\w)", re.I
)
_LIST_BEFORE = re.compile(
    rf"(?<!\w){_ANY}[\"'`)]*(?:[ \t]*[,/|&][ \t]*(?:and |or )?|[ \t]+(?:and|or|nor)[ \t]+)\Z"
)
_PAIR_AFTER = re.compile(rf"[ \t]?[/|,&][ \t]?{_ANY}(?=[ \t]*[:(\[]|[ \t]+\w|\s*\Z)")
_NUMBER_AFTER = re.compile(r"[ \t]*#?\d")
_ATTACHED_BEFORE = re.compile(r"(?:[\"'`$%{\\\w?=&]|\w[\[(<*@]|(?<!\s)[./:](?<!\A[./:])|\w-)\Z")
_START = re.compile(r"(?:</?\w+>|[^\w\"'`$%{\\]|\b[\dA-Za-z][.)]\s|\[[xX]\]\s)*\Z")
_BULLET = re.compile(r"(?:[-*+•‣]|\d{1,2}[.)]|[a-z][.)])\s")
_STRONG_AFTER = re.compile(r"[ \t]?:(?!:)|[ \t]\([^()]*\):|\((?!\))[^()]*\)|\[[^\[\]]+\][: ]|[ \t]@\w")
_BREAK_BEFORE = re.compile(
    r"(?:[.;!?…)\]}>]|(?:^|\s)(?:--+|[-–—*|/#=~]+|\.\.+)|[:,]\s*\()\s*\Z|\w[ \t]{2,}\Z|(?:^|\s)[(\[<*]+\Z"
)
_SENTENCE_GOES_ON = re.compile(
    r"(?:^|[\s(])(?:the|a|an|of|to|in|for|from|with|and|or|as|is|are|by|at|every|our|your|my|its|their|see|via|into|"
    r"than|be|e\.g\.|i\.e\.|another|other|called|named|containing|marked)\s*\Z",
    re.I,
)
_ENDS_NOUN = r"(?=[.,;)]|\Z|[ \t]+(?:is|in|of|for|that|which|and)\b)"
_COMPOUND_AFTER = re.compile(
    rf"[ \t]+(?:(?:list|comment|marker|tag|annotation|keyword|item)\b{_ENDS_NOUN}"
    r"|(?:lists|comments|markers|tags|annotations|keywords|items|entries|tracker)\b)(?![ \t]*:)"
)
_LINE_STOPS = re.compile(
    r"[@\\:][A-Za-z]\w*|(?:NOTE|NB|WARNING|IMPORTANT|SAFETY|INFO|OPTIMIZE|REVIEW|DEPRECATED|SEE|PERF|TBD)\b[:(]"
    r"|[A-Z][A-Za-z]*(?: [A-Za-z]+)?:\Z|\*{0,2}[a-z_]\w*(?: ?\([^)]*\))?: \S|>>> |\.\. |```|~~~|</?[a-z]"
    r"|(?i:nolint|noinspection|noqa|region|endregion|[a-z]+[-: ]+(?:disable|enable|ignore))\b|[A-Z]{3,}:[A-Z]"
)
_CODE = re.compile(
    r".*[;{]\Z|[\])}]+[;,)]*\Z|[\w.\[\]\"']+ [-+*/|]?= \S|[\w.:]+\([^()]*\)[;:,]*\Z|self\."
    r"|[\"'][^\"']*[\"'],|(?:if|elif|for|while|with|def|class|else|try|except)\b.*:\Z"
    r"|(?:return|import|from|assert|raise) [\w.]+(?:\(.*|$)|(?:var|let|const) \w|</?\w+[ />]|@\w+\("
)
_CLOSING_TAG = re.compile(r"</\w+>$|\s+[*(\[<-]+$")
_SAYS_SOMETHING_OF_IT = re.compile(
    r"[ \t]+(?:is|are|was|were|means?)[ \t]+(?:not|a|an|the|only|used|done|removed|for)\b"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A marker as it was written: kind, first and last line, its text in full and without tags."""

    kind: str
    line: int
    end_line: int
    written: str
    text: str
    tags: Tags


def calls(block: Sequence[Line]) -> Iterator[Call]:
    """The markers of one comment, in order."""
    for index, line in enumerate(block):
        found = _marked(block, index)
        for nth, match in enumerate(found):
            is_last = nth + 1 == len(found)
            end = len(line.text) if is_last else found[nth + 1].start()
            yield _call(block, index, match, end, is_last=is_last)


def _marked(block: Sequence[Line], index: int) -> list["re.Match[str]"]:
    above = block[index - 1].text if index else ""
    found: list[re.Match[str]] = []
    for match in WORD.finditer(block[index].text):
        if (
            found
            and _PAIR_AFTER.match(block[index].text, found[-1].end())
            and match.start() - found[-1].end() < 4
        ):
            continue
        if is_marker(block[index].text, match, above):
            found.append(match)
    return found


def is_marker(text: str, match: "re.Match[str]", above: str = "") -> bool:
    """Whether the word that ``match`` found in a comment's line calls to act (``above``: the line before)."""
    before, after = text[: match.start()], text[match.end() :]
    is_start = _START.match(before) is not None
    if _is_mention(match.group(), before, after, is_start=is_start):
        return False
    is_strong = _STRONG_AFTER.match(after) is not None
    if is_start:
        return is_strong or not (_SENTENCE_GOES_ON.search(above) or _COMPOUND_AFTER.match(after))
    if before[-1] not in " \t([<*@":
        return False
    if is_strong and not before.endswith("<"):
        return not _SENTENCE_GOES_ON.search(before) or after.startswith(("(", ":"))
    is_about_it = _COMPOUND_AFTER.match(after) or _SAYS_SOMETHING_OF_IT.match(after)
    return bool(_BREAK_BEFORE.search(before)) and not is_about_it


def _is_mention(kind: str, before: str, after: str, *, is_start: bool) -> bool:
    if _NAME_AFTER.match(after) or _ATTACHED_BEFORE.search(before) or _LIST_BEFORE.search(before):
        return True
    if kind == "BUG" and _NUMBER_AFTER.match(after):
        return True
    return bool(_LIST_AFTER.match(after)) and not (is_start and _PAIR_AFTER.match(after))


def _call(block: Sequence[Line], index: int, match: "re.Match[str]", end: int, *, is_last: bool) -> Call:
    line = block[index]
    start = match.end()
    if pair := _PAIR_AFTER.match(line.text, start):
        start = pair.end()
    tags, rest = parse_tags(line.text[start:end])
    following = _continuation(block, index, match.group()) if is_last else []
    pieces = [_without_closing(line.text, match, rest), *(text for _, text in following)]
    text = " ".join(p for p in pieces if p)[:_MAX_TEXT]
    written = " ".join([line.text[match.start() : end].strip(), *(t for _, t in following)])[:_MAX_TEXT]
    if not tags.ticket and (ticket := mentioned_ticket(text)):
        tags = tags.joined(Tags(ticket=ticket))
    last = following[-1][0] if following else line.number
    return Call(match.group(), line.number, last, written, text, tags)


def _without_closing(text: str, match: "re.Match[str]", rest: str) -> str:
    """The text behind a marker; one in brackets ends with them, and a bare one takes the words before."""
    opener = text[: match.start()][-1:]
    closer = {"(": ")", "[": "]", "<": ">"}.get(opener, "")
    if closer and closer in rest and rest.count(opener) < rest.count(closer):
        inside, _, outside = rest.partition(closer) if opener != "(" else _split_balanced(rest)
        rest = inside if any(c.isalnum() for c in inside) else outside
    rest = _CLOSING_TAG.sub("", rest.lstrip(" \t:-–—.,;!?*>=#~|").rstrip(" \t=~*#|/"))
    if any(c.isalnum() for c in rest):
        return rest
    return text[: match.start()].strip(" \t:-–—.,;([<*#=~|/")


def _split_balanced(rest: str) -> tuple[str, str, str]:
    depth = 1
    for index, character in enumerate(rest):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if not depth:
            return rest[:index], ")", rest[index + 1 :]
    return rest, "", ""


def _ends_before(line: Line) -> bool:
    """Whether a line is no text that goes on: empty, a new tag or heading, or commented-out code."""
    is_empty = not any(c.isalnum() for c in line.text)
    return is_empty or bool(_LINE_STOPS.match(line.text) or _CODE.match(line.text))


def _continuation(block: Sequence[Line], index: int, kind: str) -> list[tuple[int, str]]:
    """The lines below a marker that go on with its text, up to a blank line or a new thought."""
    first, found = block[index], []
    bullet = _BULLET.match(first.text)
    for nth in range(index + 1, min(len(block), index + 1 + MOST_LINES)):
        line = block[nth]
        is_dedented = line.column < first.column and index > 0
        is_sibling = bool(bullet) and line.column <= first.column and bool(_BULLET.match(line.text))
        if is_dedented or is_sibling or _ends_before(line):
            break
        marked = _marked(block, nth)
        text = line.text[: marked[0].start()].rstrip(" \t([<*-") if marked else line.text
        if not marked or text.endswith((".", ";", "!", "?", ")")):
            found.append((line.number, text.removeprefix(f"{kind} ")))
        if marked:
            break
    return found
