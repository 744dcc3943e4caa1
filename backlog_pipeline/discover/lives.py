"""The lives of all texts on a commit's first-parent line: written, moved, removed, come back.

They come from the same walk as births (``births``), each distinct blob read once, and are kept with
it: after a run they are there, and after a new commit only that one is walked. What a merge brought
counts here as done by the merge; ``merged`` finds the commit behind it when somebody asks.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from backlog_pipeline.discover.births import Bounds, walk_to
from backlog_pipeline.discover.blob_texts import Extractor
from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.discover.lineage import Holder, Step
from backlog_pipeline.discover.walk import Walk
from backlog_pipeline.model.life import Deed
from backlog_pipeline.system.git import Git


@dataclass(frozen=True, slots=True)
class Lives:
    """All lives on the first-parent line that ends at ``revision``.

    ``order`` numbers the line's commits from 0, the oldest. ``alive`` are the texts of its end by path, in
    their order; ``ended`` those that are gone. Of the last ``commits_left`` commits nothing is
    known: the time for history was used up.
    """

    revision: str
    order: Mapping[str, int]
    alive: Mapping[str, Sequence[Holder]]
    ended: Sequence[Holder]
    commits_left: int = 0
    _by_text: Mapping[str, Sequence[Holder]] = field(default_factory=dict, repr=False)
    _by_step: Mapping[Step, Holder] = field(default_factory=dict, repr=False)

    def __iter__(self) -> Iterator[Holder]:
        """Every life: those that last by path and order, then those that are over."""
        return chain(chain.from_iterable(self.alive[path] for path in sorted(self.alive)), self.ended)

    def of_text(self, text: str) -> Sequence[Holder]:
        """The lives of that text, wherever."""
        return self._by_text.get(text, ())

    def with_step(self, step: Step) -> Holder | None:
        """The one life that has that step, if any."""
        return self._by_step.get(step)

    def at(self, text: str, path: str, commit: str) -> list[Holder]:
        """The lives of that text which stood in that file after a commit of the line."""
        return [holder for holder in self.of_text(text) if self._where(holder, commit) == path]

    def _where(self, holder: Holder, commit: str) -> str:
        """The file in which it stood after that commit, "" where it did not stand at all."""
        until = self.order[commit]
        last = next((s for s in reversed(holder.steps) if self.order[s.commit] <= until), None)
        return last.path if last and last.deed is not Deed.REMOVED else ""


def lives(
    git: Git, revision: str, extractor: Extractor, cache: ResultCache, bounds: Bounds | None = None
) -> Lives:
    """The lives of all texts that ``extractor`` finds on the line that ends at ``revision``.

    Raises:
        ToolError: the history cannot be read.
    """
    walk, left = walk_to(git, revision, extractor, cache, bounds or Bounds())
    line = git.text("rev-list", "--first-parent", "--reverse", revision, "--").split()
    return _indexed(walk, line, left)


def _indexed(walk: Walk, line: Sequence[str], left: int) -> Lives:
    alive, gone = walk.lineage.alive, walk.lineage.gone
    ended = [holder for path in sorted(gone) for holder in gone[path]]
    by_text: dict[str, list[Holder]] = defaultdict(list)
    by_step: dict[Step, Holder] = {}
    for holder in chain(chain.from_iterable(alive.values()), ended):
        by_text[holder.text].append(holder)
        by_step.update((step, holder) for step in holder.steps)
    order = {commit: n for n, commit in enumerate(line)}
    return Lives(line[-1], order, alive, ended, left, by_text, by_step)
