"""The folded states of ledgers, kept in the state folder beside them: a cache, and no truth.

A file that was made by other code, is damaged, or does not lie on its ledger's chain is not used, and
the next run writes it anew.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

from backlog_pipeline.assembly.code import our_code
from backlog_pipeline.errors import StateError
from backlog_pipeline.merge import kept
from backlog_pipeline.merge.state import LedgerState, apply
from backlog_pipeline.settings import Settings
from backlog_pipeline.store.folds import Folded, Folds
from backlog_pipeline.system import files


def folds_of(settings: Settings) -> Folds[LedgerState]:
    """Folds that begin where the last run ended."""
    return Folds(LedgerState(), apply, KeptStates(settings.home / "folded"))


class KeptStates:
    """One file a repository: a digest of what follows, the code, where on the chain, then the state."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, tuple[str, kept.Text]] = {}

    def load(self, repository: str) -> Folded[LedgerState] | None:
        """The kept state, ``None`` where there is none that can be used."""
        try:
            digest, _, said = self._path(repository).read_bytes().partition(b"\n")
        except OSError:
            return None
        if digest.decode("ascii", "replace") != _digest(said):
            return None
        code, number, head, *lines = said.decode("ascii").split("\n")
        if code != our_code():
            return None
        state, text = kept.from_text(lines)
        self._texts[repository] = (head, text)
        return Folded(state, int(number), head)

    def save(self, repository: str, folded: Folded[LedgerState]) -> None:
        """Keep the state, unless it is kept already; a full disk costs the next run some seconds."""
        head, before = self._texts.get(repository, ("", None))
        if folded.head == head:
            return
        text = kept.to_text(folded.state, before)
        said = "\n".join((our_code(), str(folded.number), folded.head, *text.lines())).encode("ascii")
        try:
            files.write_atomic(self._path(repository), f"{_digest(said)}\n".encode("ascii") + said)
        except StateError:
            return
        self._texts[repository] = (folded.head, text)

    def drop(self, repository: str) -> None:
        """Keep none of this repository; a file that cannot be removed does no harm."""
        with suppress(OSError):
            self._path(repository).unlink(missing_ok=True)
        self._texts.pop(repository, None)

    def _path(self, repository: str) -> Path:
        return self._folder / f"{repository}.jsonl"


def _digest(said: bytes) -> str:
    return hashlib.sha256(said).hexdigest()
