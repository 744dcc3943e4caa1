"""A small repository of lines, and sources that look at it: one file of truth for merge tests.

``notes`` sees every ``# TODO text`` as work of its own, ``asserts`` every ``assert`` as a place of
work shared by its folder, ``pins`` every ``pin: NAME KEY ...`` as a place of the upgrade of that name,
known by its keys; it looks only where it is asked to. So do two that can see the same: ``frail`` sees every
``weak(`` as a weakness of its own, ``brittle`` every ``weak(x`` as a place of the work of its folder. A
``World`` is changed freely; ``look`` says what
a run would be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from backlog_pipeline.merge import joins
from backlog_pipeline.merge.links import event_of
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.shown import as_shown
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.model import fingerprint
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Birth, Finding, Location, Severity, Work
from backlog_pipeline.model.item import Item
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline.model.link import PERSON, Assertion, LinkType
from backlog_pipeline.model.repository import Rename, RepositoryState
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, Unread, sort_findings

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
BORN = Birth(date(2025, 6, 1), "c0ffee")


def notes(files: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Each ``# TODO`` line as work of its own."""
    found = []
    for path, lines in files.items():
        for number, line in enumerate(lines, 1):
            if "# TODO " in line:
                text = fingerprint.normalise(line.split("# TODO ", 1)[1])
                work = Work(ItemType.TECHNICAL_DEBT, f"Do: {text}")
                found.append(_finding("notes", "TODO", text, work, path, number, lines))
    return found


