"""Which files moved between two commits: what git sees, and what it is too strict to see.

git pairs files whose content is alike. When every file of a folder gets fifty new lines at its top
and the folder gets a new name in the same commit, short files are no longer alike, though nobody
doubts what happened. So folders are looked at first: where most of the files that left one folder
stand under the same names in another, they moved. Last, files of one name are paired where the new
one holds most lines of the old.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backlog_pipeline.discover.files import MAX_BYTES
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.repository import Rename
from backlog_pipeline.system import process
from backlog_pipeline.system.git import Git

_ALIKE = 50
_NEARLY_THE_SAME = 80
_ALIKE_UNDER_ONE_NAME = 10
_LIMIT = 400
_LINES_KEPT = 0.5
_MOST_READ = 4_000


@dataclass(frozen=True, slots=True)
class _Sides:
    """The files that are gone and those that are new between two commits: path -> blob."""

    gone: Mapping[str, str]
    new: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Where git thinks a file went, and how alike the two are, in percent."""

    new: str
    alike: int


def renames_between(git: Git, base: str, revision: str) -> tuple[Rename, ...]:
    """Every file of ``base`` that stands under another name in ``revision``, sorted.

    Nothing where ``base`` is "" or no longer here: then contents alone tell what is the same.
    """
    if base in ("", revision) or not git.has_commit(base):
        return ()
    sides = _sides(git, base, revision)
    if not sides.gone or not sides.new:
        return ()
    seen = _seen_by_git(git, base, revision)
    by_content = {old: pair.new for old, pair in seen.items()}
    by_folders = _by_folders(sides, seen)
    found = _complete({}, {old: new for old, new in by_folders.items() if by_content.get(old) == new})
    found = _complete(found, by_folders)
    found = _complete(found, by_content)
    found = _complete(found, _by_lines(git, sides, found))
    return tuple(Rename(old, new) for old, new in sorted(found.items()))


def _sides(git: Git, base: str, revision: str) -> _Sides:
    gone: dict[str, str] = {}
    new: dict[str, str] = {}
    for meta, paths in _diff(git, base, revision, "--no-renames", "--diff-filter=AD"):
        old_mode, new_mode, old_blob, new_blob, status = meta
        if status == "D" and old_mode.startswith("100"):
            gone[paths[0]] = old_blob
        elif status == "A" and new_mode.startswith("100"):
            new[paths[0]] = new_blob
    return _Sides(gone, new)


def _seen_by_git(git: Git, base: str, revision: str) -> dict[str, _Pair]:
    """Old path -> what git pairs it with by content; barely alike counts only under the same name.

    Where old contents are not here (a partial clone), only files that did not change are paired.
    """
    how = ("--diff-filter=R", f"-l{_LIMIT}", "--no-rename-empty")
    try:
        rows = list(_diff(git, base, revision, f"-M{_ALIKE_UNDER_ONE_NAME}%", *how))
    except ToolError:
        rows = list(_diff(git, base, revision, "-M100%", *how))
    pairs = {paths[0]: _Pair(paths[1], int(meta[4][1:])) for meta, paths in rows}
    return {old: pair for old, pair in pairs.items() if pair.alike >= _ALIKE or _name(old) == _name(pair.new)}


def _diff(git: Git, base: str, revision: str, *how: str) -> Iterator[tuple[list[str], list[str]]]:
    """The rows of ``git diff-tree``: mode, mode, blob, blob, status; and one path, or two if renamed."""
    ended = git.run(
        "-c", "diff.orderFile=", "diff-tree", "-r", "-z", "--raw", "--no-abbrev", *how, base, revision
    )
    out = process.check(ended, next_step=f"run `git fsck` in {git.path}")
    fields = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    for field in fields:
        if field:
            meta = field[1:].split(" ")
            yield meta, [next(fields) for _ in range(2 if meta[4].startswith("R") else 1)]


