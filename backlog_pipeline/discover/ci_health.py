"""Ask GitHub how the checks of a branch have fared lately; what cannot be known is said, never guessed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from backlog_pipeline.model.repository import CiHealth

if TYPE_CHECKING:
    from github.WorkflowRun import WorkflowRun

PUBLIC_API = "https://api.github.com"
RUNS = 20
"""How many completed runs count, the newest first."""

FEWEST_RUNS = 5
"""With fewer, one bad day would decide; so nothing is said."""

WINDOW = timedelta(days=7)
TIMEOUT_SECONDS = 10

_SUCCESS = "success"
_FAILURES = ("failure", "timed_out", "startup_failure")
_OF_OTHERS = ("pull_request", "pull_request_target")
_MOST_LOOKED_AT = 200


def ask(remote: str, branch: str, *, api_url: str, token: str, now: datetime) -> CiHealth:
    """The health of a branch: of its last 20 completed workflow runs within 7 days, how many failed.

    Runs that were cancelled, skipped or of pull requests do not count. With fewer than 5 left, and
    where GitHub cannot be asked or does not answer, the health is unknown, with the reason.

    Args:
        remote: ``owner/name`` on github.com, ``host/owner/name`` elsewhere (see ``remotes``).
        api_url: ``GITHUB_API_URL``; asked without a token only when it is not GitHub's own.
        token: ``GITHUB_TOKEN``, or ""; it is in no reason.
    """
    slug, reason = _whom_to_ask(remote, api_url, token)
    if reason or not branch:
        return CiHealth(reason=reason or "no branch is tracked")
    from github import GithubException
    from requests import RequestException

    try:
        return _judge(_runs(slug, branch, api_url, token, now))
    except GithubException as error:
        return CiHealth(reason=_refusal(error.status, slug))
    except RequestException as error:
        return CiHealth(reason=_silence(error))
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        return CiHealth(reason=f"GitHub's answer could not be read ({type(error).__name__})")


def _whom_to_ask(remote: str, api_url: str, token: str) -> tuple[str, str]:
    """``owner/name``, and why not to ask ("" when we may)."""
    if not remote:
        return "", "the repository has no remote on GitHub"
    *host, owner, name = remote.split("/")
    if host and host != [_web_host(api_url)]:
        return "", f"the remote is on {host[0]}, which is not the GitHub that GITHUB_API_URL names"
    if api_url.rstrip("/") == PUBLIC_API and not token:
        return "", "GITHUB_TOKEN is not set"
    return f"{owner}/{name}", ""


def _web_host(api_url: str) -> str:
    return (urlsplit(api_url).hostname or "").removeprefix("api.")


def _runs(slug: str, branch: str, api_url: str, token: str, now: datetime) -> list["WorkflowRun"]:
    """The completed runs that count, the newest first, at most 20."""
    from github import Auth, Github

    client = Github(
        base_url=api_url,
        auth=Auth.Token(token) if token else None,
        timeout=TIMEOUT_SECONDS,
        retry=None,
        per_page=100,
        seconds_between_requests=None,
        lazy=True,
    )
    since = now - WINDOW
    listed = client.get_repo(slug).get_workflow_runs(
        branch=branch,  # type: ignore[arg-type]  # a name does as well, says its code
        status="completed",
        created=f">={since:%Y-%m-%dT%H:%M:%SZ}",
    )
    recent = islice(listed, _MOST_LOOKED_AT)
    return list(islice((run for run in recent if _counts(run, branch, since)), RUNS))


def _counts(run: "WorkflowRun", branch: str, since: datetime) -> bool:
    is_ours = run.head_branch == branch and run.event not in _OF_OTHERS
    return is_ours and run.created_at >= since and run.conclusion in (_SUCCESS, *_FAILURES)


def _judge(runs: Iterable["WorkflowRun"]) -> CiHealth:
    conclusions = [run.conclusion for run in runs]
    completed, failed = len(conclusions), sum(c in _FAILURES for c in conclusions)
    is_enough = completed >= FEWEST_RUNS
    reason = f"only {completed} completed runs in {WINDOW.days} days, and {FEWEST_RUNS} are needed"
    return CiHealth(completed, failed, reason="" if is_enough else reason)


def _refusal(status: int, slug: str) -> str:
    if status == 401:
        return "GitHub refused the token (401): GITHUB_TOKEN is wrong or expired"
    if status in (403, 429):
        return f"GitHub refused to answer ({status}): a rate limit, or the token lacks `actions: read`"
    if status == 404:
        return f"GitHub knows no {slug}, or the token may not see it (404)"
    return f"GitHub answered with an error ({status})"


def _silence(error: Exception) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.Timeout):
        return f"GitHub did not answer within {TIMEOUT_SECONDS} s"
    if isinstance(error, exceptions.SSLError):
        return "GitHub's certificate could not be verified"
    return "GitHub could not be reached"
