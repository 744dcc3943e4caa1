"""What went wrong, as one line on standard error and an exit code.

The codes are those of ``backlog_pipeline.errors``; beside them 2 for words that cannot be parsed,
1 for a fault of ours, 130 after Ctrl-C, 141 when whoever reads our output has stopped reading.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from backlog_pipeline.cli import output
from backlog_pipeline.errors import BacklogError
from backlog_pipeline.system.secrets import is_secret

INTERRUPTED = 130
PIPE_CLOSED = 141
_LOGIN = re.compile(r"://[^/\s@:]*:[^\s@]+@")
_PASSWORD = re.compile(r"([?&]password=)[^&\s]+")


def exit_code_of(run: Callable[[], int]) -> int:
    """Run, say what went wrong if anything did, and return the exit code."""
    try:
        return _code_said(run)
    except BrokenPipeError:
        output.discard()
        output.discard(sys.stderr)
        return PIPE_CLOSED


def _code_said(run: Callable[[], int]) -> int:
    try:
        return run()
    except BrokenPipeError:
        raise
    except (KeyboardInterrupt, click.Abort):
        return _say("stopped; what was recorded before stays, nothing is half-written", INTERRUPTED)
    except click.ClickException as error:
        return _say(_in_one_line(error), error.exit_code)
    except BacklogError as error:
        return _say(str(error), error.exit_code)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a fault of ours is kept and said
        return _say(_kept(error), 1)


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """Text without the values of variables that are named like secrets, and without logins in URLs."""
    for name, value in environ.items():
        if len(value) >= 4 and is_secret(name):
            text = text.replace(value, f"[{name}]")
    return without_login(text)


def without_login(text: str) -> str:
    """Text in which URLs show no user name and password."""
    return _PASSWORD.sub(r"\1[password]", _LOGIN.sub("://[login]@", text))


def _say(message: str, code: int) -> int:
    output.say(f"error: {without_secrets(message, os.environ)}")
    return code


def _in_one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    if "Next: " in message:
        return message
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "backlog"
    stop = "" if message.endswith("?") else "."
    return f"{message.rstrip('.')}{stop} Next: see `{path} --help`"


def _kept(error: Exception) -> str:
    import traceback

    said = " ".join(str(error).split())[:200]
    message = f"a fault of ours, {type(error).__name__}: {said}"
    report = without_secrets("".join(traceback.format_exception(error)), os.environ)
    try:
        path = _keep(report)
    except OSError:
        click.echo(report, err=True)
        return f"{message}. Next: report it with the lines above"
    return f"{message}. Next: report it with {path}"


def _keep(report: str) -> Path:
    from backlog_pipeline import settings
    from backlog_pipeline.system import clock

    folder = settings.home_of({}, os.environ) / "errors"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clock.now():%Y-%m-%dT%H-%M-%S-%f}.txt"
    path.write_text(report, encoding="utf-8")
    return path
