"""Text to nodes with spans, from the parser's events: nothing is constructed, nothing unfolded.

Aliases stay pointers and nesting is bounded, so neither a thousand-fold alias nor a million open
brackets costs more than the text is long. The C parser is used where PyYAML has it
(``HAS_C_LOADER``); the Python one gives the same nodes, many times slower.
"""

import gc
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.yaml_text.build import Builder, StructureError
from backlog_pipeline.merge.yaml_text.nodes import Alias, Node

HAS_C_LOADER: bool = bool(yaml.__with_libyaml__)
_LEFT = "the file was left as it is"
_NOT_ALLOWED = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Document:
    """A text and what stands where in it.

    ``comments`` are the spans of all comments, in order. ``end`` is where the document ends (before
    a ``...``, if there is one). ``newline`` is the file's own line break.
    """

    text: str
    root: Node | None
    comments: tuple[tuple[int, int], ...]
    aliases: tuple[Alias, ...]
    end: int
    newline: str

    def comments_in(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """The comments that begin inside a span."""
        low = bisect_left(self.comments, (start, -1))
        return self.comments[low : bisect_left(self.comments, (end, -1), low)]

    def comments_from(self, start: int) -> Iterator[tuple[int, int]]:
        """The comments that begin at ``start`` or later, in order."""
        for index in range(bisect_left(self.comments, (start, -1)), len(self.comments)):
            yield self.comments[index]

    def line_start(self, position: int) -> int:
        """Where the line of ``position`` begins."""
        return self.text.rfind(self.newline[-1], 0, position) + 1

    def line_end(self, position: int) -> int:
        """Where the next line begins (or the text ends)."""
        found = self.text.find(self.newline[-1], position)
        return len(self.text) if found < 0 else found + 1

    def column(self, position: int) -> int:
        """How far ``position`` is from the start of its line."""
        return position - self.line_start(position)


def parse(text: str, name: str, *, is_python: bool = not HAS_C_LOADER) -> Document:
    """The document in ``text``; ``name`` is the file's, for messages.

    Raises:
        BacklogFileError: no YAML, more than one document, or nested too deeply; says the line and
            column.
    """
    builder = Builder(text)
    try:
        _feed(text, builder.take, is_python)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, name) from error
    except yaml.reader.ReaderError as error:
        raise _character_error(text, name) from error
    except StructureError as error:
        place = f"{name}, line {error.line}, column {error.column}"
        raise BacklogFileError(f"{place}: {error}", next_step=f"{error.next_step}; {_LEFT}") from error
    comments, aliases = tuple(builder.comments), tuple(builder.aliases)
    return Document(text, builder.root, comments, aliases, builder.end, newline_of(text))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the garbage collector, which would walk half a million new nodes over and over.

    They hold no cycles, so nothing leaks; reading takes half the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def newline_of(text: str) -> str:
    """The line break that a text uses most; a line feed where it has none."""
    both = text.count("\r\n")
    counts = {"\n": text.count("\n") - both, "\r\n": both, "\r": text.count("\r") - both}
    return max(counts, key=lambda newline: counts[newline])


def _feed(text: str, take: Callable[[Any], None], is_python: bool) -> None:
    loader: Any = yaml.SafeLoader if is_python else yaml.CSafeLoader
    for event in yaml.parse(text, Loader=loader):
        take(event)


def _syntax_error(error: yaml.MarkedYAMLError, name: str) -> BacklogFileError:
    mark = error.problem_mark or error.context_mark
    place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    why = error.problem or error.context or "it cannot be parsed"
    return BacklogFileError(
        f"{name}{place}: not YAML: {why}",
        next_step=f"correct it there (quote a value that holds `: ` or begins with a special sign); {_LEFT}",
    )


def _character_error(text: str, name: str) -> BacklogFileError:
    found = _NOT_ALLOWED.search(text)
    at = found.start() if found else 0
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    shown = f"U+{ord(text[at]):04X}" if found else "in it"
    return BacklogFileError(
        f"{name}, line {line}, column {column}: the character {shown} is not allowed in YAML",
        next_step=f"remove it, or write it as an escape in double quotes; {_LEFT}",
    )
