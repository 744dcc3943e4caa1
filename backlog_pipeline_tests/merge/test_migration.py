"""A migration turns a file of any form into ours; nothing that a person wrote is lost."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backlog_pipeline.errors import BacklogFileError
from backlog_pipeline.merge.backlog_file import BacklogFile, read
from backlog_pipeline.merge.backlog_text.check import comments_of
from backlog_pipeline.merge.backlog_text.sections import SECTIONS
from backlog_pipeline.merge.migration import migrated
from backlog_pipeline.merge.yaml_text.nodes import key_text
from backlog_pipeline.model.item import COMPONENTS
from backlog_pipeline_tests.merge.dialect_files import DIALECTS
from backlog_pipeline_tests.merge.dialect_runs import Runs, is_backlog
from backlog_pipeline_tests.merge.file_world import item, text_of
from backlog_pipeline_tests.merge.other_tool import OtherTool

# A folder of backlog files from elsewhere, for whoever has one.
REAL = Path(os.environ.get("BACKLOG_EXAMPLES", "no such folder"))
REAL_NAMES = sorted(p.name for p in REAL.glob("*.yml")) if REAL.exists() else []


def bases(file: BacklogFile) -> dict[str, float]:
    found = {}
    for one in file.items:
        numbers = [one.values.get(name) for name in COMPONENTS]
        if all(isinstance(n, float) for n in numbers):
            found[one.id] = sum(numbers[:3]) / numbers[3]  # type: ignore[arg-type, operator]
    return found


def ours(text: str) -> str:
    file = read(text.encode(), "backlog.yml")
    return migrated(file, bases(file)).data.decode()


def broken_by_migrating(data: bytes) -> list[str]:
    """Which of the promises of a migration does not hold for this file."""
    before = read(data, "backlog.yml")
    after = migrated(before, bases(before))
    ids = {s: [i.id for i in sorted(after.items, key=lambda i: i.index) if i.section == s] for s in SECTIONS}
    stood = [one.id for one in sorted(before.items, key=lambda i: i.line)]
    holds = {
        "it is in our form": after.contents.shape.is_ours,
        "it has our sections": {s.name for s in after.contents.sections} == set(SECTIONS),
        "no key has another name": not any(one.is_renamed for one in after.items),
        "every value is as it was": values_of(after) == values_of(before) | gained(before, after),
        "no comment is lost": not comments_of(before.document) - comments_of(after.document),
        "the order stays": all(found == [i for i in stood if i in found] for found in ids.values()),
        "nothing is left to do": migrated(after, bases(after)) is after,
    }
    return [promise for promise, is_kept in holds.items() if not is_kept]


def values_of(file: BacklogFile) -> dict[tuple[str, str], object]:
    return {(one.id, name): value for one in file.items for name, value in one.values.items()}


def gained(before: BacklogFile, after: BacklogFile) -> dict[tuple[str, str], object]:
    """The scores that a migration gives to what has all four components and has none yet."""
    had, have = values_of(before), values_of(after)
    names = [(item_id, "wsjf_base") for item_id in bases(before)]
    return {name: have[name] for name in names if name not in had and name in have}


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_dialect_is_migrated(name: str) -> None:
    assert broken_by_migrating(DIALECTS[name].encode()) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_the_file_of_any_tool_is_migrated(seed: int) -> None:
    tool = OtherTool(seed)
    text = tool.text()
    assert broken_by_migrating(text.encode()) == []
    new = ours(text)
    assert [line for line in tool.lines if line not in new] == []


@pytest.mark.skipif(not REAL_NAMES, reason="BACKLOG_EXAMPLES names no folder")
@pytest.mark.parametrize("name", REAL_NAMES)
def test_real_files_are_migrated(name: str) -> None:
    data = (REAL / name).read_bytes()
    if is_backlog(data):
        assert broken_by_migrating(data) == []


def test_it_reads_like_this() -> None:
    assert (
        ours(DIALECTS["status lists"])
        == """\
metadata:
  version: '2.0'
  last_discovery: '2026-07-27T07:20:30.474182'
  schema_version: 1
critical_items:
- id: dependency_upgrades
  title: Upgrade one dependency
  type: security_enhancement  # was: security
  description: 'Upgrade: tensors 2.17->2.19'
  acceptance_criteria:
  - Upgrade it
  - Run the suite
  job_size: 3
  wsjf_base: 7.33
  business_value: 8
  time_criticality: 6
  risk_reduction: 8
  status: READY
  risk_tier: MEDIUM
  created_at: '2026-10-27T07:20:30.473868'
  links:
  - requirements.txt
  aging_days: 0
