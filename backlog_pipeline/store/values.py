"""What assets hand to each other, kept as files: JSON for our values, Parquet for tables.

One file an asset and repository: ``<storage>/<asset path>/<repository>.json`` or ``.parquet``. What is
made once a day is kept as files of its own, below ``<storage>/<asset path>/<repository>/``.
``storage`` is a folder or any fsspec URL (``s3://bucket/prefix``); a folder needs no fsspec.
"""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from backlog_pipeline.errors import StateError
from backlog_pipeline.model import codec
from backlog_pipeline.system import files

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


class ValueStore:
    """Values by asset and repository. Reading what was never written raises ``StateError``."""

    def __init__(self, storage: str) -> None:
        self._storage = storage.rstrip("/")

    def put(self, asset: str, repository: str, value: object) -> str:
        """Keep a dataclass as JSON; returns where it is."""
        return self._write(f"{asset}/{repository}.json", codec.dumps(value).encode())

    def get(self, asset: str, repository: str, kind: type[T]) -> T:
        """The value last kept. Raises ``StateError`` when there is none or it cannot be read."""
        where = f"{asset}/{repository}.json"
        try:
            return codec.loads(kind, self._read(where).decode())
        except ValueError as error:
            raise StateError(f"{self._storage}/{where} cannot be read: {error}", next_step=_AGAIN) from error

    def has(self, asset: str, repository: str) -> bool:
        """Whether a JSON value was ever kept for that asset and repository."""
        return self.has_file(f"{asset}/{repository}.json")

    def put_table(self, asset: str, repository: str, table: "pd.DataFrame") -> str:
        """Keep a table as Parquet; returns where it is."""
        buffer = BytesIO()
        table.to_parquet(buffer)
        return self._write(f"{asset}/{repository}.parquet", buffer.getvalue())

    def get_table(self, asset: str, repository: str) -> "pd.DataFrame":
        """The table last kept. Raises ``StateError`` when there is none."""
        import pandas as pd

        return pd.read_parquet(BytesIO(self._read(f"{asset}/{repository}.parquet")))

    def put_file(self, where: str, data: bytes) -> str:
        """Keep a file as it is at a place in the storage; returns where that is. The same bytes are left."""
        if self._found(where) == data:
            return f"{self._storage}/{where}"
        return self._write(where, data)

    def get_file(self, where: str) -> bytes:
        """The bytes of a file. Raises ``StateError`` when there is none."""
        return self._read(where)

    def has_file(self, where: str) -> bool:
        """Whether there is a file at that place."""
        target = f"{self._storage}/{where}"
        if "://" not in self._storage:
            return Path(target).exists()
        import fsspec

        filesystem, path = fsspec.core.url_to_fs(target)
        return bool(filesystem.exists(path))

    def file_names(self, folder: str) -> tuple[str, ...]:
        """The names of the files in a folder of the storage, sorted; none where there is no such folder."""
        target = f"{self._storage}/{folder}"
        if "://" not in self._storage:
            found = Path(target).iterdir() if Path(target).is_dir() else iter(())
            return tuple(sorted(path.name for path in found if path.is_file()))
        import fsspec

        filesystem, path = fsspec.core.url_to_fs(target)
        if not filesystem.exists(path):
            return ()
        rows = filesystem.ls(path, detail=True)
        return tuple(sorted(row["name"].rpartition("/")[2] for row in rows if row["type"] == "file"))

    def _found(self, where: str) -> bytes | None:
        try:
            return self._read(where)
        except StateError:
            return None

    def _write(self, where: str, data: bytes) -> str:
        target = f"{self._storage}/{where}"
        if "://" not in self._storage:
            files.write_atomic(Path(target), data)
            return target
        import fsspec

        with fsspec.open(target, "wb") as stream:  # object stores replace whole objects
            stream.write(data)
        return target

    def _read(self, where: str) -> bytes:
        target = f"{self._storage}/{where}"
        try:
            if "://" not in self._storage:
                return Path(target).read_bytes()
            import fsspec

            with fsspec.open(target, "rb") as stream:
                return bytes(stream.read())
        except FileNotFoundError as error:
            raise StateError(f"{where} was never made", next_step=_AGAIN) from error


_AGAIN = "run `backlog run`, or materialize that asset for this repository"
