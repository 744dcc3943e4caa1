"""Tell the life of what stands at some spots, from the lives of a line: exact commits, files, lines.

A spot is found among the lives by its text, its file and the commit at which it stood there; where
a file held the text several times then, by its line. What replaced a text in its place (the only text
that went and the only one that came between two that stayed) is told too; whether that is the same
work in other words is for others to judge.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from backlog_pipeline.discover.blob_texts import BlobTexts, Extractor
from backlog_pipeline.discover.interface import ResultCache
from backlog_pipeline.discover.lineage import Holder, Step, matched
from backlog_pipeline.discover.lives import Lives, lives
from backlog_pipeline.discover.merged import Merges
from backlog_pipeline.model.life import Deed, Life, LifeStep, Spot, Told
from backlog_pipeline.system.git import Git

_MOST_REPLACED = 10


@dataclass(slots=True)
class Teller:
    """Tells lives of one line; what it reads of files is remembered."""

    git: Git
    extractor: Extractor
    cache: ResultCache
    known: Lives
    texts: BlobTexts = field(init=False)
    merges: Merges = field(init=False)
    _blobs: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.texts = BlobTexts(self.git, self.cache, self.extractor)
        self.merges = Merges(self.git, self.texts, self.extractor.wants)

    def tell(self, spot: Spot) -> Told:
        """The life of what stood there, or why it cannot be told."""
        found = self._found(spot)
        if isinstance(found, str):
            return Told(reason=found)
        earlier = [self.life(holder) for holder in self._replaced(found, Deed.WRITTEN)]
        later = [self.life(holder) for holder in self._replaced(found, Deed.REMOVED)]
        return Told(self.life(found), tuple(earlier), tuple(later))

    # Which life it is

    def _found(self, spot: Spot) -> Holder | str:
        known = self.known
        if spot.revision not in known.order:
            return self._anyhow(spot)
        if known.order[spot.revision] >= len(known.order) - known.commits_left:
            left = known.commits_left
            return f"the time for history ended {left} commits before the last one; ask again to go on"
        found = known.at(spot.text, spot.path, spot.revision)
        if len(found) > 1:
            return self._by_line(spot, found)
        return found[0] if found else f"history does not know this text in {spot.path}"

    def _anyhow(self, spot: Spot) -> Holder | str:
        """The life where the commit is not on the line (another branch; a rewritten history)."""
        known = self.known.of_text(spot.text)
        found = [h for h in known if any(step.path == spot.path for step in h.steps)]
        if len(found) == 1:
            return found[0]
        count = f"{len(found)} such texts" if found else "no such text"
        return f"commit {spot.revision[:12]} is not on this line of history, which has {count} in {spot.path}"

    def _by_line(self, spot: Spot, found: Sequence[Holder]) -> Holder | str:
        """Which of several equal texts of the file it was, by walking to that commit."""
        rows = self._lines(spot.revision, spot.path)
        index = next((n for n, row in enumerate(rows) if row == (spot.text, spot.line)), -1)
        then = lives(self.git, spot.revision, self.extractor, self.cache)
        holders = then.alive.get(spot.path, ())
        if 0 <= index < len(holders) and holders[index].text == spot.text:
            first = holders[index].steps[0]
            return next(holder for holder in found if holder.steps[0] == first)
        return f"{len(found)} equal texts stood in {spot.path}, and none in line {spot.line}"

    # What it went through

    def life(self, holder: Holder) -> Life:
        """What a text of the line went through."""
        came_from = ""
        steps: list[LifeStep] = []
        for step in holder.steps:
            steps.append(self._step(step, holder, came_from))
            came_from = step.path
        path, line = self._stands(holder)
        return Life(holder.text, tuple(steps), path, line)

    def _stands(self, holder: Holder) -> tuple[str, int]:
        """The file and line in which the text stands at the end of the line."""
        path = holder.steps[-1].path
        index = next((n for n, other in enumerate(self.known.alive.get(path, ())) if other is holder), -1)
        if index < 0 or self.known.commits_left:
            return "", 0
        return path, _line_of(holder.text, self._lines(self.known.revision, path), index)

    def _step(self, step: Step, holder: Holder, came_from: str) -> LifeStep:
        commit, path = self.merges.behind(step, holder, self.known.of_text(holder.text))
        is_exact = (commit, path) == (step.commit, step.path)
        is_gone = step.deed is Deed.REMOVED
        rows = self._lines(f"{commit}^" if is_gone else commit, path)
        return LifeStep(
            deed=step.deed,
            commit=commit,
            path=path,
            line=_line_of(holder.text, rows, step.index if is_exact else -1),
            came_from=came_from if step.deed is Deed.MOVED else "",
            merged_by=step.commit if commit != step.commit else "",
            is_at_least=holder.is_at_least and step is holder.steps[0],
        )

    # What stood there before or after

    def _replaced(self, holder: Holder, side: Deed) -> Iterator[Holder]:
        """The lives before (``WRITTEN``) or after (``REMOVED``) this one in its place, the nearest first."""
        seen = {holder}
        for _ in range(_MOST_REPLACED):
            step = holder.steps[0 if side is Deed.WRITTEN else -1]
            other = self.known.with_step(self._other(step)) if step.deed is side else None
            if other is None or other in seen:
                return
            yield other
            seen.add(other)
            holder = other

    def _other(self, step: Step) -> Step:
        """The step of the text that went where this one came, or came where this one went."""
        pairs = self._pairs(step.commit, step.path)
        if step.deed is Deed.WRITTEN:
            return replace(
                step, deed=Deed.REMOVED, index={new: old for old, new in pairs}.get(step.index, -1)
            )
        return replace(step, deed=Deed.WRITTEN, index=dict(pairs).get(step.index, -1))

    def _pairs(self, commit: str, path: str) -> list[tuple[int, int]]:
        """(old index, new index) of texts of which one only went and one only came in one gap."""
        before, after = self._blob(f"{commit}^", path), self._blob(commit, path)
        self.texts.load([(path, before), (path, after)])
        found = matched(self.texts.of(path, before), self.texts.of(path, after))
        count = len(self.texts.of(path, before))
        is_written = [self._has(Deed.WRITTEN, commit, path, n) for n in range(len(found))]
        is_removed = [self._has(Deed.REMOVED, commit, path, n) for n in range(count)]
        return _only_pairs(found, is_written, is_removed)

    def _has(self, deed: Deed, commit: str, path: str, index: int) -> bool:
        return self.known.with_step(Step(deed, commit, path, index)) is not None

    # Files

    def _blob(self, revision: str, path: str) -> str:
        """The blob of a plain file at a commit, or "" where there is none."""
        key = (revision, path)
        if key not in self._blobs:
            row = self.git.find("ls-tree", "-z", "--full-tree", revision, "--", path).rstrip("\0")
            meta = row.partition("\t")[0].split()
            self._blobs[key] = meta[2] if len(meta) == 3 and meta[0].startswith("100") else ""
        return self._blobs[key]

    def _lines(self, revision: str, path: str) -> Sequence[tuple[str, int]]:
        """The texts of a file at a commit with their lines; none where they cannot be known."""
        blob = self._blob(revision, path)
        if not blob or self.extractor.lines is None or not self.git.sizes([blob]):
            return ()
        ((_, data),) = self.git.blobs([blob])
        return self.extractor.lines(path, data)


def _line_of(text: str, rows: Sequence[tuple[str, int]], index: int) -> int:
    """The line of the text with that index, else of the only equal one, else 0."""
    if 0 <= index < len(rows) and rows[index][0] == text:
        return rows[index][1]
    equal = [line for said, line in rows if said == text]
    return equal[0] if len(equal) == 1 else 0


def _only_pairs(
    found: Sequence[int | None], is_written: Sequence[bool], is_removed: Sequence[bool]
) -> list[tuple[int, int]]:
    """The pairs of (old, new) texts that are alone in one gap, between the same two that stayed.

    ``found`` says for each new text which old one it is.
    """
    stayed = set(found)
    came = {n: gap for n, gap in _gaps(found).items() if is_written[n]}
    olds = [n if n in stayed else None for n in range(len(is_removed))]
    went = {n: gap for n, gap in _gaps(olds).items() if is_removed[n]}
    alone = Counter(came.values()), Counter(went.values())
    old_in = {gap: old for old, gap in went.items()}
    return [(old_in[gap], new) for new, gap in came.items() if alone[0][gap] == alone[1][gap] == 1]


def _gaps(rows: Sequence[int | None]) -> dict[int, tuple[int, int]]:
    """For each place without a number the numbers before and behind it; -1 where there is none."""
    gaps: dict[int, tuple[int, int]] = {}
    before = -1
    for n, row in enumerate(rows):
        if row is None:
            gaps[n] = before, next((r for r in rows[n:] if r is not None), -1)
        else:
            before = row
    return gaps
