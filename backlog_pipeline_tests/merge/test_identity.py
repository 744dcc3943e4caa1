"""Same work keeps its id; what is not sure is new work with a recorded doubt."""

from dataclasses import replace

import pytest

from backlog_pipeline.merge.identity import ALGORITHM
from backlog_pipeline.merge.match import Pass
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.model.finding import Finding, Severity, Work
from backlog_pipeline.model.kinds import ItemType, Status
from backlog_pipeline.model.scan import ScanStatus
from backlog_pipeline_tests.merge.world import World, notes

CODE = ["import os", "", "def f():", "    return 1  # TODO cache the answer of f", "", "x = f()", "y = 2"]
OTHER = ["def g():", "    pass", "# TODO write the other half of g", "z = 3"]


def world(**files: list[str]) -> World:
    made = World()
    made.commit({name.replace("_", ".") if "/" not in name else name: lines for name, lines in files.items()})
    made.run()
    return made


def passes(events: tuple[Event, ...]) -> set[str]:
    moved = [m for e in events if e.kind is EventKind.PLACES_CHANGED for m in e.data.get("moved", [])]
    return {m["pass"] for m in moved}


def kinds(events: tuple[Event, ...]) -> set[EventKind]:
    return {e.kind for e in events} - {EventKind.SCAN_RECORDED, EventKind.REVISION_RECORDED}


def test_inserting_fifty_lines_everywhere_changes_no_id_and_opens_or_closes_nothing() -> None:
    w = world(a_py=CODE, b_py=OTHER)
    before = w.state.items
    w.commit({path: [f"# line {n}" for n in range(50)] + lines for path, lines in w.files.items()})
    events = w.run()
    assert kinds(events) == {EventKind.PLACES_CHANGED}
    assert passes(events) == {Pass.SAME_LINE}
    assert set(w.open_items) == set(before)
    assert w.state.items[next(iter(before))].places[0].line > 50


def test_an_edited_line_with_the_same_text_is_the_same_work() -> None:
    w = world(a_py=CODE)
    before = w.only().id
    w.commit({"a.py": [s.replace("return 1", "return one()") for s in CODE]})
    assert passes(w.run()) == {Pass.LINE_MOVED}
    assert w.only().id == before


def test_reformatting_changes_nothing() -> None:
    w = world(a_py=CODE)
    before = w.only().id
    w.commit({"a.py": [s.replace("    ", "\t").replace("cache the", "Cache  the") + " " for s in CODE]})
    w.run()
    assert w.only().id == before


def test_a_renamed_file_keeps_its_work() -> None:
    w = world(a_py=CODE, b_py=OTHER)
    before = set(w.open_items)
    w.commit()
    w.rename("a.py", "lib/core.py")
    assert passes(w.run()) == {Pass.FILE_RENAMED}
    assert set(w.open_items) == before
    assert {p.path for i in w.open_items.values() for p in i.places} == {"lib/core.py", "b.py"}


def test_when_two_files_swap_names_the_work_goes_with_its_file() -> None:
    w = World()
    w.commit({"a.py": ["# TODO same words here", "a = 1"], "b.py": ["b = 1", "# TODO same words here"]})
    w.run()
    by_path = {i.places[0].path: i.id for i in w.open_items.values()}
    w.commit({"b.py": ["# TODO same words here", "a = 1"], "c.py": ["b = 1", "# TODO same words here"]})
    w.renames = {"a.py": "b.py", "b.py": "c.py"}
    assert kinds(w.run()) == {EventKind.PLACES_CHANGED}
    assert {i.places[0].path: i.id for i in w.open_items.values()} == {
        "b.py": by_path["a.py"],
        "c.py": by_path["b.py"],
    }


def test_a_block_moved_to_another_file_is_the_same_work() -> None:
    w = world(a_py=CODE, b_py=OTHER)
    before = set(w.open_items)
    w.commit({"a.py": ["import os"], "b.py": OTHER + CODE[1:]})
    assert Pass.TEXT_MOVED in passes(w.run())
    assert set(w.open_items) == before


def test_a_short_text_in_another_place_is_new_work_and_a_doubt() -> None:
    w = world(a_py=["a = 1", "# TODO fix", "b = 2"])
    old = w.only().id
    w.commit({"z.py": ["q = 1", "# TODO fix", "r = 2"]})
    events = w.run()
    assert w.items(Status.DONE).keys() == {old}
    assert w.only().id == f"{old}-2"
    assert w.state.doubts[w.only().id] == (old,)
    doubt = next(e for e in events if e.kind is EventKind.MATCH_DOUBTED)
    assert doubt.evidence["algorithm"] == ALGORITHM


def test_two_candidates_are_never_guessed_between() -> None:
    lines = ["# TODO use the new parser here"]
    w = world(a_py=["a = 1", *lines], b_py=["b = 1", *lines])
    old = set(w.open_items)
    w.commit({"c.py": ["c = 1", *lines, "d = 1"]})
    w.run()
    assert set(w.items(Status.DONE)) == old
    assert set(w.state.doubts[w.only().id]) == old


