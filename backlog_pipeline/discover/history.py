"""Read a repository's history as values: commits and the files that each of them changed.

``git log --raw`` compares trees and reads no file, so thousands of commits take a fraction of a
second; renames are not asked for, since whoever reads contents finds them there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from backlog_pipeline.model.life import Signed
from backlog_pipeline.system import process
from backlog_pipeline.system.git import Git

_LATEST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())
_FORMAT = "--format=%x01%H %at %ct %P"
_CONFIG = (
    "-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "log.follow=false",
    "-c", "log.diffMerges=separate",
)  # fmt: skip
_RAW = ("--raw", "-z", "--no-renames", "--no-abbrev", "--topo-order", "--reverse", _FORMAT)


@dataclass(frozen=True, slots=True)
class Change:
    """One file before and after a commit, as blob ids; "" where it is not there or no plain file."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, its times (seconds since 1970, as its author and committer claim) and its changes."""

    id: str
    parents: tuple[str, ...]
    authored_at: int
    committed_at: int
    changes: tuple[Change, ...] = ()

    @property
    def written_at(self) -> int:
        """When it was written, in seconds (see the function of that name)."""
        return written_at(self.authored_at, self.committed_at)

    @property
    def is_merge(self) -> bool:
        """Whether it has more than one parent."""
        return len(self.parents) > 1


def main_line(git: Git, revision: str, since: str, wants: Callable[[str], bool]) -> Iterator[Commit]:
    """The first-parent line that ends at ``revision``, oldest first, each against its first parent.

    ``since`` is the commit to begin after, or "" for the whole line; only paths that ``wants`` says
    yes to are in the changes.
    """
    return _log(git, ("--first-parent", "-m"), revision, since, wants)


def all_commits(git: Git, revision: str, since: str, wants: Callable[[str], bool]) -> Iterator[Commit]:
    """Every commit that ``revision`` contains and ``since`` does not, ancestors first.

    Merges come without changes: what they bring is in the commits that they merge.
    """
    return _log(git, (), revision, since, wants)


def changes_since(git: Git, revision: str, since: datetime) -> Counter[str]:
    """How many commits, merges apart, touched each path in the time before ``revision``.

    The boundary of a shallow clone is left out: there every file would look new.
    """
    boundary = shallow_boundary(git)
    span = ("--no-merges", f"--since={since.astimezone(UTC).isoformat()}")
    recent = _log(git, span, revision, "", lambda path: True)
    return Counter(change.path for commit in recent if commit.id not in boundary for change in commit.changes)


def shallow_boundary(git: Git) -> frozenset[str]:
    """The commits of a shallow clone whose parents were not fetched; empty in a whole one."""
    if git.find("rev-parse", "--is-shallow-repository") != "true":
        return frozenset()
    return frozenset((git.folder / "shallow").read_text("ascii").split())


def signed(git: Git, commits: Iterable[str]) -> dict[str, Signed]:
    """Who wrote each commit (by name, as ``.mailmap`` has it), and when; without those that are not here."""
    here = sorted(git.sizes(commit for commit in commits if commit))
    if not here:
        return {}
    given = "".join(f"{commit}\n" for commit in here).encode()
    how = ("log", "--no-walk=unsorted", "--stdin", "-z", "--use-mailmap", "--format=%H %at %ct %aN")
    out = process.check(git.run(*how, stdin=given), next_step=f"run `git fsck` in {git.path}")
    rows = (row.split(" ", 3) for row in out.decode("utf-8", "replace").split("\0") if row)
    return {
        commit: Signed(name, utc(written_at(int(authored), int(committed))))
        for commit, authored, committed, name in rows
    }


def written_at(authored: int, committed: int) -> int:
    """When its author wrote a commit, unless that clock says 1970 or a time after it was committed."""
    return min(authored, committed) if authored > 0 else committed


def utc(seconds: int) -> datetime:
    """That time; what no calendar has counts as the nearest that is."""
    return datetime.fromtimestamp(min(max(seconds, 0), _LATEST), UTC)


def _log(
    git: Git, how: tuple[str, ...], revision: str, since: str, wants: Callable[[str], bool]
) -> Iterator[Commit]:
    span = f"{since}..{revision}" if since else revision
    ended = git.run(*_CONFIG, "log", *how, *_RAW, span, "--")
    return _commits(process.check(ended, next_step=f"run `git fsck` in {git.path}"), wants)


def _commits(data: bytes, wants: Callable[[str], bool]) -> Iterator[Commit]:
    fields = iter(data.decode("utf-8", "surrogateescape").split("\0"))
    wanted: dict[str, bool] = {}
    header: list[str] = []
    changes: list[Change] = []
    for field in map(_bare, fields):
        if field.startswith(":"):
            path = next(fields)
            if path not in wanted:
                wanted[path] = wants(path)
            if wanted[path]:
                changes.append(_change(field, path))
        elif field:
            if header:
                yield _commit(header, changes)
            header, changes = field.split(" "), []
    if header:
        yield _commit(header, changes)


def _bare(field: str) -> str:
    """A commit's line or a change's line without the signs before it."""
    return field.lstrip("\n\x01")


def _commit(header: list[str], changes: list[Change]) -> Commit:
    identity, authored, committed, *parents = header
    known = tuple(p for p in parents if p)
    return Commit(identity, known, int(authored), int(committed), tuple(changes))


def _change(field: str, path: str) -> Change:
    old_mode, new_mode, old, new, _ = field[1:].split(" ")
    return Change(path, old if old_mode.startswith("100") else "", new if new_mode.startswith("100") else "")
