"""What may be known at the end of a day, for tests: made of ledgers, counts and certificates."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from backlog_pipeline.measure.interface import Known
from backlog_pipeline.measure.window import closes_at
from backlog_pipeline.merge.as_of import replay
from backlog_pipeline.model import codec
from backlog_pipeline.model.census import Census, Counted
from backlog_pipeline.model.event import Entry, Event, EventKind
from backlog_pipeline.model.finding import Birth, Severity
from backlog_pipeline.model.history import DayEnd
from backlog_pipeline.model.item import Item, Place
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.link import PERSON, Assertion, LinkType
from backlog_pipeline.model.scan import Certificate, ScanStatus
from backlog_pipeline_tests.merge.ledgers import entries_of, lines_of, played
from backlog_pipeline_tests.strategies import histories

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    """A moment of March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def item(number: int, born: date = date(2026, 3, 2), **values: object) -> Item:
    """An item; the n-th is ``bl-n``."""
    made = Item(
        id=f"bl-{number}",
        title=f"Item {number}",
        item_type=ItemType.TECHNICAL_DEBT,
        status=Status.NEW,
        risk_tier=RiskTier.LOW,
        birth=Birth(born),
        source="code_comments",
    )
    return codec.decode(Item, {**codec.encode(made), **codec.encode(values)})


class History:
    """A ledger that a test writes line by line; ``known`` is what it tells of a day."""

    def __init__(self) -> None:
        self.told: list[tuple[datetime, Event]] = []
        self._event(BEGAN, EventKind.REVISION_RECORDED, "", revision="abc", committed_at=BEGAN.isoformat())

    def opened(self, *items: Item, when: datetime | None = None) -> "History":
        for new in items:
            midnight = datetime.combine(new.birth.on, datetime.min.time(), UTC)
            learned_at = when or midnight + timedelta(hours=20)
            self._event(
                when or midnight,
                EventKind.ITEM_OPENED,
                new.id,
                learned_at=learned_at,
                item=codec.encode(new),
            )
        return self

    def moved(self, number: int, to: Status, when: datetime, **data: object) -> "History":
        self._event(when, EventKind.STATUS_MOVED, f"bl-{number}", to=to.value, **data)
        return self

    def joined(self, number: int, into: int, when: datetime, *, is_over: bool = False) -> "History":
        """A person says that two are the same work, or takes it back."""
        said = Assertion(LinkType.SAME, f"bl-{number}", f"bl-{into}", PERSON)
        kind = EventKind.LINK_WITHDRAWN if is_over else EventKind.LINK_ASSERTED
        self._event(when, kind, said.subject, **codec.encode(said))
        return self

    def scanned(
        self, source: str, status: ScanStatus = ScanStatus.COMPLETE, *, reason: str = ""
    ) -> "History":
        seen = certificate(source, status, reason)
        self._event(BEGAN, EventKind.SCAN_RECORDED, "", certificate=codec.encode(seen), findings=0)
        return self

    def known(self, day: int, **rest: object) -> Known:
        return known_of(entries_of(self.told), date(2026, 3, day), **rest)

    def _event(
        self,
        when: datetime,
        kind: EventKind,
        item_id: str,
        *,
        learned_at: datetime | None = None,
        **data: object,
    ) -> None:
        self.told.append((max(learned_at or when, BEGAN), Event("repo", kind, when, item_id, data=data)))


def certificate(source: str, status: ScanStatus = ScanStatus.COMPLETE, reason: str = "") -> Certificate:
    return Certificate(source, "1", "", "repo", "a" * 40, status, BEGAN, reason)


def census(
    source: str,
    counts: Mapping[str, int] | None = None,
    *,
    status: ScanStatus = ScanStatus.COMPLETE,
    reason: str = "",
    unread: int = 0,
    severity: Severity = Severity.MEDIUM,
    role: str = "product",
) -> Census:
    """A count of contents; the rule of ``TODO fix`` is its first word."""
    counted = tuple(
        Counted(content.split()[0], content, ItemType.TECHNICAL_DEBT, severity, role, count)
        for content, count in sorted((counts or {}).items())
    )
    return Census(source, "1", "a" * 40, status, reason, 10 - unread, unread, counted)


