"""The group ``backlog``: which commands there are, loaded only when asked for."""

import difflib
import importlib
import sys
from typing import Any, NoReturn, cast

import click

from backlog_pipeline.cli import errors, output

COMMANDS = {
    "run": "Look at a repository and rank what is to be done.",
    "list": "List the open items, the most urgent first.",
    "show": "Show one item: where it stands, and every term of its score.",
    "history": "Show where an item has lived, who opened it and who closed it.",
    "findings": "List everything the sources saw, also what is too small to be an item.",
    "add": "Note work of your own, which no scan can see.",
    "dismiss": "Decide against an item, for good or until a day; no scan undoes it.",
    "set": "Set values of an item, which stay whatever later runs estimate, or its status.",
    "release": "Give values back that were set by hand.",
    "merge": "Say that items are the same work; one stands for all, and `split` takes it back.",
    "split": "Take an item out of those that it was merged with; no rule joins them again.",
    "link": "Say what an item is to another one: causes, fixed-by, subsumes.",
    "unlink": "Take back what an item is said to be to another one, by you or by a rule.",
    "undo": "Take back your last decision about an item, or the last one of all.",
    "init": "Keep the backlog in the repository, as backlog.yml.",
    "metrics": "Show what was measured of a day, and measure days of the past.",
    "audit": "Show that the record of what happened is whole, and read it.",
    "ledger": "Carry the record of what happened to another database, or keep a copy of it.",
    "forget": "Know a repository no longer, such as a clone that was deleted.",
    "config": "Show every setting, and where its value came from.",
    "plugins": "List the sources, scoring rules and metrics, and which package brings each.",
    "ui": "Show the pipeline and the history of runs in the browser.",
    "up": "Like ui, and keep looking by schedule.",
    "doctor": "Check this installation, and say the next step where something is off.",
}
"""Each command with its one sentence; the file of a command is ``commands/NAME.py``."""

CALLED_BY_GIT = {
    "merge-driver": "Merge two versions of backlog.yml; `backlog init --merge-driver` registers it.",
}
"""Commands that git calls, and a person hardly ever does."""

_NOTHING_ASKED = 2


class Backlog(click.Group):
    """A group that knows its commands by name and imports one only to run it or show its help."""

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        """Like click's; the help and the version are printed here, and nobody may read them."""
        try:
            return super().make_context(*arguments, **extra)
        except BrokenPipeError:
            raise click.exceptions.Exit(errors.PIPE_CLOSED) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Like click's, but that nobody reads has a code of its own: click would end with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise click.exceptions.Exit(errors.PIPE_CLOSED) from None
        except SystemExit as ended:  # Rich ends with 1, too
            if isinstance(ended.__context__, BrokenPipeError):
                raise click.exceptions.Exit(errors.PIPE_CLOSED) from None
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a newcomer needs them."""
        return [*COMMANDS, *CALLED_BY_GIT]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; ``None`` where there is none."""
        if cmd_name not in COMMANDS and cmd_name not in CALLED_BY_GIT:
            return None
        module = importlib.import_module(f"backlog_pipeline.cli.commands.{cmd_name.replace('-', '_')}")
        return cast(click.Command, module.command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, with the nearest name when there is no such command."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else "see `backlog --help`"
            ctx.fail(f"There is no command {name!r}. Next: {hint}")
        return super().resolve_command(ctx, args)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The sentence, then an example."""
        super().format_help_text(ctx, formatter)
        with formatter.section("Example"):
            formatter.write_text("backlog run --repo ~/src/project")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their sentences, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        with formatter.section("Called by git"):
            formatter.write_dl(list(CALLED_BY_GIT.items()))


def _show_version(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        from backlog_pipeline import __version__

        click.echo(f"backlog {__version__}")
        ctx.exit()


@click.group(
    cls=Backlog,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 our fault, 2 usage or settings, 3 repository, 4 backlog.yml, 5 state, "
    "6 busy, 7 --strict, 8 tool or service, 9 plugin.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    help="Print the version and exit.",
)  # fmt: skip
@click.pass_context
def backlog(ctx: click.Context) -> None:
    """Find, rank and explain what is to be done in a git repository."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        ctx.exit(_NOTHING_ASKED)


def run_and_exit() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    output.accept_any_text()
    sys.exit(errors.exit_code_of(_run))


def _run() -> int:
    result: Any = backlog.main(prog_name="backlog", standalone_mode=False)
    if result == errors.PIPE_CLOSED:
        raise BrokenPipeError
    output.flush()
    return result if isinstance(result, int) else 0