def test_blocks_with_one_text_that_move_to_other_files_go_by_the_lines_around_them() -> None:
    def block(name: str) -> list[str]:
        return [f"def {name}():", f"    log({name})", "    # TODO fix", f"    return {name}"]

    w = world(a_py=["import a", *block("one"), "end_of_a()"], b_py=["import b", *block("two"), "end_of_b()"])
    by_path = {i.places[0].path: i.id for i in w.open_items.values()}
    w.commit({"a.py": ["import a"], "c.py": ["q()", *block("two"), "r()"], "d.py": ["s()", *block("one")]})
    events = w.run()
    assert passes(events) == {Pass.TEXT_MOVED}
    assert {i.places[0].path: i.id for i in w.open_items.values()} == {
        "c.py": by_path["b.py"],
        "d.py": by_path["a.py"],
    }
    assert all(e.evidence["rejected"] for e in events if e.kind is EventKind.PLACES_CHANGED)


def test_a_block_with_one_text_that_moves_inside_its_file_goes_by_the_lines_around_it() -> None:
    blocks = [[f"def f{n}():", f"    log({n})", "    # TODO fix", f"    return {n}", ""] for n in range(4)]
    w = world(a_py=[line for block in blocks for line in block])
    by_line = {i.places[0].line: i.id for i in w.open_items.values()}
    moved = [blocks[3], blocks[1], blocks[0], blocks[2]]
    edges = [[f"# part {n}", *block, f"done({n})"] for n, block in enumerate(moved)]
    w.commit({"a.py": [line for block in edges for line in block]})
    w.run()
    now = [i.id for i in sorted(w.open_items.values(), key=lambda i: i.places[0].line)]
    assert now == [by_line[18], by_line[8], by_line[3], by_line[13]]


def test_the_same_text_elsewhere_is_no_move_while_the_old_file_was_not_read() -> None:
    w = world(a_py=CODE)
    old = w.only().id
    w.commit({"a.py": CODE, "b.py": CODE})
    w.run(w.scan("notes", ScanStatus.PARTIAL, unread=["a.py"]), w.scan("asserts"))
    assert len(w.open_items) == 2
    assert w.state.items[old].places[0].path == "a.py"
    assert not w.state.items[old].is_observed


def test_of_identical_texts_each_keeps_its_identity_when_one_goes() -> None:
    block = ["def f{n}():", "    return {n}", "# TODO handle errors", "{n}", "more({n})"]
    lines = [line.format(n=n) for n in range(5) for line in block]
    w = world(a_py=lines)
    by_line = {i.places[0].line: i.id for i in w.open_items.values()}
    assert len(by_line) == 5
    without = ["# new top"] * 7 + lines[:10] + lines[15:]
    w.commit({"a.py": without})
    w.run()
    assert set(w.items(Status.DONE)) == {by_line[13]}
    assert {i.places[0].line: i.id for i in w.open_items.values()} == {
        line + (7 if line < 13 else 2): name for line, name in by_line.items() if line != 13
    }


def test_identical_lines_without_context_shift_with_what_is_around_them() -> None:
    lines = ["# TODO x", "", "", "a = 1  # TODO marks the middle", "", "", "# TODO x"]
    w = world(a_py=lines)
    by_line = {i.places[0].line: i.id for i in w.open_items.values()}
    w.commit({"a.py": ["q()", "r()", "s()", "t()", *lines[1:4], "u()", "v()", "w()", "# TODO x"]})
    w.run()
    assert by_line[1] in w.items(Status.DONE)
    assert w.state.items[by_line[7]].places[0].line == 11


def test_input_order_does_not_matter() -> None:
    w = world(a_py=CODE + CODE, b_py=OTHER + CODE, c_py=OTHER)
    w.commit({"a.py": CODE, "b.py": OTHER + OTHER, "d.py": CODE + OTHER})
    scan = w.scan("notes")
    other = World(state=w.state, day=w.day, revision=w.revision)
    backwards = replace(scan, findings=tuple(reversed(scan.findings)))
    assert w.run(scan) == other.run(backwards)


def test_a_comment_keeps_its_id_when_it_gets_a_ticket_and_when_it_loses_it() -> None:
    w = World()
    (note,) = notes({"a.py": CODE})
    told(w, note)
    old = w.only().id
    told(w, replace(note, keys=("ticket:o/n#1",), facts={"ticket": "o/n#1"}))
    assert (w.only().id, w.only().links) == (old, ("ticket:o/n#1",))
    told(w, replace(note, keys=("ticket:o/n#2",)))
    assert w.only().id != old
    new = w.only().id
    told(w, note)
    assert w.only().id == new