high_priority:
- id: sensor_drift
  title: Notice sensors that drift
  type: feature_request
  description: 'Compare: neighbours'
  acceptance_criteria:
  - A drifting sensor is named
  job_size: 5
  wsjf_base: 1.8
  business_value: 3
  time_criticality: 2
  risk_reduction: 4
  status: DOING
  risk_tier: LOW
  created_at: '2026-10-27T07:14:29.447737'
  links: []
  aging_days: 0
medium_priority: []
low_priority: []
blocked_items: []
completed_items: []
discovery_sources:
- code_comments
"""
    )


def test_components_leave_their_group_and_what_is_the_persons_stays_in_it() -> None:
    new = ours(DIALECTS["grouped"])
    assert (
        """\
    business_value: 8
    time_criticality: 3  # autumn
    risk_reduction: 2
    job_size: 5
    wsjf_base: 2.6
    wsjf:
      agreed_on: Monday
    created_at: 2026-10-01
"""
        in new
    )
    assert "    risk_reduction: 1\n    job_size: 2\n    wsjf_base: 2.5\n    created_at: 2026-10-02\n" in new
    assert "backlog:\n  owner: core team\n" in new


def test_a_note_gives_its_day_to_the_item_and_goes() -> None:
    new = ours(DIALECTS["items and records"])
    assert new.count("tool-calls") == 1
    assert '    completed_at: "2026-08-26"\n' in new
    assert "# HIGH\n" in new
    assert "# MEDIUM\n" in new


def test_json_is_migrated_as_json() -> None:
    data = json.loads(ours(DIALECTS["json"]))
    assert data["metadata"] == {"schema_version": 1}
    assert [i["id"] for i in data["critical_items"]] == ["J-1"]
    assert data["critical_items"][0]["tags"] == ["x"]
    assert "items" not in data


def test_a_comment_behind_a_type_stays_beside_the_word_that_stood_there() -> None:
    new = ours("items:\n- id: a\n  type: security  # ask Ana\n")
    assert "type: security_enhancement  # ask Ana\n  # type was: security\n" in new


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_ledger_that_knows_the_items_sees_no_edit_in_a_migration(name: str) -> None:
    made = Runs(DIALECTS[name].encode())
    made.run()
    before = made.data
    made.data = ours(made.text).encode()
    assert made.data != before
    assert made.run() == ()


def test_our_own_file_is_left_alone() -> None:
    file = read(text_of(None, [item(1), item(2, size=8)]).encode(), "backlog.yml")
    assert migrated(file, {}) is file
    by_hand = read(b"high_priority:\n  - id: mine\n    title: x\n", "backlog.yml")
    assert migrated(by_hand, {}) is by_hand


def test_after_a_migration_runs_treat_the_file_as_ours() -> None:
    made = Runs(ours(DIALECTS["one list"]).encode(), (replace(item(1), source="code_comments"),))
    made.run()
    assert made.text.index("critical_items:") < made.text.index("bl-00000001")
    assert "source: person\n" in made.text
    once = made.data
    assert made.run() == ()
    assert made.data == once


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("items:\n- id: a\n- title: b\n", "line 3: an item: it has no id"),
        ("items:\n- id: a\ntasks:\n- id: b\n", "line 3: the list under tasks is kept"),
        ("items:\n- wsjf:\n    score: 3\n  id: a\n", "line 2: wsjf stands first in its item"),
        (
            "items:\n- id: a\n  wsjf: {score: 3, # x\n    value: 1}\n",
            "line 3: wsjf has comments inside its braces",
        ),
    ],
)
def test_what_cannot_be_migrated_is_said_in_one_line_with_the_next_step(text: str, said: str) -> None:
    with pytest.raises(BacklogFileError) as caught:
        ours(text)
    assert said in str(caught.value)
    assert " Next: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_keys_of_the_top_level_stay_in_their_order() -> None:
    text = "version: 2\nitems: []\nstatistics:\n  by_status: {NEW: 1}  # counted\nmetadata:\n  a: 1\n"
    root = read(ours(text).encode(), "f").document.root
    names = [key_text(k) for k, _ in root.pairs]  # type: ignore[union-attr]
    assert [n for n in names if n not in SECTIONS] == ["version", "statistics", "metadata"]
