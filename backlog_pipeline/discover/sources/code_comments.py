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
(`TODO[perf]`, `TODO(p1)`). Only a ticket that names its repository decides identity; a bare `#12` is a link.

## Options

`kinds`: which markers to look for, separated by commas (default: `TODO,FIXME,HACK,XXX,BUG`).

## Known limits

- Lower case (`todo`) is prose, not a marker.
- Commented-out code under a marker is not its text; code that does not look like code may be.
- The lines of a YAML block scalar and the fenced code of Markdown are text, though they may be
  scripts; SQL bodies between `$$` are looked into when they have more than one line.
- Python strings that only look like docstrings (after an assignment, between statements) are values.
- A file whose language gives no comments that we know (`backlog findings` says how many) is not read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from backlog_pipeline.discover.comments.gather import Kept, gather, in_scope
from backlog_pipeline.discover.comments.languages import VERSION
from backlog_pipeline.discover.comments.reading import Marker
from backlog_pipeline.discover.files import Survey, SurveyedFile, survey
from backlog_pipeline.discover.interface import Look
from backlog_pipeline.errors import BacklogError
from backlog_pipeline.model.finding import Finding, Location, Severity, Work
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.kinds import ItemType
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
_EXCUSED = ("vendored", "generated", "ignored", "written by", "settings of", "a symbolic link", "a submodule")
_MOST_NOTES = 20


class CodeComments:
    """The source ``code_comments``."""

    name = "code_comments"
    version = f"1.{VERSION}"
    options: Mapping[str, str] = MappingProxyType({"kinds": ",".join(KINDS)})
    fresh_minutes: int | None = None

    def scan(self, look: Look) -> Scan:
        """Look at every file in a language whose comments we know."""
        kinds, unknown = _kinds(look.options.get("kinds", self.options["kinds"]))
        if unknown:
            return self._failed(
                look,
                reason=f"the option kinds names {unknown}, which is no marker",
                next_step=f"use some of {', '.join(KINDS)} in [sources.code_comments] kinds",
            )
        try:
            return self._looked(look, kinds)
        except BacklogError as error:
            return self._failed(look, reason=error.message, next_step=error.next_step)

    def _looked(self, look: Look, kinds: tuple[str, ...]) -> Scan:
        look.progress("reading comments", 0, 1)
        surveyed = survey(look.git, look.repository.revision)
        kept = gather(look.git, look.repository.revision, surveyed.files, look.cache)
        findings = [
            _finding(file, marker)
            for file in surveyed.files
            if file.path in kept
            for marker in kept[file.path].reading.markers
            if marker.kind in kinds
        ]
        look.progress("reading comments", 1, 1)
        unread = _unread(surveyed, kept)
        is_partial = any(not u.reason.startswith(_EXCUSED) for u in unread)
        certificate = self._certificate(
            look,
            status=ScanStatus.PARTIAL if is_partial else ScanStatus.COMPLETE,
            unread=unread,
            notes=tuple(_notes(surveyed, kept)),
        )
        return Scan(certificate, sort_findings(findings))

    def _failed(self, look: Look, *, reason: str, next_step: str) -> Scan:
        return Scan(self._certificate(look, status=ScanStatus.FAILED, reason=reason, next_step=next_step))

    def _certificate(
        self,
        look: Look,
        *,
        status: ScanStatus,
        reason: str = "",
        next_step: str = "",
        unread: tuple[Unread, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> Certificate:
        return Certificate(
            source=self.name,
            source_version=self.version,
            config_digest=digest(look.options.get("kinds", self.options["kinds"])),
            repository=look.repository.key,
            revision=look.repository.revision,
            status=status,
            looked_at=look.now,
            reason=reason,
            next_step=next_step,
            unread=unread,
            notes=notes,
        )


def _kinds(option: str) -> tuple[tuple[str, ...], str]:
    """The kinds that the option names, and the first that is none ("")."""
    named = tuple(part.strip() for part in option.split(",") if part.strip())
    unknown = next((repr(k) for k in named if k not in KINDS), "" if named else "nothing")
    return named, unknown


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
        keys=(marker.key,) if marker.key else (),
        facts={name: value for name, value in facts.items() if value},
    )


def _unread(surveyed: Survey, kept: Mapping[str, Kept]) -> tuple[Unread, ...]:
    """What may hold comments and was not looked at: by the survey's word, and by content."""
    by_path = [u for u in surveyed.unread if u.path.endswith("/") or in_scope(u.path)]
    by_content = [Unread(path, one.unread) for path, one in kept.items() if one.unread]
    return tuple(sorted([*by_path, *by_content]))


def _notes(surveyed: Survey, kept: Mapping[str, Kept]) -> Iterable[str]:
    """What a reader of the certificate should know, as sentences."""
    said = [f"{path}: {note}" for path, one in sorted(kept.items()) for note in one.reading.notes]
    yield from said[:_MOST_NOTES]
    if len(said) > _MOST_NOTES:
        yield f"and {len(said) - _MOST_NOTES} more files that were hard to read"
    others = Counter(_ending(f.path) for f in surveyed.files if not in_scope(f.path))
    if others:
        most = ", ".join(f"{ending} ({count})" for ending, count in _most(others))
        yield f"{others.total()} files are in no language whose comments we know: {most}"


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    return f".{name.rpartition('.')[2]}"[:20]


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:5]
