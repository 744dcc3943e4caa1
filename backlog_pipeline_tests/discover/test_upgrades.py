import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from backlog_pipeline.discover.upgrades import lowest_fix


@pytest.mark.parametrize(
    ("installed", "fixes", "expected"),
    [
        (["2.11.2"], [["2.11.3"], ["3.1.3"], ["3.1.6"]], "3.1.6"),
        (["2.2.0"], [["2.2.5", "2.3.2"]], "2.2.5"),
        (["2.1"], [["2.2.5", "3.1.0"], ["3.0.4"]], "3.1.0"),
        (["1.0"], [["1.1"], []], "1.1"),
        (["1.0"], [[], []], ""),
        (["1.0"], [], ""),
        (["3.0"], [["2.0"]], ""),
        (["1.0", "2.0"], [["1.5"], ["2.1"]], "2.1"),
        (["1.0"], [["2.0rc1", "2.0"]], "2.0"),
        (["1.0"], [["2.0rc1"]], "2.0rc1"),
        (["2.0a1"], [["2.0rc1", "2.0"]], "2.0rc1"),
        (["1.0"], [["not a version", "1.2"]], "1.2"),
        (["1.9"], [["1.10", "1.11"]], "1.10"),
    ],
)
def test_the_lowest_version_that_fixes_all(installed: list[str], fixes: list[list[str]], expected: str):
    assert lowest_fix(installed, fixes) == expected


VERSIONS = st.builds("{}.{}.{}".format, *[st.integers(0, 4)] * 3)


@given(VERSIONS, st.lists(st.lists(VERSIONS, max_size=3), max_size=4), st.randoms())
def test_the_answer_fixes_everything_and_ignores_the_order(installed: str, fixes: list[list[str]], random):
    fix = lowest_fix([installed], fixes)
    shuffled = [random.sample(f, len(f)) for f in random.sample(fixes, len(fixes))]
    assert lowest_fix([installed], shuffled) == fix
    if fix:
        assert Version(fix) > Version(installed)
        assert all(any(Version(v) <= Version(fix) for v in f) for f in fixes if f)
