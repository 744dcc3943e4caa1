"""The texts of the markers in version after version of a file, without reading it anew each time.

Versions of a file share nearly everything. So a file is read in pieces that end at blank lines
where nothing is open (no string, comment, header or here-document), and what a piece held is
remembered by its text and by what is open where it begins. From the version before, all pieces in
the common beginning and the common end are taken over at once.

A piece never seen is scanned inside its whole text, so a first reading is exactly that of the whole
(``gather.markers``); the tests hold both to the same answer. Where something opens and is never
closed, the file is read whole.

What is assumed of a piece seen before: nothing behind it changes how it is read. That fails only
where a quote stands unpaired to the end of the file in a language in which it is then no quote (a
shell script with one lone ``'``), and a later version pairs it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from backlog_pipeline.discover.comments.blocks import Text, blocks
from backlog_pipeline.discover.comments.calls import Call, calls
from backlog_pipeline.discover.comments.gather import markers
from backlog_pipeline.discover.comments.javascript import JAVASCRIPT, TYPESCRIPT
from backlog_pipeline.discover.comments.languages import Language, language_of_content, language_of_path
from backlog_pipeline.discover.comments.python import PYTHON
from backlog_pipeline.discover.comments.reading import decode, text_of
from backlog_pipeline.discover.comments.recognise import WORD
from backlog_pipeline.discover.comments.ruby import RUBY
from backlog_pipeline.discover.comments.scanner import Comment, Frame, Mode, Scanner
from backlog_pipeline.discover.comments.yaml import YAML
from backlog_pipeline.model.fingerprint import normalise

_WORDS = ("TODO", "FIXME", "HACK", "XXX", "BUG")
_GAP = re.compile(r"\n\n+(?=[ \t]*+\S)")
# Where these begin a piece, the code before it would decide what they are.
_GAP_BEFORE_OPERAND = re.compile(r"\n\n+(?=[ \t]*+(?:[^\s/<%?]|//|/\*))")
# A block scalar goes on over blank lines while what follows is indented.
_GAP_BEFORE_KEY = re.compile(r"\n\n+(?=\S)")
_NEEDS_CODE_BEFORE = (JAVASCRIPT, TYPESCRIPT, RUBY)
_NOTHING = re.compile(r"(?:\s|\\\n|#[^\n]*+)*+")
_MARGIN = 200
_MOST_PIECES = 500_000

State = tuple[Mode, ...]
"""The modes open where a piece begins, the outermost first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a piece told: texts, or calls that are known by the code around them; and what is open then."""

    told: tuple[str | Call, ...]
    after: State


_GOES_ON = Piece((), ())
"""Stands for a text that ends at a gap where something is open."""


@dataclass(slots=True)
class Version:
    """One version of a file: where its pieces begin, in which state, and what each of them told.

    ``last`` is where its last marker may be; there are no pieces behind it.
    """

    text: str
    last: int = -1
    starts: list[int] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    told: list[tuple[str | Call, ...]] = field(default_factory=list)

    def add(self, start: int, state: State, told: tuple[str | Call, ...]) -> None:
        """Append a piece."""
        self.starts.append(start)
        self.states.append(state)
        self.told.append(told)

    def take(self, other: "Version", first: int, last: int, shift: int) -> None:
        """Append pieces of another version, ``shift`` characters further down."""
        starts = other.starts[first:last]
        self.starts += [s + shift for s in starts] if shift else starts
        self.states += other.states[first:last]
        self.told += other.told[first:last]

    def find(self, start: int, state: State) -> int:
        """The number of the piece that begins there in that state, or -1."""
        at = bisect_left(self.starts, start)
        is_there = at < len(self.starts) and self.starts[at] == start and self.states[at] == state
        return at if is_there else -1


class _NeverClosed(Exception):
    """Something opens and is never closed, so the file cannot be read in pieces."""


class _PieceScanner(Scanner):
    """A scanner that can begin anywhere between pieces and stops at the end of one."""

    def piece(self, state: State, start: int, gaps: Iterator[int]) -> tuple[list[int], State]:
        """Scan one piece; gives the gaps that it runs over, its end last, and what is open there."""
        self.frames = [Frame(mode, start, start, 0) for mode in state]
        position, passed = start, [next(gaps)]
        while True:
            mode = self.frames[-1].mode
            match = mode.next(self.text, position, self.end)
            if (match is None or match.start() >= passed[-1]) and self._rests():
                if position <= passed[-1] and not self._may_be_documented(state[0], passed[-1]):
                    return passed, tuple(f.mode for f in self.frames)
                passed.append(next(gaps))
            elif self.heredocs and (body := self._skip_bodies(position, match)) is not None:
                position = body
            elif match is None or self.lost:
                raise _NeverClosed
            else:
                position = mode.act(self, match)

    def _rests(self) -> bool:
        """Whether nothing is open but what may stay so."""
        return not self.heredocs and not self.lost and not self._unclosed_frame()

    def _may_be_documented(self, outermost: Mode, position: int) -> bool:
        """Whether a string that comes next would be a docstring for what stands before ``position``."""
        if outermost is not PYTHON or position == self.end:
            return False
        return _NOTHING.fullmatch(self.text, self.after_header, position) is not None


class PieceReader:
    """Reads contents one after the other; fast when versions of the same path follow each other."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, State], dict[int, Piece]] = {}
        self._count = 0
        self._before: tuple[str, Language, Version] | None = None

    def texts(self, path: str, content: bytes) -> Sequence[str]:
        """The normalised texts of a content's markers, in order, as they stand in findings."""
        language = language_of_path(path) or language_of_content(content)
        if language is None or b"\0" in content:
            return ()
        text, _ = decode(content)
        before = self._before[2] if self._before and self._before[:2] == (path, language) else None
        try:
            version = self._read(language, text, before)
        except _NeverClosed:
            return markers(path, content)
        self._before = (path, language, version)
        return list(_resolved(version))

    def _read(self, language: Language, text: str, before: Version | None) -> Version:
        """The pieces of a text, up to its last marker."""
        version, tail, shift = Version(text), len(text), 0
        state: State = (language.mode,)
        position = 0
        if before:
            shared = _common_start(before.text, text)
            tail, shift = len(text) - _common_end(before.text, text, shared), len(text) - len(before.text)
            first = bisect_right(before.starts, shared - _MARGIN) - 1
            if first > 0:
                version.take(before, 0, first, 0)
                position, state = before.starts[first], before.states[first]
        version.last = _last_marker(text, tail, before, shift)
        gap = _gap(language).search
        while position <= version.last:
            if before and position >= tail and (at := before.find(position - shift, state)) >= 0:
                version.take(before, at, len(before.starts), shift)
                break
            match = gap(text, position)
            end = match.end() if match else len(text)
            piece = self._of(language, state).get(hash(text[position:end]))
            if piece is None or not piece.after:
                end, piece = self._longer(language, text, position, state)
            version.add(position, state, piece.told)
            position, state = end, piece.after
        return version

    def _of(self, language: Language, state: State) -> dict[int, Piece]:
        """What is known of pieces that begin in a state, by a hash of 64 bits of their text.

        Two of a million pieces share one in fewer than one of ten million histories.
        """
        key = (language.name, state)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = {}
        return found

    def _longer(self, language: Language, text: str, start: int, state: State) -> tuple[int, Piece]:
        """The piece that begins at ``start`` and may run over gaps, and where it ends."""
        known = self._of(language, state)
        for end in _ends(language, text, start):
            piece = known.get(hash(text[start:end]))
            if piece is not None and piece.after:
                return end, piece
            if piece is None or end == len(text):  # what went on in a longer text may end here
                break
        return self._scanned(language, text, start, state)

    def _scanned(self, language: Language, text: str, start: int, state: State) -> tuple[int, Piece]:
        """Scan a piece that was never seen, and remember it."""
        if self._count > _MOST_PIECES:
            self._known.clear()
            self._count = 0
        scanner = _PieceScanner(text)
        passed, after = scanner.piece(state, start, _ends(language, text, start))
        inside = text[start : passed[-1]]
        piece = Piece(tuple(_told(inside, scanner.comments, start)), after)
        known = self._of(language, state)
        known.update((hash(text[start:end]), _GOES_ON) for end in passed[:-1])
        known[hash(inside)] = piece
        self._count += len(passed)
        return passed[-1], piece


