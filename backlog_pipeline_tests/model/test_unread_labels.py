from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backlog_pipeline.model.scan import Certificate, ScanStatus, Unread

CERTIFICATE = Certificate(
    source="dependency_vulnerabilities",
    source_version="1",
    config_digest="",
    repository="r",
    revision="0" * 40,
    status=ScanStatus.PARTIAL,
    looked_at=datetime(2026, 6, 1, tzinfo=UTC),
)


def with_unread(*unread: Unread) -> Certificate:
    return replace(CERTIFICATE, unread=unread)


@pytest.mark.parametrize(
    ("path", "label", "is_proven"),
    [
        ("requirements.txt", "pypi:flask", False),
        ("requirements.txt", "pypi:jinja2", True),
        ("requirements.txt", "", False),
        ("other.txt", "pypi:flask", True),
    ],
)
def test_a_label_that_was_not_looked_at_blocks_only_its_own_work(path: str, label: str, is_proven: bool):
    certificate = with_unread(Unread("requirements.txt", "no exact version", ("pypi:flask",)))
    assert certificate.proves_absence(path, label) is is_proven


def test_a_label_can_be_unread_in_the_whole_tree():
    certificate = with_unread(Unread("", "pinned nowhere", ("pypi:flask",)))
    assert not certificate.proves_absence("requirements.txt", "pypi:flask")
    assert certificate.proves_absence("requirements.txt", "pypi:jinja2")
    assert not certificate.proves_absence("requirements.txt"), "who names no label gets no proof"


def test_an_unread_file_without_labels_covers_all_work_in_it():
    certificate = with_unread(Unread("setup.py", "a program"))
    assert not certificate.proves_absence("setup.py", "pypi:flask")
    assert certificate.proves_absence("requirements.txt", "pypi:flask")
