"""The day on which a version was pinned: the commit that brought the text of the pin into its file.

``git log -S`` finds the newest commit that changed how often the text stands in the file, renames of
the file followed; so new hashes or comments on the line do not make a pin younger. Where a format
has no text that says name and version together, the line's last change is taken.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime

from backlog_pipeline.discover.interface import Look
from backlog_pipeline.discover.line_births import FileLines, line_births
from backlog_pipeline.errors import ToolError
from backlog_pipeline.model.finding import Birth
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.system import process

_KEPT_AS = "pin births 1"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class PinnedAt:
    """A pin in a file: the file's content, the line, and the text that says it ("" where none does)."""

    path: str
    blob: str
    line: int
    needle: str


def pin_births(look: Look, pins: Sequence[PinnedAt]) -> dict[PinnedAt, Birth]:
    """The birth of each pin; kept by the file's content, so an unchanged file is not asked again."""
    texts = look.cache.get_many(_KEPT_AS, [_key(look, p) for p in pins])
    births = {p: _loads(texts[_key(look, p)]) for p in pins if _key(look, p) in texts}
    missing = [p for p in pins if p not in births and p.needle]
    with ThreadPoolExecutor(max(1, look.jobs)) as threads:
        found = zip(missing, threads.map(lambda p: _ask(look, p), missing), strict=True)
        new = {p: birth for p, birth in found if birth is not None}
    look.cache.put_many(_KEPT_AS, {_key(look, p): _dumps(b) for p, b in new.items()})
    births |= new
    rest = [p for p in pins if p not in births]
    lines: dict[tuple[str, str], set[int]] = {}
    for one in rest:
        lines.setdefault((one.path, one.blob), set()).add(one.line)
    by_line = line_births(look, [FileLines(*file, frozenset(numbers)) for file, numbers in lines.items()])
    return births | {p: by_line[p.path, p.line] for p in rest}


def _ask(look: Look, pin: PinnedAt) -> Birth | None:
    """What git's history says, or ``None`` where it has no answer."""
    arguments = ("log", "-1", "--follow", "--format=%H %at %P", "-S", pin.needle, look.repository.revision)
    try:
        ended = look.git.run(*arguments, "--", pin.path, timeout=_SECONDS)
        words = process.check(ended, next_step=f"run `git log -- {pin.path}`").decode().split()
    except ToolError:
        return None  # the line's last change is asked for instead
    if not words:
        return None
    day = datetime.fromtimestamp(int(words[1]), UTC).date()
    return Birth(day, words[0], is_at_least=look.repository.is_shallow and len(words) == 2)


def _key(look: Look, pin: PinnedAt) -> str:
    depth = "shallow" if look.repository.is_shallow else "whole"
    return f"{pin.blob} {depth} {digest(pin.path, pin.needle)}:{pin.line}"


def _dumps(birth: Birth) -> str:
    return json.dumps([birth.on.isoformat(), birth.commit, birth.is_at_least])


def _loads(text: str) -> Birth:
    on, commit, is_at_least = json.loads(text)
    return Birth(date.fromisoformat(on), commit, is_at_least)
