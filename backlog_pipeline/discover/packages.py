"""Which package a Python file belongs to, so that findings of one kind in it are one piece of work."""

from collections.abc import Iterable

_INIT = "__init__.py"


class Packages:
    """The packages of a tree, told by the folders that hold an ``__init__.py``.

    ``depth`` bounds how finely a package is divided: 2 keeps ``django/db`` for ``django/db/models``.
    """

    def __init__(self, paths: Iterable[str], *, depth: int) -> None:
        self._folders = {p.removesuffix("/" + _INIT) for p in paths if p.endswith("/" + _INIT)}
        self._depth = depth

    def of(self, path: str) -> str:
        """The package's folder; outside of packages the outermost folder; "" in the top folder."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            return folder.partition("/")[0]
        parts = folder.split("/")
        outermost = len(parts)
        while outermost > 1 and "/".join(parts[: outermost - 1]) in self._folders:
            outermost -= 1
        return "/".join(parts[: outermost + self._depth - 1])
