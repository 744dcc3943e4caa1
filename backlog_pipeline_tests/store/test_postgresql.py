"""What only a server can do: be down, refuse, be read-only, be held, crash; no message shows a password."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors as theirs

from backlog_pipeline.errors import LedgerCorrupt, StateBusy, StateError, StateUnreachable
from backlog_pipeline.model.event import Event, EventKind
from backlog_pipeline.store import postgresql
from backlog_pipeline.store.ledger import Ledger
from backlog_pipeline.store.registry import Registry
from backlog_pipeline_tests import postgresql as servers
from backlog_pipeline_tests.postgresql import PASSWORD, USER, PostgresServer

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
LOGIN = f"{USER}:{quote(PASSWORD, safe='')}"


def event(title: str = "x") -> Event:
    return Event("repo", EventKind.PROBLEM_SEEN, NOW, data={"title": title})


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.new_database()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger.open(url)
    yield opened
    opened.close()


def name_of(url: str) -> str:
    return str(sa.make_url(url).database)


def refusal(kind: type[StateError], url: str) -> str:
    with pytest.raises(kind) as caught:
        Ledger.open(url)
    said = str(caught.value)
    assert PASSWORD not in said
    assert quote(PASSWORD, safe="") not in said
    assert "\n" not in said
    assert "Next: " in said
    return said


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_any_usual_way_to_write_the_url_works_without_knowing_a_driver(
    postgres: PostgresServer, url: str, scheme: str
) -> None:
    by_loopback = postgres.tcp_url(name_of(url), LOGIN).replace("postgresql", scheme, 1)
    ledger = Ledger.open(by_loopback)
    ledger.append("repo", [event()], learned_at=NOW)
    ledger.close()
    reader = Ledger.open(url, is_read_only=True)
    assert len(list(reader.entries("repo"))) == 1
    reader.close()


def test_a_wrong_password_is_refused_without_showing_it(postgres: PostgresServer, url: str) -> None:
    said = refusal(StateError, postgres.tcp_url(name_of(url), f"{USER}:wr0ng"))
    assert "refuses the login" in said
    assert "wr0ng" not in said
    assert "refuses the login" in refusal(StateError, postgres.tcp_url("no_such_database", LOGIN))


def test_a_login_that_is_refused_is_not_tried_again(postgres: PostgresServer, url: str) -> None:
    with pytest.raises(StateError) as caught:
        Ledger.open(postgres.tcp_url(name_of(url), "nobody_known:wr0ng"))
    assert not caught.value.is_transient


def test_a_server_that_is_down_may_answer_later() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        said = refusal(StateUnreachable, f"postgresql://{LOGIN}@127.0.0.1:{probe.getsockname()[1]}/ledger")
    assert "does not answer" in said
    assert StateUnreachable.is_transient


def test_a_server_that_crashes_is_said_and_used_again_when_it_is_back() -> None:
    if servers.programs() is None:
        pytest.skip(servers.MISSING)
    with servers.running() as server:
        ledger = Ledger.open(server.new_database())
        ledger.append("repo", [event("a")], learned_at=NOW)
        server.stop("immediate")
        with pytest.raises(StateUnreachable):
            ledger.append("repo", [event("lost")], learned_at=NOW)
        server.start()
        ledger.append("repo", [event("b")], learned_at=NOW)
        assert [e.event.data["title"] for e in ledger.entries("repo")] == ["a", "b"]
        ledger.close()


def test_a_connection_that_is_cut_in_an_append_leaves_nothing_of_it(
    ledger: Ledger, postgres: PostgresServer, url: str
) -> None:
    ledger.append("repo", [event("a")], learned_at=NOW)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"

    class CutShort(list[Event]):
        """The second time that they are looked at, the server ends the connection between them."""

        times = 0

        def __iter__(self) -> Iterator[Event]:
            self.times += 1
            yield event("lost")
            if self.times == 2:
                postgres.execute(f"{cut} AND datname = '{name_of(url)}'")
            yield event("lost too")

    events = CutShort([event("lost")])
    with pytest.raises(StateUnreachable):
        ledger.append("repo", events, learned_at=NOW)
    assert events.times == 2
    assert [e.event.data["title"] for e in ledger.entries("repo")] == ["a"]
    ledger.append("repo", [event("b")], learned_at=NOW)
    ledger.check("repo")


def test_a_user_who_may_only_read_reads_and_is_told_what_is_missing(
    ledger: Ledger, postgres: PostgresServer, url: str
) -> None:
    ledger.append("repo", [event("a")], learned_at=NOW)
    name = name_of(url)
    postgres.execute("CREATE ROLE looker LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker", name)
    looking = url.replace(f"//{USER}@", "//looker@")
    reader = Ledger.open(looking, is_read_only=True)
    assert len(list(reader.entries("repo"))) == 1
    reader.close()
    writer = Ledger.open(looking)
    with pytest.raises(StateError, match="permission denied") as caught:
        writer.append("repo", [event("b")], learned_at=NOW)
    writer.close()
    assert "let the user" in caught.value.next_step


def test_a_server_that_only_reads_is_said(ledger: Ledger, postgres: PostgresServer, url: str) -> None:
    postgres.execute(f"ALTER DATABASE {name_of(url)} SET default_transaction_read_only = on")
    ledger.close()
    with pytest.raises(StateError, match="read-only transaction") as caught:
        ledger.append("repo", [event("b")], learned_at=NOW)
    assert "may be written" in caught.value.next_step


def test_a_ledger_that_another_process_holds_is_busy(
    ledger: Ledger, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_WAIT_SECONDS", 0.1)
    holder = Ledger.open(url)
    with holder.engine.connect().execution_options(is_writing=True) as held, held.begin():
        with pytest.raises(StateBusy, match="another process") as caught:
            ledger.append("repo", [event()], learned_at=NOW)
        assert len(list(ledger.entries("repo"))) == 0
    assert caught.value.is_transient
    assert len(ledger.append("repo", [event()], learned_at=NOW)) == 1
    holder.close()


def test_what_is_acknowledged_is_on_disk_though_the_server_is_set_to_be_quick(
    ledger: Ledger, postgres: PostgresServer, url: str
) -> None:
    postgres.execute(f"ALTER DATABASE {name_of(url)} SET synchronous_commit = off")
    ledger.close()
    with ledger.engine.connect() as connection, connection.begin():
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "off"
    with ledger.engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_any_letters_come_back_from_a_database_that_knows_no_encoding(postgres: PostgresServer) -> None:
    name = name_of(postgres.new_database()) + "_ascii"
    postgres.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0")
    ledger = Ledger.open(postgres.url(name))
    made = ledger.append("repo", [event("caf\u00e9 \u4e2d \ud83d \x00")], learned_at=NOW)
    assert tuple(ledger.entries("repo")) == made
    Registry.of(ledger).mark("repo", "seen", "caf\u00e9")
    assert Registry.of(ledger).read_mark("repo", "seen") == "caf\u00e9"
    ledger.close()


@pytest.mark.parametrize(
    ("found", "kind", "said"),
    [
        (theirs.DiskFull("no space left"), StateError, "free disk space on the server"),
        (theirs.TooManyConnections("sorry"), StateUnreachable, "does not answer"),
        (theirs.DataCorrupted("invalid page"), LedgerCorrupt, "is damaged"),
        (theirs.SerializationFailure("could not serialize"), StateBusy, "another process"),
        (theirs.SyntaxError("at or near"), StateError, "see the server's log"),
        (psycopg.OperationalError("FATAL: the database system is starting up"), StateUnreachable, "answer"),
    ],
)
def test_each_error_of_a_server_says_whose_move_it_is(
    found: Exception, kind: type[StateError], said: str
) -> None:
    translated = postgresql.error("postgresql://host/ledger", found)
    assert type(translated) is kind
    assert said in str(translated)
    assert "postgresql://host/ledger" in str(translated)


def test_a_driver_that_is_not_installed_is_one_line_that_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from backlog_pipeline.store.ledger import Ledger\n"
        "from backlog_pipeline.errors import StateError\n"
        "try:\n    Ledger.open('postgresql://me:s3cret@host/db')\n"
        "except StateError as error:\n    print(error)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "extra `postgresql`" in ended.stdout
    assert len(ended.stdout.splitlines()) == 1
    assert "s3cret" not in ended.stdout + ended.stderr
