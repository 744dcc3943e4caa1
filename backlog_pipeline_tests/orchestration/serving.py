"""A real ``backlog ui`` in a process of its own, and GraphQL questions to it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

SERVE = """
import os, sys
from backlog_pipeline import settings
from backlog_pipeline.orchestration.serve import serve

serve(settings.read({}, os.environ), has_daemon=sys.argv[1] == "up", port=None,
      on_ready=lambda url: print(url, flush=True))
"""


class Ui:
    """The UI on one state folder, until ``stop``."""

    def __init__(self, home: Path, folder: Path, command: str = "ui") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", SERVE, command],
            env=self.environment(home),
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), (home / "dagster/logs/webserver.log").read_text()

    @staticmethod
    def environment(home: Path) -> dict[str, str]:
        """The environment in which this state folder is ours."""
        return os.environ | {"BACKLOG_HOME": str(home)}

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The data that a GraphQL query or mutation answers with."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"{self.url}/graphql", body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            answer = {"errors": error.read().decode()}
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def runs(self) -> list[dict[str, Any]]:
        """The history of runs, newest first, as the page of runs asks for it."""
        query = """{ runsOrError { ... on Runs { results { runId status jobName parentRunId
            tags { key value } repositoryOrigin { repositoryLocationName } } } } }"""
        found: list[dict[str, Any]] = self.ask(query)["runsOrError"]["results"]
        return found

    def run_again(self, run_id: str, strategy: str) -> str:
        """Press "re-execute"; returns the id of the new run."""
        mutation = """mutation($p: ReexecutionParams!) { launchRunReexecution(reexecutionParams: $p) {
            __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
        answer = self.ask(mutation, p={"parentRunId": run_id, "strategy": strategy})["launchRunReexecution"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def steps(self, run_id: str) -> dict[str, str]:
        """The status of each step of a run."""
        query = """query($id: ID!) { runOrError(runId: $id) { ... on Run {
            stepStats { stepKey status } } } }"""
        stats = self.ask(query, id=run_id)["runOrError"]["stepStats"]
        return {row["stepKey"]: row["status"] for row in stats}

    def status_at_the_end(self, run_id: str, seconds: float = 60) -> str:
        """The status of a run once it is final."""

        def final() -> str:
            (status,) = [run["status"] for run in self.runs() if run["runId"] == run_id]
            return str(status) if status in ("SUCCESS", "FAILURE", "CANCELED") else ""

        return wait_for(final, seconds)

    def stop(self) -> int:
        """Send TERM, as a service manager does, and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def wait_for(ask: Callable[[], str], seconds: float) -> str:
    """The first answer that is not ""; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.3)
    return answer
