"""Our errors through a Dagster run and out again: what went wrong stays one line with a next step.

Dagster keeps an exception as text. The error's name, message and next step travel as metadata of
``dagster.Failure`` and are made into the same error again by whoever started the run.
"""

import contextlib
from collections.abc import Iterator

import dagster as dg

from backlog_pipeline import errors
from backlog_pipeline.errors import BacklogError

_NAME, _MESSAGE, _NEXT = "error", "what happened", "next step"
_SHOWN_CHARS = 300


@contextlib.contextmanager
def said_to_dagster() -> Iterator[None]:
    """Turn our errors into failures that say what and why; a permanent one is tried only once."""
    try:
        yield
    except BacklogError as error:
        raise dg.Failure(
            description=str(error),
            metadata={_NAME: type(error).__name__, _MESSAGE: error.message, _NEXT: error.next_step},
            allow_retries=error.is_transient,
        ) from error


def error_of(event: dg.DagsterEvent, run_id: str) -> BacklogError | None:
    """The error that an event of a failed step or run tells of; ``None`` for every other event."""
    if event.event_type is dg.DagsterEventType.STEP_FAILURE:
        data = event.step_failure_data
        said = data.user_failure_data.metadata if data.user_failure_data else {}
        texts = {name: str(value.value) for name, value in said.items()}
        return _ours(texts) or _unexpected(f"the step {event.step_key}", _innermost(data.error), run_id)
    if event.event_type is dg.DagsterEventType.RUN_FAILURE:
        return _unexpected("the run", _innermost(event.job_failure_data.error), run_id)
    if event.event_type is dg.DagsterEventType.RUN_CANCELED:
        return BacklogError("the run was cancelled", next_step="start it again with `backlog run`")
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


def _innermost(error: "dg.SerializableErrorInfo | None") -> str:
    """The first line of the message of the exception at the bottom of the chain."""
    while error is not None and error.cause is not None:
        error = error.cause
    lines = error.message.strip().splitlines() if error else []
    return lines[0][:_SHOWN_CHARS] if lines else "no reason was recorded"
