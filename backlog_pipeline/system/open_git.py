"""A ``Git`` for looking at many commits of one repository: git is started once, and stays.

Starting git costs more than most answers. Here one ``git cat-file --batch`` answers question after
question, and a commit's tree is put together from its folders, of which those that stood in a commit
before are not listed again. What it says is what ``Git`` says.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path

from backlog_pipeline.errors import ToolError
from backlog_pipeline.system.git import Git, TreeEntry
from backlog_pipeline.system.object_reader import GitObject, ObjectReader

_CHUNK = 100
_MOST_HELD = 1_000_000
_MODES = {0o040000: "040000", 0o120000: "120000", 0o160000: "160000"}
_FOLDER, _SUBMODULE = _MODES[0o040000], _MODES[0o160000]

_Place = tuple[str, str]  # a folder's id, and its path with a closing slash, "" for the root
_Row = tuple[str, str, str]  # mode, path, id


class OpenGit(Git):
    """The git repository at ``path``; whoever opens it closes it. Several threads may use it.

    It has no time limits: who uses it runs in a process that has one.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._contents = ObjectReader(path, "--batch")
        self._headers = ObjectReader(path, "--batch-check")
        self._sizes: dict[str, int] = {}
        self._listings: dict[_Place, tuple[TreeEntry, ...]] = {}
        self._held = 0

    def close(self) -> None:
        """End git."""
        self._contents.close()
        self._headers.close()

    def tree(self, revision: str) -> tuple[TreeEntry, ...]:
        """Every file, link and submodule of a commit, sorted by path."""
        (root,) = self._contents.ask([f"{revision}^{{tree}}"])
        if root.is_missing:
            raise ToolError(
                f"git has no commit {revision}", next_step=f"check that {revision} exists in {self.path}"
            )
        self._forget_when_full()
        folders = self._new_folders(root)
        self._learn_sizes([row for rows in folders.values() for row in rows])
        for place, rows in reversed(folders.items()):  # what lies in a folder comes after it
            listing = tuple(entry for row in rows for entry in self._entries(row))
            self._listings[place] = listing
            self._held += len(listing)
        return tuple(sorted(self._listings[root.id, ""], key=attrgetter("path")))

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The content of each blob, in the order asked for; a missing one raises ``ToolError``."""
        wanted = list(ids)
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            for blob, found in zip(chunk, self._contents.ask(chunk), strict=True):
                if found.is_missing:
                    raise ToolError(f"git has no object {blob}", next_step=f"run `git fsck` in {self.path}")
                yield blob, found.data

    def committed_at(self, revision: str) -> datetime:
        """When a commit was committed, UTC."""
        (found,) = self._contents.ask([f"{revision}^{{commit}}"])
        line = next((row for row in found.data.split(b"\n") if row.startswith(b"committer ")), b"")
        words = line.split()
        if len(words) < 3 or not words[-2].isdigit():
            return super().committed_at(revision)  # what is off with it, git says better
        return datetime.fromtimestamp(int(words[-2]), UTC)

    def _new_folders(self, root: GitObject) -> dict[_Place, list[_Row]]:
        """The rows of each folder that is not known yet, a folder before those that lie in it."""
        found: dict[_Place, list[_Row]] = {}
        level = {(root.id, ""): root.data} if (root.id, "") not in self._listings else {}
        while level:
            below: dict[_Place, None] = {}
            for place, data in level.items():
                found[place] = list(_rows(data, place[1], len(root.id) // 2))
                folders = ((id_, f"{path}/") for mode, path, id_ in found[place] if mode == _FOLDER)
                below |= dict.fromkeys(p for p in folders if p not in self._listings)
            contents = self.blobs(id_ for id_, _ in below)
            level = {place: data for place, (_, data) in zip(below, contents, strict=True)}
        return found

    def _learn_sizes(self, rows: Sequence[_Row]) -> None:
        new = {id_: path for mode, path, id_ in rows if mode not in (_FOLDER, _SUBMODULE)}
        wanted = [id_ for id_ in new if id_ not in self._sizes]
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            for id_, found in zip(chunk, self._headers.ask(chunk), strict=True):
                if found.is_missing:
                    raise ToolError(
                        f"git has no object {id_} ({new[id_]})", next_step="run `git fsck` and fetch again"
                    )
                self._sizes[id_] = found.size

    def _entries(self, row: _Row) -> Iterable[TreeEntry]:
        mode, path, id_ = row
        if mode == _FOLDER:
            return self._listings[id_, f"{path}/"]
        return (TreeEntry(path, mode, id_, self._sizes.get(id_, 0)),)

    def _forget_when_full(self) -> None:
        if self._held > _MOST_HELD:
            self._listings.clear()
            self._held = 0


def _rows(data: bytes, folder: str, id_bytes: int) -> Iterator[_Row]:
    """The rows of a tree as git stores it: mode in octal, a space, the name, a NUL, the id in bytes."""
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        nul = data.index(b"\0", space)
        end = nul + 1 + id_bytes
        name = data[space + 1 : nul].decode("utf-8", "surrogateescape")
        yield _mode(int(data[at:space], 8)), folder + name, data[nul + 1 : end].hex()
        at = end


def _mode(stored: int) -> str:
    """The mode as git shows it: of a file's rights only "may be executed" counts."""
    kind = stored & 0o170000
    if kind == 0o100000:
        return "100755" if stored & 0o100 else "100644"
    return _MODES.get(kind, _SUBMODULE)
