"""Trees of files in which every line knows where it came from, committed to a repository of their own."""

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.renames import renames_between
from backlog_pipeline.discover.sources.code_comments import CodeComments
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Scan
from backlog_pipeline.system.git import Git

Line = tuple[bytes, int]
"""Its bytes, and where it came from: a number, 0 for a line that is new."""

Files = dict[str, list[Line]]
Marks = dict[str, list[tuple[int, int]]]
"""By path the first and last line (from 1) of each finding."""

NOW = datetime(2030, 1, 1, tzinfo=UTC)
_FUNCTION = re.compile(rb"( *)def (\w+)")
MARKER = re.compile(rb"\b(?:TODO|FIXME|HACK|XXX|BUG)\b")


class Memory:
    """Results per content, kept as long as the benchmark runs."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]:
        return {k: self._kept[scanner, k] for k in keys if (scanner, k) in self._kept}

    def put_many(self, scanner: str, results: dict[str, str]) -> None:
        self._kept |= {(scanner, k): text for k, text in results.items()}


CACHE = Memory()


def state_of(git: Git, revision: str, base: str, at: datetime = NOW) -> RepositoryState:
    """What a run would be told of a commit, ``base`` being the last recorded one."""
    return RepositoryState(
        key="r",
        name="r",
        path=str(git.path),
        revision=revision,
        committed_at=at.isoformat(),
        branch="main",
        tracked_branch="main",
        base=base,
        renames=renames_between(git, base, revision),
    )


def scan_of(git: Git, state: RepositoryState) -> Scan:
    """The comments of a commit."""
    scan = CodeComments().read(Look(state, git, CACHE, NOW))
    assert scan.certificate.status.has_looked, scan.certificate.reason
    return scan


def files_of(repository: Path) -> Files:
    """The files at HEAD that hold a marker; each line with a number of its own."""
    git = Git(repository)
    wanted = {e.blob: e.path for e in git.tree(git.text("rev-parse", "HEAD").strip()) if e.is_file}
    files, number = {}, 0
    for blob, data in git.blobs(wanted):
        if b"\0" not in data and MARKER.search(data) and '"' not in wanted[blob]:
            lines = data.splitlines(keepends=True)
            files[wanted[blob]] = [(text, number + n + 1) for n, text in enumerate(lines)]
            number += len(lines)
    return dict(sorted(files.items()))


def own_files() -> Files:
    """This project's sources with comments put above functions; every seventh of these says little."""
    root = Path(__file__).resolve().parents[2]
    files: Files = {}
    number = functions = 0
    for path in sorted((root / "backlog_pipeline").rglob("*.py")):
        lines: list[Line] = []
        for text in path.read_bytes().splitlines(keepends=True):
            found = _FUNCTION.match(text)
            functions += bool(found)
            if found and functions % 3 == 0 and not lines[-1][0].lstrip().startswith(b"@"):
                number += 1
                said = (
                    b"fix" if functions % 7 == 0 else b"say what else may %s" % found[2].replace(b"_", b" ")
                )
                lines.append((found[1] + b"# TODO: " + said.strip() + b"\n", number))
            number += 1
            lines.append((text, number))
        if not any(MARKER.search(text) for text, origin in lines if b"# TODO: " not in text):
            files[str(path.relative_to(root))] = lines
    return files


@dataclass(slots=True)
class Store:
    """A bare repository into which trees are committed."""

    folder: Path
    commits: int = 0
    git: Git = field(init=False)

    def __post_init__(self) -> None:
        subprocess.run(("git", "init", "-q", "--bare", "-b", "main", self.folder), check=True)
        self.git = Git(self.folder)

    def commit(self, files: Files, onto: str = "") -> str:
        """A commit with exactly these files, on ``onto``; the branch is set to it."""
        self.commits += 1
        when = int((NOW - timedelta(days=1)).timestamp()) + self.commits
        out = [b"commit refs/heads/main\ncommitter b <b@example.org> %d +0000\ndata 1\nx\n" % when]
        out += [b"from %s\n" % onto.encode()] if onto else []
        out += [b"deleteall\n"]
        for path, lines in files.items():
            data = b"".join(text for text, _ in lines)
            name = path.encode("utf-8", "surrogateescape")
            out.append(b'M 100644 inline "%s"\ndata %d\n%s\n' % (name, len(data), data))
        if not onto:
            subprocess.run(("git", "-C", self.folder, "update-ref", "-d", "refs/heads/main"), check=True)
        command = ("git", "-C", self.folder, "fast-import", "--quiet", "--force")
        subprocess.run(command, input=b"".join(out), check=True)
        return self.git.text("rev-parse", "refs/heads/main").strip()

    def forget(self) -> None:
        """Whatever is not on the branch is gone, as after rewritten history was cleaned up."""
        subprocess.run(("git", "-C", self.folder, "gc", "-q", "--prune=now"), check=True)


def marks_of(scan: Scan) -> Marks:
    """Where the findings of a scan stand."""
    marks: Marks = {}
    for finding in scan.findings:
        assert finding.location
        marks.setdefault(finding.path, []).append(
            (finding.line, max(finding.line, finding.location.end_line))
        )
    return {path: sorted(set(lines)) for path, lines in sorted(marks.items())}
