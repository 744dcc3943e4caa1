"""Which repositories we know, and small remembered values about each; in the ledger's database.

Unlike the ledger these rows are replaced; losing them costs time and no history.
"""

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

import sqlalchemy as sa

from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.store.database import reading, writing
from backlog_pipeline.store.tables import marks, repositories

if TYPE_CHECKING:
    from backlog_pipeline.store.ledger import Ledger

_COLUMNS = ("key", "name", "path", "url", "tracked_branch")
_BYTES = "bytes-as-url:"
_NAME = "name"


class Registry:
    """The repositories and marks of one database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def of(cls, ledger: "Ledger") -> "Registry":
        """The registry beside a ledger."""
        return cls(ledger.engine)

    def register(self, entry: RegisteredRepository) -> None:
        """Know a repository, or know it anew under the same key."""
        if self.find(entry.key) == entry:
            return
        row = {name: _kept(getattr(entry, name)) for name in _COLUMNS}
        with writing(self._engine) as connection:
            connection.execute(sa.delete(repositories).where(repositories.c.key == entry.key))
            connection.execute(sa.insert(repositories).values(row))

    def forget(self, key: str) -> None:
        """Know a repository no longer, nor anything remembered about it but its name."""
        name = self.name_of(key)
        with writing(self._engine) as connection:
            connection.execute(sa.delete(repositories).where(repositories.c.key == key))
            connection.execute(sa.delete(marks).where(marks.c.repository == key))
        self.came_as(key, name)

    def find(self, key: str) -> RegisteredRepository | None:
        """The repository of that key, if we know it."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(repositories).where(repositories.c.key == key)).first()
        return _entry(row) if row else None

    def all(self) -> tuple[RegisteredRepository, ...]:
        """All repositories that we know, sorted by key."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(repositories)).all()
        return tuple(sorted((_entry(row) for row in rows), key=lambda entry: entry.key))

    def name_of(self, key: str) -> str:
        """Its name; of one that was never looked at here the name that it came with, or its key."""
        known = self.find(key)
        return known.name if known else self.read_mark(key, _NAME) or key

    def came_as(self, key: str, name: str) -> None:
        """Remember the name that a repository had where its entries come from."""
        if self.find(key) is None and self.name_of(key) != name:
            self.mark(key, _NAME, name)

    def mark(self, repository: str, name: str, value: str) -> None:
        """Remember a value under a name, in place of the one before."""
        if self.read_mark(repository, name) == value:
            return
        with writing(self._engine) as connection:
            connection.execute(sa.delete(marks).where(*_is_mark(repository, name)))
            connection.execute(sa.insert(marks).values(repository=repository, name=name, value=value))

    def read_mark(self, repository: str, name: str) -> str:
        """The value remembered under that name, or ""."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(marks.c.value).where(*_is_mark(repository, name))).scalar()
        return found or ""


def _entry(row: sa.Row[tuple[object, ...]]) -> RegisteredRepository:
    return RegisteredRepository(**{name: _told(str(row._mapping[name])) for name in _COLUMNS})


def _kept(text: str) -> str:
    """Text as a database can hold it: a path whose bytes are no UTF-8 is quoted as in a URL."""
    data = text.encode("utf-8", "surrogateescape")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _BYTES + quote(data)
    return text


def _told(kept: str) -> str:
    if not kept.startswith(_BYTES):
        return kept
    return unquote_to_bytes(kept.removeprefix(_BYTES)).decode("utf-8", "surrogateescape")


def _is_mark(repository: str, name: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return marks.c.repository == repository, marks.c.name == name
