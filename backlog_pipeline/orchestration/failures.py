"""Our errors through a Dagster run and out again: what went wrong stays one line with a next step.

Dagster keeps an exception as text. The error's name, message and next step travel as metadata of
``dagster.Failure`` and are made into the same error again by whoever started the run.
"""

import contextlib
from collections.abc import Iterator

import dagster as dg
from dagster._core.execution.plan.objects import ErrorSource
from dagster_shared.error import SerializableErrorInfo

from backlog_pipeline import errors
from backlog_pipeline.errors import BacklogError

_NAME, _MESSAGE, _NEXT = "error", "what happened", "next step"
_SHOWN_CHARS = 300
_MORE_TRIES, _WAIT_SECONDS = 1, 1.0


@contextlib.contextmanager
def said_to_dagster() -> Iterator[None]:
    """Turn our errors into failures that say what and why.

    A transient one asks for one more try, a permanent one fails at once. (No ``RetryPolicy``: it
    would also try again after Ctrl-C.)
    """
    try:
        yield
    except BacklogError as error:
        failure = dg.Failure(
            description=str(error),
            metadata={_NAME: type(error).__name__, _MESSAGE: error.message, _NEXT: error.next_step},
            allow_retries=error.is_transient,
        )
        if error.is_transient:
            raise dg.RetryRequested(max_retries=_MORE_TRIES, seconds_to_wait=_WAIT_SECONDS) from failure
        raise failure from error


def is_interrupt(event: dg.DagsterEvent) -> bool:
    """Whether a step failed because somebody stopped the run (Ctrl-C)."""
    is_failure = event.event_type is dg.DagsterEventType.STEP_FAILURE
    return is_failure and event.step_failure_data.error_source is ErrorSource.INTERRUPT


def error_of(event: dg.DagsterEvent, run_id: str) -> BacklogError | None:
    """The error that an event of a failed step or run tells of; ``None`` for every other event."""
    if event.event_type is dg.DagsterEventType.STEP_FAILURE:
        data = event.step_failure_data
        said = data.user_failure_data.metadata if data.user_failure_data else {}
        texts = {name: str(value.value) for name, value in said.items()}
        return _ours(texts) or _unexpected(f"the step {event.step_key}", _innermost(data.error), run_id)
    if event.event_type is dg.DagsterEventType.RUN_FAILURE:
        return _unexpected("the run", _innermost(event.job_failure_data.error), run_id)
    return None


def _ours(said: dict[str, str]) -> BacklogError | None:
    kind = getattr(errors, said.get(_NAME, ""), None)
    if isinstance(kind, type) and issubclass(kind, BacklogError):
        return kind(said[_MESSAGE], next_step=said[_NEXT])
    return None


def _unexpected(what: str, reason: str, run_id: str) -> BacklogError:
    return BacklogError(
        f"{what} failed: {reason}",
        next_step=f"see run {run_id} in `backlog ui`; it looks like a fault of ours, so please report it",
    )


def _innermost(error: SerializableErrorInfo | None) -> str:
    """The first line of the message of the exception at the bottom of the chain."""
    while error is not None and error.cause is not None:
        error = error.cause
    lines = error.message.strip().splitlines() if error else []
    return lines[0][:_SHOWN_CHARS] if lines else "no reason was recorded"
