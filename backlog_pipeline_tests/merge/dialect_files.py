"""Backlog files in the forms of other tools, written for these tests."""

from collections.abc import Mapping

ONE_LIST = """\
backlog:
  - id: WEB-1
    title: "Repair the login badge"
    type: bug
    description: "The badge points nowhere"
    acceptance_criteria:
      - "The badge points to the login page"
    effort: 2
    value: 5
    time_criticality: 3
    risk_reduction: 2
    status: DONE
    risk_tier: low
    created_at: "2026-07-26T05:24:00Z"
    completed_at: "2026-07-26T05:32:00Z"
    wsjf_score: 5.0  # (5+3+2)/2
    links: []

  # waits for the operators
  - id: WEB-2
    title: "Run the suite on each push"
    type: feature
    description: "Nothing runs today"
    acceptance_criteria:
      - "A red suite holds a merge"
      - "A badge says so"
    effort: 5
    value: 8
    time_criticality: 5
    risk_reduction: 3
    status: BLOCKED
    risk_tier: low
    created_at: "2026-07-26T05:24:00Z"
    blocked_reason: "needs rights that only an operator has"
    wsjf_score: 3.2  # (8+5+3)/5
    links: []
    owner: Ana  # on leave in July

  - id: WEB-3
    title: "Cache the price list"
    type: architecture
    effort: 8
    value: 3
    time_criticality: 2
    risk_reduction: 0.5
    status: "NEW"
    risk_tier: medium
    created_at: "2026-10-26"
    wsjf_score: 0.69
    links: ["docs/prices.md"]

meta:
  last_updated: "2026-07-27T12:15:00Z"
  score_scale: [1, 2, 3, 5, 8, 13]
"""

STATUS_LISTS = """\
metadata:
  version: '2.0'
  last_discovery: '2026-07-27T07:20:30.474182'
backlog:
  ready:
  - id: dependency_upgrades
    title: Upgrade one dependency
    type: security
    description: 'Upgrade: tensors 2.17->2.19'
    acceptance_criteria:
    - Upgrade it
    - Run the suite
    effort: 3
    value: 8
    time_criticality: 6
    risk_reduction: 8
    status: READY
    risk_tier: MEDIUM
    created_at: '2026-10-27T07:20:30.473868'
    links:
    - requirements.txt
    aging_days: 0
  doing:
  - id: sensor_drift
    title: Notice sensors that drift
    type: feature
    description: 'Compare: neighbours'
    acceptance_criteria:
    - A drifting sensor is named
    effort: 5
    value: 3
    time_criticality: 2
    risk_reduction: 4
    status: DOING
    risk_tier: LOW
    created_at: '2026-10-27T07:14:29.447737'
    links: []
    aging_days: 0
  pr_review: []
  blocked: []
  completed: []
discovery_sources:
- code_comments
"""

ITEMS_AND_RECORDS = """\
# The backlog of the laboratory
statuses: [NEW, REFINED, DONE]

backlog_items:
  # HIGH

  - id: "tool-calls"
    title: "Support tool calls"
    type: "Feature"
    status: "DONE"
    business_value: 8
    time_criticality: 8
    risk_reduction: 8
    effort: 3
    wsjf_score: 8.0
    age_days: 0
    aging_multiplier: 1.0
    final_score: 8.0
    files:
      - "lab/backend.py:40-42"
    test_plan:
      - "Call a tool"

  # MEDIUM
  - id: "file-speed"
    title: "Read files faster"
    type: "Technical_Debt"
    status: "REFINED"
    business_value: 5
    time_criticality: 3
    risk_reduction: 3
    effort: 6
    wsjf_score: 1.83
    age_days: 0
    aging_multiplier: 1.0
    final_score: 1.83

completed_items:
  - id: "tool-calls"
    title: "Support tool calls"
    completion_date: "2026-08-26"
    wsjf_score: 8.0

  - id: "leaking-handles"
    title: "Close every handle"
    completion_date: "2026-08-23"
    wsjf_score: 8.5
metrics:
  completed_items: 2"""