def asserts(files: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Each ``assert`` line as a place of the work of its folder."""
    found = []
    for path, lines in files.items():
        folder = path.rpartition("/")[0]
        for number, line in enumerate(lines, 1):
            if line.strip().startswith("assert "):
                work = Work(ItemType.SECURITY_ENHANCEMENT, f"Asserts in {folder}", label=f"asserts {folder}")
                text = fingerprint.normalise(line)
                found.append(_finding("asserts", "B101", text, work, path, number, lines))
    return found


def pins(files: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Each ``pin: NAME KEY ...`` line as a place of the work to upgrade that name."""
    found = []
    for path, lines in files.items():
        for number, line in enumerate(lines, 1):
            if line.startswith("pin: "):
                _, name, *keys = line.split()
                work = Work(ItemType.SECURITY_VULNERABILITY, f"Upgrade {name}", label=f"upgrade {name}")
                made = _finding("pins", "advisory", name, work, path, number, lines)
                found.append(replace(made, keys=tuple(f"advisory:{key}" for key in keys)))
    return found


def frail(files: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Each ``weak(`` line as work of its own."""
    return _weak("frail", "weak(", files, is_shared=False)


def brittle(files: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Each ``weak(x`` line as a place of the work of its folder."""
    return _weak("brittle", "weak(x", files, is_shared=True)


SOURCES = {"notes": notes, "asserts": asserts}
ALL_SOURCES = {**SOURCES, "pins": pins}
TWINS = {"frail": frail, "brittle": brittle}


@dataclass
class World:
    """Files by path, what is recorded of them, and the day. ``run`` looks and records."""

    files: dict[str, list[str]] = field(default_factory=dict)
    state: LedgerState = field(default_factory=LedgerState)
    day: int = 0
    revision: int = 0
    renames: dict[str, str] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return START + timedelta(days=self.day)

    def commit(self, files: Mapping[str, Sequence[str]] | None = None) -> None:
        """A new revision on a new day, with these files if given."""
        if files is not None:
            self.files = {path: list(lines) for path, lines in files.items()}
        self.day += 1
        self.revision += 1

    def rename(self, old: str, new: str) -> None:
        """Move a file as git would see it: under its name at the last record."""
        self.files[new] = self.files.pop(old)
        first = next((was for was, now in self.renames.items() if now == old), old)
        self.renames[first] = new

    def repository(self) -> RepositoryState:
        renames = tuple(Rename(old, new) for old, new in sorted(self.renames.items()))
        return RepositoryState(
            key="repo",
            name="repo",
            path="/repo",
            revision=f"{self.revision:040x}",
            committed_at=(self.now - timedelta(hours=1)).isoformat(),
            branch="main",
            tracked_branch="main",
            base=self.state.revision,
            renames=renames,
        )

    def scan(self, source: str, status: ScanStatus = ScanStatus.COMPLETE, unread: Sequence[str] = ()) -> Scan:
        """What a source says of the files; nothing of those that it did not read."""
        gaps = tuple(sorted(Unread(path, "not read") for path in unread))
        certificate = Certificate(
            source, "1", "cfg", "repo", f"{self.revision:040x}", status, self.now, unread=gaps
        )
        if not status.has_looked:
            return Scan(replace(certificate, reason="could not look"))
        read = {p: lines for p, lines in self.files.items() if not any(g.covers(p) for g in gaps)}
        return Scan(certificate, sort_findings({**ALL_SOURCES, **TWINS}[source](read)))

    def scans(self) -> tuple[Scan, ...]:
        return tuple(self.scan(source) for source in SOURCES)

    def run(self, *scans: Scan) -> tuple[Event, ...]:
        """Reconcile what these scans say (all complete ones if none are given) and record it."""
        events = reconcile(self.state, self.repository(), scans or self.scans(), now=self.now)
        self.record(*events)
        self.renames = {}
        return events

    def look(self, *names: str, status: ScanStatus = ScanStatus.COMPLETE) -> tuple[Event, ...]:
        """Run these sources and follow up on what is linked, as a merge does; returns all events."""
        before = self.state
        found = self.run(*(self.scan(name, status) for name in names))
        said = joins.events(before, self.state, repository="repo", now=self.now)
        self.record(*said)
        return (*found, *said)

    def say(self, kind: LinkType, subject: str, target: str, *, is_over: bool = False) -> None:
        """A person asserts a link, or withdraws it."""
        event = EventKind.LINK_WITHDRAWN if is_over else EventKind.LINK_ASSERTED
        said = Assertion(kind, subject, target, PERSON)
        self.record(event_of(event, said, self.state.items, repository="repo", at=self.now))

    @property
    def shown(self) -> Mapping[str, Item]:
        """The items as people see them."""
        return as_shown(self.state).items

    def record(self, *events: Event) -> None:
        """Events become a part of the ledger."""
        self.told += events
        self.state = apply(self.state, events)

    def items(self, *statuses: Status) -> dict[str, Item]:
        """Items by id, of these statuses if given."""
        return {i: item for i, item in self.state.items.items() if not statuses or item.status in statuses}

    @property
    def open_items(self) -> dict[str, Item]:
        return {i: item for i, item in self.state.items.items() if item.is_open}

    def only(self) -> Item:
        """The one open item."""
        (item,) = self.open_items.values()
        return item


def _weak(source: str, sign: str, files: Mapping[str, Sequence[str]], *, is_shared: bool) -> list[Finding]:
    found = []
    for path, lines in files.items():
        folder = path.rpartition("/")[0]
        for number, line in enumerate(lines, 1):
            if sign in line:
                label = f"{source} {folder}" if is_shared else ""
                work = Work(ItemType.SECURITY_ENHANCEMENT, f"Mend {source} in {folder or path}", label)
                made = _finding(source, source, fingerprint.normalise(line), work, path, number, lines)
                severity = Severity.LOW if is_shared else Severity.HIGH
                found.append(replace(made, facts={"cwe": "CWE-79"}, severity=severity))
    return found


def _finding(
    source: str, rule: str, text: str, work: Work, path: str, number: int, lines: Sequence[str]
) -> Finding:
    return Finding(
        source=source,
        rule=rule,
        text=text,
        work=work,
        severity=Severity.LOW,
        detail=text,
        location=Location(path, number),
        anchor=fingerprint.anchor(lines, number),
        birth=BORN,
    )
