"""Two scanners that see the same are one item, from ledger to plan and file, until both are silent."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from backlog_pipeline.model import fingerprint
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.finding import Birth, Finding, Location, Severity, Work
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline.model.repository import RepositoryState
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus
from backlog_pipeline_tests.pipeline.house import NOW, House, Made, with_value

TWINS = ("checker", "linter")
FILE = "src/page.py"


@dataclass
class Twins:
    """Two sources that see each ``unsafe(`` line; ``failing`` ones cannot look, ``silent`` ones see none."""

    failing: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def scan(self, source: str, state: RepositoryState) -> Scan:
        is_failed = source in self.failing
        status = ScanStatus.FAILED if is_failed else ScanStatus.COMPLETE
        reason = "it broke" if is_failed else ""
        seen = Certificate(source, "1", "", state.key, state.revision, status, NOW, reason, "look there")
        return Scan(seen, () if is_failed or source in self.silent else tuple(_found(source, state)))


def _found(source: str, state: RepositoryState) -> list[Finding]:
    lines = (Path(state.path) / FILE).read_text().splitlines()
    return [
        Finding(
            source, f"{source}-1", fingerprint.normalise(line),
            Work(ItemType.SECURITY_VULNERABILITY, f"{source}: escape {line.strip()}"), Severity.HIGH,
            location=Location(FILE, number), anchor=fingerprint.anchor(lines, number),
            birth=Birth(date(2026, 5, 1)), facts={"cwe": "CWE-79"},
        )
        for number, line in enumerate(lines, 1)
        if "unsafe(" in line
    ]  # fmt: skip


@pytest.fixture
def twins() -> Twins:
    return Twins()


@pytest.fixture
def page(kept: House) -> House:
    kept.repository.write(FILE, "x = 1\nunsafe(x)\n")
    kept.repository.commit("a page")
    return kept


def run(house: House, twins: Twins) -> Made:
    return house.run(sources=TWINS, scan=twins.scan)


def one(made: Made) -> str:
    """The id of the one item that stands for both."""
    (whole,) = [item for item in made.backlog.items if item.merged]
    return whole.id


def test_what_both_see_is_ranked_and_planned_once(page: House, twins: Twins) -> None:
    made = run(page, twins)
    whole = next(item for item in made.backlog.items if item.id == one(made))
    (gone,) = [item for item in made.backlog.items if item.merged_into]
    assert whole.attributed_by == TWINS
    assert (whole.merged, gone.merged_into, gone.status) == ((gone.id,), whole.id, Status.DISMISSED)
    assert whole.id in {row.id for row in made.plan.planned}
    assert gone.id not in {row.id for row in made.plan.planned}
    ranks = dict(zip(made.scored["id"], made.scored["rank"], strict=True))
    assert ranks[whole.id] > 0
    assert ranks[gone.id] == 0
    text = page.file.read_text()
    assert f"merged_into: {whole.id}" in text
    assert text.index("completed_items:") < text.index(gone.id)


def test_the_same_run_again_says_nothing_new(page: House, twins: Twins) -> None:
    run(page, twins)
    before, text = len(page.entries()), page.file.read_bytes()
    again = run(page, twins)
    assert (again.backlog.events_written, len(page.entries())) == (0, before)
    assert page.file.read_bytes() == text


def test_it_is_done_when_neither_sees_it_and_not_before(page: House, twins: Twins) -> None:
    id_ = one(run(page, twins))
    page.repository.write(FILE, "x = 1\n")
    fix = page.repository.commit("escape it")
    twins.failing = {"linter"}
    half = next(item for item in run(page, twins).backlog.items if item.id == id_)
    assert half.is_open
    assert half.attributed_by == ("linter",) or half.attributed_by == TWINS
    twins.failing = set()
    whole = next(item for item in run(page, twins).backlog.items if item.id == id_)
    assert (whole.status, whole.closed_by) == (Status.DONE, fix)


def test_work_in_hand_stays_in_hand_while_one_of_them_still_sees_it(page: House, twins: Twins) -> None:
    id_ = one(run(page, twins))
    page.file.write_text(with_value(page.file.read_text(), id_, "status", "DOING"))
    run(page, twins)
    leader = next(e.event for e in page.entries() if e.event.item == id_)
    source = leader.data["item"]["source"]  # type: ignore[index]
    page.repository.write(FILE, "y = 2\nx = 1\nunsafe(x)\n")
    page.repository.commit("half of it")
    twins.silent = {str(source)}
    half = next(item for item in run(page, twins).backlog.items if item.id == id_)
    assert (half.status, half.attributed_by) == (Status.DOING, tuple({*TWINS} - {str(source)}))
    assert "took_over" in {e.event.data.get("cause") for e in page.entries()}
    twins.silent = set(TWINS)
    done = next(item for item in run(page, twins).backlog.items if item.id == id_)
    assert done.status is Status.DONE


def test_a_status_that_a_person_sets_in_the_file_is_that_of_the_group(page: House, twins: Twins) -> None:
    id_ = one(run(page, twins))
    page.file.write_text(with_value(page.file.read_text(), id_, "status", "BLOCKED"))
    made = run(page, twins)
    assert next(i for i in made.backlog.items if i.id == id_).status is Status.BLOCKED
    moved = [e.event for e in page.entries() if e.event.kind is EventKind.STATUS_MOVED]
    assert [e.item for e in moved if e.data["to"] == "BLOCKED"] == [id_]


def test_a_clone_with_a_ledger_of_its_own_comes_to_the_same_backlog(
    page: House, twins: Twins, tmp_path: Path
) -> None:
    first = run(page, twins)
    page.repository.write("backlog.yml", page.file.read_text())
    page.repository.commit("keep the backlog")
    other = House(tmp_path / "other home", page.repository)
    again = run(other, twins)
    assert {i.id: (i.status, i.merged_into) for i in again.backlog.items if i.keys or i.places} == {
        i.id: (i.status, i.merged_into) for i in first.backlog.items if i.source in TWINS
    }
