"""``backlog ui``: the pipeline and the history of runs in the browser; nothing starts by itself."""

from pathlib import Path

from backlog_pipeline.cli import options, serving


@options.command("ui", example="backlog ui --port 3000")
@serving.port_option
@options.repo_option
def command(port: int | None, repo: Path | None) -> None:
    """Show the pipeline and the history of runs in the browser; nothing starts by itself."""
    serving.serve(repo, port, has_daemon=False)
