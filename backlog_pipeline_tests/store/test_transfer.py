"""A chain comes out of one ledger and into another without a byte changed, or not at all."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from backlog_pipeline.errors import LedgerCorrupt, StateError, UsageError
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store import transfer
from backlog_pipeline.store.anchors import Anchors
from backlog_pipeline.store.chain import canonical, event_text, link
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.moving import take_in
from backlog_pipeline_tests.postgresql import PostgresServer

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
ODD = 'a "b" \\ ,"learned_at":"x" {"digest":"y"} caf\u00e9 \ud83d \x00\n'


def event(title: str, repository: str = "repo") -> Event:
    data = {"title": title, "learned_at": ODD, "n": [1, 2.5, 1e300, None, {"previous": True}]}
    return Event(repository, EventKind.PROBLEM_SEEN, NOW, data=data)


def say(ledger: Ledger, *titles: str, repository: str = "repo") -> None:
    for number, title in enumerate(titles):
        learned_at = NOW + timedelta(seconds=number, microseconds=number)
        ledger.append(repository, [event(title, repository)], learned_at=learned_at)


def exported(ledger: Ledger) -> bytes:
    stream = BytesIO()
    for key in ledger.repositories():
        transfer.write(ledger, key, f"the {key}", stream)
    return stream.getvalue()


def titles(ledger: Ledger, repository: str = "repo") -> list[object]:
    return [entry.event.data["title"] for entry in ledger.entries(repository)]


@pytest.fixture
def ledger(url: str) -> Ledger:
    return Ledger.open(url)


@pytest.fixture
def other(tmp_path: Path) -> Ledger:
    """A ledger with a chain of three, to export."""
    made = Ledger.open(f"sqlite:///{tmp_path / 'other.db'}")
    say(made, "a", ODD, "c")
    return made


@pytest.fixture
def file(other: Ledger, tmp_path: Path) -> Path:
    path = tmp_path / "chains.jsonl"
    path.write_bytes(exported(other))
    return path


def test_an_exported_file_says_what_it_is_and_each_entry_as_its_digest_covers_it(file: Path, other: Ledger):
    heading, *rows = [json.loads(row) for row in file.read_bytes().splitlines()]
    head = other.head("repo")
    assert heading == {
        "format": "backlog-ledger", "version": 1, "repository": "repo", "name": "the repo", "entries": 3,
        "head": head,
    }  # fmt: skip
    entries = list(other.entries("repo"))
    assert [row["number"] for row in rows] == [1, 2, 3]
    assert [row["digest"] for row in rows] == [e.digest for e in entries]
    assert [row["event"]["data"]["title"] for row in rows] == ["a", ODD, "c"]
    assert set(rows[0]) == {"number", "learned_at", "previous", "digest", "event"}


def test_what_went_out_and_in_is_the_same_chain_and_goes_out_again_byte_for_byte(
    ledger: Ledger, other: Ledger, file: Path, tmp_path: Path
):
    (taken,) = take_in(ledger, file, noted_at=NOW)
    assert (taken.before, taken.added, taken.heading.name) == (0, 3, "the repo")
    assert tuple(ledger.entries("repo")) == tuple(other.entries("repo"))
    assert exported(ledger) == file.read_bytes()
    say(ledger, "more")
    ledger.check("repo")


def test_from_sqlite_to_postgresql_and_back_nothing_changes(
    postgres: PostgresServer, other: Ledger, file: Path, tmp_path: Path
):
    say(other, *"defgh", repository="b")
    file.write_bytes(exported(other))
    server = Ledger.open(postgres.new_schema())
    take_in(server, file, noted_at=NOW)
    back = tmp_path / "back.jsonl"
    back.write_bytes(exported(server))
    server.close()
    again = Ledger.open(f"sqlite:///{tmp_path / 'again.db'}")
    assert [t.added for t in take_in(again, back, noted_at=NOW)] == [5, 3]
    assert exported(again) == file.read_bytes()


def test_a_chain_that_goes_on_is_continued_and_one_that_is_behind_brings_nothing(
    ledger: Ledger, other: Ledger, file: Path
):
    take_in(ledger, file, noted_at=NOW)
    say(other, "d", "e")
    file.write_bytes(exported(other))
    (taken,) = take_in(ledger, file, noted_at=NOW)
    assert (taken.before, taken.added) == (3, 2)
    assert titles(ledger) == ["a", ODD, "c", "d", "e"]
    say(ledger, "f")
    (taken,) = take_in(ledger, file, noted_at=NOW)
    assert (taken.before, taken.added) == (6, 0)


def test_one_chain_of_several_can_be_taken_and_one_that_is_not_there_is_said(
    ledger: Ledger, other: Ledger, file: Path
):
    say(other, "new", repository="another")
    file.write_bytes(exported(other))
    assert [t.heading.repository for t in take_in(ledger, file, noted_at=NOW, only="repo")] == ["repo"]
    assert ledger.repositories() == ("repo",)
    with pytest.raises(UsageError, match="holds no chain of third"):
        take_in(ledger, file, noted_at=NOW, only="third")


def test_a_fork_is_refused_with_its_first_entry_and_nothing_of_the_file_is_written(
    ledger: Ledger, other: Ledger, file: Path
):
    take_in(ledger, file, noted_at=NOW)
    say(ledger, "ours", "ours too")
    say(other, "theirs", "theirs too", "and more")
    say(other, "new", repository="another")
    file.write_bytes(exported(other))
    with pytest.raises(StateError, match=r"different histories of repo, from entry 4 on; nothing") as caught:
        take_in(ledger, file, noted_at=NOW)
    assert not isinstance(caught.value, LedgerCorrupt)
    assert ledger.repositories() == ("repo",)
    assert titles(ledger) == ["a", ODD, "c", "ours", "ours too"]


def lines_changed(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda data: b"".join(change(data.splitlines(keepends=True)))


BROKEN = {
    "edited": (lambda data: data.replace(b'"title":"c"', b'"title":"C"'), r"line 4 .*was edited"),
    "space": (lambda data: data.replace(b'"number":2', b'"number": 2'), "line 3 .*was edited or cut"),
    "removed": (lines_changed(lambda rows: rows[:2] + rows[3:]), "line 3 .*entry 2 of repo: it is missing"),
    "swapped": (lines_changed(lambda rows: [*rows[:2], rows[3], rows[2]]), "line 3 .*is missing"),
    "doubled": (lines_changed(lambda rows: rows[:2] + rows[1:]), "line 3 .*entry 2"),
    "cut": (lines_changed(lambda rows: rows[:3]), "ends after entry 2 of 3"),
    "cut in a line": (lambda data: data[:-30], "line 4 .*cannot be read"),
    "cut before its newline": (lambda data: data[:-1], "line 4 .*was edited or cut"),
    "heading": (lambda data: data.replace(b'"entries":3', b'"entries":2', 1), "ends after entry 2 of 2"),
    "first removed": (lines_changed(lambda rows: [rows[0], *rows[2:]]), "line 2 .*entry 1"),
    "not ASCII": (lambda data: data.replace(b'"title":"c"', b'"title":"\xff"'), "line 4 .*cannot be read"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_file_that_was_changed_is_refused_with_the_line_and_nothing_is_written(
    ledger: Ledger, file: Path, how: str
):
    change, said = BROKEN[how]
    data = change(file.read_bytes())
    assert data != file.read_bytes()
    file.write_bytes(data)
    with pytest.raises(LedgerCorrupt, match=said):
        take_in(ledger, file, noted_at=NOW)
    assert ledger.repositories() == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"hello\n", "does not begin a chain in line 1"),
        (b"{}\n", "does not begin a chain in line 1"),
        (b"[1]\n", "does not begin a chain in line 1"),
        (
            b'{"entries":0,"format":"x","head":"","name":"","repository":"","version":1}\n',
            "of the format 'x'",
        ),
        (
            b'{"entries":0,"format":"backlog-ledger","head":"","name":"","repository":"r","version":2}\n',
            "newer version",
        ),
    ],
)
def test_a_file_that_is_no_export_is_refused(ledger: Ledger, file: Path, data: bytes, said: str):
    file.write_bytes(data)
    with pytest.raises(UsageError, match=said):
        take_in(ledger, file, noted_at=NOW)


def test_no_file_or_a_folder_is_one_clear_line(ledger: Ledger, tmp_path: Path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(UsageError, match="cannot be read"):
            take_in(ledger, path, noted_at=NOW)


def forged(event: str) -> bytes:
    """A chain whose links hold, of an event that nobody here can have written."""
    learned_at = NOW.isoformat()
    digest = link(1, learned_at, "", event)
    heading = {"entries": 1, "format": "backlog-ledger", "head": digest, "name": "x", "repository": "repo"}
    rest = f'"learned_at":"{learned_at}","number":1,"previous":""}}'
    return f'{canonical(heading | {"version": 1})}\n{{"digest":"{digest}","event":{event},{rest}\n'.encode()


def test_an_event_of_another_repository_is_refused(ledger: Ledger, file: Path):
    file.write_bytes(forged(event_text(event("x", "elsewhere"))))
    with pytest.raises(UsageError, match=r"entry 1 of repo in .* is about elsewhere"):
        take_in(ledger, file, noted_at=NOW)
    assert ledger.repositories() == ()


def test_an_event_that_only_a_newer_version_knows_is_refused(ledger: Ledger, file: Path):
    file.write_bytes(forged(event_text(event("x")).replace("problem_seen", "problem_sung")))
    with pytest.raises(UsageError, match=r"entry 1 of repo in .* cannot be read .*problem_sung"):
        take_in(ledger, file, noted_at=NOW)
    assert ledger.repositories() == ()


def test_one_chain_twice_in_a_file_is_refused(ledger: Ledger, file: Path):
    file.write_bytes(file.read_bytes() * 2)
    with pytest.raises(UsageError, match="holds the chain of repo twice"):
        take_in(ledger, file, noted_at=NOW)
    assert ledger.repositories() == ()


def test_what_was_taken_in_is_anchored(url: str, file: Path, other: Ledger, tmp_path: Path):
    ledger = Ledger.open(url, anchors=tmp_path / "anchors")
    take_in(ledger, file, noted_at=NOW)
    take_in(ledger, file, noted_at=NOW)
    (anchor,) = Anchors(tmp_path / "anchors").read("repo").anchors
    assert (anchor.number, anchor.digest) == (3, other.head("repo"))


def test_an_export_leaves_out_what_is_added_while_it_is_written(other: Ledger):
    class Slow(BytesIO):
        def write(self, data: object) -> int:
            if not self.tell():
                say(other, "late")
            return super().write(data)  # type: ignore[arg-type]

    stream = Slow()
    heading = transfer.write(other, "repo", "repo", stream)
    assert heading.entries == 3
    assert len(stream.getvalue().splitlines()) == 4


MANY = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from backlog_pipeline.store import transfer
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.moving import take_in
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
source, path = Ledger.open(sys.argv[1], is_read_only=True), Path(sys.argv[2])
list(zip(source.lines("repo"), range(2)))
before = peak()
with path.open("wb") as stream:
    transfer.write(source, "repo", "repo", stream)
take_in(Ledger.open(sys.argv[3]), path, noted_at=datetime(2026, 3, 1, tzinfo=UTC))
print(path.stat().st_size // 1_000_000, peak() - before)
"""


def test_a_large_chain_passes_through_without_being_held(tmp_path: Path, url: str):
    source = f"sqlite:///{tmp_path / 'large.db'}"
    Ledger.open(source).append("repo", [event("x" * 20_000) for _ in range(3_000)], learned_at=NOW)
    words = [sys.executable, "-c", MANY, source, str(tmp_path / "large.jsonl"), url]
    ended = subprocess.run(words, capture_output=True, text=True, check=True)
    size, grown = map(int, ended.stdout.split())
    assert size >= 60
    assert grown < size * 0.75
