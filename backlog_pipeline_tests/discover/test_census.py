"""A census counts what a scan of that very commit finds, and is made once."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline import plugins
from backlog_pipeline.discover import census as counting
from backlog_pipeline.discover.census import PastSource, census_of, censuses, from_text, kept_as, to_text
from backlog_pipeline.discover.interface import Look, ReadsAtOnce, ReadsPast, ScanLevel
from backlog_pipeline.discover.sources.code_comments import CodeComments
from backlog_pipeline.discover.sources.sast_findings import SastFindings
from backlog_pipeline.model.census import Census, Counted
from backlog_pipeline.model.finding import Severity
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, Unread
from backlog_pipeline.scanners import bandit
from backlog_pipeline.system.open_git import OpenGit
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory, look_at
from backlog_pipeline_tests.git_repository import GitRepository

TODO = "# TODO: handle the empty case\n"


class Probe:
    """A source that notes which commits it reads, and finds nothing there."""

    name = "probe"
    version = "1"
    options: Mapping[str, str] = MappingProxyType({})
    fresh_minutes = None

    def __init__(self, **said: object) -> None:
        self.read_commits: list[str] = []
        self.looks: list[Look] = []
        self.said = said

    def configuration(self, look: Look) -> str:
        return str(sorted(look.options.items()))

    def read(self, look: Look) -> Scan:
        self.read_commits.append(look.repository.revision)
        self.looks.append(look)
        certificate = Certificate(
            source="probe",
            source_version="1",
            config_digest="",
            repository=look.repository.key,
            revision=look.repository.revision,
            status=ScanStatus.COMPLETE,
            looked_at=look.now,
        )
        return Scan(replace(certificate, **self.said))  # type: ignore[arg-type]

    def scan(self, look: Look) -> Scan:
        return self.read(look)


def counted(census: Census) -> list[tuple[str, str, int]]:
    return [(one.rule, one.role, one.count) for one in census.counted]


def take(source: PastSource, repository: GitRepository, *revisions: str) -> list[Census]:
    return list(censuses(source, look_at(repository), revisions or [repository.head()]))


def test_equal_texts_are_counted_together_and_roles_apart(repository: GitRepository) -> None:
    repository.write("a.py", f"x = 1\n{TODO}y = 2\n{TODO}")
    repository.write("b/c.py", f"{TODO}# FIXME: other\n")
    repository.write("tests/test_a.py", TODO)
    repository.commit()
    (census,) = take(CodeComments(), repository)
    assert counted(census) == [("FIXME", "product", 1), ("TODO", "product", 3), ("TODO", "tests", 1)]
    assert (census.files, census.unread, census.coverage) == (3, 0, 1.0)
    assert census.counted[1].content == census.counted[2].content != census.counted[0].content


def test_the_same_text_in_another_place_has_the_same_content(repository: GitRepository) -> None:
    repository.write("a.py", TODO)
    repository.write("c.py", "assert hash(password)\n")
    first = repository.commit()
    repository.remove("a.py")
    repository.write("lib/b.py", f"\n\nx = 1\n{TODO}")
    repository.write("c.py", "\n\nassert hash(password)\n")
    second = repository.commit()
    for source in (CodeComments(), SastFindings()):
        before, after = take(source, repository, first, second)
        assert before.counted == after.counted
        assert len(before.counted) == 1


def test_files_that_could_not_be_read_are_counted_and_excused_ones_are_not(repository: GitRepository) -> None:
    repository.write("a.py", TODO)
    repository.write("zeros.py", b"x = 1\0\n")
    repository.write("node_modules/x/y.js", "// TODO: vendored\n")
    repository.write("broken.py", "def (:\n")
    repository.commit()
    (comments,) = take(CodeComments(), repository)
    assert (comments.status, comments.files, comments.unread) == (ScanStatus.PARTIAL, 2, 1)
    (sast,) = take(SastFindings(), repository)
    assert (sast.status, sast.files, sast.unread) == (ScanStatus.PARTIAL, 1, 1)
    assert sast.coverage == 0.5


def test_a_census_is_made_once(repository: GitRepository) -> None:
    commits = [repository.commit(str(n)) for n in range(3)]
    look, probe = look_at(repository), Probe()
    first = list(censuses(probe, look, commits[:2]))
    assert list(censuses(probe, look, commits)) == [*first, *censuses(Probe(), look, commits[2:])]
    assert probe.read_commits == commits


def test_a_kept_census_that_cannot_be_read_is_made_anew(repository: GitRepository) -> None:
    commit = repository.commit()
    cache, probe = KeptInMemory(), Probe()
    look = look_at(repository, cache=cache)
    (census,) = censuses(probe, look, [commit])
    cache.put_many(kept_as(probe, look), {commit: "{}"})
    assert list(censuses(probe, look, [commit])) == [census]
    assert list(censuses(probe, look, [commit])) == [census]
    assert probe.read_commits == [commit, commit]


def test_many_commits_come_in_the_order_asked_for(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "_ASKED_AT_ONCE", 3)
    commits = [repository.commit(str(n)) for n in range(8)]
    look = look_at(repository)
    assert [c.revision for c in censuses(Probe(), look, commits[1::2])] == commits[1::2]
    told: list[tuple[str, int, int]] = []
    watched = replace(look, progress=lambda *news: told.append(news))
    assert [c.revision for c in censuses(Probe(), watched, commits[::-1])] == commits[::-1]
    assert [(done, total) for _, done, total in told] == [(n, 8) for n in range(1, 9)]


@pytest.mark.parametrize(
    "change",
    [{"options": {"kinds": "TODO"}}, {"version": "2"}, {"code": "other"}],
    ids=["configuration", "version", "our code"],
)
def test_another_source_or_configuration_has_censuses_of_its_own(
    repository: GitRepository, change: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit()
    look, probe = look_at(repository), Probe()
    before = kept_as(probe, look)
    probe.version = str(change.get("version", probe.version))
    if "code" in change:
        monkeypatch.setattr(counting, "_code_digest", lambda: "other")
    assert kept_as(probe, replace(look, options=change.get("options", look.options))) != before  # type: ignore[arg-type]


def test_the_configuration_of_our_sources_is_that_of_their_certificates(repository: GitRepository) -> None:
    repository.commit()
    for source, options in ((CodeComments(), {"kinds": "BUG"}), (SastFindings(), {"tests_bar": "high"})):
        plain, changed = look_at(repository), look_at(repository, **options)
        assert source.configuration(plain) != source.configuration(changed)
        assert source.configuration(plain) == source.read(plain).certificate.config_digest
    strict = look_at(repository, level=ScanLevel.STRICT)
    assert SastFindings().configuration(strict) != SastFindings().configuration(look_at(repository))


@pytest.mark.parametrize("status", [ScanStatus.FAILED, ScanStatus.UNAVAILABLE, ScanStatus.SKIPPED])
def test_a_census_that_says_nothing_is_not_kept(repository: GitRepository, status: ScanStatus) -> None:
    commit = repository.commit()
    look, probe = look_at(repository), Probe(status=status, reason="a disk fell out")
    for _ in range(2):
        (census,) = censuses(probe, look, [commit])
        assert (census.status, census.reason, census.coverage) == (status, "a disk fell out", None)
    assert probe.read_commits == [commit, commit]


def test_a_census_that_may_get_better_is_not_kept(repository: GitRepository) -> None:
    commit = repository.commit()
    look = look_at(repository)
    probe = Probe(fresh_until=look.now)
    assert list(censuses(probe, look, [commit])) == list(censuses(probe, look, [commit]))
    assert probe.read_commits == [commit, commit]


def test_a_file_on_which_bandit_was_lost_is_tried_again(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write("a.py", "assert x\n")
    commit = repository.commit()
    look, source = look_at(repository), SastFindings()
    with monkeypatch.context() as patch:
        lost = bandit.BanditFile(unread="Bandit was lost on it: its process was ended by SIGKILL")
        patch.setattr(bandit, "check_contents", lambda files, *_, **__: {f.blob: lost for f in files})
        (census,) = censuses(source, look, [commit])
        assert (census.status, census.unread) == (ScanStatus.PARTIAL, 1)
    (census,) = censuses(source, look, [commit])
    assert (census.status, census.unread, census.files) == (ScanStatus.COMPLETE, 0, 1)


@pytest.mark.parametrize("source", [CodeComments(), SastFindings(), Probe()], ids=lambda s: s.name)
def test_a_commit_that_is_gone_is_a_failed_census_and_the_others_are_made(
    repository: GitRepository, source: PastSource
) -> None:
    repository.write("a.py", TODO)
    commit = repository.commit()
    gone = "0" * 40
    with closing(OpenGit(repository.path)) as git:
        look = replace(look_at(repository), git=git)
        lost, good, again = censuses(source, look, [gone, commit, gone[:-1] + "1"])
    assert (lost.status, lost.revision, lost.source) == (ScanStatus.FAILED, gone, source.name)
    assert lost.reason == again.reason == "git has no such commit here"
    assert good.status is ScanStatus.COMPLETE


@pytest.mark.parametrize("source", [CodeComments(), SastFindings()], ids=lambda s: s.name)
def test_a_commit_whose_content_is_gone_is_a_failed_census_and_the_others_are_made(
    repository: GitRepository, source: PastSource
) -> None:
    repository.write("a.py", f"{TODO}assert x\n")
    good = repository.commit()
    repository.write("b.py", "x = 'lost'\n")
    bad = repository.commit()
    blob = repository.git("rev-parse", "HEAD:b.py")
    (repository.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    found = take(source, repository, good, bad)
    assert [c.status for c in found] == [ScanStatus.COMPLETE, ScanStatus.FAILED]
    assert blob in found[1].reason


def test_a_source_that_speaks_of_something_else_is_not_believed(repository: GitRepository) -> None:
    commit = repository.commit()
    look, probe = look_at(repository), Probe(revision="1" * 40)
    (census,) = censuses(probe, look, [commit])
    assert (census.status, census.revision) == (ScanStatus.FAILED, commit)
    assert census.reason == "it speaks of probe at 111111111111"


def test_a_source_is_told_nothing_of_today(repository: GitRepository) -> None:
    commit = repository.commit()
    look, probe = look_at(repository), Probe()
    today = replace(
        look.repository, changes_last_year={"a.py": 3}, base="abc", scope_text="restricted_paths: []"
    )
    list(censuses(probe, replace(look, repository=today), [commit]))
    (given_,) = [one.repository for one in probe.looks]
    assert (given_.changes_last_year, given_.base, given_.scope_text) == ({}, "", "")
    assert (given_.revision, given_.committed_at) == (commit, "2026-01-05T12:00:00+00:00")
    assert (given_.key, given_.path) == (today.key, today.path)


def test_what_a_level_switches_off_is_skipped_in_the_past_too(repository: GitRepository) -> None:
    commit = repository.commit()
    (census,) = censuses(SastFindings(), look_at(repository, level=ScanLevel.OFF), [commit])
    assert (census.status, census.reason) == (ScanStatus.SKIPPED, "SECURITY_SCAN_LEVEL is off")


def test_the_sources_of_the_house_that_read_the_past() -> None:
    built = {plugin.name: plugins.build_source(plugin.name) for plugin in plugins.sources()}
    assert {name for name, source in built.items() if isinstance(source, ReadsPast)} == {
        "code_comments",
        "sast_findings",
    }
    assert isinstance(built["sast_findings"], ReadsAtOnce)


TEXT = st.text(max_size=8)
COUNTED = st.builds(
    Counted,
    TEXT,
    TEXT,
    st.sampled_from(ItemType),
    st.sampled_from(Severity),
    TEXT,
    st.integers(1, 9),
    st.booleans(),
)
NUMBER = st.integers(0, 10**6)


@given(
    st.builds(
        Census,
        TEXT,
        TEXT,
        TEXT,
        st.sampled_from(ScanStatus),
        TEXT,
        NUMBER,
        NUMBER,
        st.lists(COUNTED).map(tuple),
    )
)
def test_a_census_survives_being_written_and_read(census: Census) -> None:
    text = to_text(census)
    assert "\n" not in text
    assert from_text(text) == census


@pytest.mark.parametrize(
    "text",
    [
        *("", "7", "null", "{}", "[]", "[1, 2]"),
        '["a", "b", "c", "?", "", 0, 0, []]',
        '["a", "b", "c", "complete", "", 0, 0, [["R", [], "x", "LOW", "docs", 1, 0]]]',
        '["a", "b", "c", "complete", "", 0, 0, [["R", "c", "x", "LOW", "docs", 1, 0]]]',
        '["a", "b", "c", "complete", "", 0, 0, [["R"]]]',
    ],
)
def test_what_is_no_census_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


def test_findings_of_a_failed_scan_count_nothing(repository: GitRepository) -> None:
    repository.commit()
    scan = Probe(status=ScanStatus.FAILED, reason="no", unread=(Unread("a", "b"),)).scan(look_at(repository))
    assert census_of(scan).counted == ()


PATHS = ("a.py", "lib/b.py", "tests/test_c.py", "vendor/d.py", "e.js", "f", ".gitignore", ".gitattributes")
LINES = (
    "", "x = 1", TODO.strip(), "# FIXME(@ana): other", "// HACK: quick", "assert x", "import pickle",
    "password = 'hunter2'", "def (:", "# @generated", "*.js", "lib/", "*.py linguist-vendored", "\0",
    "#!/usr/bin/env python3",
)  # fmt: skip
FILE = st.lists(st.sampled_from(LINES), max_size=4).map("\n".join)
STEP = st.dictionaries(st.sampled_from(PATHS), st.none() | FILE, max_size=3)
HISTORY = st.lists(STEP, min_size=1, max_size=5)


def commits_of(repository: GitRepository, history: Sequence[dict[str, str | None]]) -> Iterator[str]:
    for step in history:
        for path, text in step.items():
            if text is not None:
                repository.write(path, text)
            elif (repository.path / path).exists():
                repository.remove(path)
        yield repository.commit()


KNOWN_TO_THE_SCANS = KeptInMemory()
KNOWN_TO_THE_PAST = KeptInMemory()
"""Both remember what Bandit said of a content, or each example would start it again."""


def without_censuses(cache: KeptInMemory) -> KeptInMemory:
    """What is known of contents, and of no commit."""
    other = KeptInMemory()
    other.texts = {key: text for key, text in cache.texts.items() if not key[0].startswith("census ")}
    return other


@pytest.mark.parametrize("source", [CodeComments(), SastFindings()], ids=lambda s: s.name)
@settings(max_examples=12)
@given(history=HISTORY)
def test_the_census_of_a_commit_is_that_of_a_scan_of_it(
    source: CodeComments | SastFindings, history: list[dict[str, str | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = GitRepository(Path(folder, "r"))
        commits = list(commits_of(repository, history))
        expected = []
        for commit in commits:
            repository.git("checkout", "-q", commit)
            scan = source.scan(look_at(repository, cache=KNOWN_TO_THE_SCANS))
            expected.append(census_of(scan))
        with closing(OpenGit(repository.path)) as git:
            look = replace(look_at(repository, cache=KNOWN_TO_THE_PAST), git=git)
            assert list(censuses(source, look, commits)) == expected
            again = replace(look, cache=without_censuses(KNOWN_TO_THE_PAST))
            assert list(censuses(source, again, commits[::-1])) == expected[::-1]
