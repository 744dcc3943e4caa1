"""A merge that would decide nothing and write nothing, known without deciding.

What a merge does follows from its inputs: the ledger, the scans, the file, the repository, the UTC
day, the settings of scoring and the code. When a merge has found that it has nothing to do, one
digest of all of them is kept as the repository's mark ``settled_merge``; while it stays the same
there is still nothing to do. Anything else decides anew.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from backlog_pipeline.model import codec
from backlog_pipeline.model.backlog import Problem
from backlog_pipeline.model.fingerprint import digest, file_digest
from backlog_pipeline.model.repository import CiHealth, RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.pipeline.parts import Parts

_MARK = "settled_merge"


@dataclass(frozen=True, slots=True)
class Case:
    """What one merge looks at: ``seen`` is the digest of its scans, ``head`` where the ledger's chain
    ends, ``data`` the file's bytes.
    """

    repository: RepositoryState
    seen: str
    head: str
    data: bytes | None
    today: date


@dataclass(frozen=True, slots=True)
class Settled:
    """A merge with nothing to do: a digest of its case, one of its file, and what it could not take."""

    inputs: str
    file: str
    problems: tuple[Problem, ...] = ()


def may_be(parts: Parts, repository: RepositoryState) -> bool:
    """Whether it can be known: not where the code is unknown, or nothing may be recorded or written."""
    return bool(parts.code) and parts.may_write_repository and not repository.is_preview


def known(parts: Parts, key: str) -> Settled | None:
    """The repository's last settled merge, ``None`` where there is none on record."""
    text = parts.registry.read_mark(key, _MARK)
    try:
        return codec.loads(Settled, text) if text else None
    except ValueError:  # written by another version: deciding is the safe answer
        return None


def find(parts: Parts, case: Case) -> Settled | None:
    """The settled merge that this one would be, ``None`` where it has to be decided."""
    last = known(parts, case.repository.key) if may_be(parts, case.repository) else None
    if last is None or last.file != file_digest(case.data):
        return None
    return last if last.inputs == _inputs(parts, case) else None


def note(parts: Parts, case: Case, problems: Sequence[Problem]) -> None:
    """Remember that a merge of this case has nothing to do but to report ``problems``."""
    settled = Settled(_inputs(parts, case), file_digest(case.data), tuple(problems))
    parts.registry.mark(case.repository.key, _MARK, codec.dumps(settled))


def digest_of_scans(scans: Sequence[Scan]) -> str:
    """What the scans say; their order and when they looked have no say in a merge."""
    ordered = sorted(scans, key=lambda s: (s.source, s.certificate.looked_at, s.certificate.scope))
    said = ((codec.dumps(s.certificate.content()), codec.dumps(s.findings)) for s in ordered)
    return digest(*chain.from_iterable(said))


def _inputs(parts: Parts, case: Case) -> str:
    return digest(*_surroundings(parts, case))


def _surroundings(parts: Parts, case: Case) -> Iterator[str]:
    yield from (parts.code, case.seen, case.head, file_digest(case.data), case.today.isoformat())
    yield codec.dumps(parts.score)
    yield str(parts.settings.keep_days)
    yield json.dumps([rule.name for rule in parts.rules])
    yield codec.dumps(replace(case.repository, ci=CiHealth(), dirty_paths=0))  # no say in a merge