OUR_SECTIONS = """\
---
# CRITICAL
critical_items:
  - id: "CRIT-1"
    title: "Check tokens"
    type: "security_enhancement"
    status: "DONE"
    risk_tier: "HIGH"
    created_at: "2026-07-24"
    completed_at: "2026-07-24"
    files: ["src/api.py:277"]
    business_value: 9  # tokens matter
    time_criticality: 8
    risk_reduction: 9
    job_size: 3
    wsjf_score: 8.67  # (9+8+9)/3
    links:
      - "src/api.py:277"
    aging_days: 0
    implementation_notes: "Two ways in: key and signature."

# HIGH
high_priority:
  - id: "HIGH-1"
    title: "One Python everywhere"
    type: "devops_bug"
    status: "NEW"
    risk_tier: "MEDIUM"
    created_at: "2026-10-24"
    files: [".ci/main.yml", "pyproject.toml"]
    business_value: 6
    time_criticality: 7
    risk_reduction: 8
    job_size: 1
    wsjf_score: 21.0  # (6+7+8)/1
    aging_days: 0

medium_priority: []
low_priority: []
blocked_items: []

completed_recent:
  - id: "COMP-1"
    title: "Use the logger"
    completed_date: "2026-07-22"
    wsjf_score: 2.4
metrics:
  total_items: 2
"""

DUMPED = """\
metadata:
  scope: current_repo_only
critical_items:
- id: TODO-4481
  title: Address TODO in index.md:155
  type: bug_fix
  status: NEW
  risk_tier: LOW
  created_at: '2026-10-26'
  description: "- `TODO:` comments \\u2192 Technical debt
    items"
  files: &id001
  - docs/index.md:155
  business_value: 3
  time_criticality: 2
  risk_reduction: 2
  job_size: 2
  wsjf_score: 3.62
  acceptance_criteria:
  - Resolve it
  links: *id001
  aging_days: 1
- id: TODO-7381
  title: 'python -c "print(''x'')"'
  type: technical_debt
  status: DOING
  risk_tier: LOW
  created_at: '2026-10-27'
  files: &id002
  - GUIDE.md:87
  business_value: 3
  time_criticality: 2
  risk_reduction: 2
  job_size: 2
  wsjf_score: 3.5
  links: *id002
  aging_days: 0
high_priority: []
medium_priority: []
low_priority: []
metrics:
  total_items: 2
"""

TASKS = """\
last_updated: '2026-07-23T12:00:00'

items:
  - id: 'task_7'
    title: 'Explain a decision'
    task_type: 'Feature'
    business_value: 6
    time_criticality: 2
    risk_reduction: 3
    effort: 12
    status: 'completed'
    acceptance_criteria:
      - '✅ An explanation per decision - done'
    links: []
    created_date: '2026-07-20T10:00:00'
    last_updated: '2026-07-25T05:30:00'
    blocked_reason: null

  - id: 'task_8'
    title: 'Compare with last year'
    task_type: 'Doc'
    business_value: 8
    time_criticality: 0
    risk_reduction: 2
    effort: 2.5
    status: 'in_progress'
    acceptance_criteria:
      - 'A table per year'
    links: []
    created_date: '2026-10-20T10:00:00'
    last_updated: '2026-10-20T10:00:00'
    blocked_reason: null

blocked_items:
  - id: 'task_9'
    title: 'Have it certified'
    task_type: 'compliance'
    business_value: 13
    effort: 13
    blocker: 'a lawyer reads it'

new_items:
  - id: 'task_10'
    title: 'One place for print'
    task_type: 'enhancement'
    business_value: 5
    time_criticality: 3
    risk_reduction: 3
    effort: 2
    status: 'discovered'
    notes: 'found in the morning'

completed:
  - id: 'task_1'
    title: 'Begin'
    completed_at: '2026-07-20'
    impact: 'there is something'
blocked: []
"""

GROUPED = """\
backlog:
  owner: core team
  items:
    - id: G-1
      title: Draw the map
      type: feature
      status: ready
      wsjf:
        user_business_value: 8
        time_criticality: 3  # autumn
        risk_reduction: 2
        job_duration: 5
        score: 2.6
        agreed_on: Monday
      created_at: 2026-10-01
    - id: G-2
      title: Print the map
      type: chore
      status: ready
      wsjf: {user_business_value: 3, time_criticality: 1, risk_reduction: 1, job_duration: 2, score: 2.5}
      created_at: 2026-10-02
"""

JSON = """\
{
  "items": [
    {"id": "J-1", "title": "caf\\u00e9", "type": "bug", "status": "open", "value": 3, "effort": 2,
     "time_criticality": 1, "risk_reduction": 1, "tags": ["x"]},
    {"id": "J-2", "title": "b", "type": "test", "status": "closed", "completed_at": "2026-10-01"}
  ],
  "version": 2
}
"""

DIALECTS: Mapping[str, str] = {
    "one list": ONE_LIST,
    "status lists": STATUS_LISTS,
    "items and records": ITEMS_AND_RECORDS,
    "our sections": OUR_SECTIONS,
    "dumped": DUMPED,
    "tasks": TASKS,
    "grouped": GROUPED,
    "json": JSON,
}
