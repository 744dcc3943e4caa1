"""Import and build one plugin; what goes wrong in its code stays with that plugin, as a value.

This is the plugin boundary and holds the one broad ``except`` of the house: somebody else's code
may raise anything while it is imported, and the rest must go on and say so.
"""

import difflib
import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

from backlog_pipeline.discover.interface import Source
from backlog_pipeline.errors import PluginError, SettingError
from backlog_pipeline.measure.interface import Known, Metric
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.metric import Measurement
from backlog_pipeline.plugins.functions import FunctionSource
from backlog_pipeline.plugins.listing import Plugin, Shelf, check_names, metrics, scoring_rules, sources

if TYPE_CHECKING:
    from backlog_pipeline.score.interface import ScoringRule

_HOUSE = "backlog_pipeline.discover.sources."
_PROMISED = {
    Shelf.SOURCES: ("name", "version", "options", "fresh_minutes", "scan"),
    Shelf.SCORING_RULES: ("name", "operation", "reason", "terms"),
    Shelf.METRICS: ("name", "version", "unit", "measure"),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A plugin that cannot be used, and why, on one line."""

    plugin: Plugin
    reason: str


def build(plugin: Plugin) -> object:
    """The plugin, imported and built, or ``Broken`` with the reason. Never raises."""
    if plugin.problem:
        return Broken(plugin, plugin.problem)
    try:
        built = _from_file(plugin) if plugin.file else _from_entry_point(plugin)
        missing = [name for name in _PROMISED[plugin.shelf] if not hasattr(built, name)]
        name = getattr(built, "name", "")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the plugin boundary: any code, any error
        return Broken(plugin, _in_words(error))
    if missing:
        return Broken(plugin, f"it is no {plugin.shelf.noun}: it has no {', '.join(missing)}")
    if name != plugin.name:
        return Broken(plugin, f"it calls itself {name!r} but is registered as {plugin.name!r}")
    return built


def build_source(name: str, *, files: Sequence[str] = ()) -> Source:
    """The source of that name. Raises ``PluginError`` when it is not there or broken."""
    return cast(Source, _the(name, sources(files)))


def build_rules(names: Sequence[str], *, files: Sequence[str] = ()) -> "tuple[ScoringRule, ...]":
    """The scoring rules of these names, in this order. Raises ``PluginError`` for the first broken one."""
    listed = scoring_rules(files)
    check_names(names, listed, "[score] rules")
    return tuple(cast("ScoringRule", _the(name, listed)) for name in names)


@dataclass(frozen=True, slots=True)
class BrokenMetric:
    """Stands for a metric that cannot be used: its measurement is undefined, and says so."""

    name: str
    reason: str
    version: int = 0
    unit: str = "unknown"

    def measure(self, known: Known) -> Measurement:
        """No value, and the reason."""
        return Measurement(None, self.unit, f"{self.name}@0", reason_undefined=self.reason)


def build_metrics(*, files: Sequence[str] = ()) -> tuple[Metric, ...]:
    """Every registered metric, by name. One that is broken is there too, undefined with its reason.

    Raises:
        PluginError: two metrics have one name.
    """
    return tuple(_metric(plugin) for plugin in metrics(files))


def _metric(plugin: Plugin) -> Metric:
    built = build(plugin)
    if isinstance(built, Broken):
        reason = f"the metric of {plugin.brought_by} cannot be used: {built.reason}"
        return BrokenMetric(plugin.name, reason)
    return cast(Metric, built)


def check_options(source: Source, given: Mapping[str, str]) -> None:
    """Raise ``SettingError`` for an option that the source does not have, with the nearest one."""
    for name in given:
        if name not in source.options:
            near = difflib.get_close_matches(name, source.options, n=1)
            known = (
                f"did you mean {near[0]!r}?" if near else f"it knows {', '.join(source.options) or 'none'}"
            )
            raise SettingError(
                f"backlog.toml [sources.{source.name}]: there is no option {name!r}", next_step=known
            )


def check_house_options(given: Mapping[str, Mapping[str, str]], *, files: Sequence[str] = ()) -> None:
    """Check the options given to sources of the house, by their names; those without any cost nothing.

    Others are checked where they run: their code may do anything, and does it in a process of its
    own. A source that cannot be built is left to its scan, which says why.

    Raises:
        SettingError: a source does not have that option.
    """
    if not any(given.values()):
        return
    for plugin in sources(files):
        options = given.get(plugin.name, {})
        if options and not plugin.file and plugin.value.startswith(_HOUSE):
            built = build(plugin)
            if not isinstance(built, Broken):
                check_options(cast(Source, built), options)


def _the(name: str, listed: Sequence[Plugin]) -> object:
    plugin = next((p for p in listed if p.name == name), None)
    if plugin is None:
        raise PluginError(f"there is no plugin {name!r}", next_step="see `backlog plugins`")
    built = build(plugin)
    if isinstance(built, Broken):
        raise PluginError(
            f"the {plugin.shelf.noun} {name} ({plugin.brought_by}) cannot be used: {built.reason}",
            next_step=f"repair or uninstall {plugin.brought_by}",
        )
    return built


def _from_entry_point(plugin: Plugin) -> object:
    module, _, attribute = plugin.value.partition(":")
    target: object = importlib.import_module(module.strip())
    for part in attribute.split(".") if attribute else ():
        target = getattr(target, part.strip())
    return target() if isinstance(target, type) else target


def _from_file(plugin: Plugin) -> object:
    text = Path(plugin.file).read_bytes()
    built = getattr(_module(plugin.file, text), plugin.name)
    if isinstance(built, FunctionSource) and not built.version:
        return replace(built, version=digest(text.decode("utf-8", "replace"))[:12])
    return built


@cache
def _module(path: str, text: bytes) -> ModuleType:
    """The file's module, run once for each content that it has."""
    name = f"backlog_plugin_{digest(path, text.decode('utf-8', 'replace'))[:12]}"
    spec = spec_from_loader(name, SourceFileLoader(name, path))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _in_words(error: BaseException) -> str:
    said = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
