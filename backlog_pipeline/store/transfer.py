"""Chains as JSON Lines: out of one ledger, into another, each link checked and no byte changed.

A file holds one or more chains. Each begins with a line that says which one it is, how many entries
follow and the digest of the last, so that a cut file is found; then one line an entry, with the event
exactly as its digest covers it. There is no path, address or login in it but what events hold.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from backlog_pipeline.errors import LedgerCorrupt, UsageError
from backlog_pipeline.store.chain import Line, canonical
from backlog_pipeline.store.ledger import Ledger, broken

FORMAT, VERSION = "backlog-ledger", 1
_EVENT_FROM = 64 + len('{"digest":"","event":')
_EVENT_TO = ',"learned_at":"'
_AGAIN = "export it again; nothing was written"


@dataclass(frozen=True, slots=True)
class Heading:
    """The first line of a chain: its repository, and where it ends."""

    repository: str
    name: str
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Section:
    """A chain of a file; ``lines`` can be taken once, in order, before the next section."""

    heading: Heading
    lines: Iterator[Line]


def write(ledger: Ledger, repository: str, name: str, stream: IO[bytes]) -> Heading:
    """Write a repository's chain as it is now; entries that are added meanwhile are left out.

    Raises:
        LedgerCorrupt: the chain does not hold.
        OSError: the stream cannot be written.
    """
    number, digest = ledger.end(repository)
    heading = Heading(repository, name, number, digest)
    stream.write(_heading_text(heading))
    for line in ledger.lines(repository):
        if line.number > number:
            break
        stream.write(_text(line))
    return heading


def read(stream: IO[bytes], file: str) -> Iterator[Section]:
    """The chains of a file; each link is checked when its line is taken.

    Raises:
        UsageError: it is no such file, or a newer version wrote it.
        LedgerCorrupt: a line was edited, removed, doubled or cut; names the first bad one.
    """
    source = _Source(stream, file)
    while raw := source.next():
        heading = source.heading(raw)
        lines = source.lines(heading)
        yield Section(heading, lines)
        for _ in lines:  # what nobody took is checked as well
            pass
    if not source.number:
        raise source.no_export("is empty")


class _Source:
    """A file line by line, with the number of the line for messages."""

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream, self._file, self.number = stream, file, 0

    def next(self) -> bytes:
        raw = self._stream.readline()
        self.number += bool(raw)
        return raw

    def heading(self, raw: bytes) -> Heading:
        try:
            said = json.loads(raw)
            form, version = said["format"], said["version"]
            heading = Heading(said["repository"], said["name"], said["entries"], said["head"])
        except (ValueError, KeyError, TypeError) as error:
            raise self.no_export(f"does not begin a chain in line {self.number}") from error
        if form != FORMAT:
            raise self.no_export(f"is of the format {form!r}")
        if version != VERSION:
            raise UsageError(
                f"{self._file} was written by a newer version (format {version})",
                next_step="update backlog-pipeline; nothing was written",
            )
        if _heading_text(heading) != raw:
            raise self._bad("was edited or cut")
        return heading

    def lines(self, heading: Heading) -> Iterator[Line]:
        number, previous = 0, ""
        for raw in islice(iter(self._stream.readline, b""), heading.entries):
            self.number += 1
            line = self._line(raw)
            if why := broken(line, number + 1, previous):
                raise self._bad(f"is no entry {number + 1} of {heading.repository}: it {why}")
            number, previous = line.number, line.digest
            yield line
        if (number, previous) != (heading.entries, heading.head):
            raise LedgerCorrupt(
                f"{self._file} ends after entry {number} of {heading.entries} of {heading.repository}, "
                "or its heading was edited",
                next_step=_AGAIN,
            )

    def no_export(self, what: str) -> UsageError:
        return UsageError(f"{self._file} {what}", next_step="give a file that `backlog ledger export` wrote")

    def _line(self, raw: bytes) -> Line:
        try:
            line = _parsed(raw)
        except (ValueError, KeyError, TypeError) as error:
            raise self._bad("cannot be read as an entry") from error
        if _text(line) != raw:
            raise self._bad("was edited or cut")
        return line

    def _bad(self, what: str) -> LedgerCorrupt:
        return LedgerCorrupt(f"line {self.number} of {self._file} {what}", next_step=_AGAIN)


def _heading_text(heading: Heading) -> bytes:
    said = {
        "entries": heading.entries,
        "format": FORMAT,
        "head": heading.head,
        "name": heading.name,
        "repository": heading.repository,
        "version": VERSION,
    }
    return canonical(said).encode("ascii") + b"\n"


def _text(line: Line) -> bytes:
    learned_at, previous = canonical(line.learned_at), canonical(line.previous)
    said = f'"learned_at":{learned_at},"number":{line.number},"previous":{previous}'
    return f'{{"digest":{canonical(line.digest)},"event":{line.event},{said}}}\n'.encode("ascii")


def _parsed(raw: bytes) -> Line:
    """A line with its event cut out as it stands: plain words follow it, so the last mark is ours."""
    text = raw.decode("ascii")
    end = text.rindex(_EVENT_TO)
    said = json.loads("{" + text[end + 1 :])
    number, learned_at, previous = said["number"], said["learned_at"], said["previous"]
    if type(number) is not int or not isinstance(learned_at, str) or not isinstance(previous, str):
        raise TypeError("an entry has a number and two texts")
    return Line(number, learned_at, previous, text[len('{"digest":"') :][:64], text[_EVENT_FROM:end])
