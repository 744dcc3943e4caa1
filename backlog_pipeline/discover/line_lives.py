"""What can be told of places whose source knows no lives: the commit that last changed their line."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.line_births import FileLines, line_births
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.life import Deed, Life, LifeStep, Spot, Told


def tell_lines(look: Look, spots: Sequence[Spot]) -> tuple[Told, ...]:
    """For each spot one step, the last change of its line by the commit of the spot; or why there is none."""
    by_revision: dict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        by_revision[spot.revision].append(spot)
    told = {
        spot: answer
        for revision, some in by_revision.items()
        for spot, answer in zip(some, _at(look, revision, some), strict=True)
    }
    return tuple(told[spot] for spot in spots)


def _at(look: Look, revision: str, spots: Sequence[Spot]) -> list[Told]:
    if not look.git.has_commit(revision):
        return [Told(reason=f"commit {revision[:12] or '(unknown)'} is not here any more") for _ in spots]
    lines: dict[str, set[int]] = defaultdict(set)
    for spot in spots:
        if spot.line:
            lines[spot.path].add(spot.line)
    files = [FileLines(p, _blob(look, revision, p), frozenset(n)) for p, n in sorted(lines.items())]
    then = replace(look, repository=replace(look.repository, revision=revision))
    found = line_births(then, [file for file in files if file.blob])
    return [_told(spot, found.get((spot.path, spot.line))) for spot in spots]


def _told(spot: Spot, birth: Birth | None) -> Told:
    if birth is None or not birth.commit:
        return Told(reason=f"git does not tell who wrote {spot.path}:{spot.line}")
    step = LifeStep(Deed.LINE_CHANGED, birth.commit, spot.path, spot.line, is_at_least=birth.is_at_least)
    return Told(Life(spot.text, (step,)))


def _blob(look: Look, revision: str, path: str) -> str:
    return look.git.find("rev-parse", "-q", "--verify", f"{revision}:{path}")
