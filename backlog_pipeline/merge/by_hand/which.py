"""Which item a person means: an id, or the beginning of one."""

from collections.abc import Iterable
from difflib import get_close_matches

from backlog_pipeline.errors import UsageError

_PREFIX = "bl-"
_NAMED = 5


def which(word: str, ids: Iterable[str]) -> str:
    """The id that is ``word``, or the only one that begins so; ``bl-`` may be left out.

    Raises:
        UsageError: there is none (says the nearest), or several begin so.
    """
    known = sorted(ids)
    wanted = word if word.startswith(_PREFIX) else _PREFIX + word
    for exact in (word, wanted):
        if exact in known:
            return exact
    begun = [id_ for id_ in known if word and id_.startswith((word, wanted))]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise UsageError(
            f"{len(begun)} items begin with {word!r}",
            next_step=f"write more of one of {', '.join(begun[:_NAMED])}",
        )
    near = get_close_matches(wanted, known, n=1, cutoff=0.6) or get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "see `backlog list --all`"
    raise UsageError(f"there is no item {word!r}", next_step=hint)
