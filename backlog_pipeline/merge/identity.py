"""Same work or new work: match the findings of one source with the places that are on record.

Passes run from the surest to the weakest; each takes what the ones before it left. A pass only
matches where nothing else fits as well, so the result does not depend on the order of its input.
What stays ambiguous is new work with a recorded doubt, never a wrong merge. Why these passes:
``docs/explanation/identity.md``.
"""

from collections.abc import Callable, Iterable, Mapping

from backlog_pipeline.merge.match import Known, Matching, Pass
from backlog_pipeline.merge.passes import Ladder
from backlog_pipeline.model.finding import Finding

ALGORITHM = 3
"""The version of these rules; recorded with everything that they decide."""


def match_open(
    findings: Iterable[Finding],
    known: Iterable[Known],
    renames: Mapping[str, str],
    is_absent: Callable[[str, str], bool],
) -> Matching:
    """Match findings with the places of items that are not closed.

    Args:
        findings: of one source, at one revision.
        known: places of the same source.
        renames: old path to new path, as git saw it since the places were recorded.
        is_absent: whether it is proven that work of a label that was not found in a file is not there.
    """
    ladder = Ladder(findings, known, renames, is_absent)
    ladder.strong_keys(Pass.STRONG_KEY)
    ladder.same_file(None)
    ladder.moved_text()
    ladder.edited_text()
    return ladder.matching()


def match_closed(findings: Iterable[Finding], known: Iterable[Known]) -> Matching:
    """Match findings with the last places of closed items: only a shared key or the exact text."""
    ladder = Ladder(findings, known, {}, lambda _path, _label: True)
    ladder.strong_keys(Pass.RETURNED)
    ladder.same_file(Pass.RETURNED)
    ladder.telling_text(Pass.RETURNED)
    return ladder.matching()
