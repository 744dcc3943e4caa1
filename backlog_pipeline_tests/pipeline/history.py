"""A repository with a history of some days, a state folder, and days measured in it."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from backlog_pipeline import pipeline, settings
from backlog_pipeline.assembly import repositories
from backlog_pipeline.assembly.parts import build_parts
from backlog_pipeline.model.repository import CiHealth
from backlog_pipeline.pipeline import Parts, days
from backlog_pipeline.pipeline.days import MeasuredDay
from backlog_pipeline_tests.git_repository import GitRepository

QUICK = "[sources.dependency_vulnerabilities]\nenabled = false\n[sources.sast_findings]\nenabled = false\n"
NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 5), date(2026, 1, 11)


@dataclass
class Days:
    """One repository and one state folder; the clock says ``now``."""

    home: Path
    repository: GitRepository
    now: datetime = NOW
    storage: str = ""

    @contextmanager
    def parts(self, **changes: object) -> Iterator[Parts]:
        """Real parts, with the clock of the test and no forge."""
        chosen = settings.read(
            {"storage": self.storage or None}, os.environ | {"BACKLOG_HOME": str(self.home)}
        )
        real = build_parts(chosen)
        try:
            yield replace(real, now=lambda: self.now, ask_ci=lambda remote, branch: CiHealth(), **changes)  # type: ignore[arg-type]  # a test names real fields
        finally:
            real.close()

    @property
    def key(self) -> str:
        with self.parts() as parts:
            return repositories.register(parts.settings, parts.registry, self.repository.path).key

    def run(self, at: datetime | None = None) -> None:
        """Look, merge and record, as a run does."""
        key = self.key
        self.now = at or self.now
        with self.parts() as parts:
            state = pipeline.look_at_repository(parts, key)
            scans = [pipeline.discover(parts, state, "code_comments")]
            pipeline.merge_backlog(parts, state, scans)

    def measure(self, *asked: date, write: bool = False, **changes: object) -> list[MeasuredDay]:
        """These days, or all of them."""
        key = self.key
        with self.parts(**changes) as parts:
            return list(days.measure_days(parts, key, asked or every_day(), write=write))

    def one(self, day: date) -> MeasuredDay:
        (measured,) = self.measure(day)
        return measured

    def files(self) -> dict[str, bytes]:
        """Every file of the storage that days made."""
        storage = Path(self.storage or self.home / "storage")
        found = [p for asset in (days.SNAPSHOT, days.REPORT) for p in (storage / asset).rglob("*")]
        return {p.relative_to(storage).as_posix(): p.read_bytes() for p in found if p.is_file()}


def every_day(first: date = FIRST, last: date = LAST) -> Sequence[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def made(home: Path, repository: GitRepository) -> Days:
    """Three commits on 6, 8 and 10 January, and a run on each of these days in the evening."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "backlog.toml").write_text(QUICK)
    repository.git("remote", "add", "origin", "https://git.example/ana/sizes")
    history = Days(home, repository)
    steps = {
        6: "# TODO: name the units\nWIDTH = 3\n",
        8: "# TODO: name the units\n# FIXME: negative widths\nWIDTH = 3\n",
        10: "# FIXME: negative widths\nWIDTH = 3\n",
    }
    for day, text in steps.items():
        repository.write("sizes.py", text)
        repository.commit(f"work of {day}", when=datetime(2026, 1, day, 12, 0, tzinfo=UTC))
        history.run(datetime(2026, 1, day, 18, 0, tzinfo=UTC))
    history.now = NOW
    return history


def copied(template: Days, folder: Path) -> Days:
    """The same repository (known by its origin) and state in another place."""
    shutil.copytree(template.repository.path, folder / "repository")
    shutil.copytree(template.home, folder / "backlog-home")
    return Days(folder / "backlog-home", GitRepository(folder / "repository"), template.now)
