"""``backlog up``: like ``backlog ui``, with the schedules and sensors running."""

from pathlib import Path

from backlog_pipeline.cli import options, serving


@options.command("up", example="backlog up --port 3000")
@serving.port_option
@options.repo_option
def command(port: int | None, repo: Path | None) -> None:
    """Like ui, and keep looking at the known repositories by schedule."""
    serving.serve(repo, port, has_daemon=True)
