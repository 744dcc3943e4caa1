"""The source ``code_comments``: findings, births, and the certificate of what was looked at."""

from datetime import UTC, date, datetime

import pytest

from backlog_pipeline import testing
from backlog_pipeline.discover.sources.code_comments import KINDS, CodeComments
from backlog_pipeline.model.finding import Finding, Role, Severity
from backlog_pipeline.model.fingerprint import anchor
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.model.scan import Scan, ScanStatus, Unread
from backlog_pipeline_tests.discover.sources.looking import KeptInMemory, look_at
from backlog_pipeline_tests.git_repository import GitRepository

SHOP = """\
import os

def parse(text):
    # TODO(@ana, acme/shop#123, due 2026-12-01): handle IPv6 in parse_host,
    # with and without a port
    return text.split("# TODO: no")  # FIXME
"""


def scan(repository: GitRepository, **options: str) -> Scan:
    return testing.check_source(CodeComments(), look_at(repository, **options))


def finding(repository: GitRepository, path: str, text: str) -> Finding:
    repository.write(path, text)
    repository.commit("one file")
    (found,) = scan(repository).findings
    return found


def test_a_comment_becomes_a_finding_with_all_it_says(repository: GitRepository) -> None:
    found = finding(repository, "shop/parse.py", SHOP.replace("  # FIXME", ""))
    assert (found.rule, found.severity, found.role) == ("TODO", Severity.LOW, Role.PRODUCT)
    assert found.text == "handle ipv6 in parse_host, with and without a port"
    assert found.work.item_type is ItemType.TECHNICAL_DEBT
    assert found.work.title == "TODO: handle IPv6 in parse_host, with and without a port"
    assert found.work.label == ""
    assert str(found.location) == "shop/parse.py:4"
    assert found.location is not None
    assert found.location.end_line == 5
    assert found.anchor == anchor(SHOP.replace("  # FIXME", "").split("\n"), 4, 5)
    assert found.keys == ()
    assert found.facts == {"due": "2026-12-01", "owner": "ana", "ticket": "acme/shop#123"}
    assert found.detail.startswith("TODO(@ana, acme/shop#123, due 2026-12-01): handle IPv6")


@pytest.mark.parametrize(
    ("kind", "item_type", "severity"),
    [
        ("TODO", ItemType.TECHNICAL_DEBT, Severity.LOW),
        ("FIXME", ItemType.BUG_FIX, Severity.HIGH),
        ("HACK", ItemType.REFACTORING, Severity.MEDIUM),
        ("XXX", ItemType.INVESTIGATION, Severity.MEDIUM),
        ("BUG", ItemType.BUG_FIX, Severity.CRITICAL),
    ],
)
def test_each_kind_is_its_own_work(
    repository: GitRepository, kind: str, item_type: ItemType, severity: Severity
) -> None:
    found = finding(repository, "a.go", f"// {kind}: look here\n")
    assert (found.work.item_type, found.severity) == (item_type, severity)
    assert KINDS[kind] == (item_type, severity)


def test_a_ticket_is_a_link_and_no_key_since_two_comments_may_name_one(repository: GitRepository) -> None:
    repository.write("a.go", "// TODO(o/n#12): one\nx\n// TODO(#12): two\n// FIXME(o/n#12): three\n")
    repository.commit("three comments")
    found = scan(repository).findings
    assert [f.facts["ticket"] for f in found] == ["o/n#12", "#12", "o/n#12"]
    assert all(f.keys == () for f in found)


@pytest.mark.parametrize(
    ("path", "role"),
    [("tests/a.py", Role.TESTS), ("examples/a.py", Role.EXAMPLES), ("docs/conf.py", Role.DOCS)],
)
def test_the_role_of_the_file_is_the_role_of_the_finding(
    repository: GitRepository, path: str, role: Role
) -> None:
    assert finding(repository, path, "# TODO: x\n").role is role


