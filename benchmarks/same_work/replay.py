"""Real commits, one by one: how many identities live on where the text demonstrably did.

Where one text stands as often after a commit as before it, over the whole tree, all of its occurrences
lived on, whatever became of their lines and files. Counted are those that stand in a file which the
commit touched; the others nobody could lose.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from backlog_pipeline.system.git import Git
from same_work.methods import METHODS, Identities, Method, Where
from same_work.trees import NOW, scan_of, state_of

_WORDS = "TODO|FIXME|HACK|XXX|BUG"
_COMMITS_LOOKED_AT = 8
"""Times as many as are wanted."""

_Occurrences = dict[tuple[str, str], list[Where]]


@dataclass(slots=True)
class Replay:
    """What a replay counted: commits, occurrences that lived on in files that were touched, and by
    method how many of these kept their identity.
    """

    commits: int = 0
    lived: int = 0
    kept: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Seen:
    occurrences: _Occurrences
    who: dict[str, Identities]


def replay(repository: Path, count: int) -> Replay:
    """The last ``count`` commits of the first-parent line that touch a file with marked comments."""
    git = Git(repository)
    methods = {name: make() for name, make in METHODS.items()}
    result, base, before = Replay(), "", _Seen({}, {})
    for commit in _commits(git, count + 1):
        after = _see(git, methods, commit, base)
        if base:
            result.commits += 1
            _count(result, before, after, _touched(git, base, commit))
        base, before = commit, after
    return result


def _commits(git: Git, count: int) -> list[str]:
    """The newest commits that touch a path in which a marker stands or stood, oldest first."""
    log = ("log", "--first-parent", "-m", f"-n{_COMMITS_LOOKED_AT * count}", "--no-renames")
    marked = git.text("-c", "core.quotePath=false", *log, f"-G{_WORDS}", "--name-only", "--format=").split(
        "\n"
    )
    standing = git.find("grep", "-lIE", _WORDS, "HEAD").split("\n")
    wanted = {path for path in marked if path} | {path.removeprefix("HEAD:") for path in standing}
    found: list[str] = []
    for row in git.text("-c", "core.quotePath=false", *log, "--name-only", "--format=>%H").split("\n"):
        if row.startswith(">"):
            commit = row[1:]
        elif row in wanted and found[-1:] != [commit]:
            found.append(commit)
    return found[:count][::-1]


def _see(git: Git, methods: dict[str, Method], commit: str, base: str) -> _Seen:
    state = state_of(git, commit, base, NOW)
    scan = scan_of(git, state)
    held = {f.path for f in scan.findings}
    blobs = {e.path: e.blob for e in git.tree(commit) if e.path in held}
    contents = dict(git.blobs(sorted(set(blobs.values()))))
    texts = {path: contents[blob].decode("utf-8", "replace") for path, blob in blobs.items()}
    occurrences: _Occurrences = defaultdict(list)
    for finding in scan.findings:
        occurrences[finding.rule, finding.text].append((finding.path, finding.line))
    return _Seen(occurrences, {name: method.look(state, scan, texts) for name, method in methods.items()})


def _touched(git: Git, base: str, commit: str) -> set[str]:
    rows = git.text("diff-tree", "-r", "-z", "--no-renames", "--name-only", base, commit)
    return set(rows.split("\0"))


def _count(result: Replay, before: _Seen, after: _Seen, touched: set[str]) -> None:
    for text, now in after.occurrences.items():
        was = before.occurrences.get(text, [])
        exposed = [where for where in now if where[0] in touched]
        if len(was) != len(now) or not exposed:
            continue
        result.lived += len(exposed)
        for name, who in after.who.items():
            known = {before.who[name].get(where) for where in was} - {None}
            result.kept[name] += sum(who.get(where) in known for where in exposed)
