"""A single-pass scanner that tells comments from code, strings and everything else.

A ``Mode`` is one compiled alternation of what matters in one kind of text, with an action for each
alternative; between matches the regular-expression engine skips at its own speed. Actions return
where to go on, and may push a mode (an interpolation inside a string, an element inside code).

When a file is not what its language promises, the scan goes on in a defined way: an opener that is
never closed counts as an ordinary character, and its line is kept in ``Scanner.lost``. After
``_REWINDS`` of these in one file, what is open at the end is left open, so time stays linear.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

_REWINDS = 3
_MOST_LOST_DOCUMENTS = 20

Action = Callable[["Scanner", "re.Match[str]"], int]


class Style(Enum):
    """How a comment is written, which decides what belongs to it."""

    LINE = "line"
    BLOCK = "block"
    DOC = "doc"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as offsets into the text; ``inner_start`` to ``inner_end`` leaves its delimiters out."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    style: Style


class Mode:
    """The rules of one kind of text. Defined in two steps, since modes name each other.

    ``can_stay_open`` says that the text may end inside it (a PHP file without a closing tag).
    """

    __slots__ = ("_actions", "_match", "_stop", "can_stay_open", "name")

    def __init__(self, name: str, *, can_stay_open: bool = False) -> None:
        self.name = name
        self.can_stay_open = can_stay_open
        self._actions: dict[int, Action] = {}

    def define(self, rules: Iterable[tuple[str, Action]], stops: str = "") -> "Mode":
        """Set the rules: patterns (``re.S | re.M``) in order of precedence, each with its action.

        ``stops`` is an alternation of literals, one of which begins every match of every rule: the
        engine finds these ten times faster than it tries rules. "" tries the rules everywhere.
        """
        group, parts = 1, []
        for pattern, action in rules:
            parts.append(f"({pattern})")
            self._actions[group] = action
            group += 1 + re.compile(pattern).groups
        compiled = re.compile("|".join(parts), re.S | re.M)
        self._match = compiled.match if stops else compiled.search
        self._stop = re.compile(stops).search if stops else None
        return self

    def next(self, text: str, position: int, end: int) -> "re.Match[str] | None":
        """The next place where a rule matches."""
        if self._stop is None:
            return self._match(text, position, end)
        while stop := self._stop(text, position, end):
            position = stop.start()
            if match := self._match(text, position, end):
                return match
            position += 1
        return None

    def act(self, scanner: "Scanner", match: "re.Match[str]") -> int:
        """Run the action of the alternative that matched."""
        return self._actions[match.lastindex or 0](scanner, match)


@dataclass(slots=True)
class Frame:
    """An open mode: where it began, where to go on if it never ends, and the comments before it."""

    mode: Mode
    opened: int
    resume: int
    comments: int


@dataclass(frozen=True, slots=True)
class HereDocument:
    """A here-document that was declared: its last line, and the mode of its body (``None``: a string)."""

    declared_at: int
    closer: "re.Pattern[str]"
    body: Mode | None = None


class Scanner:
    """The state of one scan over one text.

    ``enough`` is an offset behind which nothing is asked for: the scan ends there, unless
    something is still open.
    """

    def __init__(self, text: str, enough: int | None = None) -> None:
        self.text = text
        self.enough = len(text) if enough is None else enough
        self.end = len(text)
        self.comments: list[Comment] = []
        self.lost: list[int] = []
        self.frames: list[Frame] = []
        self.after_header = 0
        self.heredocs: list[HereDocument] = []
        self._unclosed: set[str] = set()
        self._partners: dict[str, dict[int, int]] = {}
        self._rewinds = 0

    def run(self, mode: Mode, start: int = 0, end: int | None = None) -> "Scanner":
        """Scan from ``start`` to ``end`` (the whole text by default) in ``mode``."""
        outer_frames, outer_end = self.frames, self.end
        self.frames, self.end = (
            [Frame(mode, start, start, len(self.comments))],
            outer_end if end is None else end,
        )
        try:
            self._scan(start)
        finally:
            self.frames, self.end = outer_frames, outer_end
        return self

    def _scan(self, position: int) -> None:
        while True:
            mode = self.frames[-1].mode
            match = mode.next(self.text, position, self.end)
            if self.heredocs and (body := self._skip_bodies(position, match)) is not None:
                position = body
            elif match is not None:
                position = mode.act(self, match)
                if position > self.enough and len(self.frames) == 1:
                    return
            elif (unclosed := self._unclosed_frame()) and self._rewinds < _REWINDS:
                self._rewinds += 1
                position = self.abandon(unclosed)
            else:
                return

    def _unclosed_frame(self) -> int:
        """The outermost open mode that must not stay open, or 0."""
        return next((n for n, f in enumerate(self.frames) if n and not f.mode.can_stay_open), 0)

    def push(self, mode: Mode, opened: int, position: int, resume: int = -1) -> int:
        """Enter ``mode`` at ``position``; ``resume`` is where to go on if it is never left."""
        self.frames.append(Frame(mode, opened, position if resume < 0 else resume, len(self.comments)))
        return position

    def pop(self, position: int) -> int:
        """Leave the innermost mode (the outermost stays)."""
        if len(self.frames) > 1:
            self.frames.pop()
        return position

    def swap(self, mode: Mode, position: int) -> int:
        """Go on in another mode in place of the innermost."""
        if len(self.frames) > 1:
            self.frames[-1].mode = mode
        return position

    def abandon(self, depth: int) -> int:
        """Give up the open modes from ``depth`` on: their opener was an ordinary character."""
        frame = self.frames[depth]
        del self.frames[depth:], self.comments[frame.comments :]
        self.lost.append(frame.opened)
        return frame.resume

    def find(self, closer: str, start: int) -> int:
        """Where ``closer`` stands from ``start`` on, or -1; a closer once missed is not sought again."""
        if closer in self._unclosed:
            return -1
        found = self.text.find(closer, start, self.end)
        if found < 0 and self.end == len(self.text):
            self._unclosed.add(closer)
        return found

    def search(self, closer: "re.Pattern[str]", start: int) -> "re.Match[str] | None":
        """Like ``find``, for a closer that is a pattern."""
        if closer.pattern in self._unclosed:
            return None
        found = closer.search(self.text, start, self.end)
        if found is None and self.end == len(self.text):
            self._unclosed.add(closer.pattern)
        return found

    def partner(self, opener: str, closer: str, inner: int) -> int:
        """Where the bracket closes behind which ``inner`` lies, others inside it closed first, or -1.

        All brackets of a kind are paired in one pass: what closes a bracket depends only on what
        follows it. An escaped bracket is none.
        """
        pairs = self._partners.get(opener)
        if pairs is None:
            pairs = self._partners[opener] = _paired(self.text, opener, closer)
        found = pairs.get(inner, -1)
        return found if found + len(closer) <= self.end else -1

    def lose(self, position: int, resume: int) -> int:
        """Note that what opens at ``position`` is never closed, and go on at ``resume``."""
        self.lost.append(position)
        return resume

    def add(self, start: int, end: int, opener: int, closer: int, style: Style) -> int:
        """Record a comment whose delimiters have these lengths; returns its end."""
        self.comments.append(Comment(start, end, start + opener, end - closer, style))
        return end

    def _skip_bodies(self, position: int, match: "re.Match[str] | None") -> int | None:
        """Where the here-documents of this line end, once the scan has come to the line's end."""
        line_end = self.text.find("\n", position, self.end)
        if line_end < 0:
            self.heredocs.clear()
            return None
        if match is not None and match.start() < line_end:
            return None
        position = line_end + 1
        for document in self.heredocs:
            is_hopeless = len(self.lost) > _MOST_LOST_DOCUMENTS
            found = None if is_hopeless else self.search(document.closer, position)
            if found is None:
                self.lost.append(document.declared_at)
                continue
            if document.body is not None:
                nested, self.heredocs = self.heredocs, []
                self.run(document.body, position, found.start())
                self.heredocs = nested
            position = found.end()
        self.heredocs = []
        return position


def _paired(text: str, opener: str, closer: str) -> dict[int, int]:
    """The place of the closer, by the place behind its opener."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for match in re.finditer(rf"\\.|({re.escape(opener)})|{re.escape(closer)}", text, re.S):
        if match.group(1):
            waiting.append(match.end())
        elif match.group() == closer and waiting:
            pairs[waiting.pop()] = match.start()
    return pairs
