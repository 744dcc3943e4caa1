"""The promises of plugins as functions: our own tests call them, and so do authors of plugins.

Example, in a plugin's tests::

    from backlog_pipeline import testing

    def test_my_source_keeps_its_promises(look):       # a ``Look`` at a small repository
        testing.check_source(MySource(), look)

    def test_my_rule_keeps_its_promises():
        testing.check_rule(MyRule(), testing.sample_table())
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from backlog_pipeline.discover.interface import Look, Source
from backlog_pipeline.model import codec
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.item import Estimate, Estimates, Item
from backlog_pipeline.model.kinds import ItemType, RiskTier, Status
from backlog_pipeline.model.scan import Scan, ScanStatus, sort_findings
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
