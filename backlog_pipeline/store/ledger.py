"""The ledger: events that are only ever added, each chained to the one before it.

There is one chain per repository, numbered from 1. What ``append`` returned is on disk: killing
the process at any moment loses nothing of it and leaves nothing half-written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from backlog_pipeline.errors import RESTORE, LedgerCorrupt, StateBusy
from backlog_pipeline.model.event import Entry, Event
from backlog_pipeline.store import schema
from backlog_pipeline.store.anchors import Anchors
from backlog_pipeline.store.chain import Line, link, make_entry
from backlog_pipeline.store.database import connect, reading, writing
from backlog_pipeline.store.tables import entries, heads

_ROWS_AT_ONCE = 1000


_CUT = " its end was cut, or it is an older copy"
_CHANGED = " it was changed and hashed anew, or is another ledger"


class Ledger:
    """The events of all repositories in one database. Made by ``Ledger.open``."""

    def __init__(self, engine: sa.Engine, anchors: Anchors | None = None) -> None:
        self.engine = engine
        self._anchors = anchors

    @staticmethod
    def open(url: str, *, is_read_only: bool = False, anchors: Path | None = None) -> "Ledger":
        """Open, and if needed make, the ledger at a SQLAlchemy URL (``sqlite:////path/ledger.db``,
        ``postgresql://user@host/database``).

        Read-only, a ledger that does not exist yet is an empty one, and nothing is made. In the
        folder ``anchors`` each append notes where the chain stands then (see ``store.anchors``).

        Raises:
            StateError: it cannot be opened, or a newer version wrote it.
            StateUnreachable: its server does not answer.
            LedgerCorrupt: the file is no database; it is left as it is.
        """
        engine = connect(url, is_read_only=is_read_only)
        with ExitStack() as undone:
            undone.callback(engine.dispose)
            prepared = schema.prepare(engine, is_read_only=is_read_only)
            undone.pop_all()
        return Ledger(prepared, Anchors(anchors) if anchors else None)

    def append(
        self,
        repository: str,
        events: Sequence[Event],
        *,
        learned_at: datetime,
        expect_head: str | None = None,
    ) -> tuple[Entry, ...]:
        """Add events to a repository's chain, all of them or none.

        Args:
            expect_head: what ``head`` said when the events were decided; ``None`` does not care.

        Raises:
            StateBusy: another process holds the ledger, or the chain has moved on since
                ``expect_head``; decide again on the new state.
            LedgerCorrupt: the anchor file knows another past of this chain; nothing was added.
            StateError: the disk is full or the ledger cannot be written; or the anchor cannot, which
                the message says: then the events are recorded.
            LedgerCorrupt: the chain's last entry is not the one that was recorded as such.
        """
        if any(e.repository != repository for e in events):
            raise ValueError(f"an event of another repository cannot join the chain of {repository}")
        if not events:
            return ()
        with writing(self.engine) as connection:
            number, digest = _head(connection, repository)
            if expect_head is not None and digest != expect_head:
                raise _moved_on(repository)
            self._refuse_another_past(connection, repository, number)
            made = _insert(connection, repository, (number, digest), events, learned_at)
        if self._anchors is not None:
            self._anchors.add(repository, made[-1].number, made[-1].digest, learned_at)
        return made

    def extend(self, repository: str, lines: Iterable[Line], *, expect_head: str, noted_at: datetime) -> int:
        """Add entries that another ledger made, as they are: all of them or none; returns how many.

        Raises:
            LedgerCorrupt: one of them does not follow the one before it, or the first our last one.
            StateBusy, StateError: as for ``append``.
        """
        with writing(self.engine) as connection:
            before = _head(connection, repository)
            if before[1] != expect_head:
                raise _moved_on(repository)
            _check_end(connection, repository, *before)
            self._refuse_another_past(connection, repository, before[0])
            after = _insert_lines(connection, repository, before, lines)
            if after != before:
                _set_head(connection, repository, before[0], *after)
        if self._anchors is not None and after != before:
            self._anchors.add(repository, *after, noted_at)
        return after[0] - before[0]

    def _refuse_another_past(self, connection: sa.Connection, repository: str, number: int) -> None:
        """Nothing is added to a chain that is not the one whose end was noted last: it would be hidden."""
        anchor = self._anchors.last(repository) if self._anchors else None
        if anchor is None:
            return
        if anchor.number > number:
            what = f"ends with entry {number}, but entry {anchor.number} was noted:" + _CUT
        elif _digest_at(connection, repository, anchor.number) != anchor.digest:
            what = f"has another entry {anchor.number} than was noted:" + _CHANGED
        else:
            return
        raise LedgerCorrupt(
            f"the ledger of {repository} {what}",
            next_step="put the right ledger in its place (`backlog audit verify` says more); if this one is"
            f" meant, move {self._anchors.path(repository) if self._anchors else ''} away",
        )

    def end(self, repository: str) -> tuple[int, str]:
        """Number and digest of the repository's last entry, ``(0, "")`` when it has none."""
        with reading(self.engine) as connection:
            return _head(connection, repository)

    def entries(self, repository: str, *, after: int = 0) -> Iterator[Entry]:
        """The entries of a repository in order, from number ``after + 1``; each link is checked.

        Raises:
            LedgerCorrupt: an entry was edited, removed or cut; names the first bad one.
        """
        return (read_entry(repository, line) for line in self.lines(repository, after=after))

    def lines(self, repository: str, *, after: int = 0) -> Iterator[Line]:
        """Like ``entries``, each link checked as well, but nothing decoded: ten times as fast."""
        with reading(self.engine) as connection:
            number, previous = after, _digest_at(connection, repository, after)
            rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(
                sa.select(*(entries.c[name] for name in Line._fields))
                .where(entries.c.repository == repository, entries.c.number > after)
                .order_by(entries.c.number)
            )
            for some in rows.partitions():
                lines, before = list(map(_line, some)), number
                number, previous, why = _followed(lines, number, previous)
                yield from lines[: number - before]
                if why:
                    raise _corrupt(repository, number + 1, why)
            _check_end(connection, repository, number, previous)

    def head(self, repository: str) -> str:
        """The digest of the repository's last entry, "" when it has none."""
        return self.end(repository)[1]

    def repositories(self) -> tuple[str, ...]:
        """The keys of all repositories that have entries, also of those whose end is lost; sorted."""
        with reading(self.engine) as connection:
            ended = connection.execute(sa.select(heads.c.repository)).scalars()
            return tuple(sorted({*ended, *_begun(connection)}))

    def check(self, repository: str) -> None:
        """Walk the whole chain. Raises ``LedgerCorrupt`` naming the first bad entry."""
        for _ in self.entries(repository):
            pass

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def read_entry(repository: str, line: Line) -> Entry:
    """The entry that a line says. Raises ``LedgerCorrupt`` where it cannot be read."""
    try:
        return line.entry()
    except ValueError as error:
        raise _corrupt(repository, line.number, f"cannot be read ({error})") from error


def _head(connection: sa.Connection, repository: str) -> tuple[int, str]:
    query = sa.select(heads.c.number, heads.c.digest).where(heads.c.repository == repository)
    row = connection.execute(query).first()
    if row is not None:
        return row.number, row.digest
    count = sa.select(sa.func.count()).where(entries.c.repository == repository)
    if found := connection.execute(count).scalar():
        raise LedgerCorrupt(
            f"the ledger of {repository} has {found} entries, but where it ends is not recorded any more",
            next_step=f"{RESTORE}; nothing was changed",
        )
    return 0, ""


def _begun(connection: sa.Connection) -> Iterator[str]:
    """The repositories that have entries, by one look into the index for each: not at each entry."""
    last = ""
    while True:
        after = sa.select(sa.func.min(entries.c.repository)).where(entries.c.repository > last)
        found = connection.execute(after).scalar()
        if found is None:
            return
        yield (last := str(found))


def _insert(
    connection: sa.Connection,
    repository: str,
    head: tuple[int, str],
    events: Sequence[Event],
    learned_at: datetime,
) -> tuple[Entry, ...]:
    number, previous = head
    _check_end(connection, repository, number, previous)
    made, rows = [], []
    for event in events:
        entry, text = make_entry(number + 1, learned_at, previous, event)
        number, previous = entry.number, entry.digest
        made.append(entry)
        rows.append(_row(repository, entry, text))
    connection.execute(sa.insert(entries), rows)
    _set_head(connection, repository, head[0], number, previous)
    return tuple(made)


def _insert_lines(
    connection: sa.Connection, repository: str, head: tuple[int, str], lines: Iterable[Line]
) -> tuple[int, str]:
    """Add them behind ``head``; returns the new end."""
    number, previous = head
    rows: list[dict[str, object]] = []
    for line in lines:
        if why := broken(line, number + 1, previous):
            raise _corrupt(repository, number + 1, why)
        number, previous = line.number, line.digest
        rows.append({"repository": repository, **line._asdict()})
        if len(rows) == _ROWS_AT_ONCE:
            connection.execute(sa.insert(entries), rows)
            rows = []
    if rows:
        connection.execute(sa.insert(entries), rows)
    return number, previous


def _row(repository: str, entry: Entry, text: str) -> dict[str, object]:
    return {
        "repository": repository,
        "number": entry.number,
        "learned_at": entry.learned_at.isoformat(),
        "previous": entry.previous,
        "digest": entry.digest,
        "event": text,
    }


def _set_head(connection: sa.Connection, repository: str, before: int, number: int, digest: str) -> None:
    values = {"number": number, "digest": digest}
    if before:
        connection.execute(sa.update(heads).where(heads.c.repository == repository).values(values))
    else:
        connection.execute(sa.insert(heads).values(repository=repository, **values))


def _digest_at(connection: sa.Connection, repository: str, number: int) -> str:
    if number <= 0:
        return ""
    query = sa.select(entries.c.digest).where(entries.c.repository == repository, entries.c.number == number)
    found = connection.execute(query).scalar()
    if found is None:
        raise _corrupt(repository, number, "is missing")
    return str(found)


_line: Callable[[Iterable[object]], Line] = partial(tuple.__new__, Line)
"""A row as a line, without a call in between for each of a million of them."""


def _followed(lines: Iterable[Line], number: int, previous: str) -> tuple[int, str, str]:
    """How far lines follow one after the other from ``number`` on, and why no further, "" at their end."""
    for line in lines:
        found, learned_at, before, digest, event = line
        number += 1
        if found != number or before != previous or digest != link(number, learned_at, before, event):
            return number - 1, previous, broken(line, number, previous)
        previous = digest
    return number, previous, ""


def broken(line: Line, number: int, previous: str) -> str:
    """Why this line cannot come next, "" where it does."""
    found, learned_at, before, digest, event = line
    if found != number:
        return "is missing"
    if before != previous:
        return "does not follow the one before it"
    return "" if digest == link(number, learned_at, previous, event) else "was edited"


def _check_end(connection: sa.Connection, repository: str, number: int, digest: str) -> None:
    head = _head(connection, repository)
    last = connection.execute(
        sa.select(entries.c.number, entries.c.digest)
        .where(entries.c.repository == repository)
        .order_by(entries.c.number.desc())
        .limit(1)
    ).first()
    found = (last.number, last.digest) if last else (0, "")
    if not head == found == (number, digest):
        raise _corrupt(repository, min(head[0], found[0]) + 1, "is missing, or stands after the recorded end")


def _moved_on(repository: str) -> StateBusy:
    return StateBusy(f"another run recorded changes of {repository} meanwhile", next_step="run again")


def _corrupt(repository: str, number: int, what: str) -> LedgerCorrupt:
    return LedgerCorrupt(
        f"entry {number} of {repository} {what}",
        next_step=f"{RESTORE}; nothing was changed",
    )
