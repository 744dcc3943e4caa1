"""Rows in layers and rows told from items read like one plain table."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlog_pipeline.merge.fields import WRITTEN
from backlog_pipeline.merge.written import Key, Layered, Texts, Told, own_texts
from backlog_pipeline_tests.model.test_codec import ITEM

KEYS = st.sampled_from([("bl-1", "title"), ("bl-1", "links"), ("bl-2", "title")])
ROWS = st.dictionaries(KEYS, st.frozensets(st.sampled_from("abc"), min_size=1))


@given(ROWS, st.lists(ROWS, max_size=3))
def test_layers_read_like_one_table(known: dict[Key, Texts], later: list[dict[Key, Texts]]) -> None:
    plain, layered = dict(known), known
    before = []
    for rows in later:
        before.append((layered, dict(plain)))
        layer = Layered.over(layered)
        for key, texts in rows.items():
            layer.put(key, texts)
        plain, layered = plain | rows, layer.plain()  # type: ignore[assignment]
    before.append((layered, plain))
    for table, wanted in before:
        assert table == wanted
        assert len(table) == len(wanted)
        assert ("bl-9", "title") not in table


def test_rows_without_exceptions_are_what_the_items_say() -> None:
    other = replace(ITEM, id="bl-2", title="")
    told = Told({"bl-1": ITEM, "bl-2": other}, {})
    wanted = {
        (i.id, name): own_texts(i, name) for i in (ITEM, other) for name in WRITTEN if own_texts(i, name)
    }
    assert told == wanted
    assert ("bl-2", "title") not in told


def test_an_exception_takes_the_place_of_what_the_item_says() -> None:
    told = Told({"bl-1": ITEM}, {("bl-1", "title"): frozenset({"a", "b"}), ("bl-1", "source"): frozenset()})
    assert told["bl-1", "title"] == {"a", "b"}
    assert ("bl-1", "source") not in told


@pytest.mark.parametrize("key", [("bl-1", "no_field"), ("bl-9", "title"), ("bl-1", "links")])
def test_what_was_never_written_has_no_row(key: Key) -> None:
    with pytest.raises(KeyError):
        Told({"bl-1": ITEM}, {})[key]
