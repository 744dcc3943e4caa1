"""Which of the commits that a merge brought did what the merge did to a text.

On the first-parent line a merge writes, moves and removes all that its branch did. Who asks for one
text wants the commit behind it: the branch's commits are read, and the last one fits that did the
same to the same text, first of all in the same file. Where none did, the merge itself did it (a
conflict that was settled by hand).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from backlog_pipeline.discover.blob_texts import BlobTexts
from backlog_pipeline.discover.history import Commit, all_commits
from backlog_pipeline.discover.lineage import Holder, Step, introduced
from backlog_pipeline.model.life import Deed
from backlog_pipeline.system.git import Git


@dataclass(frozen=True, slots=True)
class _Touch:
    """What one commit of the branch did to a text: the files that have it more often, or less often."""

    commit: str
    more: tuple[str, ...]
    less: tuple[str, ...]


class Merges:
    """Looks into the merges of a line; a branch is read once."""

    def __init__(self, git: Git, texts: BlobTexts, wants: Callable[[str], bool]) -> None:
        self._git = git
        self._texts = texts
        self._wants = wants
        self._branches: dict[str, Sequence[Commit]] = {}

    def behind(self, step: Step, holder: Holder, siblings: Sequence[Holder]) -> tuple[str, str]:
        """The commit that did the step, and the file in which it did.

        ``siblings`` are all lives of the same text, of which several may have come with one merge.
        """
        branch = self._branch(step.commit)
        if not branch:
            return step.commit, step.path
        touches = [touch for touch in self._touches(branch, holder.text) if touch.more or touch.less]
        if step is holder.steps[0]:
            return self._origin(step, holder, siblings, touches)
        if step.deed is Deed.REMOVED:
            gone = [touch for touch in touches if len(touch.less) > len(touch.more)]
            found = [touch for touch in gone if step.path in touch.less] or gone
            return (found[-1].commit, _one(found[-1].less, step.path)) if found else (step.commit, step.path)
        came = [touch.commit for touch in touches if step.path in touch.more]
        return came[-1] if came else step.commit, step.path

    def _origin(
        self, step: Step, holder: Holder, siblings: Sequence[Holder], touches: Sequence[_Touch]
    ) -> tuple[str, str]:
        """Where the text was written: what births found, else the first of what others leave."""
        commit = holder.commit
        if commit == step.commit:
            brought = introduced(self._branch(step.commit), self._texts.of, Counter([holder.text]))
            left = brought.get(holder.text, [])
            together = [s for s in siblings if s.steps[0].commit == step.commit]
            taken = Counter(s.commit for s in together if s.commit != step.commit)
            rest = [place for place in left if not _take(taken, place[0])]
            waiting = sorted((s.steps[0].path, s.steps[0].index) for s in together if s.commit == step.commit)
            commit = _nth(rest, waiting.index((step.path, step.index)), step)
        paths = next((t.more for t in touches if t.commit == commit), ())
        return commit, _one(paths, step.path)

    def _branch(self, commit: str) -> Sequence[Commit]:
        """The commits that a merge brought to the line, ancestors first; none where it is no merge."""
        if commit not in self._branches:
            _, *parents = self._git.text("rev-list", "--parents", "-n1", commit, "--").split()
            branch: Sequence[Commit] = ()
            if len(parents) > 1:
                found = all_commits(self._git, commit, parents[0], self._wants)
                branch = [one for one in found if one.id != commit]
                self._texts.load((c.path, b) for one in branch for c in one.changes for b in (c.old, c.new))
            self._branches[commit] = branch
        return self._branches[commit]

    def _touches(self, branch: Sequence[Commit], text: str) -> Iterator[_Touch]:
        for commit in branch:
            more: list[str] = []
            less: list[str] = []
            for change in commit.changes:
                by = self._texts.of(change.path, change.new).count(text)
                by -= self._texts.of(change.path, change.old).count(text)
                (more if by > 0 else less).extend([change.path] * abs(by))
            yield _Touch(commit.id, tuple(more), tuple(less))


def _take(counts: Counter[str], commit: str) -> bool:
    """Whether the commit is counted there; then it counts one less."""
    is_there = counts[commit] > 0
    counts[commit] -= is_there
    return is_there


def _nth(places: Sequence[tuple[str, str]], number: int, step: Step) -> str:
    """The commit of the place that is in the same file, else of that number; the step's where none is."""
    same = [commit for commit, path in places if path == step.path]
    if same:
        return same[min(number, len(same) - 1)]
    return places[min(number, len(places) - 1)][0] if places else step.commit


def _one(paths: Sequence[str], wanted: str) -> str:
    """The wanted path where it is among them or there is none, else the first."""
    return wanted if wanted in paths or not paths else paths[0]
