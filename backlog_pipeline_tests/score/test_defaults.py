"""The data behind estimates: complete, on the scale, and the deadlines those of the directive."""

from itertools import product

import pytest

from backlog_pipeline.model.finding import Role
from backlog_pipeline.model.item import COMPONENTS
from backlog_pipeline.model.kinds import ItemType
from backlog_pipeline.score.defaults import packaged
from backlog_pipeline.score.wsjf import SCALE

TABLE = packaged()

# CISA BOD 26-04, table 1, transcribed from the CERT/CC decision table cisa:DT_BOD2604:1.0.0, whose
# columns are: known exploited, publicly exposed, automatable, technical impact; FSU is "fix on
# system upgrade".
DIRECTIVE = """
N N N P FSU
Y N N P 14
N Y N P 60
N N Y P 60
N N N T FSU
Y Y N P 14
Y N Y P 14
N Y Y P 14
Y N N T 14
N Y N T 14
N N Y T 60
Y Y Y P 3
Y Y N T 3
Y N Y T 3
N Y Y T 3
Y Y Y T 3
"""


def test_every_type_has_its_four_defaults_on_the_scale() -> None:
    assert set(TABLE.types) == {kind.value for kind in ItemType}
    for numbers in TABLE.types.values():
        assert tuple(numbers) == COMPONENTS
        assert all(number in SCALE for number in numbers.values())


def test_every_value_that_evidence_sets_is_on_the_scale() -> None:
    values = [v for row in (*TABLE.rules.values(), *TABLE.severity.values()) for v in row.values()]
    values += [*TABLE.known_exploited.values(), *TABLE.security_criticality.values()]
    values += [band.amount for band in TABLE.cvss] + [value for _, value in TABLE.due]
    values += [label.value for label in TABLE.labels.values() if label.value]
    assert all(value in SCALE for value in values)


def test_every_component_named_is_one() -> None:
    named = {entry.component for entry in TABLE.wording} | {
        entry.component for entry in TABLE.labels.values()
    }
    named |= {name for weight in TABLE.roles.values() for name in (*weight.notches, *weight.weak_spot)}
    assert named <= set(COMPONENTS)


def test_roles_are_the_houses_roles() -> None:
    assert set(TABLE.roles) == {role.value for role in Role} - {Role.PRODUCT.value}


@pytest.mark.parametrize("row", [line.split() for line in DIRECTIVE.split("\n") if line])
def test_days_to_remedy_are_those_of_the_directive(row: list[str]) -> None:
    exploited, exposed, automatable = (answer == "Y" for answer in row[:3])
    days = 0 if row[4] == "FSU" else int(row[4])
    assert TABLE.security_days[exposed, exploited, automatable, row[3] == "T"] == days


def test_the_directive_answers_every_case() -> None:
    assert set(TABLE.security_days) == set(product((True, False), repeat=4))
    assert {days for days in TABLE.security_days.values() if days} == set(TABLE.security_criticality)


@pytest.mark.parametrize(
    ("text", "component"),
    [
        ("sql injection possible here", "risk_reduction"),
        ("this is a race condition", "risk_reduction"),
        ("silently corrupts the file", "risk_reduction"),
        ("this is broken on windows", "business_value"),
        ("doesn't work with ipv6", "business_value"),
        ("maybe cache this", "business_value"),
        ("remove this when python 3.9 is dropped", "time_criticality"),
        ("typo", "job_size"),
        ("rewrite the parser", "job_size"),
    ],
)
def test_wording_that_tells_is_heard(text: str, component: str) -> None:
    assert component in {entry.component for entry in TABLE.wording if entry.pattern.search(text)}


@pytest.mark.parametrize(
    "text", ["trace the call", "a brace is missing", "memorandum", "slot machine", "dropbox"]
)
def test_words_inside_other_words_are_not_heard(text: str) -> None:
    assert [entry.reason for entry in TABLE.wording if entry.pattern.search(text)] == []
