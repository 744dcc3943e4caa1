"""Circles of links: groups of rows that wait, through each other, for themselves.

Tarjan's strongly connected components ("Depth-first search and linear graph algorithms", 1972),
without recursion: a chain of links may be longer than Python's stack.
"""

from collections.abc import Iterator, Mapping

Graph = Mapping[int, tuple[int, ...]]


def circles(graph: Graph) -> tuple[tuple[int, ...], ...]:
    """The groups of two or more nodes that reach each other, each sorted, sorted."""
    return tuple(sorted(tuple(sorted(group)) for group in _components(graph) if len(group) > 1))


def _components(graph: Graph) -> Iterator[list[int]]:
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in sorted(graph):
        if root in number:
            continue
        work: list[tuple[int, Iterator[int]]] = [(root, iter(graph[root]))]
        _enter(root, number, low, stack, on_stack)
        while work:
            node, ahead = work[-1]
            following = next((n for n in ahead if n not in number or n in on_stack), None)
            if following is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == number[node]:
                    yield _leave(node, stack, on_stack)
            elif following in number:
                low[node] = min(low[node], number[following])
            else:
                _enter(following, number, low, stack, on_stack)
                work.append((following, iter(graph.get(following, ()))))


def _enter(
    node: int, number: dict[int, int], low: dict[int, int], stack: list[int], on_stack: set[int]
) -> None:
    number[node] = low[node] = len(number)
    stack.append(node)
    on_stack.add(node)


def _leave(node: int, stack: list[int], on_stack: set[int]) -> list[int]:
    group = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        group.append(member)
        if member == node:
            return group
