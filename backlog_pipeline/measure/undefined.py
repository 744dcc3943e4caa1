"""What is asked for and nothing can look at yet: each with what would have to exist.

A metric plugin of the same name takes its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from backlog_pipeline.model.metric import Measurement


@dataclass(frozen=True, slots=True)
class NotYet:
    """A measurement that cannot be made: its unit, and what would have to exist first."""

    unit: str
    reason: str

    def measurement(self, name: str) -> Measurement:
        """The undefined measurement of that name; version 0 says that there is no definition yet."""
        return Measurement(None, self.unit, f"{name}@0", reason_undefined=self.reason)


_CI = "no source reads the results of continuous integration yet"
_FORGE = "no source reads pull requests from the forge yet"
_DEPLOYMENTS = "no source reads deployments or releases yet"
_INCIDENTS = "no source reads incidents, reverts and failed deployments yet"
_MERGES = "nothing records the merges that git resolves here yet"

NOT_YET: Mapping[str, NotYet] = {
    "change_fail_rate": NotYet("percent", f"{_DEPLOYMENTS}, and {_INCIDENTS}"),
    "ci_failure_rate": NotYet("percent", _CI),
    "ci_summary": NotYet("runs", _CI),
    "coverage_delta": NotYet("percentage points", "no source reads reports of test coverage yet"),
    "deploy_freq": NotYet("deployments per day", _DEPLOYMENTS),
    "flaky_tests": NotYet("tests", "no source reads reports of test runs yet"),
    "lead_time": NotYet("hours", _DEPLOYMENTS),
    "merge_driver_hits_total": NotYet("conflicts", _MERGES),
    "mttr": NotYet("hours", _INCIDENTS),
    "open_prs": NotYet("pull requests", _FORGE),
    "pr_backoff_state": NotYet("state", f"{_FORGE}, so nothing is held back by their number"),
    "rerere_auto_resolved_total": NotYet("conflicts", _MERGES),
}
"""By name, for every snapshot."""
