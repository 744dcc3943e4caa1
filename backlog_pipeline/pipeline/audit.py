"""Is the ledger the one that was written? Its chains are walked, and compared with what was kept elsewhere.

Two kinds of anchors say where a chain once stood: a file beside the ledger, noted at each append, and
the snapshots in ``docs/status`` of the repository, which git keeps and other machines have.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from backlog_pipeline.errors import LedgerCorrupt, RepositoryError, ToolError
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.pipeline.status_files import STATUS_FOLDER
from backlog_pipeline.report.seal import is_ours, with_lf
from backlog_pipeline.store.anchors import Anchors
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline.system.git import Git, top_level

_SNAPSHOTS = "metrics-snapshot-*.json"


class Kind(StrEnum):
    """Where anchors are kept."""

    STATE_FOLDER = "state folder"
    COMMITTED = "committed snapshots"
    UNCOMMITTED = "uncommitted snapshots"


@dataclass(frozen=True, slots=True, order=True)
class Anchored:
    """Something outside the ledger that says which digest an entry had; ``said_by`` in words, ``on`` when."""

    number: int
    digest: str
    on: str
    said_by: str


@dataclass(frozen=True, slots=True)
class Witness:
    """All anchors of one kind, by number; ``problems`` are those that the ledger contradicts, and
    what cannot be read; ``notes`` say what was not compared, and why.
    """

    kind: Kind
    place: str
    anchors: tuple[Anchored, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audited:
    """One chain: how many entries hold, what is wrong inside it ("" where nothing), and its witnesses."""

    repository: str
    name: str
    entries: int
    head: str
    broken: str
    witnesses: tuple[Witness, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong, the chain itself first."""
        said = tuple(problem for witness in self.witnesses for problem in witness.problems)
        return ((self.broken,) if self.broken else ()) + said

    @property
    def anchored(self) -> int:
        """The last entry that an anchor agrees with; 0 where none does."""
        agreed = (a.number for w in self.witnesses if not w.problems for a in w.anchors)
        return max(agreed, default=0)


def audit(
    ledger: Ledger,
    anchors: Anchors,
    *,
    only: RegisteredRepository | None = None,
    with_snapshots: bool = True,
) -> tuple[Audited, ...]:
    """Every chain (or that of the repository ``only``), sorted by key, compared with its anchors.

    Raises:
        LedgerCorrupt, StateError: the ledger or an anchor file cannot be read at all.
    """
    known = {entry.key: entry for entry in ([only] if only else Registry.of(ledger).all())}
    keys = {only.key} if only else {*ledger.repositories(), *anchors.repositories()}
    return tuple(_audited(ledger, anchors, key, known.get(key), with_snapshots) for key in sorted(keys))


def _audited(
    ledger: Ledger, anchors: Anchors, key: str, known: RegisteredRepository | None, with_snapshots: bool
) -> Audited:
    witnesses = [_noted(anchors, key)]  # before the walk: what is appended meanwhile is only longer
    if with_snapshots and known is not None and known.path:
        witnesses += _snapshots(key, Path(known.path))
    digests, broken = [""], ""
    try:
        digests.extend(entry.digest for entry in ledger.entries(key))
    except LedgerCorrupt as error:
        broken = error.message
    return Audited(
        repository=key,
        name=known.name if known else key,
        entries=len(digests) - 1,
        head=digests[-1],
        broken=broken,
        witnesses=tuple(_compared(witness, digests, is_whole=not broken) for witness in witnesses),
    )


def _compared(witness: Witness, digests: Sequence[str], *, is_whole: bool) -> Witness:
    found = list(_contradictions(witness.anchors, digests, is_whole=is_whole))
    more = (f"{len(found) - 1} more of them disagree",) if len(found) > 1 else ()
    problems = (*witness.problems, *found[:1], *more)
    anchors, notes = witness.anchors, witness.notes
    if not is_whole:  # behind the break nothing is known, so nothing agrees there
        anchors = tuple(anchor for anchor in anchors if anchor.number < len(digests))
        behind = len(witness.anchors) - len(anchors)
        notes += (f"anchors behind entry {len(digests) - 1}: {behind}, not compared",) if behind else ()
    return Witness(witness.kind, witness.place, anchors, problems, notes)


