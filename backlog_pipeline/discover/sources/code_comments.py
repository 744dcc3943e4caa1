"""Finds the TODO, FIXME, HACK, XXX and BUG that people left in comments and docstrings.

## What it finds

Markers in real comments and docstrings of more than fifty languages, told by file name, extension
or first line: never in strings, identifiers, vendored, generated or ignored files.

| marker | becomes | severity |
| --- | --- | --- |
| `TODO` | technical debt | LOW |
| `FIXME` | bug fix | HIGH |
| `HACK` | refactoring | MEDIUM |
| `XXX` | investigation | MEDIUM |
| `BUG` | critical bug fix | CRITICAL |

A marker is a call to act, in capitals and as a word of its own: at the start of a comment's line,
after the end of a sentence, a dash or an opening bracket, or anywhere with a colon or a tag behind
it. It is no marker where the word is only mentioned or is a name: in quotes, in a longer word, path or
number (`TODO_LIST`, `BUG-123`, `XXX-XX`), in a list (`TODO, FIXME and XXX`), or in the middle of a
sentence (`see the TODO list`).

In a docstring, code that is shown is no call to act: between fences, in a session with `>>>`, or
indented below a line that ends with `::`.

Following lines of the same comment belong to it, up to a blank line, the next marker or the code.

## Why it matters

These are the defects and shortcuts that the authors themselves knew of, where they knew it.

## Example

```python
# TODO(@ana, #123, due 2026-12-01): handle IPv6 in parse_host,
#   with and without a port
host = parse_host(text)
```

becomes "TODO: handle IPv6 in parse_host, with and without a port", of `ana`, due on 2026-12-01, with
a link to ticket `#123`. Brackets and loose tags may hold an owner (`ana`, `@ana`), a ticket (`#12`,
`GH-12`, `ABC-12`, `owner/name#12`, the address of an issue), a due date (`due 2026-12-01`) and labels
(`TODO[perf]`, `TODO(p1)`). A ticket is a link to other work
and no identity: two comments may name one ticket and are two pieces of work.

## Options

`kinds`: which markers to look for, separated by commas (default: `TODO,FIXME,HACK,XXX,BUG`).

`history_seconds`: how long one run may walk through history to date the comments (default: `120`). When
that is used up, comments that were not dated yet count as "at least" as old as the commit, the certificate
says so, and the next scan goes on where this one stopped.

## Known limits

- Lower case (`todo`) is prose, not a marker.
- Commented-out code under a marker is not its text; code that does not look like code may be.
- The lines of a YAML block scalar and the fenced code of Markdown are text, though they may be
  scripts; SQL bodies between `$$` are looked into when they have more than one line.
- Python strings that only look like docstrings (after an assignment, between statements) are values.
- A file whose language gives no comments that we know (`backlog findings` says how many) is not read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from backlog_pipeline.discover.births import Bounds, Extractor, any_of, births
from backlog_pipeline.discover.comments.gather import SCANNER, Gathered, gather, in_scope, lines_of_markers
from backlog_pipeline.discover.comments.languages import VERSION
from backlog_pipeline.discover.comments.pieces import PieceReader
from backlog_pipeline.discover.comments.reading import Marker
from backlog_pipeline.discover.files import Survey, SurveyedFile, survey
from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.lives import lives
from backlog_pipeline.discover.outcomes import complete, could_not_look
from backlog_pipeline.discover.telling import Teller
from backlog_pipeline.errors import BacklogError, SettingError
from backlog_pipeline.model.finding import Finding, Location, Severity, Work
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.life import Spot, Told
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, Unread, sort_findings

KINDS: Mapping[str, tuple[ItemType, Severity]] = MappingProxyType(
    {
        "TODO": (ItemType.TECHNICAL_DEBT, Severity.LOW),
        "FIXME": (ItemType.BUG_FIX, Severity.HIGH),
        "HACK": (ItemType.REFACTORING, Severity.MEDIUM),
        "XXX": (ItemType.INVESTIGATION, Severity.MEDIUM),
        "BUG": (ItemType.BUG_FIX, Severity.CRITICAL),
    }
)
_WORDS = tuple(kind.encode() for kind in KINDS)
_EXCUSED = ("vendored", "generated", "ignored", "written by", "settings of", "a symbolic link", "a submodule")
_MOST_NOTES = 20


class CodeComments:
    """The source ``code_comments``."""

    name = "code_comments"
    version = f"1.{VERSION}"
    options: Mapping[str, str] = MappingProxyType({"kinds": ",".join(KINDS), "history_seconds": "120"})
    fresh_minutes = None

    def scan(self, look: Look) -> Scan:
        """Look at every file in a language whose comments we know, and date what is there."""
        certificate = self._certificate(look)
        try:
            seconds = _seconds(look.options.get("history_seconds", self.options["history_seconds"]))
            scan = self._read(look, certificate)
            return _with_births(look, scan, seconds) if scan.findings else scan
        except BacklogError as error:
            return could_not_look(certificate, error)

    def read(self, look: Look) -> Scan:
        """The scan without births: what stands in the commit, whatever its history."""
        certificate = self._certificate(look)
        try:
            return self._read(look, certificate)
        except BacklogError as error:
            return could_not_look(certificate, error)

    def tell(self, look: Look, spots: Sequence[Spot]) -> tuple[Told, ...]:
        """The life of each comment, re-derived from history. Raises ``ToolError``, ``SettingError``."""
        seconds = _seconds(look.options.get("history_seconds", self.options["history_seconds"]))
        bounds = Bounds(seconds, progress=partial(look.progress, "reading history"))
        extractor = history_extractor()
        known = lives(look.git, look.repository.revision, extractor, look.cache, bounds)
        teller = Teller(look.git, extractor, look.cache, known)
        return tuple(teller.tell(spot) for spot in spots)

    def configuration(self, look: Look) -> str:
        """Changes with the markers that are looked for."""
        return digest(look.options.get("kinds", self.options["kinds"]))[:16]

    def _read(self, look: Look, certificate: Certificate) -> Scan:
        kinds = _kinds(look.options.get("kinds", self.options["kinds"]))
        look.progress("reading comments", 0, 1)
        surveyed = survey(look.git, look.repository.revision)
        gathered = gather(look.git, look.repository.revision, surveyed.files, look.cache)
        look.progress("reading comments", 1, 1)
        found = [
            _finding(file, marker)
            for file in surveyed.files
            if file.path in gathered.by_path
            for marker in gathered.by_path[file.path].reading.markers
            if marker.kind in kinds
        ]
        unread = _unread(surveyed, gathered)
        return Scan(
            _completed(certificate, unread, gathered),
            sort_findings(found),
            files_read=gathered.files - sum(bool(one.unread) for one in gathered.by_path.values()),
            files_unread=sum(map(_is_missed, unread)),
        )

    def _certificate(self, look: Look) -> Certificate:
        return complete(self, look, config_digest=self.configuration(look))


def _kinds(option: str) -> frozenset[str]:
    """The kinds that the option names. Raises ``SettingError`` when one is none."""
    named = frozenset(part.strip() for part in option.split(",") if part.strip())
    if not named or not named <= KINDS.keys():
        said = ", ".join(sorted(named - KINDS.keys())) or "nothing"
        raise SettingError(
            f"[sources.code_comments] kinds names {said}", next_step=f"use some of {', '.join(KINDS)}"
        )
    return named


def history_extractor() -> Extractor:
    """What reads the markers of all versions of files; a new one remembers nothing yet."""
    return Extractor(SCANNER, any_of(_WORDS), in_scope, PieceReader().texts, lines_of_markers)


def _seconds(option: str) -> float:
    """The option as a number. Raises ``SettingError`` when it is none, or negative."""
    try:
        seconds = float(option)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise SettingError(
            f"[sources.code_comments] history_seconds is {option!r}",
            next_step="give a number of seconds, like 120",
        )
    return seconds


def _with_births(look: Look, scan: Scan, seconds: float) -> Scan:
    """Every finding with the day its text came to be; equal texts in one file are told by their order."""
    bounds = Bounds(seconds, progress=partial(look.progress, "dating comments"))
    born = births(look.git, look.repository.revision, history_extractor(), look.cache, bounds)
    seen: Counter[tuple[str, str]] = Counter()
    dated = []
    for finding in scan.findings:
        occurrence = seen[finding.path, finding.text]
        seen[finding.path, finding.text] += 1
        dated.append(replace(finding, birth=born.of(finding.path, finding.text, occurrence)))
    notes = (*scan.certificate.notes, *((born.note,) if born.note else ()))
    fresh_until = look.now if born.commits_left else None
    certificate = replace(scan.certificate, notes=notes, fresh_until=fresh_until)
    return replace(scan, certificate=certificate, findings=tuple(dated))


def _finding(file: SurveyedFile, marker: Marker) -> Finding:
    item_type, severity = KINDS[marker.kind]
    facts = {name: getattr(marker, name) for name in ("due", "label", "owner", "ticket")}
    return Finding(
        source=CodeComments.name,
        rule=marker.kind,
        text=marker.text,
        work=Work(item_type, marker.title),
        severity=severity,
        role=file.role,
        detail=marker.detail,
        location=Location(file.path, marker.line, marker.end_line),
        anchor=marker.anchor,
        facts={name: value for name, value in facts.items() if value},
    )


def _unread(surveyed: Survey, gathered: Gathered) -> list[Unread]:
    """What inside the scope was not read, with its reason."""
    unread = [u for u in surveyed.unread if u.path.endswith("/") or in_scope(u.path)]
    return unread + [Unread(path, one.unread) for path, one in gathered.by_path.items() if one.unread]


def _is_missed(unread: Unread) -> bool:
    """Whether it should have been read, and is not left out on purpose."""
    return not unread.reason.startswith(_EXCUSED)


def _completed(certificate: Certificate, unread: list[Unread], gathered: Gathered) -> Certificate:
    """The certificate of a scan that took place; partial when a file that counts could not be read."""
    count = sum(map(_is_missed, unread))
    return replace(
        certificate,
        status=ScanStatus.PARTIAL if count else ScanStatus.COMPLETE,
        reason=f"{count} files that may hold comments could not be read" if count else "",
        next_step="see `backlog findings` for each file and its reason" if count else "",
        unread=tuple(sorted(unread)),
        notes=tuple(_notes(gathered)),
    )


def _notes(gathered: Gathered) -> Iterable[str]:
    """What a reader of the certificate should know, as sentences."""
    readings = sorted((path, one.reading) for path, one in gathered.by_path.items())
    said = [f"{path}: {note}" for path, reading in readings for note in reading.notes]
    yield from said[:_MOST_NOTES]
    if len(said) > _MOST_NOTES:
        yield f"and {len(said) - _MOST_NOTES} more files that were hard to read"
    others = Counter(f".{path.rpartition('.')[2]}"[:20] for path in gathered.others)
    if others:
        most = sorted(others.items(), key=lambda c: (-c[1], c[0]))[:5]
        named = ", ".join(f"{ending} ({count})" for ending, count in most)
        yield f"{others.total()} files are in no language whose comments we know: {named}"
