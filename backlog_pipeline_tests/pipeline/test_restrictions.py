"""What may not be worked on unattended is for a person, and says so."""

from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.plan import Verdict
from backlog_pipeline_tests.pipeline.house import House


def test_a_restricted_path_is_for_a_person(house: House) -> None:
    house.repository.write(".automation-scope.yaml", "restricted_paths:\n  - lib/\n")
    house.repository.commit("restrict")
    made = house.run()
    row = made.planned("name the units")
    assert row.verdict is Verdict.PERSON
    assert "lib/" in row.reason
    assert made.planned("split").verdict is not Verdict.PERSON
    assert made.item("name the units").status is Status.REFINED


def test_a_scope_file_that_cannot_be_read_restricts_everything(house: House) -> None:
    house.repository.write(".automation-scope.yaml", "restricted_path:\n  - lib/\n")
    house.repository.commit("misspell")
    made = house.run()
    assert {(row.verdict, row.rule) for row in made.plan.planned} == {(Verdict.HELD, "scope_unreadable")}
    assert {item.status for item in made.backlog.items} == {Status.REFINED}
    (problem,) = made.backlog.problems
    assert "restricted_paths" in problem.message
    house.repository.write(".automation-scope.yaml", "restricted_paths:\n  - lib/\n")
    house.repository.commit("spell")
    mended = house.run()
    assert mended.backlog.problems == ()
    assert mended.item("split").status is Status.READY
