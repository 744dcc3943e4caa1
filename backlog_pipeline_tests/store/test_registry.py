"""Which repositories we know, and marks."""

import pytest

from backlog_pipeline.errors import StateError
from backlog_pipeline.model.repository import RegisteredRepository
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry

FLASK = RegisteredRepository("flask-12ab", "flask", path="/code/flask")


@pytest.fixture
def ledger(url: str) -> Ledger:
    return Ledger.open(url)


def test_a_registered_repository_is_found_again(ledger: Ledger, url: str) -> None:
    Registry.of(ledger).register(FLASK)
    ledger.close()
    registry = Registry.of(Ledger.open(url, is_read_only=True))
    assert registry.find("flask-12ab") == FLASK
    assert registry.find("other") is None
    registry.register(FLASK)
    with pytest.raises(StateError):
        registry.register(RegisteredRepository("new", "new"))


def test_registering_again_replaces(ledger: Ledger) -> None:
    registry = Registry(ledger.engine)
    moved = RegisteredRepository("flask-12ab", "flask", path="/srv/flask", tracked_branch="main")
    for entry in (FLASK, RegisteredRepository("a-1", "a", url="https://example.org/a.git"), moved):
        registry.register(entry)
    assert registry.all() == (RegisteredRepository("a-1", "a", url="https://example.org/a.git"), moved)


def test_a_mark_is_the_last_value_given(ledger: Ledger) -> None:
    registry = Registry.of(ledger)
    assert registry.read_mark("repo", "seen") == ""
    registry.mark("repo", "seen", "one")
    registry.mark("repo", "seen", "two")
    assert registry.read_mark("repo", "seen") == "two"
    assert registry.read_mark("other", "seen") == ""


def test_a_path_that_is_no_text_is_found_again(ledger: Ledger) -> None:
    registry = Registry.of(ledger)
    odd = RegisteredRepository("caf-1", "caf\udce9", path="/code/100%/caf\udce9", url="bytes-as-urls")
    registry.register(odd)
    assert registry.find("caf-1") == odd
    assert registry.all() == (odd,)


def test_a_repository_is_called_as_it_is_known_here_or_else_as_it_came(ledger: Ledger) -> None:
    registry = Registry.of(ledger)
    assert registry.name_of("flask-12ab") == "flask-12ab"
    registry.came_as("flask-12ab", "the flask of the other machine")
    assert registry.name_of("flask-12ab") == "the flask of the other machine"
    registry.register(FLASK)
    registry.came_as("flask-12ab", "something else")
    assert registry.name_of("flask-12ab") == "flask"
