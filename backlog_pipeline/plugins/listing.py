"""What is on the shelves, without importing any of it.

Entry points are read from the metadata of installed distributions; the Python files that
``backlog.toml`` names under ``[plugins] files`` are parsed, not run.
"""

import ast
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from backlog_pipeline.errors import PluginError, SettingError


class Shelf(StrEnum):
    """What can be plugged in; the value is the entry-point group."""

    SOURCES = "backlog_pipeline.sources"
    SCORING_RULES = "backlog_pipeline.scoring_rules"
    METRICS = "backlog_pipeline.metrics"

    @property
    def decorator(self) -> str:
        """The name of the decorator in ``plugins`` that puts a function on this shelf."""
        return self.noun.replace(" ", "_")

    @property
    def noun(self) -> str:
        """What one plugin of this shelf is called."""
        return _NOUNS[self]


_NOUNS = {Shelf.SOURCES: "source", Shelf.SCORING_RULES: "scoring rule", Shelf.METRICS: "metric"}


@dataclass(frozen=True, slots=True)
class Plugin:
    """One registered plugin.

    ``value`` is ``module:attribute`` of an entry point, or ``path:function`` of a file.
    ``distribution`` is the package that brings it ("" for a file), ``problem`` says why it cannot
    even be listed properly ("" mostly).
    """

    name: str
    shelf: Shelf
    value: str
    distribution: str = ""
    version: str = ""
    file: str = ""
    problem: str = ""

    @property
    def brought_by(self) -> str:
        """The package and version, or the file, that registers it."""
        return self.file or f"{self.distribution} {self.version}"


def sources(files: Sequence[str] = ()) -> tuple[Plugin, ...]:
    """Every registered discovery source, sorted by name. Raises ``PluginError`` on a doubled name."""
    return _listed(Shelf.SOURCES, files)


def scoring_rules(files: Sequence[str] = ()) -> tuple[Plugin, ...]:
    """Every registered scoring rule, sorted by name. Raises ``PluginError`` on a doubled name."""
    return _listed(Shelf.SCORING_RULES, files)


def metrics(files: Sequence[str] = ()) -> tuple[Plugin, ...]:
    """Every registered metric, sorted by name. Raises ``PluginError`` on a doubled name."""
    return _listed(Shelf.METRICS, files)


def check_names(given: Iterable[str], plugins: Sequence[Plugin], where: str) -> None:
    """Raise ``SettingError`` for a name that no plugin has, with the nearest one that is there."""
    known = [plugin.name for plugin in plugins]
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else "see `backlog plugins` for what is installed"
            raise SettingError(f"{where}: there is no plugin {name!r}", next_step=hint)


def _listed(shelf: Shelf, files: Sequence[str]) -> tuple[Plugin, ...]:
    found = [_of_entry_point(point, shelf) for point in metadata.entry_points(group=shelf.value)]
    for file in files:
        found += _in_file(Path(file), shelf)
    by_name: dict[str, Plugin] = {}
    for plugin in sorted(set(found), key=lambda p: (p.name, p.value, p.brought_by)):
        other = by_name.setdefault(plugin.name, plugin)
        if other.value != plugin.value:
            raise PluginError(
                f"two {shelf.noun}s are named {plugin.name!r}: {other.value} ({other.brought_by}) "
                f"and {plugin.value} ({plugin.brought_by})",
                next_step="uninstall one of them, or rename one",
            )
    return tuple(by_name.values())


def _of_entry_point(point: metadata.EntryPoint, shelf: Shelf) -> Plugin:
    name, version = (point.dist.name, point.dist.version) if point.dist else ("unknown", "")
    return Plugin(point.name, shelf, point.value, distribution=name, version=version)


def _in_file(path: Path, shelf: Shelf) -> list[Plugin]:
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except (OSError, SyntaxError, ValueError) as error:
        broken = Plugin(path.stem, Shelf.SOURCES, str(path), file=str(path), problem=_in_words(error))
        return [broken] if shelf is Shelf.SOURCES else []
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    marked = [f for f in functions if any(_name(d) == shelf.decorator for d in f.decorator_list)]
    return [Plugin(f.name, shelf, f"{path}:{f.name}", file=str(path)) for f in marked]


def _in_words(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _name(decorator: ast.expr) -> str:
    """``source`` of ``@source``, ``@source(...)``, ``@plugins.source`` and ``@plugins.source(...)``."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""
