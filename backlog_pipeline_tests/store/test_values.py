"""Files of a storage: kept as they are, found again, listed; in a folder and under any fsspec URL."""

from pathlib import Path

import pytest

from backlog_pipeline.errors import StateError
from backlog_pipeline.store.values import ValueStore


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ValueStore:
    where = {"folder": str(tmp_path / "storage"), "memory": f"memory://{tmp_path.name}/storage"}
    return ValueStore(where[request.param])


def test_a_file_is_kept_byte_by_byte(store: ValueStore) -> None:
    where = store.put_file("metrics_snapshot/shop-1/2026-05-31.json", b"\x00\xff{}\r\n")
    assert where.endswith("/metrics_snapshot/shop-1/2026-05-31.json")
    assert store.get_file("metrics_snapshot/shop-1/2026-05-31.json") == b"\x00\xff{}\r\n"
    assert store.has_file("metrics_snapshot/shop-1/2026-05-31.json")
    assert not store.has_file("metrics_snapshot/shop-1/2026-06-01.json")


def test_a_file_is_replaced(store: ValueStore) -> None:
    store.put_file("a/b.md", b"old and longer")
    store.put_file("a/b.md", b"new")
    assert store.get_file("a/b.md") == b"new"


def test_a_file_that_was_never_made_says_so(store: ValueStore) -> None:
    with pytest.raises(StateError, match=r"a/b\.md was never made"):
        store.get_file("a/b.md")


def test_the_names_in_a_folder_are_sorted_and_folders_are_none(store: ValueStore) -> None:
    for name in ("2026-06-01.json", "2026-05-31.json", "deeper/x.json"):
        store.put_file(f"metrics_snapshot/shop-1/{name}", b"{}")
    assert store.file_names("metrics_snapshot/shop-1") == ("2026-05-31.json", "2026-06-01.json")
    assert store.file_names("metrics_snapshot/other") == ()


def test_a_file_with_the_same_bytes_is_not_written_again(tmp_path: Path) -> None:
    store = ValueStore(str(tmp_path))
    path = Path(store.put_file("a.json", b"{}"))
    before = path.stat()
    store.put_file("a.json", b"{}")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
