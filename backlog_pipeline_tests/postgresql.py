"""A PostgreSQL server of the tests' own: in a temporary folder, on loopback, gone at the end."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg

USER, PASSWORD = "tester", "s3cret word/@:"
MISSING = "no initdb and pg_ctl: install PostgreSQL (Debian's package is postgresql)"
_CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
fsync = {fsync}
full_page_writes = {fsync}
shared_buffers = 32MB
max_connections = 40
"""


class PostgresServer:
    """A running server; ``port`` on 127.0.0.1 asks for the password, the socket in ``folder`` does not."""

    def __init__(self, folder: Path, bin_folder: Path, *, is_durable: bool) -> None:
        self.folder, self._bin, self._numbers = folder, bin_folder, count(1)
        self._data = folder / "data"
        self.port = _free_port()
        passwords = folder / "password"
        passwords.write_text(PASSWORD)
        passwords.chmod(0o644)
        _give_away(folder)
        self._run(
            "initdb", "-D", self._data, "-U", USER, "--pwfile", passwords, "--auth-local=trust",
            "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        fsync = "on" if is_durable else "off"
        said = _CONFIGURATION.format(port=self.port, folder=folder, fsync=fsync)
        with (self._data / "postgresql.conf").open("a") as stream:
            stream.write(said)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "-D", self._data, "-l", self.folder / "log", "-w", "-t", "60", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; ``immediate`` is a crash of the server."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def new_schema(self) -> str:
        """An empty schema of a database, which costs less than one; returns its URL, by the socket."""
        name = f"ledger_{next(self._numbers)}"
        self.execute(f"CREATE SCHEMA {name}")
        return f"{self.url('postgres')}&options=-csearch_path%3D{name}"

    def new_database(self) -> str:
        """An empty database; returns its URL, by the socket."""
        name = f"ledger_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def url(self, database: str) -> str:
        """The URL of a database, by the socket."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def tcp_url(self, database: str, login: str) -> str:
        """The URL of a database, by loopback; ``login`` is what stands before the ``@``."""
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str, database: str = "postgres") -> None:
        """One statement, outside of a transaction."""
        with psycopg.connect(
            host=str(self.folder), port=self.port, user=USER, dbname=database, autocommit=True
        ) as connection:
            connection.execute(sql.encode())

    def _run(self, program: str, *words: object) -> None:
        argv = [str(self._bin / program), *map(str, words)]
        with tempfile.TemporaryFile() as said:  # not a pipe: the server would keep it open
            ended = subprocess.run(
                argv, stdout=said, stderr=said, check=False, cwd="/", env=_environment(), **_who()
            )
            said.seek(0)
            assert ended.returncode == 0, f"{argv}: {said.read().decode()}"


def programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``: on the path, else where Debian puts the newest."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name, reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """A server for the time of the block; without ``is_durable`` a power cut may take from it."""
    found = programs()
    assert found is not None, MISSING
    folder = Path(tempfile.mkdtemp(prefix="backlog-pg-"))  # short: a socket's path has 107 bytes
    try:
        server = PostgresServer(folder, found, is_durable=is_durable)
        try:
            yield server
        finally:
            with suppress(AssertionError):  # a test may have stopped it
                server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _who() -> dict[str, object]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise AssertionError("there is no user postgres or nobody to run PostgreSQL as")


def _give_away(folder: Path) -> None:
    folder.chmod(0o755)
    if "user" in (who := _who()):
        os.chown(folder, int(str(who["user"])), int(str(who["group"])))


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