def test_bare_markers_at_different_code_stay_apart(repository: GitRepository) -> None:
    repository.write("a.py", "run()  # TODO\nstop()  # TODO\n")
    repository.commit("two bare markers")
    first, second = scan(repository).findings
    assert first.text != second.text
    assert first.work.title == "TODO without text near `run()`"


def test_a_comment_is_as_old_as_its_text_though_it_moved_and_was_reformatted(
    repository: GitRepository,
) -> None:
    repository.write("a.py", "# TODO: keep the order\nx = 1\n")
    born = repository.commit("write", datetime(2024, 3, 1, tzinfo=UTC))
    repository.move("a.py", "b.py")
    repository.commit("move", datetime(2025, 3, 1, tzinfo=UTC))
    repository.write("b.py", "y = 2\n\n\n    # TODO(ana) - Keep the order.\nx = 1\n")
    repository.commit("reformat", datetime(2026, 3, 1, tzinfo=UTC))
    (found,) = scan(repository).findings
    assert found.birth is not None
    assert (found.birth.on, found.birth.commit) == (date(2024, 3, 1), born)


def test_equal_texts_in_one_file_have_each_their_own_birth(repository: GitRepository) -> None:
    repository.write("a.py", "# TODO: x\na = 1\n")
    repository.commit("one", datetime(2024, 3, 1, tzinfo=UTC))
    repository.write("a.py", "# TODO: x\na = 1\n# TODO: x\nb = 1\n")
    repository.commit("two", datetime(2025, 3, 1, tzinfo=UTC))
    births = [f.birth for f in scan(repository).findings]
    assert [b.on if b else None for b in births] == [date(2024, 3, 1), date(2025, 3, 1)]


def test_what_is_ours_vendored_generated_or_ignored_is_not_looked_at(repository: GitRepository) -> None:
    repository.write("backlog.yml", "# TODO: x\n")
    repository.write("docs/status/a.md", "<!-- TODO: x -->\n")
    repository.write("vendor/a.go", "// TODO: x\n")
    repository.write("a.pb.go", "// Code generated by protoc. DO NOT EDIT.\n// TODO: x\n")
    repository.write(".gitignore", "*.log.py\n")
    repository.write("a.log.py", "# TODO: x\n")
    repository.git("add", "-f", ".")
    repository.commit("not ours to read")
    result = scan(repository)
    assert result.findings == ()
    assert result.certificate.status is ScanStatus.COMPLETE
    assert not result.certificate.proves_absence("vendor/a.go")
    assert {u.path for u in result.certificate.unread} >= {"vendor/", "a.pb.go", "a.log.py"}


def test_binary_content_is_not_looked_at_and_the_scan_is_partial(repository: GitRepository) -> None:
    repository.write("a.py", b"# TODO: x\n\0\n")
    repository.write("b.py", "# TODO: y\n")
    repository.write("wide.cs", b"\xff\xfe" + "// TODO: z\n".encode("utf-16-le"))
    repository.commit("binary")
    result = scan(repository)
    assert [f.path for f in result.findings] == ["b.py"]
    assert result.certificate.status is ScanStatus.PARTIAL
    assert [u.path for u in result.certificate.unread] == ["a.py", "wide.cs"]
    assert not result.certificate.proves_absence("a.py")
    assert result.certificate.proves_absence("b.py")
    assert result.certificate.reason == "2 files that may hold comments could not be read"


def test_a_large_file_is_named_only_where_it_may_hold_comments(repository: GitRepository) -> None:
    repository.write("big.csv", b"x" * 2_100_000)
    repository.write("big.js", b"x" * 2_100_000)
    repository.commit("large files")
    certificate = scan(repository).certificate
    assert [u.path for u in certificate.unread] == ["big.js"]
    assert certificate.status is ScanStatus.PARTIAL


