"""Help comes at once, reads the same everywhere, and the reference pages keep up with it."""

import importlib
import re
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest

from backlog_pipeline.cli.main import COMMANDS
from backlog_pipeline.cli.options import Command, Group
from backlog_pipeline_tests.cli.command import backlog, environment

PAGES = Path(__file__).parents[2] / "docs" / "reference"


def module_of(name: str) -> Command | Group:
    return importlib.import_module(f"backlog_pipeline.cli.commands.{name}").command


def names_of(name: str) -> list[str]:
    """``audit verify`` and ``audit log`` of ``audit``; a command that holds no others is its own."""
    found = module_of(name)
    return [f"{name} {inner}" for inner in found.commands] if isinstance(found, Group) else [name]


GROUPS = [name for name in COMMANDS if isinstance(module_of(name), Group)]
NAMES = [inner for name in COMMANDS for inner in names_of(name)]


def command(name: str) -> Command:
    outer, _, inner = name.partition(" ")
    found = module_of(outer)
    return found.commands[inner] if isinstance(found, Group) else found


def options_of(name: str) -> list[str]:
    return [word for p in command(name).params if isinstance(p, click.Option) for word in p.opts]


def section(name: str) -> str:
    """The part of the reference page about one command."""
    text = (PAGES / "commands.md").read_text()
    return re.split(r"^## ", text.split(f"## backlog {name}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_a_sentence_an_example_and_options_by_situation(name: str, tmp_path: Path):
    ended = backlog(*name.split(), "--help", home=tmp_path)
    assert ended.code == 0
    assert f"Example:\n  backlog {name}" in ended.out
    assert "Which repository:\n  --repo PATH" in ended.out
    assert "Options:" not in ended.out


def test_without_a_command_the_help_is_printed_as_it_is_when_asked_for(tmp_path: Path):
    asked, bare = backlog("--help", home=tmp_path), backlog(home=tmp_path)
    assert (asked.code, bare.code) == (0, 2)
    assert bare.out == asked.out
    assert bare.err == ""
    assert "\n\nExample:\n  backlog run --repo ~/src/project\n" in bare.out


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_of_commands_names_them_and_knows_the_nearest(name: str, tmp_path: Path):
    asked, bare = backlog(name, "--help", home=tmp_path), backlog(name, home=tmp_path)
    assert (asked.code, bare.code, bare.out, bare.err) == (0, 2, asked.out, "")
    assert f"Example:\n  backlog {name} " in asked.out
    for inner in module_of(name).commands:  # type: ignore[union-attr]
        assert f"\n  {inner}" in asked.out
        wrong = backlog(name, inner + "x", home=tmp_path)
        assert wrong.code == 2
        assert wrong.err.endswith(f"did you mean '{inner}'?\n")


@pytest.mark.parametrize(
    "words", [[], *([name] for name in GROUPS), *(n.split() for n in NAMES)], ids=" ".join
)
def test_no_help_shows_what_is_meant_for_the_formatter(words: list[str], tmp_path: Path):
    text = backlog(*words, "--help", home=tmp_path).out
    assert "\\" not in text
    assert "\b" not in text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_sentence_in_the_list_of_commands_is_the_commands_own(name: str):
    assert (module_of(name).help or "").split("\n")[0].startswith(COMMANDS[name].rstrip(".").split(",")[0])


@pytest.mark.parametrize("name", ["list", "show", "findings", "config", "plugins", "run", "doctor"])
def test_commands_that_print_data_can_print_json(name: str):
    assert "--json" in options_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_option_is_in_the_reference(name: str):
    text = section(name)
    documented = set(re.findall(r"^\| `(--[a-z-]+)", text, flags=re.MULTILINE))
    assert documented == set(options_of(name))


def test_the_reference_knows_no_other_command():
    found = re.findall(
        r"^## backlog (\w+(?: \w+)?)$", (PAGES / "commands.md").read_text(), flags=re.MULTILINE
    )
    assert found == NAMES


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], *([*name.split(), "--help"] for name in NAMES)], ids=" ".join
)
def test_help_takes_less_than_a_fifth_of_a_second(words: list[str], tmp_path: Path):
    best = min(cpu_seconds(words, tmp_path) for _ in range(3))
    assert best < 0.2


def cpu_seconds(words: list[str], home: Path) -> float:
    argv = [
        sys.executable,
        "-c",
        "from backlog_pipeline.cli.main import run_and_exit; run_and_exit()",
        *words,
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, env=environment(home), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
