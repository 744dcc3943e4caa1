"""Installed packages are listed from their metadata, and each is built on its own."""

import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from backlog_pipeline import plugins
from backlog_pipeline.errors import PluginError, SettingError
from backlog_pipeline.plugins import Broken, Shelf

ROOT = Path(__file__).parents[2]

MODULE = """
class Good:
    name = "good_one"
    version = "1"
    options = {}
    fresh_minutes = None
    def scan(self, look):
        return None

class Renamed(Good):
    name = "other"

class Empty:
    name = "empty_one"

class Refuses(Good):
    def __init__(self):
        raise RuntimeError("no\\nlicence")
"""


@pytest.fixture
def guest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real installed distribution, as pip leaves it: a module and its metadata."""
    info = tmp_path / "guest_tools-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: guest-tools\nVersion: 2.5\n")
    rows = {
        "good_one": "guest_tools_module:Good",
        "wrong_name": "guest_tools_module:Renamed",
        "empty_one": "guest_tools_module:Empty",
        "refuses": "guest_tools_module:Refuses",
        "gone": "guest_tools_module:Gone",
        "nowhere": "guest_tools_nowhere:Thing",
    }
    listed = "\n".join(f"{name} = {value}" for name, value in rows.items())
    (info / "entry_points.txt").write_text(f"[backlog_pipeline.sources]\n{listed}\n")
    (tmp_path / "guest_tools_module.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def of(name: str) -> plugins.Plugin:
    return next(plugin for plugin in plugins.sources() if plugin.name == name)


def test_a_guest_is_listed_with_its_package_and_nothing_is_imported(guest: Path):
    plugin = of("good_one")
    assert (plugin.value, plugin.brought_by) == ("guest_tools_module:Good", "guest-tools 2.5")
    assert plugin.shelf is Shelf.SOURCES
    assert "guest_tools_module" not in sys.modules


def test_a_guest_is_built_by_its_name(guest: Path):
    assert plugins.build_source("good_one").name == "good_one"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("wrong_name", "it calls itself 'other' but is registered as 'wrong_name'"),
        ("empty_one", "it is no source: it has no version, options, fresh_minutes, scan"),
        ("refuses", "RuntimeError: no licence"),
        ("gone", "AttributeError: module 'guest_tools_module' has no attribute 'Gone'"),
        ("nowhere", "ModuleNotFoundError: No module named 'guest_tools_nowhere'"),
    ],
)
def test_a_broken_guest_is_a_value_with_its_reason(guest: Path, name: str, reason: str):
    built = plugins.build(of(name))
    assert isinstance(built, Broken)
    assert built.reason == reason


def test_two_packages_with_one_plugin_name_are_named_both(guest: Path):
    info = guest / "rival-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rival\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[backlog_pipeline.sources]\ngood_one = rival:Good\n")
    with pytest.raises(PluginError, match=r"two sources are named 'good_one'.*guest-tools 2\.5.*rival 1\.0"):
        plugins.sources()


def test_a_name_that_is_not_installed_gets_the_nearest_one(guest: Path):
    with pytest.raises(SettingError, match="did you mean 'good_one'"):
        plugins.check_names(["god_one"], plugins.sources(), "[sources]")
    with pytest.raises(PluginError, match="there is no plugin 'god_one'"):
        plugins.build_source("god_one")


def test_the_installed_plugins_are_those_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    written = {
        (group, name, value)
        for group, rows in project["entry-points"].items()
        for name, value in rows.items()
    }
    points = metadata.distribution("backlog-pipeline").entry_points
    installed = {(p.group, p.name, p.value) for p in points if p.group.startswith("backlog_pipeline.")}
    assert installed == written, (
        "run `pip install --no-deps -e .` again: entry points are read at installation"
    )
