"""Which recorded commits are no longer part of a branch, because its history was rewritten."""

from collections.abc import Iterable

from backlog_pipeline.system import process
from backlog_pipeline.system.git import Git


def lost_commits(git: Git, tip: str, recorded: Iterable[str]) -> frozenset[str]:
    """Those of ``recorded`` that ``tip`` does not contain; also when git has forgotten them already.

    Two calls of git, however many commits there are. In a shallow clone a commit that was not
    fetched cannot be told from a lost one, so only commits that are here are called lost.
    """
    asked = sorted({revision for revision in recorded if revision and revision != tip})
    if not asked:
        return frozenset()
    here = frozenset(git.sizes(asked))
    gone = frozenset(asked) - here
    if git.find("rev-parse", "--is-shallow-repository") == "true":
        gone = frozenset()
    return gone | (_beside(git, tip, here) if here else frozenset())


def _beside(git: Git, tip: str, commits: frozenset[str]) -> frozenset[str]:
    """Those commits that are here, but not below ``tip``."""
    question = "".join(f"{revision}\n" for revision in [*sorted(commits), f"^{tip}"]).encode()
    ended = git.run("rev-list", "--stdin", stdin=question)
    found = process.check(ended, next_step=f"run `git fsck` in {git.path}").decode("ascii").split()
    return commits & frozenset(found)
