"""Two branches' backlog files, merged by item and field, are what the next run goes on with."""

from backlog_pipeline.merge.three_way.merged import Merged, merged
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.pipeline.house import House, with_value


def merge(base: bytes, ours: str, theirs: str) -> bytes:
    result = merged(base, ours.encode(), theirs.encode(), "backlog.yml")
    assert isinstance(result, Merged)
    return result.data


def test_a_run_takes_the_words_of_both_branches_and_the_next_one_changes_nothing(kept: House) -> None:
    first, base = kept.run(), kept.file.read_bytes()
    leak, split = first.item("leaks").id, first.item("split").id
    ours = with_value(base.decode(), leak, "title", "Close what was opened")
    theirs = with_value(with_value(base.decode(), leak, "job_size", "2"), split, "status", "DOING")
    kept.file.write_bytes(merge(base, ours, theirs))
    made = kept.run()
    assert made.backlog.problems == ()
    items = {item.id: item for item in made.backlog.items}
    assert dict(items[leak].pins) == {"title": "Close what was opened", "job_size": "2"}
    assert items[split].status is Status.DOING
    text = kept.file.read_bytes()
    assert kept.run().backlog.events_written == 0
    assert kept.file.read_bytes() == text


def test_what_one_branch_dismissed_stays_dismissed_when_the_other_worked_on_it(kept: House) -> None:
    first, base = kept.run(), kept.file.read_bytes()
    leak = first.item("leaks").id
    dismissed = with_value(base.decode(), leak, "status", "DISMISSED\n    dismissed_reason: accepted risk")
    working = with_value(base.decode(), leak, "status", "DOING")
    for ours, theirs in ((dismissed, working), (working, dismissed)):
        kept.file.write_bytes(merge(base, ours, theirs))
        item = next(i for i in kept.run().backlog.items if i.id == leak)
        assert (item.status, item.dismissed_reason) == (Status.DISMISSED, "accepted risk")


def test_two_merges_of_one_item_in_two_branches_leave_it_merged_once(kept: House) -> None:
    first, base = kept.run(), kept.file.read_bytes()
    ids = [first.item(words).id for words in ("leaks", "split", "name")]
    ours, theirs = (
        with_value(base.decode(), ids[0], "title", f"x\n    merged_into: {into}") for into in ids[1:]
    )
    kept.file.write_bytes(merge(base, ours, theirs))
    items = {item.id: item for item in kept.run().backlog.items}
    assert items[ids[0]].merged_into == ids[1]
    assert (items[ids[1]].merged, items[ids[2]].merged) == ((ids[0],), ())
    assert f"# merge, not taken: merged_into: {ids[2]}" in kept.file.read_text()
