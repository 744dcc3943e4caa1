"""Advisories as the Open Source Vulnerabilities service records them: severity, dates, aliases.

The record's format is described at https://ossf.github.io/osv-schema/.
"""

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from backlog_pipeline.errors import ServiceUnreachable
from backlog_pipeline.model.finding import Severity
from backlog_pipeline.scanners.cvss import base_score
from backlog_pipeline.system.http import get_json, without_credentials

DEFAULT_URL = "https://api.osv.dev"
FRESH = timedelta(hours=24)
"""How long a record that was read is used again; severities and aliases change rarely."""

_KEPT_AS = "osv record 1"
_AT_ONCE = 8
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,60}")
_WORDS = {"LOW": Severity.LOW, "MODERATE": Severity.MEDIUM, "MEDIUM": Severity.MEDIUM}
_WORDS |= {"HIGH": Severity.HIGH, "CRITICAL": Severity.CRITICAL}


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says that we use. ``severity`` and ``cvss`` are ``None`` where it does not say.

    ``basis`` tells where the severity comes from: the record's ``words`` or its CVSS ``vector``.
    """

    id: str
    summary: str = ""
    published: date | None = None
    aliases: tuple[str, ...] = ()
    severity: Severity | None = None
    basis: str = ""
    cvss: float | None = None
    cwes: tuple[str, ...] = ()


class Cache(Protocol):
    """Texts kept between runs, per scanner and key."""

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]: ...  # noqa: D102
    def put_many(self, scanner: str, results: Mapping[str, str]) -> None: ...  # noqa: D102


def records(
    ids: Iterable[str], cache: Cache, *, url: str, now: datetime, timeout: float
) -> dict[str, Record]:
    """The record of each advisory that the service has and gives; what is missing is unknown.

    A record that was read within the last day is not asked for again.
    """
    wanted = sorted({i for i in ids if _ID.fullmatch(i)})
    found = {i: text for i, text in _kept(cache, wanted, url).items() if _age(text, now) < FRESH}
    missing = [i for i in wanted if i not in found]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = zip(missing, threads.map(lambda i: _ask(url, i, timeout), missing), strict=True)
        new = {i: json.dumps([now.isoformat(), a]) for i, a in answers if isinstance(a, dict)}
    cache.put_many(_KEPT_AS, {_key(url, i): text for i, text in new.items()})
    return {i: read_record(json.loads(text)[1]) for i, text in (found | new).items()}


def read_record(data: Mapping[str, Any]) -> Record:
    """A record from its JSON; what does not fit the format is left out."""
    specific = _mapping(data.get("database_specific"))
    said = _WORDS.get(str(specific.get("severity", "")).upper())
    scores = [base_score(str(_mapping(s).get("score", ""))) for s in _list(data.get("severity"))]
    cvss = max((s for s in scores if s is not None), default=None)
    return Record(
        id=str(data.get("id", "")),
        summary=" ".join(str(data.get("summary") or "").split()),
        published=_day(data.get("published")),
        aliases=tuple(sorted(str(a) for a in _list(data.get("aliases")))),
        severity=said or (None if cvss is None else rating(cvss)),
        basis="words" if said else ("" if cvss is None else "CVSS vector"),
        cvss=cvss,
        cwes=tuple(sorted(str(c) for c in _list(specific.get("cwe_ids")))),
    )


def rating(score: float) -> Severity:
    """The word for a base score (CVSS v3.1, section 5); a score of 0 counts as LOW."""
    if score >= 9.0:
        return Severity.CRITICAL
    if score >= 7.0:
        return Severity.HIGH
    return Severity.MEDIUM if score >= 4.0 else Severity.LOW


def _ask(url: str, advisory: str, timeout: float) -> object | None:
    try:
        return get_json(f"{url}/v1/vulns/{advisory}", timeout=timeout)
    except ServiceUnreachable:
        return None  # the advisory stays without details, which its finding says


def _kept(cache: Cache, ids: list[str], url: str) -> dict[str, str]:
    texts = cache.get_many(_KEPT_AS, [_key(url, i) for i in ids])
    return {i: texts[_key(url, i)] for i in ids if _key(url, i) in texts}


def _key(url: str, advisory: str) -> str:
    return f"{without_credentials(url)} {advisory}"


def _age(text: str, now: datetime) -> timedelta:
    return abs(now - datetime.fromisoformat(json.loads(text)[0]))


def _day(value: object) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
