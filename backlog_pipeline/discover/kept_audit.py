"""Ask pip-audit about each exact version once in six hours: what it answered is used again."""

import json
from collections.abc import Set
from datetime import datetime, timedelta

from backlog_pipeline.discover.interface import Look
from backlog_pipeline.scanners import pip_audit
from backlog_pipeline.scanners.pip_audit import Advisory, Audit, Package
from backlog_pipeline.system.http import without_credentials

FRESH = timedelta(hours=6)


def audit_once(look: Look, packages: Set[Package], *, service: str, osv_url: str, timeout: float) -> Audit:
    """Like ``pip_audit.audit``, asking only about what has no fresh answer; failures are not kept."""
    scanner = f"pip-audit {pip_audit.version()} {service} {without_credentials(osv_url)}"
    kept = look.cache.get_many(scanner, ["==".join(p) for p in packages])
    fresh = {p: kept["==".join(p)] for p in packages if _is_fresh(kept.get("==".join(p)), look.now)}
    known = {p: _loads(text) for p, text in fresh.items()}
    audit = pip_audit.audit(packages - known.keys(), service=service, osv_url=osv_url, timeout=timeout)
    new = {"==".join(p): _dumps(look.now, advisories) for p, advisories in audit.advisories.items()}
    look.cache.put_many(scanner, new)
    return Audit({**known, **audit.advisories}, audit.not_audited)


def _is_fresh(text: str | None, now: datetime) -> bool:
    return text is not None and abs(now - datetime.fromisoformat(json.loads(text)[0])) < FRESH


def _dumps(now: datetime, advisories: tuple[Advisory, ...]) -> str:
    return json.dumps([now.isoformat(), [(a.ids, a.fix_versions, a.description) for a in advisories]])


def _loads(text: str) -> tuple[Advisory, ...]:
    return tuple(Advisory(tuple(ids), tuple(fixes), words) for ids, fixes, words in json.loads(text)[1])
