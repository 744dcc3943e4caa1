"""Shared work that a person makes two of: each place stays in its item, and closes it alone."""

import pytest

from backlog_pipeline.merge.by_hand import joining, parting, undoing
from backlog_pipeline.merge.by_hand.deeds import Deed
from backlog_pipeline.model.event import EventKind
from backlog_pipeline.model.kinds import Status
from backlog_pipeline_tests.merge.desk import Desk

FILES = {
    "lib/a.py": ["weak(x1)", "call()"],
    "lib/b.py": ["weak(x2)"],
    "lib/c.py": ["weak(x3)", "more()", "weak(x4)"],
}


@pytest.fixture
def desk() -> Desk:
    """Four places of the work of one folder."""
    desk = Desk.with_files({})
    desk.world.commit(FILES)
    desk.look("brittle")
    return desk


def split(desk: Desk, *paths: str, is_known: bool = True) -> Deed:
    (old,) = list(desk.state.items)
    findings = desk.world.scan("brittle").findings if is_known else ()
    return desk.do("split", lambda hand: parting.split_places(hand, old, paths, findings))


def files(desk: Desk) -> dict[str, tuple[str, ...]]:
    return {i.id: i.files for i in desk.state.items.values()}


@pytest.mark.parametrize("is_known", [True, False])
def test_the_places_of_some_files_become_an_item_and_a_scan_adds_nothing(
    desk: Desk, *, is_known: bool
) -> None:
    (old,) = desk.state.items
    deed = split(desk, "lib/c.py", is_known=is_known)
    assert files(desk) == {old: ("lib/a.py", "lib/b.py"), deed.item: ("lib/c.py",)}
    assert deed.item == f"{old}-2"
    assert desk.state.items[deed.item].label == desk.state.items[old].label
    assert desk.look("brittle") == ()
    desk.world.commit()
    assert {e.kind for e in desk.look("brittle")} <= {
        EventKind.REVISION_RECORDED,
        EventKind.SCAN_RECORDED,
    }


def test_what_is_described_is_ours_and_only_the_choice_is_the_person_s(desk: Desk) -> None:
    deed = split(desk, "lib/c.py")
    assert [(e.kind, e.actor) for e in deed.events] == [
        (EventKind.ITEM_OPENED, "run"),
        (EventKind.PLACES_CHANGED, "person"),
    ]
    text = desk.file().data.decode()
    assert desk.take(text) == []
    desk.world.commit({p: [line.replace("x3", "x3 + 1") for line in lines] for p, lines in FILES.items()})
    desk.look("brittle")
    assert desk.take(text) == []
    assert all(not item.pins for item in desk.state.items.values())


def test_new_places_go_to_the_older_item_also_where_it_has_fewer(desk: Desk) -> None:
    (old,) = desk.state.items
    new = split(desk, "lib/b.py", "lib/c.py").item
    desk.world.commit({**FILES, "lib/d.py": ["weak(x9)"]})
    desk.look("brittle")
    assert files(desk) == {old: ("lib/a.py", "lib/d.py"), new: ("lib/b.py", "lib/c.py")}


def test_places_that_move_stay_in_their_item(desk: Desk) -> None:
    (old,) = desk.state.items
    new = split(desk, "lib/c.py").item
    desk.world.commit({**FILES, "lib/c.py": ["# more", "# and more", *FILES["lib/c.py"]]})
    desk.world.rename("lib/c.py", "lib/z.py")
    desk.look("brittle")
    assert files(desk) == {old: ("lib/a.py", "lib/b.py"), new: ("lib/z.py",)}


@pytest.mark.parametrize(("gone", "is_old"), [(("lib/a.py", "lib/b.py"), True), (("lib/c.py",), False)])
def test_places_that_go_close_their_own_item_only(desk: Desk, gone: tuple[str, ...], *, is_old: bool) -> None:
    (old,) = desk.state.items
    new = split(desk, "lib/c.py").item
    desk.world.commit({p: ["nothing"] if p in gone else lines for p, lines in FILES.items()})
    desk.look("brittle")
    closed = {i for i, item in desk.state.items.items() if item.status is Status.DONE}
    assert closed == ({old} if is_old else {new})


def test_a_folder_means_all_below_it_and_nothing_else() -> None:
    desk = Desk.with_files({})
    desk.world.commit({"lib/a.py": ["weak(x)"], "lib/ab.py": ["weak(x2)"]})
    desk.look("brittle")
    (old,) = desk.state.items

    def refused(*paths: str) -> str:
        return desk.refusal("split", lambda hand: parting.split_places(hand, old, paths, ()))

    assert f"all of the places of {old} are in lib/" in refused("lib/")
    assert f"none of the places of {old} are in lib/a" in refused("lib/a")
    assert "name some of lib/a.py, lib/ab.py" in refused("src")
    split(desk, "lib/a.py")
    assert sorted(files(desk).values()) == [("lib/a.py",), ("lib/ab.py",)]


def test_only_shared_work_that_is_open_and_stands_for_itself_is_made_two(desk: Desk) -> None:
    desk.look("frail")
    alone = next(i.id for i in desk.state.items.values() if i.source == "frail")
    refused = desk.refusal("split", lambda hand: parting.split_places(hand, alone, ["lib"], ()))
    assert f"{alone} is no shared work of several places" in refused
    (old,) = [i.id for i in desk.state.items.values() if i.source == "brittle"]
    desk.do("merge", lambda hand: joining.merge(hand, [old], alone))
    refused = desk.refusal("split", lambda hand: parting.split_places(hand, old, ["lib/c.py"], ()))
    assert f"{old} is merged into {alone}" in refused


def test_an_undo_makes_one_of_both_again(desk: Desk) -> None:
    (old,) = desk.state.items
    places = desk.shown[old].places
    new = split(desk, "lib/c.py").item
    desk.do("undo", lambda hand: undoing.undo(hand, old))
    assert desk.shown[old].places == places
    assert desk.shown[new].merged_into == old
    assert desk.look("brittle") == ()
    number = desk.entries[-1].number
    desk.do("undo", lambda hand: undoing.undo(hand, number=number))
    assert desk.shown[new].files == ("lib/c.py",)