def _complete(found: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """``found``, and those of ``others`` whose two ends are still free."""
    result = dict(found)
    taken = set(found.values())
    for old, new in sorted(others.items()):
        if old not in result and new not in taken:
            result[old] = new
            taken.add(new)
    return result


def _by_folders(sides: _Sides, seen: Mapping[str, _Pair]) -> dict[str, str]:
    """The files that moved with their folder.

    Where git pairs a file with another that is nearly the same, git is right, unless that one is
    only a twin (license headers, empty tests) of the file under the expected name.
    """
    moved = _moved_folders(sides, seen)
    found: dict[str, str] = {}
    for old in sides.gone:
        new = _expected_path(old, moved, sides.new)
        pair = seen.get(old)
        is_elsewhere = pair and pair.new != new and pair.alike >= _NEARLY_THE_SAME
        if new and not (pair and is_elsewhere and sides.new[pair.new] != sides.new[new]):
            found[old] = new
    return found


def _expected_path(old: str, moved: Mapping[str, str], new: Mapping[str, str]) -> str:
    """Where a file of a moved folder should be, by the innermost folder that moved; "" if it is not."""
    for folder in _folders(old):
        if folder in moved:
            path = moved[folder] + old[len(folder) :]
            if path in new:
                return path
    return ""


def _moved_folders(sides: _Sides, seen: Mapping[str, _Pair]) -> dict[str, str]:
    """Folder -> folder (ending in ``/``, or "" for the root), by what most of its gone files did.

    One file alone moves no folder, unless git saw its content on the other side.
    """
    votes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for old, new in _namesakes(sides) | {(old, pair.new) for old, pair in seen.items()}:
        for move in _moves(old, new):
            votes[move].add(old)
    left = Counter(folder for old in sides.gone for folder in _folders(old))
    moved: dict[str, str] = {}
    for (folder, target), voters in sorted(votes.items(), key=lambda vote: (-len(vote[1]), vote[0])):
        is_proven = len(voters) > 1 or bool(voters & seen.keys())
        if is_proven and 2 * len(voters) > left[folder]:
            moved.setdefault(folder, target)
    return moved


def _namesakes(sides: _Sides) -> set[tuple[str, str]]:
    """Pairs of a gone and a new path with the longest common end, where only one new path has it."""
    by_end: dict[str, list[str]] = defaultdict(list)
    for new in sides.new:
        for folder in _folders(new):
            by_end[new[len(folder) :]].append(new)
    pairs: set[tuple[str, str]] = set()
    for old in sides.gone:
        ends = (old[len(folder) :] for folder in reversed(_folders(old)))
        nearest = next((by_end[end] for end in ends if end in by_end), [])
        if len(nearest) == 1:
            pairs.add((old, nearest[0]))
    return pairs


def _moves(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The folder moves that would explain it: a/x/f -> b/x/f is a/x/ -> b/x/, and a/ -> b/."""
    for folder in _folders(old):
        end = old[len(folder) :]
        if not f"/{new}".endswith(f"/{end}"):
            return
        yield folder, new[: len(new) - len(end)]


def _by_lines(git: Git, sides: _Sides, found: Mapping[str, str]) -> dict[str, str]:
    """Of the rest, files of one name where the new one holds most lines of the old, and no other does."""
    taken = set(found.values())
    new_by_name: dict[str, list[str]] = defaultdict(list)
    for new in sides.new:
        if new not in taken:
            new_by_name[_name(new)].append(new)
    candidates = {old: new_by_name[_name(old)] for old in sides.gone if old not in found}
    candidates = {old: news for old, news in candidates.items() if news}
    wanted = {sides.gone[old] for old in candidates} | {sides.new[n] for c in candidates.values() for n in c}
    if not wanted or len(wanted) > _MOST_READ:
        return {}
    lines = _lines(git, wanted)
    result: dict[str, str] = {}
    for old, news in candidates.items():
        kept = {new: _share_kept(lines[sides.gone[old]], lines[sides.new[new]]) for new in news}
        best = max(kept.values())
        if best >= _LINES_KEPT and list(kept.values()).count(best) == 1:
            result[old] = max(kept, key=kept.__getitem__)
    return result


def _lines(git: Git, blobs: set[str]) -> dict[str, Counter[bytes]]:
    """The lines of each blob that are not blank, with their number; none of a blob that is too large."""
    sizes = git.sizes(blobs)
    readable = sorted(blob for blob in blobs if sizes.get(blob, MAX_BYTES) < MAX_BYTES)
    lines: dict[str, Counter[bytes]] = {blob: Counter() for blob in blobs}
    for blob, data in git.blobs(readable):
        lines[blob] = Counter(line for line in map(bytes.strip, data.split(b"\n")) if line)
    return lines


def _share_kept(old: Counter[bytes], new: Counter[bytes]) -> float:
    return (old & new).total() / old.total() if old else 0.0


def _folders(path: str) -> list[str]:
    """The folders a path lies in, innermost first, each ending in ``/``; last "" for the root."""
    ends = [n + 1 for n, char in enumerate(path) if char == "/"]
    return [path[:end] for end in reversed(ends)] + [""]


def _name(path: str) -> str:
    return path.rpartition("/")[2]
