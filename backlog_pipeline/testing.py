"""The promises of plugins as functions: our own tests call them, and so do authors of plugins.

Example, in a plugin's tests::

    from backlog_pipeline import testing

    def test_my_source_keeps_its_promises(look):       # a ``Look`` at a small repository
        testing.check_source(MySource(), look)

    def test_my_rule_keeps_its_promises():
        testing.check_rule(MyRule(), testing.sample_table())

    def test_my_metric_keeps_its_promises():
        testing.check_metric(MyMetric(), testing.sample_known())
"""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from backlog_pipeline.discover.interface import Look, Source
from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.model import codec
from backlog_pipeline.model.census import Census, Counted
from backlog_pipeline.model.finding import Birth, Severity
from backlog_pipeline.model.history import DayEnd, Transition
from backlog_pipeline.model.item import Estimate, Estimates, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, sort_findings
from backlog_pipeline.score.promises import broken_promises

if TYPE_CHECKING:
    import pandas as pd

    from backlog_pipeline.score.interface import ScoringRule

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SCALE = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0)


def check_source(source: Source, look: Look) -> Scan:
    """Scan twice and hold the source to what ``discover.interface.Source`` promises.

    Returns the scan, for the test's own questions. Raises ``AssertionError`` that lists every
    broken promise.
    """
    before = look.git.run("status", "--porcelain", "--ignored").stdout
    first, again = source.scan(look), source.scan(look)
    after = look.git.run("status", "--porcelain", "--ignored").stdout
    broken = [
        *_broken_names(source),
        *_broken_certificate(source, look, first),
        *_broken_findings(source, look, first),
    ]
    if _settled(first) != _settled(again):
        broken.append("a second scan of the same revision gives another result")
    if before != after:
        broken.append("it changed the repository's work tree")
    _raise(f"the source {source.name}", broken)
    return first


def check_rule(rule: "ScoringRule", table: "pd.DataFrame") -> None:
    """Hold a scoring rule to ``score.interface.ScoringRule``. Raises ``AssertionError``."""
    _raise(f"the scoring rule {rule.name}", list(broken_promises(rule, table)))


def check_metric(metric: Metric, known: Known) -> Measurement:
    """Measure and hold the metric to what ``measure.interface.Metric`` promises.

    Besides ``known`` it is asked about a repository of which nothing is known, of which it must not
    tell anything. Returns what it says of ``known``, for the test's own questions. Raises
    ``AssertionError`` that lists every broken promise.
    """
    broken = []
    if not _NAME.fullmatch(metric.name):
        broken.append(f"its name {metric.name!r} is not lower_snake_case")
    if not metric.unit:
        broken.append("it has no unit")
    first, again = metric.measure(known), metric.measure(known)
    if first != again:
        broken.append("the same knowledge gives another measurement")
    nothing = metric.measure(_nothing_known(known))
    if nothing.value is not None:
        broken.append(f"it gives {nothing.value!r} where nothing is known at all")
    broken += _broken_measurement(metric, first) + _broken_measurement(metric, nothing)
    _raise(f"the metric {metric.name}", list(dict.fromkeys(broken)))
    return first


def sample_known(day: date = date(2026, 1, 31)) -> Known:
    """What may be known of a repository at the end of a day: items of every type and status, their
    moves, two sources' counts of three days, and their certificates.
    """
    days = [_sample_day(day - timedelta(days=ago), 3 - ago) for ago in (2, 1, 0)]
    items = days[-1].items or ()
    return Known(
        repository="sample-1a2b3c4d",
        name="sample",
        day=days[-1],
        before=days[:-1],
        transitions=[move for item in items for move in _sample_moves(item, days[-1].closes_at)],
        delivered=[(i.id, days[0].closes_at, 1.5) for i in items if i.status is Status.DONE],
        ledger_since=days[-1].closes_at - timedelta(days=90),
        first_commit=day - timedelta(days=200),
    )


def sample_table() -> "pd.DataFrame":
    """A table of items of every type and status, as rules are given it."""
    from backlog_pipeline.score.table import to_table

    as_of = date(2026, 1, 31)
    items = [
        _sample_item(number, item_type, status, as_of)
        for number, (item_type, status) in enumerate((t, s) for t in ItemType for s in Status)
    ]
    return to_table(items, as_of)


def _sample_item(number: int, item_type: ItemType, status: Status, as_of: date) -> Item:
    values = [Estimate(_SCALE[(number + k) % len(_SCALE)]) for k in range(4)]
    return Item(
        id=f"bl-{number:08d}",
        title=f"Sample {item_type} {status}",
        item_type=item_type,
        status=status,
        risk_tier=list(RiskTier)[number % len(RiskTier)],
        birth=Birth(as_of - timedelta(days=number % 60)),
        source="sample",
        estimates=Estimates(*values),
    )


