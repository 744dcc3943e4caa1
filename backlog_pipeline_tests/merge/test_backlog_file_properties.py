"""What holds for every backlog and every file, however strange."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import BacklogFile, read
from backlog_pipeline.merge.backlog_text.keys import AGING_KEYS, KEYS, Kind
from backlog_pipeline.merge.backlog_text.values import are_same
from backlog_pipeline.merge.backlog_text.wanted import wanted_values
from backlog_pipeline.model.item import Item
from backlog_pipeline_tests.merge.file_world import (
    annotated,
    backlogs,
    changed,
    item,
    nasty_texts,
    rendered,
    scores,
)
from backlog_pipeline_tests.merge.handwriting import Hand

# A folder of backlog files from elsewhere, for whoever has one.
REAL = Path(os.environ.get("BACKLOG_EXAMPLES", "no such folder"))
STYLES = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "byte order mark, no last line break": lambda text: "\ufeff" + text.rstrip("\n"),
    "document marks": lambda text: "%YAML 1.2\n--- # begins\n" + text + "...\n# ends\n",
}


def says(data: bytes, items: list[Item]) -> bool:
    """Whether a file, read again, has the fields of the items: all of them and no other.

    Numbers that an item has no more may stay, and aging is not asked for.
    """
    file = read(data, "f")
    found = {i.id: i for i in file.items}
    for one in items:
        want = wanted_values(one, scores(items).get(one.id))
        names = {n for n in KEYS if n in want or KEYS[n] not in (Kind.COMPONENT, Kind.SIZE, Kind.FIGURE)}
        for name in names - set(AGING_KEYS):
            if not are_same(KEYS[name], found[one.id].values.get(name), want.get(name)):
                return False
    return not file.problems and len(found) == len(items)


@settings(deadline=None)
@given(backlogs())
def test_what_is_written_is_read_again_and_written_once(items: list[Item]) -> None:
    data = rendered(None, items)
    assert says(data, items)
    assert rendered(data, items) == data


@settings(max_examples=50, deadline=None)
@given(backlogs(), st.data(), st.sampled_from(sorted(STYLES)))
def test_any_change_of_any_item_is_saved_and_saved_once(
    items: list[Item], data: st.DataObject, style: str
) -> None:
    text = STYLES[style](rendered(None, items).decode()).encode()
    after = [data.draw(changed(one)) for one in items] + [data.draw(changed(item(100)))]
    saved = rendered(text, after)
    assert says(saved, after)
    assert rendered(saved, after) == saved


@settings(max_examples=25, deadline=None)
@given(backlogs(), st.integers(0, 10**6), st.sampled_from(sorted(STYLES)), st.data())
def test_comments_and_keys_of_a_person_survive_ten_saves(
    items: list[Item], seed: int, style: str, data: st.DataObject
) -> None:
    text, comments, keys = annotated(rendered(None, items).decode(), seed)
    now = STYLES[style](text).encode()
    for _ in range(10):
        items = [data.draw(changed(one)) if data.draw(st.booleans()) else one for one in items]
        now = rendered(now, items)
        plain = now.decode().replace("\r\n", "\n")
        assert [c for c in comments if plain.count(c + "\n") + plain.endswith(c) != 1] == []
        assert [k for k in keys if k.split("\n")[0] not in plain] == []
    assert says(now, items)
    assert rendered(now, items) == now


def _slices(file: BacklogFile) -> dict[str, str]:
    return {i.id: file.document.text[i.node.start : i.node.end] for i in file.items}


@settings(max_examples=50, deadline=None)
@given(backlogs(), st.integers(0, 10**6), st.data())
def test_bytes_of_other_items_and_lines_around_them_stay(
    items: list[Item], seed: int, data: st.DataObject
) -> None:
    text = annotated(rendered(None, items).decode(), seed)[0]
    before = read(rendered(text, items), "f")
    which = data.draw(st.integers(0, max(0, len(items) - 1)))
    after_items = [data.draw(changed(one)) if n == which else one for n, one in enumerate(items)]
    after = read(rendered(before, after_items), "f")
    old, new = _slices(before), _slices(after)
    for number, one in enumerate(items):
        if number != which:
            assert new[one.id] == old[one.id]


@settings(max_examples=50, deadline=None)
@given(backlogs(3), st.lists(nasty_texts, max_size=3))
def test_a_title_from_a_stranger_is_only_a_title(items: list[Item], titles: list[str]) -> None:
    """No text breaks out of its value: ids, sections and keys are those of the items."""
    data = rendered(None, items)
    root = read(data, "f").document.root
    assert {getattr(k, "text", "") for k, _ in root.pairs} == {  # type: ignore[union-attr]
        "metadata", "critical_items", "high_priority", "medium_priority", "low_priority",
        "blocked_items", "completed_items", "metrics",
    }  # fmt: skip
    for found in read(data, "f").items:
        assert {getattr(k, "text", "") for k, _ in found.node.pairs} <= set(KEYS)


@pytest.mark.skipif(not REAL.exists(), reason="BACKLOG_EXAMPLES names no folder")
@pytest.mark.parametrize("name", sorted(p.name for p in REAL.glob("*.yml")) if REAL.exists() else [])
def test_real_files_keep_every_line_when_items_come_in(name: str) -> None:
    data = (REAL / name).read_bytes()
    if name.startswith("docker-optimizer"):
        with pytest.raises(BacklogFileError, match="line 11, column 52"):
            read(data, name)
        return
    items = [item(1), item(2, size=8)]
    saved = rendered(data, items)
    assert {"bl-00000001", "bl-00000002"} <= {i.id for i in read(saved, name).items}
    new = saved.decode().splitlines()
    lost = [line for line in data.decode().splitlines() if line not in new]
    assert [line for line in lost if not line.endswith(": []")] == []
    assert rendered(saved, items) == saved


@settings(max_examples=50, deadline=None)
@given(backlogs(4), st.integers(0, 10**6), st.sampled_from(sorted(STYLES)), st.data())
def test_any_style_of_writing_survives_saves(
    items: list[Item], seed: int, style: str, data: st.DataObject
) -> None:
    hand = Hand(seed)
    now = STYLES[style](hand.file(items)).encode()
    assert read(now, "f").problems == ()
    for _ in range(3):
        items = [data.draw(changed(one)) if data.draw(st.booleans()) else one for one in items]
        now = rendered(now, items)
        plain = now.decode().replace("\r\n", "\n")
        assert [c for c in hand.comments if plain.count(c) != 1] == []
        assert [k for k in hand.own if k not in plain] == []
    assert says(now, items)
    assert rendered(now, items) == now
