"""A kept sum saves folding, and changes nothing: it is used only where it lies on a chain that is whole."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline.errors import LedgerCorrupt
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store.folds import Folded, Folds
from backlog_pipeline.store.ledger import Ledger

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Words = tuple[str, ...]


class Shelf:
    """Keeps in memory, and counts."""

    def __init__(self) -> None:
        self.kept: dict[str, Folded[Words]] = {}

    def load(self, repository: str) -> Folded[Words] | None:
        return self.kept.get(repository)

    def save(self, repository: str, folded: Folded[Words]) -> None:
        self.kept[repository] = folded

    def drop(self, repository: str) -> None:
        self.kept.pop(repository, None)


class World:
    """A ledger of words, folded by putting them in a row; which words were folded is noted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = Ledger.open(f"sqlite:///{path}")
        self.shelf = Shelf()
        self.folded: list[str] = []

    def say(self, *words: str, repository: str = "repo") -> None:
        events = [Event(repository, EventKind.PROBLEM_SEEN, NOW, data={"word": w}) for w in words]
        self.ledger.append(repository, events, learned_at=NOW)

    def folds(self) -> Folds[Words]:
        """Those of a new process."""
        return Folds((), self._add, self.shelf)

    def _add(self, words: Words, events: Iterable[Event]) -> Words:
        new = tuple(str(event.data["word"]) for event in events)
        self.folded += new
        return (*words, *new)

    def tamper(self, sql: str) -> None:
        with sqlite3.connect(self.path) as connection:
            connection.execute(sql)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "ledger.db")
    made.say("one", "two")
    return made


def test_an_empty_chain_is_the_empty_sum(world: World) -> None:
    assert world.folds().at_head(world.ledger, "nobody") == Folded(())


def test_in_one_process_each_entry_is_folded_once(world: World) -> None:
    folds = world.folds()
    folds.at_head(world.ledger, "repo")
    world.say("three")
    folds.at_head(world.ledger, "repo")
    found = folds.at_head(world.ledger, "repo")
    assert found == Folded(("one", "two", "three"), 3, world.ledger.head("repo"))
    assert world.folded == ["one", "two", "three"]


def test_another_process_folds_only_what_is_new(world: World) -> None:
    world.folds().keep(world.ledger, "repo")
    world.say("three")
    world.folded.clear()
    assert world.folds().at_head(world.ledger, "repo").state == ("one", "two", "three")
    assert world.folded == ["three"]


def test_each_repository_has_a_sum_of_its_own(world: World) -> None:
    folds = world.folds()
    folds.keep(world.ledger, "repo")
    world.say("elsewhere", repository="other")
    assert folds.at_head(world.ledger, "other").state == ("elsewhere",)
    assert folds.at_head(world.ledger, "repo").state == ("one", "two")


def test_what_was_dropped_is_folded_again(world: World) -> None:
    folds = world.folds()
    folds.keep(world.ledger, "repo")
    folds.drop("repo")
    world.folded.clear()
    assert folds.at_head(world.ledger, "repo").state == ("one", "two")
    assert world.folded == ["one", "two"]


@pytest.mark.parametrize(
    "off", [Folded(("lies",), 2, "x"), Folded(("lies",), 7, "x"), Folded(("lies",), 0, "x")]
)
def test_a_sum_that_does_not_lie_on_the_chain_is_not_used(world: World, off: Folded[Words]) -> None:
    world.shelf.kept["repo"] = off
    assert world.folds().at_head(world.ledger, "repo").state == ("one", "two")


def test_a_sum_of_another_ledger_is_not_used(world: World, tmp_path: Path) -> None:
    folds = world.folds()
    folds.keep(world.ledger, "repo")
    other = World(tmp_path / "other.db")
    other.say("three")
    assert folds.at_head(other.ledger, "repo").state == ("three",)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entries SET event = replace(event, 'one', 'ONE') WHERE number = 1",
        "DELETE FROM entries WHERE number = 1",
        "DELETE FROM entries WHERE number = 2",
        "DELETE FROM heads",
    ],
)
def test_an_entry_that_was_tampered_with_is_found_though_a_kept_sum_holds_it(world: World, sql: str) -> None:
    world.folds().keep(world.ledger, "repo")
    world.tamper(sql)
    with pytest.raises(LedgerCorrupt, match=r"entry [12] of repo|where it ends is not recorded"):
        world.folds().at_head(world.ledger, "repo")