def _last_marker(text: str, tail: int, before: Version | None, shift: int) -> int:
    """Where the last word of a marker begins, or -1; what is behind ``tail`` is as in the version before."""
    if before and before.last + shift >= tail:
        return before.last + shift
    return max(text.rfind(word, 0, tail + _MARGIN) for word in _WORDS)


def _gap(language: Language) -> "re.Pattern[str]":
    if language.mode is YAML:
        return _GAP_BEFORE_KEY
    return _GAP_BEFORE_OPERAND if language.mode in _NEEDS_CODE_BEFORE else _GAP


def _ends(language: Language, text: str, start: int) -> Iterator[int]:
    """Where a piece that begins at ``start`` may end."""
    for match in _gap(language).finditer(text, start):
        yield match.end()
    while True:
        yield len(text)


def _told(piece: str, comments: Sequence[Comment], start: int) -> Iterator[str | Call]:
    offsets = [m.start() for m in WORD.finditer(piece)] if any(word in piece for word in _WORDS) else []
    if not offsets or not comments:
        return
    inside = [_moved(comment, -start) for comment in comments]
    found = [call for block in blocks(Text(piece), inside, offsets) for call in calls(block)]
    for call in sorted(found, key=lambda c: c.line):
        yield normalise(call.text) or call


def _moved(comment: Comment, by: int) -> Comment:
    return Comment(
        comment.start + by, comment.end + by, comment.inner_start + by, comment.inner_end + by, comment.style
    )


def _resolved(version: Version) -> Iterator[str]:
    """The texts of a version; calls without a text are known by the code around them."""
    lines: Text | None = None
    for start, told in zip(version.starts, version.told, strict=True):
        for one in told:
            if isinstance(one, str):
                yield one
                continue
            lines = lines or Text(version.text)
            above = version.text.count("\n", 0, start)
            yield text_of(lines, replace(one, line=one.line + above, end_line=one.end_line + above))


def _common_start(a: str, b: str) -> int:
    """How many characters two texts have in common at their beginning."""
    same, wrong = 0, min(len(a), len(b)) + 1
    while wrong - same > 1:
        middle = (same + wrong) // 2
        if a[same:middle] == b[same:middle]:
            same = middle
        else:
            wrong = middle
    return same


def _common_end(a: str, b: str, start: int) -> int:
    """How many characters behind ``start`` two texts have in common at their end."""
    same, wrong = 0, min(len(a), len(b)) - start + 1
    while wrong - same > 1:
        middle = (same + wrong) // 2
        if a[len(a) - middle : len(a) - same] == b[len(b) - middle : len(b) - same]:
            same = middle
        else:
            wrong = middle
    return same
