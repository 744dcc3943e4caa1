"""What ``backlog ui`` and ``backlog up`` share: say what starts, then serve until stopped."""

from pathlib import Path

import click

from backlog_pipeline.cli import options, output

port_option = options.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=None,
    metavar="NUMBER",
    situation="Where it answers",
    help="The port on 127.0.0.1; default: the first free one from 3000 on.",
)


def serve(repo: Path | None, port: int | None, *, has_daemon: bool) -> None:
    """Serve until Ctrl-C; the address is data, everything else is talk."""
    from backlog_pipeline.cli import target

    settings = target.settings_for(repo)
    output.say("Starting Dagster's web server; this takes about ten seconds ...")
    from backlog_pipeline.orchestration import serve as dagster

    dagster.serve(settings, has_daemon=has_daemon, port=port, on_ready=_ready, on_problem=output.say)
    output.say("Stopped.")


def _ready(address: str) -> None:
    click.echo(address)
    output.flush()
    output.say("Only this machine can reach it. Stop it with Ctrl-C.")
