"""Three contents of one file in, one out: by item; where that does not work by line; else not at all.

What comes out never holds a conflict marker, can be read again, has each item once, and nothing that
a person wrote on either side is missing. Where that cannot be had, there is no result, and git keeps
all three.
"""

import codecs
from dataclasses import dataclass

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import read
from backlog_pipeline.merge.three_way.in_place import in_place
from backlog_pipeline.merge.three_way.judge import Files, Judged, judged
from backlog_pipeline.merge.three_way.lines import merged_lines
from backlog_pipeline.merge.three_way.not_taken import NotSettledError
from backlog_pipeline.merge.three_way.parts import NotInLinesError
from backlog_pipeline.merge.three_way.settle import settled
from backlog_pipeline.merge.three_way.side import in_pieces
from backlog_pipeline.merge.three_way.whole import merged_text
from backlog_pipeline.merge.yaml_text.parse import collector_paused, newline_of

_NAMES = ("the common ancestor", "this side", "the other side")


@dataclass(frozen=True, slots=True)
class Merged:
    """The file after a merge; ``said`` are the decisions where both sides changed the same, as sentences."""

    data: bytes
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotMerged:
    """There is no file that has everything of both sides; ``reason`` says what stands in the way."""

    reason: str


def merged(base: bytes | None, ours: bytes, theirs: bytes, name: str) -> Merged | NotMerged:
    """One file of two that both come from ``base``.

    Args:
        base: the file that both sides changed; ``None`` or empty where both made it.
        ours: the file on this side, whose layout holds where the two differ.
        theirs: the file on the other side.
        name: what messages call it.
    """
    if theirs in (ours, base):
        return Merged(ours)
    if ours == base:
        return Merged(theirs)
    with collector_paused():
        return _three(base or None, ours, theirs, name)


def _three(base: bytes | None, ours: bytes, theirs: bytes, name: str) -> Merged | NotMerged:
    sides = (base, ours, theirs)
    if not ours.strip() or not theirs.strip():
        return Merged(ours if ours.strip() else theirs, ("it was emptied on one side, and stays",))
    try:
        manner = _Writing.of(*sides)
        texts = [None if side is None else manner.read(side) for side in sides]
        files = [
            None if t is None else read(t, f"{name} of {of}") for t, of in zip(texts, _NAMES, strict=True)
        ]
    except BacklogFileError as error:
        return NotMerged(error.message)
    if files[1] is None or files[2] is None:
        raise ValueError("both sides have a file")
    return _merged((files[0], files[1], files[2]), manner)


def _merged(files: Files, manner: "_Writing") -> Merged | NotMerged:
    found = judged(*files)
    why = ""
    for way in (_by_item, _by_line, in_place):
        try:
            text = settled(way(files, found), files, found)
            return Merged(manner.written(text), found.said)
        except NotInLinesError:
            why = "both sides changed a part that is not on lines of its own"
        except NotSettledError as error:
            why = str(error)
    return NotMerged(why)


def _by_item(files: Files, found: Judged) -> str:
    sides = [None if file is None else in_pieces(file) for file in files]
    if sides[1] is None or sides[2] is None:
        raise NotInLinesError
    return merged_text((sides[0], sides[1], sides[2]), found)


def _by_line(files: Files, found: Judged) -> str:
    texts = ["" if file is None else file.document.text for file in files]
    lines = merged_lines(*(text.splitlines(keepends=True) for text in texts))
    if lines is None:
        raise NotInLinesError
    return "".join(lines)


@dataclass(frozen=True, slots=True)
class _Writing:
    """How the bytes of the result are written: as on the side that changed that."""

    newline: str
    has_mark: bool
    is_ended: bool
    is_mixed: bool

    @staticmethod
    def of(base: bytes | None, ours: bytes, theirs: bytes) -> "_Writing":
        sides = [ours if base is None else base, ours, theirs]
        newlines = [newline_of(side.decode("utf-8", "replace")) for side in sides]
        marks = [side.startswith(codecs.BOM_UTF8) for side in sides]
        ends = [side.endswith((b"\n", b"\r")) for side in sides]
        return _Writing(
            newlines[2] if newlines[1] == newlines[0] else newlines[1],
            marks[2] if marks[1] == marks[0] else marks[1],
            ends[2] if ends[1] == ends[0] else ends[1],
            len(set(newlines)) > 1,
        )

    def read(self, data: bytes) -> bytes:
        """A side with a last line that is ended, without a mark, with the line ends of the result."""
        text = data.removeprefix(codecs.BOM_UTF8)
        if self.is_mixed:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", self.newline.encode())
        return text if text.endswith((b"\n", b"\r")) else text + self.newline.encode()

    def written(self, text: str) -> bytes:
        """The text as bytes."""
        if not self.is_ended:
            text = text.removesuffix("\n").removesuffix("\r")
        return (codecs.BOM_UTF8 if self.has_mark else b"") + text.encode()
