import pytest

from backlog_pipeline.model.finding import Severity
from backlog_pipeline.scanners.cvss import base_score
from backlog_pipeline.scanners.osv import rating

# From the examples that FIRST publishes with the specification (CVSS v3.1 Examples).
PUBLISHED = {
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N": 6.1,  # CVE-2013-1937
    "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N": 6.4,  # CVE-2013-0375
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N": 3.1,  # CVE-2014-3566
    "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H": 9.9,  # CVE-2012-1516
    "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H": 7.8,
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N": 7.5,  # CVE-2014-0160
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H": 9.8,  # CVE-2014-6271
    "CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H": 6.8,  # CVE-2014-2005
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H": 8.8,
    "CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:N/A:N": 6.1,  # CVE-2023-32681
}


@pytest.mark.parametrize(("vector", "score"), PUBLISHED.items())
def test_scores_are_the_published_ones(vector: str, score: float):
    assert base_score(vector) == score


@pytest.mark.parametrize("vector", PUBLISHED)
def test_temporal_metrics_change_no_base_score(vector: str):
    assert base_score(f"{vector}/E:U/RL:O/RC:U") == PUBLISHED[vector]


def test_no_impact_is_zero():
    assert base_score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N") == 0.0


@pytest.mark.parametrize(
    "vector",
    ["", "CVSS:3.1", "CVSS:3.1/AV:N", "CVSS:2.0/AV:N/AC:L", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N", "7.5",
     "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"],
)  # fmt: skip
def test_what_is_no_version_3_vector_has_no_score(vector: str):
    assert base_score(vector) is None


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        (0.0, "LOW"),
        (3.9, "LOW"),
        (4.0, "MEDIUM"),
        (6.9, "MEDIUM"),
        (7.0, "HIGH"),
        (8.9, "HIGH"),
        (9.0, "CRITICAL"),
    ],
)
def test_ratings_begin_where_the_specification_says(score: float, severity: str):
    assert rating(score) is Severity(severity)