def advisory(package: str, *keys: str, path: str = "requirements.txt", line: int = 1) -> Finding:
    (template,) = notes({path: [""] * (line - 1) + ["# TODO x"]})
    work = Work(ItemType.SECURITY_VULNERABILITY, f"Upgrade {package}", label=f"upgrade {package}")
    return replace(
        template,
        source="notes",
        rule="advisory",
        text=package,
        work=work,
        keys=tuple(f"advisory:{k}" for k in keys),
        severity=Severity.HIGH,
    )


def told(w: World, *findings: Finding, **more: object) -> tuple[Event, ...]:
    w.commit()
    return w.run(replace(w.scan("notes"), findings=findings, **more))


def test_an_advisory_is_known_by_any_of_its_names() -> None:
    w = World()
    told(w, advisory("jinja2", "CVE-1", "GHSA-1"))
    old = w.only().id
    told(w, advisory("jinja2", "GHSA-1", "PYSEC-1", path="requirements/base.txt", line=7))
    assert w.only().id == old
    assert w.only().places[0].path == "requirements/base.txt"
    assert w.only().keys == ("advisory:GHSA-1", "advisory:PYSEC-1")


def test_another_advisory_of_the_same_package_is_not_the_same_place() -> None:
    w = World()
    told(w, advisory("jinja2", "CVE-1"))
    told(w, advisory("jinja2", "CVE-2"))
    assert [p.keys for p in w.only().places] == [("advisory:CVE-2",)]
    assert w.only().most_places == 1


def test_a_new_advisory_joins_the_open_item_of_its_package() -> None:
    w = World()
    told(w, advisory("jinja2", "CVE-1"), advisory("flask", "CVE-9"))
    ids = set(w.open_items)
    told(w, advisory("jinja2", "CVE-1"), advisory("jinja2", "CVE-2", line=2), advisory("flask", "CVE-9"))
    assert set(w.open_items) == ids
    assert sorted(len(i.places) for i in w.open_items.values()) == [1, 2]


def test_a_package_that_was_done_is_new_work_for_another_advisory_and_a_return_for_the_same() -> None:
    w = World()
    told(w, advisory("jinja2", "CVE-1"))
    first = w.only().id
    told(w)
    assert w.state.items[first].status is Status.DONE
    told(w, advisory("jinja2", "CVE-2"))
    second = w.only().id
    assert second != first
    assert not second.startswith(first)
    told(w)
    told(w, advisory("jinja2", "CVE-1"), advisory("jinja2", "CVE-3", line=2))
    assert w.only().id == first
    assert (w.only().status, w.only().recurrences, len(w.only().places)) == (Status.READY, 1, 2)


def test_closed_work_that_comes_back_as_two_comes_back_once() -> None:
    w = World()
    told(w, advisory("jinja2", "CVE-1"), advisory("jinja2", "CVE-2", line=2))
    old = w.only().id
    told(w)
    told(w, advisory("jinja2-async", "CVE-1"), advisory("jinja2-core", "CVE-2", line=2))
    assert len(w.open_items) == 2
    assert [i.recurrences for i in w.open_items.values() if i.id == old] == [1]
    assert sorted(len(i.places) for i in w.open_items.values()) == [1, 1]


@pytest.mark.parametrize("path", ["a.py", "elsewhere.py"])
def test_closed_work_that_comes_back_has_its_old_id(path: str) -> None:
    w = world(a_py=CODE)
    old = w.only().id
    w.commit({"a.py": ["pass"]})
    w.run()
    assert w.state.items[old].status is Status.DONE
    w.commit({path: CODE})
    events = w.run()
    assert w.only().id == old
    assert (w.only().status, w.only().recurrences, w.only().files) == (Status.READY, 1, (path,))
    back = next(e for e in events if e.kind is EventKind.STATUS_MOVED)
    assert back.data["cause"] == "returned"


def test_a_return_says_which_other_closed_items_it_might_have_been() -> None:
    block = ["p()", "# TODO name the unit of it", "q()"]
    w = world(a_py=[*block, "r()", "s()", "t()", *block[1:], "u()"])
    w.commit({"a.py": ["pass"]})
    w.run()
    first, second = sorted(w.items(Status.DONE))
    w.commit({"a.py": block})
    back = next(e for e in w.run() if e.kind is EventKind.STATUS_MOVED)
    assert {back.item, *back.evidence["rejected"]} == {first, second}  # type: ignore[misc]
    assert back.evidence["algorithm"] == ALGORITHM


def test_every_move_says_its_pass_and_the_version_of_the_rules() -> None:
    w = world(a_py=CODE)
    w.commit({"a.py": ["top", *CODE]})
    event = next(e for e in w.run() if e.kind is EventKind.PLACES_CHANGED)
    assert event.evidence["algorithm"] == ALGORITHM
    assert event.evidence["source"] == "notes"
    assert event.data["moved"][0]["pass"] == "same line"


def test_ids_come_from_content_alone_and_are_the_same_on_every_machine() -> None:
    assert world(a_py=CODE).only().id == world(b_py=["", *CODE]).only().id == "bl-kqm5d0mz"