def test_trouble_with_a_file_is_noted(repository: GitRepository) -> None:
    repository.write("a.py", "# TODO: größer\n".encode("latin-1"))
    repository.write("b.py", "'''\n# TODO: x\n")
    repository.write("c.txt", "TODO: x\n")
    repository.commit("trouble")
    certificate = scan(repository).certificate
    assert certificate.notes == (
        "a.py: not UTF-8, read as Latin-1",
        "b.py: line 1: something opens here and is never closed",
        "1 files are in no language whose comments we know: .txt (1)",
    )
    assert certificate.status is ScanStatus.COMPLETE


def test_a_link_and_a_strange_name_do_not_stop_the_scan(repository: GitRepository) -> None:
    repository.write("dir/a b\n\u00e9.py", "# TODO: x\n")
    (repository.path / "loop.py").symlink_to("loop.py")
    repository.commit("strange names")
    result = scan(repository)
    assert [f.path for f in result.findings] == ["dir/a b\n\u00e9.py"]
    assert result.certificate.status is ScanStatus.COMPLETE
    assert result.certificate.unread == (
        Unread("loop.py", "a symbolic link: its target is looked at where it stands"),
    )


def test_the_option_kinds_chooses_what_is_found(repository: GitRepository) -> None:
    repository.write("a.py", "# TODO: x\n\n# FIXME: y\n\n# XXX z\n")
    repository.commit("three kinds")
    chosen = scan(repository, kinds="FIXME, XXX")
    assert [f.rule for f in chosen.findings] == ["FIXME", "XXX"]
    assert chosen.certificate.config_digest != scan(repository).certificate.config_digest


@pytest.mark.parametrize("kinds", ["TODO,NOTE", "todo", "", " , "])
def test_an_unknown_kind_fails_the_scan_with_a_next_step(repository: GitRepository, kinds: str) -> None:
    repository.write("a.py", "# TODO: x\n")
    repository.commit("one")
    certificate = CodeComments().scan(look_at(repository, kinds=kinds)).certificate
    assert certificate.status is ScanStatus.FAILED
    assert "kinds" in certificate.reason
    assert "TODO" in certificate.next_step


def test_a_revision_that_is_not_there_fails_the_scan(repository: GitRepository) -> None:
    repository.write("a.py", "# TODO: x\n")
    repository.commit("one")
    look = look_at(repository)
    object.__setattr__(look.repository, "revision", "0" * 40)
    result = CodeComments().scan(look)
    assert result.certificate.status is ScanStatus.FAILED
    assert result.findings == ()


def test_a_second_scan_from_the_cache_is_equal(repository: GitRepository) -> None:
    repository.write("shop/parse.py", SHOP)
    repository.commit("one")
    cache = KeptInMemory()
    first = CodeComments().scan(look_at(repository, cache=cache))
    assert CodeComments().scan(look_at(repository, cache=cache)) == first
    assert [f.rule for f in first.findings] == ["TODO", "FIXME"]


def test_without_time_for_history_ages_are_at_least_and_the_certificate_says_so(
    repository: GitRepository,
) -> None:
    repository.write("a.py", "# TODO: old\n")
    repository.commit("one", datetime(2024, 1, 1, tzinfo=UTC))
    repository.write("b.py", "x = 1\n")
    repository.commit("two", datetime(2025, 1, 1, tzinfo=UTC))
    found = CodeComments().scan(look_at(repository, history_seconds="0"))
    assert found.certificate.status is ScanStatus.COMPLETE
    assert any("the time for history ended 2 commits before" in note for note in found.certificate.notes)
    assert found.certificate.fresh_until == found.certificate.looked_at
    assert [(f.birth.on.year, f.birth.is_at_least) for f in found.findings if f.birth] == [(2025, True)]


@pytest.mark.parametrize("seconds", ["soon", "-1", "inf", "nan", ""])
def test_a_time_for_history_that_is_none_fails_the_scan_with_a_next_step(
    repository: GitRepository, seconds: str
) -> None:
    repository.write("a.py", "x = 1\n")
    repository.commit("no comment at all")
    certificate = CodeComments().scan(look_at(repository, history_seconds=seconds)).certificate
    assert "history_seconds" in certificate.reason
    assert certificate.next_step
