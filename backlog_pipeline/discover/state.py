"""Look at a repository: which commit, whether a run on it may be recorded, and what moved since.

A run on another branch, or on a commit older than the last recorded one, is a *preview*: it shows
what it would do and records nothing, so that trying something out never closes anybody's item.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backlog_pipeline.discover.history import changes_since
from backlog_pipeline.discover.remotes import default_branch, forge_name, remote_name
from backlog_pipeline.discover.renames import renames_between
from backlog_pipeline.errors import RepositoryError
from backlog_pipeline.model.repository import CiHealth, RepositoryState
from backlog_pipeline.system import process
from backlog_pipeline.system.git import Git, top_level

SCOPE_FILE = ".automation-scope.yaml"
_YEAR = timedelta(days=365)
_USUAL_BRANCHES = ("main", "master", "trunk", "develop")
_SUBMODULE = b"160000"
_NOT_OURS = (
    ":(top,exclude)backlog.yml",
    ":(top,exclude,glob)docs/status/metrics-snapshot-*",
    ":(top,exclude,glob)docs/status/autonomous-development-report-*",
)
_MAX_SCOPE_BYTES = 1_000_000

AskCi = Callable[[str, str], CiHealth]
"""Asks the forge how a branch's checks fare: (remote, branch) -> health."""


def look_at(
    path: Path,
    *,
    key: str,
    name: str = "",
    tracked_branch: str = "",
    base: str = "",
    ask_ci: AskCi | None = None,
) -> RepositoryState:
    """The state of the repository that ``path`` lies in, at the commit of its HEAD.

    Args:
        key: its partition key.
        name: what to call it; else what the forge calls it, else its folder's name.
        tracked_branch: the branch that is configured, or that was tracked before; "" chooses the
            remote's default branch, else the branch that is checked out.
        base: the last recorded commit, "" at first.
        ask_ci: asked once, about the tracked branch; ``None`` leaves the health unknown.

    Raises:
        RepositoryError: there is nothing to look at: no such path, no repository, a bare one, one
            that belongs to another user, no commit yet, a broken HEAD.
    """
    git = Git(top_level(path))
    revision = head_of(git)
    remote = remote_name(git)
    forge = forge_name(git, remote)
    branch = git.find("symbolic-ref", "-q", "HEAD").removeprefix("refs/heads/")
    tracked = tracked_branch or default_branch(git, remote) or branch or _usual_branch(git, remote, revision)
    committed_at = git.committed_at(revision)
    paths, submodules = _tree(git, revision)
    changes = changes_since(git, revision, committed_at - _YEAR)
    return RepositoryState(
        key=key,
        name=name or forge.rpartition("/")[2] or git.path.name,
        path=str(git.path),
        revision=revision,
        committed_at=committed_at.isoformat(),
        branch=branch,
        tracked_branch=tracked,
        base=base,
        renames=renames_between(git, base, revision),
        preview_reason=_preview_reason(git, _Position(revision, branch, tracked, remote, base)),
        is_shallow=git.find("rev-parse", "--is-shallow-repository") == "true",
        dirty_paths=_dirty_paths(git),
        submodules=submodules,
        ci=ask_ci(forge, tracked) if ask_ci else CiHealth(),
        remote=forge,
        changes_last_year={p: n for p, n in sorted(changes.items()) if p in paths},
        scope_text=_scope_text(git, revision) if SCOPE_FILE in paths else "",
    )


@dataclass(frozen=True, slots=True)
class _Position:
    revision: str
    branch: str
    tracked: str
    remote: str
    base: str


def head_of(git: Git) -> str:
    """The commit that is checked out. Raises ``RepositoryError`` where there is none that can be read."""
    revision = git.find("rev-parse", "--verify", "-q", "HEAD^{commit}")
    if revision:
        return revision
    branch = git.find("symbolic-ref", "-q", "HEAD")
    if branch and not git.find("rev-parse", "--verify", "-q", branch):
        raise RepositoryError(
            f"{git.path} has no commit yet on {branch.removeprefix('refs/heads/')}",
            next_step="commit something: only what is committed is looked at",
        )
    raise RepositoryError(
        f"the commit at HEAD of {git.path} cannot be read", next_step="run `git fsck` there and repair it"
    )


def _preview_reason(git: Git, at: _Position) -> str:
    """Why a run must not be recorded, or ""."""
    if not at.tracked:
        return "no branch contains this commit; name one as tracked_branch"
    if at.branch and at.branch != at.tracked:
        return f"this is branch {at.branch}, and {at.tracked} is the one that is recorded"
    if not at.branch and not _is_on(git, at.revision, at.tracked, at.remote):
        return f"HEAD is detached, and its commit is not on {at.tracked}"
    is_older = at.base not in ("", at.revision) and git.has_commit(at.base)
    if is_older and git.is_ancestor(at.revision, at.base):
        return f"this commit is older than {at.base[:10]}, the last one recorded"
    return ""


def _is_on(git: Git, revision: str, branch: str, remote: str) -> bool:
    """Whether a branch, here or as last fetched, contains the commit."""
    refs = [f"refs/heads/{branch}"] + ([f"refs/remotes/{remote}/{branch}"] if remote else [])
    return any(
        git.find("rev-parse", "-q", "--verify", ref) and git.is_ancestor(revision, ref) for ref in refs
    )


def _usual_branch(git: Git, remote: str, revision: str) -> str:
    """For a detached HEAD where nothing says what to track: a usual name, else the only branch it is on."""
    for branch in _USUAL_BRANCHES:
        if _is_on(git, revision, branch, remote):
            return branch
    listed = git.find("for-each-ref", f"--contains={revision}", "--format=%(refname:short)", "refs/heads")
    branches = listed.split()
    return branches[0] if len(branches) == 1 else ""


def _tree(git: Git, revision: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """All paths of a commit, and which of them are submodules."""
    out = process.check(
        git.run("ls-tree", "-r", "-z", "--full-tree", revision), next_step=f"run `git fsck` in {git.path}"
    )
    rows = [row.partition(b"\t") for row in out.split(b"\0") if row]
    submodules = sorted(_text(path) for meta, _, path in rows if meta.startswith(_SUBMODULE))
    return frozenset(_text(path) for _, _, path in rows), tuple(submodules)


def _dirty_paths(git: Git) -> int:
    """How many files and folders differ from the commit, or are new; submodules are not entered.

    What runs write is not counted: ``backlog.yml``, which they read as it stands, committed or not, and
    the files of days in ``docs/status``.
    """
    ended = git.run(
        "status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=dirty",
        "--untracked-files=normal", "--", *_NOT_OURS, config=_without_filters(git),
    )  # fmt: skip
    out = process.check(ended, next_step=f"run `git status` in {git.path}")
    return sum(1 for row in out.split(b"\0") if row)


def _without_filters(git: Git) -> dict[str, str]:
    """Settings that keep ``git status`` from running the filter programs that a repository names."""
    named = git.find(
        "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process|required)$"
    )
    return {name: "false" if name.endswith(".required") else "" for name in named.split("\0") if name}


def _scope_text(git: Git, revision: str) -> str:
    blob = git.text("rev-parse", f"{revision}:{SCOPE_FILE}")
    if git.sizes([blob]).get(blob, 0) > _MAX_SCOPE_BYTES:
        raise RepositoryError(
            f"{SCOPE_FILE} is over {_MAX_SCOPE_BYTES // 1_000_000} MB, so what it forbids is not known",
            next_step="make it shorter, commit it and run again",
        )
    return next(_text(data) for _, data in git.blobs([blob]))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
