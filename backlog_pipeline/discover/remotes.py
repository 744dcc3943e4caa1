"""The remote of a repository: which one counts, what it is called on its forge, its default branch.

Nothing is fetched or asked over the network: this reads what the last fetch left. Addresses may
hold credentials, which are dropped here and appear nowhere else.
"""

import re

from backlog_pipeline.system.git import Git

_URL = re.compile(r"(?:[a-z+]+://)(?:[^/@]*@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>.+)", re.IGNORECASE)
_SCP_LIKE = re.compile(r"(?:[^/@:]+@)?(?P<host>[^/:@]{2,}):(?!//)(?P<path>[^/].*|/.+)")
_GITHUB = "github.com"


def remote_name(git: Git) -> str:
    """``origin``, else the only remote, else ""."""
    names = git.find("remote").split()
    if "origin" in names:
        return "origin"
    return names[0] if len(names) == 1 else ""


def forge_name(git: Git, remote: str) -> str:
    """What the repository is called on its forge (see ``forge_name_of``), or ""."""
    return forge_name_of(git.find("config", "--get", f"remote.{remote}.url")) if remote else ""


def forge_name_of(url: str) -> str:
    """``owner/name`` on github.com, ``host/owner/name`` elsewhere, "" for a path on this machine."""
    url = url.strip()
    if url.lower().startswith("file:"):
        return ""
    found = _URL.fullmatch(url) or _SCP_LIKE.fullmatch(url)
    path = found["path"].strip("/").removesuffix(".git").strip("/") if found else ""
    if not found or "/" not in path:
        return ""
    host = found["host"].lower()
    is_github = host in (_GITHUB, f"www.{_GITHUB}", f"ssh.{_GITHUB}")
    return path if is_github else f"{host}/{path}"


def default_branch(git: Git, remote: str) -> str:
    """The branch that the remote's HEAD named when it was cloned, or ""."""
    if not remote:
        return ""
    prefix = f"refs/remotes/{remote}/"
    target = git.find("symbolic-ref", "-q", f"{prefix}HEAD")
    return target.removeprefix(prefix) if target.startswith(prefix) else ""
