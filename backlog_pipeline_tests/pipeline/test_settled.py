"""A merge that is known to be settled is left out, and nothing is different from deciding it."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline import pipeline
from backlog_pipeline import settings as house_settings
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.merge.backlog_file import BacklogFile
from backlog_pipeline.model.backlog import Backlog
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Anchor, Birth, Finding, Location, Severity, Work
from backlog_pipeline.model.fingerprint import file_digest
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.repository import CiHealth, Rename, RepositoryState
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline.pipeline import Parts, human_file, settled
from backlog_pipeline.score.settings import ScoreSettings

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
KEY = "project-1"
SOURCE = "code_comments"


def comment(number: int, *, line: int = 0, path: str = "a.py") -> Finding:
    text = f"write part {number} anew"
    return Finding(
        SOURCE, "TODO", text, Work(ItemType.TECHNICAL_DEBT, f"TODO: {text}"), Severity.LOW,
        location=Location(path, line or number * 10), anchor=Anchor(f"{number:x}", "", ""),
        birth=Birth(date(2026, 5, 1)),
    )  # fmt: skip


class RefusingReader(human_file.Reader):
    """For a merge that must not read the file."""

    def take(self, repository: RepositoryState, data: bytes) -> BacklogFile:
        raise AssertionError("the file was read")


@dataclass
class World:
    """One repository without git: its state and its scan are what the test says."""

    folder: Path
    code: str = "this code"
    now: datetime = NOW
    status: ScanStatus = ScanStatus.COMPLETE
    findings: dict[int, Finding] = field(default_factory=lambda: {n: comment(n) for n in (1, 2, 3)})
    state: RepositoryState = field(init=False)

    def __post_init__(self) -> None:
        (self.folder / "work").mkdir(parents=True)
        self.state = RepositoryState(
            KEY, "project", str(self.folder / "work"), "c1", "2026-05-30T10:00:00+00:00", "main", "main"
        )
        self.file.write_text("metadata: {}\n")

    @property
    def file(self) -> Path:
        return self.folder / "work" / "backlog.yml"

    @contextmanager
    def parts(self, **changes: object) -> Iterator[Parts]:
        real = build_parts(house_settings.read({}, {"BACKLOG_HOME": str(self.folder / "home")}))
        try:
            yield replace(real, now=lambda: self.now, code=self.code, **changes)  # type: ignore[arg-type]
        finally:
            real.close()

    def scan(self) -> Scan:
        found = tuple(sorted(self.findings.values(), key=lambda f: (f.path, f.line)))
        looked = Certificate(
            SOURCE, "1", "", KEY, self.state.revision, self.status, self.now, reason="why", next_step="wait"
        )
        return Scan(looked, found if self.status.has_looked else ())

    def run(self, **changes: object) -> Backlog:
        with self.parts(**changes) as parts:
            known = parts.folded(KEY).state
            self.state = replace(self.state, base=known.revision)
            made = pipeline.merge_backlog(parts, self.state, [self.scan()])
        self.state = replace(self.state, base=self.state.revision, renames=())
        return made

    def is_settled(self, **changes: object) -> bool:
        with self.parts(**changes) as parts:
            data = self.file.read_bytes() if self.file.exists() else None
            head, today = parts.ledger.head(KEY), self.now.date()
            seen = settled.digest_of_scans([self.scan()])
            return settled.find(parts, settled.Case(self.state, seen, head, data, today)) is not None

    def commit(self) -> None:
        number = int(self.state.revision[1:]) + 1
        self.state = replace(
            self.state, revision=f"c{number}", committed_at=f"2026-05-30T10:{number:02}:00+00:00"
        )

    def entries(self) -> list[object]:
        with self.parts() as parts:
            return list(parts.ledger.entries(KEY))

    def set(self, number: int, key: str, value: str) -> None:
        """A person sets a value of the item that stands at that place in the file, if there is one."""
        rows = re.split(r"(?m)^(?=\s*- id: )", self.file.read_text() if self.file.exists() else "")
        if number < len(rows):
            rows[number] = re.sub(rf"(?m)^(\s+){key}: .*$", rf"\g<1>{key}: {value}", rows[number])
            self.file.write_text("".join(rows))


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.run()
    return made


# Nothing is different


def nothing(world: World) -> None:
    """The same again."""


def next_day(world: World) -> None:
    world.now += timedelta(days=1)


def next_quarter(world: World) -> None:
    world.now += timedelta(days=95)


def empty_commit(world: World) -> None:
    world.commit()


def one_done(world: World) -> None:
    world.findings.pop(min(world.findings, default=0), None)
    world.commit()


def one_more(world: World) -> None:
    number = max(world.findings, default=0) + 1
    world.findings[number] = comment(number)
    world.commit()


def one_back(world: World) -> None:
    world.findings[1] = comment(1)
    world.commit()


def renamed(world: World) -> None:
    paths = ("a.py", "b.py")
    old, new = paths if any(f.path == "a.py" for f in world.findings.values()) else paths[::-1]
    world.findings = {n: comment(n, path=new) for n in world.findings}
    world.state = replace(world.state, renames=(Rename(old, new),))
    world.commit()


def shifted(world: World) -> None:
    world.findings = {n: comment(n, line=f.line + 7, path=f.path) for n, f in world.findings.items()}
    world.commit()


def cannot_look(world: World) -> None:
    world.status = ScanStatus.FAILED if world.status.has_looked else ScanStatus.COMPLETE


def pinned(world: World) -> None:
    world.set(1, "business_value", "13")


def renamed_by_hand(world: World) -> None:
    world.set(2, "title", "my own words")


def dismissed(world: World) -> None:
    world.set(1, "status", "DISMISSED\n    dismissed_reason: no need")


def dismissed_without_a_reason(world: World) -> None:
    world.set(2, "status", "DISMISSED")


def commented(world: World) -> None:
    if world.file.exists():
        world.file.write_text(world.file.read_text() + "# mine\n")


def file_gone(world: World) -> None:
    world.file.unlink(missing_ok=True)


def file_new(world: World) -> None:
    if not world.file.exists():
        world.file.write_text("metadata: {}\n")


def restricted(world: World) -> None:
    text = "" if world.state.scope_text else "restricted_paths:\n  - a.py\n"
    world.state = replace(world.state, scope_text=text)


def unreadable_scope(world: World) -> None:
    world.state = replace(world.state, scope_text="restricted_path: 3\n")


def busier(world: World) -> None:
    world.state = replace(world.state, changes_last_year={"a.py": 99})


def written_by_another(world: World) -> None:
    with world.parts() as parts:
        doubt = Event(KEY, EventKind.PROBLEM_SEEN, world.now, data={"message": "a word"})
        parts.ledger.append(KEY, [doubt], learned_at=world.now)


ACTIONS: tuple[Callable[[World], None], ...] = (
    nothing, next_day, next_quarter, empty_commit, one_done, one_more, one_back, renamed, shifted,
    cannot_look, pinned, renamed_by_hand, dismissed, dismissed_without_a_reason, commented, file_gone,
    file_new, restricted, unreadable_scope, busier, written_by_another,
)  # fmt: skip


@given(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=7))
@settings(max_examples=15)
def test_with_the_stamp_and_without_it_come_the_same_events_and_the_same_bytes(
    actions: list[Callable[[World], None]],
) -> None:
    with TemporaryDirectory() as folder:
        quick, slow = World(Path(folder, "quick")), World(Path(folder, "slow"), code="")
        for act in (nothing, *actions):
            made = []
            for world in (quick, slow):
                act(world)
                backlog = world.run()
                data = world.file.read_bytes() if world.file.exists() else b""
                again = replace(world.run(), as_of=backlog.as_of)
                made.append((backlog, again, data, world.entries()))
            assert made[0] == made[1]


# What is left out, and what is not


@pytest.mark.parametrize(
    "act",
    [nothing, pinned, dismissed_without_a_reason, one_done, renamed, restricted, unreadable_scope, file_gone],
)
def test_a_run_that_changes_something_leaves_a_settled_merge(
    world: World, act: Callable[[World], None]
) -> None:
    act(world)
    before = world.run()
    assert world.is_settled()
    after = world.run(reader=RefusingReader())
    assert after.items == before.items
    assert after.problems == before.problems
    assert after.events_written == 0
    assert after.changes == type(after.changes)()


def test_a_settled_merge_writes_nothing_at_all(world: World) -> None:
    def files() -> dict[Path, tuple[int, bytes]]:
        found = [p for p in world.folder.rglob("*") if p.is_file() and p.suffix != ".lock"]
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in found}

    before = files()
    world.run()
    assert files() == before


@pytest.mark.parametrize("act", [a for a in ACTIONS if a not in (nothing, file_new)])
def test_each_thing_that_has_a_say_counts(world: World, act: Callable[[World], None]) -> None:
    assert world.is_settled()
    act(world)
    assert not world.is_settled()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "other code"},
        {"code": ""},
        {"score": ScoreSettings(aging_maximum=3.0)},
        {"may_write_repository": False},
    ],
)
def test_other_code_or_settings_decide_anew(world: World, changes: dict[str, object]) -> None:
    code = changes.pop("code", world.code)
    world.code = str(code)
    assert not world.is_settled(**changes)


def test_how_long_done_items_stay_has_a_say(world: World) -> None:
    with world.parts() as parts:
        chosen = replace(parts.settings, keep_days=1)
    assert not world.is_settled(settings=chosen)


def test_what_has_no_say_does_not_count(world: World) -> None:
    world.now += timedelta(hours=3)
    world.state = replace(world.state, dirty_paths=4, ci=CiHealth(3, 1, ""))
    assert world.is_settled()


def test_a_preview_is_never_settled(world: World) -> None:
    world.state = replace(world.state, preview_reason="another branch")
    assert not world.is_settled()
    world.run()
    assert not world.is_settled()


def test_a_note_that_cannot_be_read_decides_anew(world: World) -> None:
    with world.parts() as parts:
        parts.registry.mark(KEY, "settled_merge", '{"colour": 1}')
    assert not world.is_settled()
    world.run()
    assert world.is_settled()


def test_the_backlog_says_which_file_the_merge_left(world: World) -> None:
    assert world.run().file_digest == file_digest(world.file.read_bytes())
    pinned(world)
    commented(world)
    assert world.run().file_digest == file_digest(world.file.read_bytes())
    world.file.unlink()
    assert world.run().file_digest == file_digest(None)


# One reading for two


def test_a_file_that_was_looked_at_is_not_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, data = human_file.Reader(), world.file.read_bytes()
    reader.look(world.state, data)
    monkeypatch.setattr(human_file, "parsed", None)
    assert reader.take(world.state, data).data == data
    with pytest.raises(TypeError):  # nothing of it is held any longer
        reader.take(world.state, data)


def test_a_file_that_changed_since_the_look_is_read(world: World) -> None:
    reader, data = human_file.Reader(), world.file.read_bytes()
    reader.look(world.state, data)
    assert reader.take(world.state, data + b"# mine\n").data == data + b"# mine\n"
