"""A guest's source is asked for lives in a child process; what breaks there costs its answer and no more."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backlog_pipeline import settings
from backlog_pipeline.assembly.item_life import life_of
from backlog_pipeline.errors import StateError
from backlog_pipeline.model.life import Deed, Life, LifeStep
from backlog_pipeline.pipeline.lived import ItemLife
from backlog_pipeline_tests.bad_input.place import QUICK, Place
from backlog_pipeline_tests.git_repository import GitRepository

SOURCE = """
import os
from backlog_pipeline.model.finding import Finding, Location, Severity, Work
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.life import Deed, Life, LifeStep, Told
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline.plugins import source

@source
def probe(look):
    return []

class Probe:
    name, version, options, fresh_minutes = "probe", "1", {}, None

    def scan(self, look):
        state = look.repository
        seen = Certificate("probe", "1", "", state.key, state.revision, ScanStatus.COMPLETE, look.now)
        work = Work(ItemType.BUG_FIX, "mend it")
        where = Location("a.txt", 1)
        return Scan(seen, (Finding("probe", "R1", "mend it", work, Severity.HIGH, location=where),))

    def tell(self, look, spots):
        TELL

probe = Probe()
"""

Tell = Callable[[str], ItemLife]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A repository in which a guest's source found one thing."""
    home = tmp_path_factory.mktemp("home")
    toml = f"{QUICK}[sources.code_comments]\nenabled = false\n[plugins]\nfiles = ['{home / 'guest.py'}']\n"
    (home / "backlog.toml").write_text(toml)
    (home / "guest.py").write_text(SOURCE.replace("TELL", "return []"))
    repository = GitRepository(tmp_path_factory.mktemp("work") / "shop")
    repository.write("a.txt", "mend it\n")
    repository.commit("start")
    place = Place(home, repository)
    ended = place.backlog("run")
    assert ended.code == 0, ended.err
    return place


@pytest.fixture
def tell(place: Place) -> Tell:
    """The life of the one item when the source answers with ``body``."""

    def tell(body: str) -> ItemLife:
        (place.home / "guest.py").write_text(SOURCE.replace("TELL", body))
        return ask(place, place.repository.path, str(place.items()[0]["id"]))

    return tell


def ask(place: Place, path: Path, word: str) -> ItemLife:
    chosen = settings.read({}, {"BACKLOG_HOME": str(place.home)})
    return life_of(chosen, path, word, datetime(2026, 2, 1, tzinfo=UTC), lambda what, done, total: None)


def test_what_a_guest_tells_is_taken_and_its_commits_are_signed(place: Place, tell: Tell) -> None:
    head = place.repository.head()
    steps = "(LifeStep(Deed.WRITTEN, spots[0].revision, spots[0].path, spots[0].line),)"
    told = tell(f"return [Told(Life(spots[0].text, {steps}))]")
    (lived,) = told.places
    assert lived.wordings == (Life("mend it", (LifeStep(Deed.WRITTEN, head, "a.txt", 1),)),)
    assert (told.opened_by, told.until, told.signed[head].author) == (head, head, "Ana Example")


def test_a_guest_inherits_no_secret(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "hidden")
    assert tell("return [Told(reason=repr(os.environ.get('A_TOKEN')))]").places[0].reason == "None"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise KeyError('gone')", "its process ended with 1: KeyError: 'gone'"),
        ("os._exit(3)", "its process ended with 3: it said nothing"),
        ("return []", "it did not answer all that it was asked"),
        ("return ['nonsense']", "it answered with something that is no telling: "),
    ],
)
def test_what_breaks_costs_its_answer_and_the_ledger_still_speaks(tell: Tell, body: str, reason: str) -> None:
    told = tell(body)
    assert told.places[0].reason.startswith(f"probe could not tell: {reason}")
    assert told.recorded[0].what == "opened: mend it, in a.txt:1"
    assert told.opened_by == told.item.birth.commit


def test_the_history_ends_with_the_branch_that_is_followed(place: Place, tell: Tell) -> None:
    head = place.repository.head()
    place.repository.git("checkout", "-q", "-b", "feature")
    place.repository.commit("elsewhere")
    try:
        assert tell("return [Told(reason=look.repository.revision)]").until == head
    finally:
        place.repository.git("checkout", "-q", "main")
        place.repository.git("branch", "-q", "-D", "feature")


def test_before_the_first_run_there_is_nothing_to_tell(place: Place, tmp_path: Path) -> None:
    other = GitRepository(tmp_path / "other")
    other.commit("start")
    with pytest.raises(StateError, match="has not been looked at yet"):
        ask(place, other.path, "bl-1")
