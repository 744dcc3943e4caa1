"""What each marker of a comment asks for: its text over all its lines, and what it says about itself.

Following lines belong to a marker up to a blank one, a dedent, the next bullet of the same list, the
next marker, a tag or heading (``@param``, ``Args:``, ``name: ...``), a word to a tool (``noqa``) or
commented-out code.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backlog_pipeline.discover.comments.blocks import Line
from backlog_pipeline.discover.comments.recognise import PAIR_AFTER, WORD, is_marker
from backlog_pipeline.discover.comments.tags import Tags, mentioned_ticket, parse_tags

MOST_LINES = 20
"""How many lines below a marker can belong to it."""
_MAX_TEXT = 2000
_BULLET = re.compile(r"(?:[-*+•‣]|\d{1,2}[.)]|[a-z][.)])\s")
_TOOLS = (
    "eslint|jshint|stylelint|prettier|biome|istanbul|pylint|flake8|mypy|pyright|ruff|pragma|type|rubocop|shellcheck"
    "|hadolint|golangci|clang-format|checkstyle|phpcs|phpstan|psalm|swiftlint|ktlint|yamllint|markdownlint"
)
_LINE_STOPS = re.compile(
    r"[@\\:][A-Za-z]\w*|(?:NOTE|NB|WARNING|IMPORTANT|SAFETY|INFO|OPTIMIZE|REVIEW|DEPRECATED|SEE|PERF|TBD)\b[:(]"
    r"|[A-Z][A-Za-z]*(?: [A-Za-z]+)?:\Z|\*{0,2}[a-z_]\w*(?: ?\([^)]*\))?: \S|>>> |\.\. |```|~~~|</?[a-z]"
    rf"|(?i:(?:nolint|noinspection|noqa|region|endregion)\b|(?:{_TOOLS})[-: ](?=\S))"
)
_CODE = re.compile(
    r".*[;{]\Z|[\])}]+[;,)]*\Z|[\w.\[\]\"']+ [-+*/|]?= \S|[\w.:]+\([^()]*\)[;:,]*\Z|self\."
    r"|[\"'][^\"']*[\"'],?(?: *#.*)?\Z|(?:if|elif|for|while|with|def|class|else|try|except)\b.*:\Z"
    r"|(?:return|import|from|assert|raise) [\w.]+(?:\(.*|$)|(?:var|let|const) \w|</?\w+[ />]|@\w+\("
)
_CLOSING_TAG = re.compile(r"</\w+>$|\s+[*(\[<-]+$")


@dataclass(frozen=True, slots=True)
class Call:
    """A marker as it was written: kind, first and last line, its text in full and without tags.

    ``beside`` is the code before it on its line.
    """

    kind: str
    line: int
    end_line: int
    written: str
    text: str
    beside: str
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
    text = block[index].text
    for match in WORD.finditer(text):
        pair = PAIR_AFTER.match(text, found[-1].end()) if found else None
        is_second_of_pair = pair is not None and match.end() == pair.end()
        if not is_second_of_pair and is_marker(text, match, above):
            found.append(match)
    return found


def _call(block: Sequence[Line], index: int, match: "re.Match[str]", end: int, *, is_last: bool) -> Call:
    line = block[index]
    start = match.end()
    if pair := PAIR_AFTER.match(line.text, start):
        start = pair.end()
    tags, rest = parse_tags(line.text[start:end])
    following = _continuation(block, index, match.group()) if is_last else []
    pieces = [_without_closing(line.text, match, rest), *(text for _, text in following)]
    text = " ".join(p for p in pieces if p)[:_MAX_TEXT]
    if following and line.text[: match.start()].endswith("("):
        text = _split_balanced(text)[0]
    written = " ".join([line.text[match.start() : end].strip(), *(t for _, t in following)])[:_MAX_TEXT]
    if not tags.ticket and (ticket := mentioned_ticket(text)):
        tags = tags.joined(Tags(ticket=ticket))
    last = following[-1][0] if following else line.number
    return Call(match.group(), line.number, last, written, text, line.beside, tags)


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
