"""What assets hand to each other, kept as files: JSON for our values, Parquet for tables.

One file an asset and repository: ``<storage>/<asset path>/<repository>.json`` or ``.parquet``.
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
        target = f"{self._storage}/{asset}/{repository}.json"
        if "://" not in self._storage:
            return Path(target).exists()
        import fsspec

        filesystem, path = fsspec.core.url_to_fs(target)
        return bool(filesystem.exists(path))

    def put_table(self, asset: str, repository: str, table: "pd.DataFrame") -> str:
        """Keep a table as Parquet; returns where it is."""
        buffer = BytesIO()
        table.to_parquet(buffer)
        return self._write(f"{asset}/{repository}.parquet", buffer.getvalue())

    def get_table(self, asset: str, repository: str) -> "pd.DataFrame":
        """The table last kept. Raises ``StateError`` when there is none."""
        import pandas as pd

        return pd.read_parquet(BytesIO(self._read(f"{asset}/{repository}.parquet")))

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