def known_of(
    entries: Sequence[Entry],
    day: date,
    *,
    zone: str = "UTC",
    before: int = 3,
    scores: Mapping[str, float] | None = None,
    delivered: Sequence[tuple[str, datetime, float]] = (),
    censuses: Sequence[Census] = (),
    old_censuses: Sequence[Census] = (),
    revision: str = "a" * 40,
    old_revision: str = "a" * 40,
    first_commit: date | None = date(2025, 1, 1),
) -> Known:
    """What was known of a day: the ledger's entries, and what is given besides."""
    days = [day - timedelta(days=ago) for ago in range(before, -1, -1)]
    ends = [closes_at(d, zone) for d in days]
    replayed = replay(lines_of(entries), ends)
    made = [
        DayEnd(
            day=d,
            closes_at=end,
            revision=revision if d == day else old_revision,
            items=as_of.items,
            certificates=as_of.certificates,
            censuses={c.source: c for c in (censuses if d == day else old_censuses)},
            scores=scores or {} if d == day else {},
            head=as_of.head,
        )
        for d, end, as_of in zip(days, ends, replayed.days, strict=True)
    ]
    return Known(
        repository="repo",
        name="repo",
        day=made[-1],
        before=made[:-1],
        transitions=[move for move in replayed.transitions if move.at < ends[-1]],
        delivered=delivered,
        ledger_since=replayed.began_at if replayed.began_at and replayed.began_at < ends[-1] else None,
        first_commit=first_commit,
        zone=zone,
    )


def vulnerable(number: int, *severities: Severity, **values: object) -> Item:
    """An item of a package with advisories."""
    places = tuple(
        Place("dependency_vulnerabilities", f"GHSA-{n}", f"a-{n}", "r.txt", 1, severity=severity)
        for n, severity in enumerate(severities)
    )
    vulnerability = ItemType.SECURITY_VULNERABILITY
    return item(number, source="dependency_vulnerabilities", item_type=vulnerability, places=places, **values)


_FILES = {"a.py": ["# TODO fix", "x = 1", "assert x"], "lib/c.py": ["# TODO fix", "assert x"]}
_statuses = st.sampled_from(list(ScanStatus))


@st.composite
def censuses_of(draw: st.DrawFn) -> list[Census]:
    """What sources may count at a commit, or why they do not."""
    found = []
    for source in ("code_comments", "sast_findings"):
        status = draw(st.one_of(st.none(), st.just(ScanStatus.COMPLETE), _statuses))
        if status is not None:
            words = st.sampled_from(("TODO fix", "TODO more", "HACK this", "BUG there"))
            counts = draw(st.dictionaries(words, st.integers(1, 4)))
            looked = status.has_looked
            unread = draw(st.integers(1, 9)) if status is ScanStatus.PARTIAL else 0
            found.append(census(source, counts if looked else {}, status=status, unread=unread))
    return found


@st.composite
def worlds(draw: st.DrawFn) -> Known:
    """Any history of a small repository, as of any day in or before it, in any of three zones."""
    told = played({path: list(lines) for path, lines in _FILES.items()}, draw(histories))
    shift = timedelta(hours=draw(st.integers(-30, 30)))
    odd = draw(st.integers(0, len(told)))
    told = [
        (learned_at, Event(e.repository, e.kind, e.happened_at + shift, e.item, e.actor, e.data, e.evidence))
        if n >= odd
        else (learned_at, e)
        for n, (learned_at, e) in enumerate(told)
    ]
    entries = entries_of(told)
    day = date(2025, 12, 30) + timedelta(days=draw(st.integers(0, 20)))
    ids = sorted({e.item for _, e in told if e.item})
    return known_of(
        entries,
        day,
        zone=draw(st.sampled_from(("UTC", "America/New_York", "Pacific/Auckland"))),
        before=draw(st.integers(0, 4)),
        scores=draw(st.dictionaries(st.sampled_from(ids), st.floats(0.1, 20))),
        delivered=[(i, at(1), 2.0) for i in ids[: draw(st.integers(0, len(ids)))]],
        censuses=draw(censuses_of()),
        old_censuses=draw(censuses_of()),
        revision=draw(st.sampled_from(("", "a" * 40))),
        old_revision=draw(st.sampled_from(("", "a" * 40))),
    )