def _sample_day(day: date, number: int) -> DayEnd:
    items = tuple(
        _sample_item(n, item_type, status, day)
        for n, (item_type, status) in enumerate((t, s) for t in ItemType for s in Status)
    )
    closes_at = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    revision = f"{number:040x}"
    return DayEnd(
        day=day,
        closes_at=closes_at,
        revision=revision,
        committed_at=closes_at - timedelta(hours=6),
        items=items,
        certificates={s: _sample_certificate(s, revision, closes_at) for s in ("code_comments", "sample")},
        censuses={s: _sample_census(s, revision, number) for s in ("code_comments", "sast_findings")},
        scores={item.id: 0.5 + n % 5 / 2 for n, item in enumerate(items) if item.is_open},
    )


def _sample_certificate(source: str, revision: str, closes_at: datetime) -> Certificate:
    looked_at = closes_at - timedelta(hours=5)
    return Certificate(source, "1", "", "sample-1a2b3c4d", revision, ScanStatus.COMPLETE, looked_at)


def _sample_census(source: str, revision: str, number: int) -> Census:
    debt = ItemType.TECHNICAL_DEBT
    counted = [Counted("TODO", f"c{n}", debt, Severity.MEDIUM, "product", n) for n in range(1, number + 2)]
    return Census(source, "1", revision, ScanStatus.COMPLETE, files=40, counted=tuple(counted))


def _sample_moves(item: Item, closes_at: datetime) -> list[Transition]:
    opened_at = closes_at - timedelta(days=60)
    opening = Transition(item.id, opened_at, None, Status.NEW, item.item_type, item.created_at, item.source)
    claimed, moved = opened_at + timedelta(days=35), closes_at - timedelta(days=2, hours=3)
    claim = replace(opening, at=claimed, came_from=Status.NEW, to=Status.DOING, actor="person")
    match item.status:
        case Status.NEW:
            return [opening]
        case Status.DOING:
            return [opening, claim]
        case _:
            return [opening, claim, replace(claim, at=moved, came_from=Status.DOING, to=item.status)]


def _nothing_known(known: Known) -> Known:
    """The same day of a repository without a commit, a ledger or a source."""
    day = DayEnd(known.day.day, known.day.closes_at)
    return Known(known.repository, known.name, day, zone=known.zone)


def _broken_measurement(metric: Metric, found: Measurement) -> list[str]:
    broken = []
    definition = f"{metric.name}@{metric.version}"
    if found.definition != definition:
        broken.append(f"its measurement names the definition {found.definition!r}, not {definition!r}")
    if found.unit != metric.unit:
        broken.append(f"its measurement is in {found.unit!r}, not in {metric.unit!r}")
    if found.coverage is not None and not 0 <= found.coverage <= 1:
        broken.append(f"its coverage {found.coverage} is not between 0 and 1")
    if list(found.evidence) != sorted(found.evidence):
        broken.append("its evidence is not sorted")
    try:
        told = json.loads(json.dumps(found.value, allow_nan=False))
    except (TypeError, ValueError) as error:
        return [*broken, f"its value is no JSON ({error})"]
    return broken if told == found.value else [*broken, "its value is another one after it was written"]


def _broken_names(source: Source) -> list[str]:
    broken = []
    if not _NAME.fullmatch(source.name):
        broken.append(f"its name {source.name!r} is not lower_snake_case")
    reserved = {"enabled", "timeout_seconds"} & set(source.options)
    broken += [f"its option {name!r} is one that every source has already" for name in sorted(reserved)]
    if not source.version:
        broken.append("it has no version")
    return broken


def _broken_certificate(source: Source, look: Look, scan: Scan) -> list[str]:
    certificate, repository = scan.certificate, look.repository
    said = (certificate.source, certificate.repository, certificate.revision)
    expected = (source.name, repository.key, repository.revision)
    broken = []
    if said != expected:
        broken.append(f"its certificate speaks of {said}, not of {expected}")
    if certificate.status is not ScanStatus.COMPLETE and not (certificate.reason or certificate.unread):
        broken.append(f"its scan is {certificate.status} without a reason")
    if not certificate.status.has_looked and scan.findings:
        broken.append(f"its scan is {certificate.status} and has findings all the same")
    if list(certificate.unread) != sorted(certificate.unread):
        broken.append("what it did not read is not sorted")
    if codec.loads(Scan, codec.dumps(scan)) != scan:
        broken.append("its scan does not survive being written and read")
    return broken


def _broken_findings(source: Source, look: Look, scan: Scan) -> list[str]:
    paths = {entry.path for entry in look.git.tree(look.repository.revision)}
    broken = [f"a finding names the source {f.source!r}" for f in scan.findings if f.source != source.name]
    broken += [f"{f.path} is not in the revision" for f in scan.findings if f.path and f.path not in paths]
    broken += [f"{f.path} has the line {f.line}" for f in scan.findings if f.path and f.line < 1]
    broken += [f"{f.rule} at {f.location} has no text" for f in scan.findings if not f.text]
    if scan.findings != sort_findings(list(scan.findings)):
        broken.append("its findings are not sorted (use model.scan.sort_findings)")
    return broken


def _settled(scan: Scan) -> Scan:
    return replace(scan, certificate=scan.certificate.content())


def _raise(what: str, broken: list[str]) -> None:
    if broken:
        raise AssertionError(f"{what} breaks its promise:\n" + "\n".join(f"- {b}" for b in broken))
