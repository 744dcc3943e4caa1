"""Commands whose help reads: one sentence, one example, then the options by situation."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

WHERE = "Which repository"
FORM = "How it is printed"


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
