"""What could not be looked at closes nothing; what was looked at closes with proof."""

from datetime import timedelta

from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.pipeline.house import HANDLES, NOW, House, failing


def test_a_source_that_fails_closes_nothing(kept: House) -> None:
    before = kept.run()
    kept.repository.write("src/files.py", "def open_all(paths):\n    return []\n")
    kept.repository.commit("close what is opened")
    after = kept.run(scan=failing)
    assert after.backlog.changes.resolved == ()
    assert {i.id: i.status for i in after.backlog.items} == {i.id: i.status for i in before.backlog.items}
    assert [c.status for c in after.backlog.certificates] == [ScanStatus.FAILED]
    assert after.planned("leaks").id in kept.file.read_text()


def test_the_next_complete_scan_closes_with_the_commit_as_proof(kept: House) -> None:
    kept.repository.write("src/files.py", "def open_all(paths):\n    return []\n")
    fix = kept.repository.commit("close what is opened", when=NOW - timedelta(days=1))
    kept.run(scan=failing)
    made = kept.run()
    item = made.item("leaks")
    assert made.backlog.changes.resolved == (item.id,)
    assert (item.status, item.closed_by) == (Status.DONE, fix)
    assert item.completed_at == (NOW - timedelta(days=1)).date()
    assert item.id not in {row.id for row in made.plan.planned}
    text = kept.file.read_text()
    assert text.index("completed_items:") < text.index(item.id)
    assert "status: DONE" in text


def test_work_that_is_back_is_the_same_item_again(kept: House) -> None:
    first = kept.run().item("leaks")
    kept.repository.write("src/files.py", "def open_all(paths):\n    return []\n")
    kept.repository.commit("close what is opened")
    kept.run()
    kept.repository.write("src/files.py", HANDLES)
    kept.repository.commit("revert")
    again = kept.run().item("leaks")
    assert (again.id, again.status, again.recurrences) == (first.id, Status.READY, 1)
