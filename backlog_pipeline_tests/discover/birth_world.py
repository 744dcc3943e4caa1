"""A repository of TODO comments, and when each of them was born."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from backlog_pipeline.discover.births import Bounds, Extractor, any_of, births
from backlog_pipeline.system.git import Git
from backlog_pipeline_tests.git_repository import GitRepository


class MemoryCache:
    """A ``ResultCache`` in memory that counts what is put."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.puts = 0

    def get_many(self, scanner: str, keys: Iterable[str]) -> dict[str, str]:
        return {k: self.kept[scanner, k] for k in keys if (scanner, k) in self.kept}

    def put_many(self, scanner: str, results: Mapping[str, str]) -> None:
        self.puts += len(results)
        self.kept |= {(scanner, k): v for k, v in results.items()}


def texts(path: str, content: bytes) -> Sequence[str]:
    found = re.findall(rb"#\s*TODO:?\s*(.*)", content)
    return [" ".join(text.decode("utf-8", "replace").split()).casefold() for text in found]


TODO = Extractor("todo 1", any_of([b"TODO"]), lambda path: path.endswith((".py", ".pyi")), texts)


class World:
    """A repository whose commits are known by short names, and the births seen in it."""

    def __init__(self, repository: GitRepository) -> None:
        self.repository = repository
        self.cache = MemoryCache()
        self.names: dict[str, str] = {}

    def commit(self, name: str, when: datetime | None = None) -> None:
        self.names[self.repository.commit(name, when)] = name

    def merge(self, branch: str, name: str) -> None:
        self.names[self.repository.merge(branch, name)] = name

    def born(
        self, *, cache: MemoryCache | None = None, segment: int = 99
    ) -> dict[tuple[str, str], list[str]]:
        """(path, text) -> the names of the commits in which it was born, in order of occurrence."""
        git, bounds = Git(self.repository.path), Bounds(segment=segment)
        found = births(git, self.repository.head(), TODO, cache or self.cache, bounds)
        assert not found.note
        return {place: [self.names[b.commit] for b in known] for place, known in found.by_place.items()}


def code(*todos: str, lines: int = 3) -> str:
    body = "".join(f"line_{n} = {n}\n" for n in range(lines))
    return body + "".join(f"# TODO: {todo}\nafter_{n} = 1\n" for n, todo in enumerate(todos)) + body
