"""Commands whose help reads: one sentence, one example, then the options by situation."""

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

WHERE = "Which repository"
FORM = "How it is printed"
_NOTHING_ASKED = 2


class Option(click.Option):
    """An option with the situation in which one needs it: a heading of the help."""

    def __init__(self, *arguments: Any, situation: str = "Other options", **attributes: Any) -> None:
        self.situation = situation
        super().__init__(*arguments, **attributes)


class Command(click.Command):
    """A command with an example in its help."""

    def __init__(self, *arguments: Any, example: str = "", **attributes: Any) -> None:
        self.example = example
        super().__init__(*arguments, **attributes)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The sentence, then the example."""
        super().format_help_text(ctx, formatter)
        with formatter.section("Example"):
            formatter.write_text(self.example)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under the headings of their situations, in the order of their definition."""
        situations: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            row = parameter.get_help_record(ctx)
            if row is not None:
                situations.setdefault(getattr(parameter, "situation", "Other options"), []).append(row)
        for heading, rows in situations.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


class Group(click.Group):
    """A command that only holds others; its help reads like theirs."""

    def __init__(self, *arguments: Any, example: str = "", **attributes: Any) -> None:
        self.example = example
        super().__init__(*arguments, **attributes)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, with the nearest name when there is no such command."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.commands, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"see `{ctx.command_path} --help`"
            ctx.fail(f"There is no command {args[0]!r} in `{ctx.command_path}`. Next: {hint}")
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which they were added."""
        return list(self.commands)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The sentence, then the example."""
        super().format_help_text(ctx, formatter)
        with formatter.section("Example"):
            formatter.write_text(self.example)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their sentences."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, found.get_short_help_str(90)) for name, found in self.commands.items()]
            )


def group(name: str, *, example: str) -> Callable[[Callable[[], None]], Group]:
    """Make a command that holds others (see ``Group.command``); called bare it prints its help
    and ends with 2. The docstring of the function is the sentence of the help.
    """

    def make(function: Callable[[], None]) -> Group:
        @click.pass_context
        def called(ctx: click.Context) -> None:
            if ctx.invoked_subcommand is None:
                click.echo(ctx.get_help())
                ctx.exit(_NOTHING_ASKED)

        return Group(
            name,
            callback=called,
            help=function.__doc__,
            example=example,
            invoke_without_command=True,
            subcommand_metavar="COMMAND [ARGS]...",
        )

    return make


def command(name: str, *, example: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; its docstring is the sentence of the help."""
    return click.command(name, cls=Command, example=example)


def option(*declarations: str, situation: str, **attributes: Any) -> Callable[[Function], Function]:
    """One option under the heading ``situation``; ``attributes`` are click's."""
    return click.option(*declarations, cls=Option, situation=situation, **attributes)


repo_option = option(
    "--repo",
    type=click.Path(path_type=Path),
    metavar="PATH",
    situation=WHERE,
    help="The repository; default: REPO_ROOT, else the current directory's.",
)
json_option = option(
    "--json", "is_json", is_flag=True, situation=FORM, help="Print JSON, for programs."
)  # fmt: skip
