"""``backlog.yml`` with items that are shown as one: what we wrote is never read as a person's word."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.merge import backlog_file
from backlog_pipeline.merge.backlog_file import BacklogFile
from backlog_pipeline.merge.human_edits import human_events
from backlog_pipeline.merge.joins import events as join_events
from backlog_pipeline.merge.merge import reconcile
from backlog_pipeline.merge.state import LedgerState
from backlog_pipeline.model.event import Event
from backlog_pipeline.model.kinds import Status
from backlog_pipeline.model.link import LinkType
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.merge.test_fusion_properties import STEPS, Commit, Say, Scan, Step, look, say
from backlog_pipeline_tests.merge.world import World

SAME = LinkType.SAME
STEPS_OK = (ScanStatus.COMPLETE, ScanStatus.COMPLETE)


def written(world: World, file: BacklogFile | None = None) -> BacklogFile:
    """The file as a run saves it."""
    items = tuple(world.shown.values())
    data = backlog_file.render(file, items, repository="repo", as_of=world.now.date(), scores={})
    return backlog_file.read(data, "backlog.yml")


def edits(world: World, file: BacklogFile) -> tuple[Event, ...]:
    found, _ = human_events(file, world.state, repository="repo", now=world.now)
    return found


def seen_alike() -> World:
    world = World({"a.py": ["weak(x)"], "b.py": ["weak(y)"]}, revision=1)
    world.look("frail", "brittle")
    return world


def test_a_merged_item_stays_in_the_file_and_says_into_which() -> None:
    world = seen_alike()
    (gone,) = [i for i in world.shown.values() if i.merged_into]
    (row,) = [i for i in written(world).items if i.id == gone.id]
    assert row.section == "completed_items"
    assert row.values["merged_into"] == gone.merged_into
    assert row.values["status"] == "DISMISSED"
    assert edits(world, written(world)) == ()


def test_a_file_from_before_two_became_one_is_no_edit() -> None:
    world = World({"a.py": ["weak(x)"], "b.py": ["weak(y)"]}, revision=1)
    world.look("frail")
    old = written(world)
    one, other = list(world.state.items)
    world.say(SAME, one, other)
    assert edits(world, old) == ()


def test_a_file_from_before_a_group_fell_apart_is_no_edit() -> None:
    world = seen_alike()
    one, other = (i.id for i in world.state.items.values() if i.source == "frail")
    world.say(SAME, one, other)
    joined = written(world)
    world.say(SAME, one, other, is_over=True)
    assert edits(world, joined) == ()
    assert other not in (world.shown[one].merged_into, *world.shown[one].merged)


def test_a_file_of_a_group_that_changed_since_is_no_edit() -> None:
    world = seen_alike()
    files = [written(world)]
    for lines in (["top", "weak(x)"], ["top", "weak(x)", "weak(x2)"]):
        world.commit({"a.py": lines, "b.py": ["weak(y)"]})
        world.look("frail", "brittle")
        files.append(written(world, files[-1]))
    assert [edits(world, file) for file in files] == [(), (), ()]


def test_what_a_person_set_on_a_group_stays_the_persons_when_it_falls_apart() -> None:
    world = seen_alike()
    one, other = (i.id for i in world.state.items.values() if i.source == "frail")
    world.say(SAME, one, other)
    text = written(world).data.decode().replace(world.shown[other].title, "Mine")
    world.record(*edits(world, backlog_file.read(text.encode(), "backlog.yml")))
    assert world.state.items[other].title == "Mine"
    world.say(SAME, one, other, is_over=True)
    assert (world.shown[other].title, dict(world.shown[other].pins)) == ("Mine", {"title": "Mine"})


def test_the_files_that_a_persons_item_has_from_a_merged_one_stay_ours_when_they_move() -> None:
    world = World({"a.py": ["weak(x)"]}, revision=1)
    world.look("frail")
    mine = "items:\n- {id: bl-mine, title: Mine, source: person, files: [z.py], evidence: [seen by me]}\n"
    world.record(*edits(world, backlog_file.read(mine.encode(), "backlog.yml")))
    found = next(i for i in world.state.items if i != "bl-mine")
    world.say(SAME, found, "bl-mine")
    assert world.shown["bl-mine"].files == ("a.py", "z.py")
    files = [written(world)]
    for old, new in (("a.py", "b.py"), ("b.py", "c.py")):
        world.rename(old, new)
        world.commit()
        world.look("frail")
        files.append(written(world))
    assert world.shown["bl-mine"].files == ("c.py", "z.py")
    assert [edits(world, file) for file in files] == [(), (), ()]
    more = written(world).data.decode().replace("z.py", "y.py")
    world.record(*edits(world, backlog_file.read(more.encode(), "backlog.yml")))
    assert world.state.items["bl-mine"].files == ("y.py",)


def test_what_a_person_split_stays_split_in_another_ledger_that_has_only_the_file() -> None:
    world = seen_alike()
    (gone,) = [i for i in world.shown.values() if i.merged_into]
    world.say(LinkType.DIFFERENT, gone.id, gone.merged_into)
    file = written(world)
    assert file.data.decode().count("different_from:") == 1
    assert edits(world, file) == ()
    other = seen_alike()
    assert other.shown[gone.id].merged_into
    world.record(*edits(other, file))
    other.record(*edits(other, file))
    assert other.shown[gone.id].different_from == (gone.merged_into,)
    assert not any(i.merged_into for i in other.shown.values())
    assert edits(other, written(other, file)) == ()


def test_what_is_taken_out_of_different_from_may_be_joined_again_and_a_missing_key_says_nothing() -> None:
    world = World({"a.py": ["weak(x)"], "b.py": ["weak(y)"], "c.py": ["weak(z)"]}, revision=1)
    world.look("frail")
    one, two, three = world.state.items
    text = written(world).data.decode()
    both = text.replace("source: frail", f"source: frail\n    different_from: [{two}, {three}]", 1)
    head = next(line for line in both.splitlines() if "id: " in line)
    world.record(*edits(world, backlog_file.read(both.encode(), "backlog.yml")))
    (first,) = [i for i in world.shown.values() if i.different_from]
    assert first.id in head
    assert edits(world, backlog_file.read(text.encode(), "backlog.yml")) == ()
    left = [id_ for id_ in first.different_from if id_ != first.id][:1]
    fewer = both.replace(f"[{two}, {three}]", f"[{left[0]}]")
    world.record(*edits(world, backlog_file.read(fewer.encode(), "backlog.yml")))
    assert world.shown[first.id].different_from == tuple(left)
    assert one in world.state.items


def test_an_unknown_id_in_different_from_is_a_problem_with_its_line() -> None:
    world = seen_alike()
    text = (
        written(world).data.decode().replace("source: frail", "source: frail\n    different_from: [bl-no]", 1)
    )
    file = backlog_file.read(text.encode(), "backlog.yml")
    found, problems = human_events(file, world.state, repository="repo", now=world.now)
    assert found == ()
    (problem,) = problems
    assert "different_from was not taken: there is no item 'bl-no'" in problem.message
    assert problem.line == 1 + text[: text.index("different_from")].count("\n")


def test_a_status_at_a_merged_item_is_not_taken() -> None:
    world = seen_alike()
    (gone,) = [i for i in world.shown.values() if i.merged_into]
    text = written(world).data.decode()
    assert text.count("status: DISMISSED") == 1
    edited = backlog_file.read(text.replace("status: DISMISSED", "status: DOING").encode(), "backlog.yml")
    assert edits(world, edited) == ()
    assert world.state.items[gone.id].status is Status.NEW


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=10))
def test_no_file_that_we_ever_wrote_is_an_edit(steps: list[Step]) -> None:
    world = World({"a.py": ["weak(x)"], "lib/c.py": ["weak(x2)", "weak(y)"]}, revision=1)
    files: list[BacklogFile] = []
    for step in (Scan(STEPS_OK), *steps):
        match step:
            case Commit(path, lines):
                world.commit({**world.files, path: lines})
            case Scan(statuses):
                look(world, statuses)
            case Say():
                say(world, step)
        files.append(written(world, files[-1] if files else None))
        found = [edits(world, file) for file in files]
        assert not any(found), "a file of ours was read as a person's"


def test_reading_our_file_after_a_rescan_decides_nothing() -> None:
    world = seen_alike()
    before: LedgerState = world.state
    scans = [world.scan(name) for name in ("frail", "brittle")]
    assert edits(world, written(world)) == ()
    assert reconcile(before, world.repository(), scans, now=world.now) == ()
    assert join_events(before, before, repository="repo", now=world.now) == ()