def _contradictions(anchors: Iterable[Anchored], digests: Sequence[str], *, is_whole: bool) -> Iterator[str]:
    """What the chain contradicts; of one that broke off, only the entries before that are known."""
    agreed, last = 0, len(digests) - 1
    for anchor in sorted(anchors):
        if anchor.number > last:
            if is_whole:
                yield (
                    f"{anchor.said_by} knows entry {anchor.number}, but the ledger ends with entry {last}:"
                    " its end was cut, or it is an older copy"
                )
        elif digests[anchor.number] == anchor.digest:
            agreed = anchor.number
        else:
            yield (
                f"entry {anchor.number} is not the one that {anchor.said_by} knows: something from entry"
                f" {agreed + 1} on was changed and hashed anew, an older copy was continued, another ledger"
                " wrote that anchor, or the anchor was edited"
            )


def _noted(anchors: Anchors, key: str) -> Witness:
    file = anchors.read(key)
    found = tuple(
        Anchored(a.number, a.digest, a.at.isoformat(), f"the anchor of {a.at:%Y-%m-%d %H:%M:%S}")
        for a in file.anchors
    )
    problems = tuple(f"line {number} of {file.path} is no anchor" for number in file.unreadable)
    return Witness(Kind.STATE_FOLDER, str(file.path), tuple(sorted(found)), problems)


def _snapshots(key: str, path: Path) -> tuple[Witness, ...]:
    """The snapshots at HEAD, and those in the work tree that differ from them."""
    place = str(path / STATUS_FOLDER)
    try:
        committed = _committed(Git(top_level(path)))
    except (RepositoryError, ToolError) as error:
        return (Witness(Kind.COMMITTED, place, notes=(f"not compared: {error.message}",)),)
    files = [file for file in (path / STATUS_FOLDER).glob(_SNAPSHOTS) if file.is_file()]
    here = {file.name: with_lf(file.read_bytes()) for file in files}
    differing = {name: data for name, data in here.items() if committed.get(name) != data}
    found = [_witness(Kind.COMMITTED, place, key, committed)]
    return tuple(found + ([_witness(Kind.UNCOMMITTED, place, key, differing)] if differing else []))


def _committed(git: Git) -> dict[str, bytes]:
    listed = git.find("ls-tree", "-z", "--full-tree", "HEAD", f"{STATUS_FOLDER}/")
    rows = [row.partition("\t") for row in listed.split("\0") if row]
    blobs = {
        Path(name).name: meta.split()[2]
        for meta, _, name in rows
        if Path(name).match(_SNAPSHOTS) and meta.split()[1] == "blob"
    }
    data = dict(git.blobs(sorted(set(blobs.values()))))
    return {name: with_lf(data[blob]) for name, blob in blobs.items()}


def _witness(kind: Kind, place: str, key: str, files: dict[str, bytes]) -> Witness:
    found: list[Anchored] = []
    notes: list[str] = []
    for name, data in sorted(files.items()):
        said = _said(name, data, key)
        if isinstance(said, str):
            notes.append(said)
        elif said.number:
            found.append(said)
    return Witness(kind, place, tuple(sorted(found)), notes=tuple(notes))


def _said(name: str, data: bytes, key: str) -> Anchored | str:
    """What a snapshot says of the ledger, or why it is not asked."""
    try:
        said = json.loads(data)
        number, digest = said["ledger"]["entries"], said["ledger"]["head"]
        of, day = said["repository"], said["day"]
    except (ValueError, KeyError, TypeError):
        return f"{name} does not say where the ledger stood"
    if of != key:
        return f"{name} is of the repository {of}, and is not compared"
    edited = "" if is_ours(data) else " (edited since it was written)"
    return Anchored(int(number), str(digest), str(day), name + edited)
