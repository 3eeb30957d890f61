"""Ways through the nodes of a YAML file."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

from yaml.nodes import MappingNode, Node, SequenceNode

Steps = tuple[str | int, ...]


def child(node: Node, step: str | int) -> Node | None:
    """The node one step below, the first one where a key stands twice."""
    if isinstance(node, SequenceNode) and isinstance(step, int):
        return node.value[step] if 0 <= step < len(node.value) else None
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                found: Node = value
                return found
    return None


def place(node: Node) -> tuple[int, int]:
    """Line and column of a node, from 1."""
    mark = node.start_mark
    return mark.line + 1, mark.column + 1


def nodes_on(root: Node, path: Steps) -> Iterator[Node]:
    """The root and every node on the way to `path`, as far as they exist."""
    node: Node | None = root
    yield root
    for step in path:
        node = child(node, step) if node is not None else None
        if node is None:
            return
        yield node


def without(root: Node, paths: Iterable[Steps]) -> Node:
    """The tree without the smallest list item around each path, or else its top-level key; `root` when that is all."""
    doomed: set[int] = set()
    around: set[int] = set()
    for trail in [list(nodes_on(root, path)) for path in paths]:
        depth = next((n for n in range(len(trail) - 1, 0, -1) if isinstance(trail[n - 1], SequenceNode)), 1)
        if len(trail) > 1:
            doomed.add(id(trail[depth]))
            around.update(map(id, trail[:depth]))
    return _without(root, doomed, around) if doomed else root


def _without(node: Node, doomed: set[int], around: set[int]) -> Node:
    if id(node) not in around:
        return node
    rest = copy.copy(node)
    if isinstance(node, SequenceNode):
        rest.value = [_without(item, doomed, around) for item in node.value if id(item) not in doomed]
    else:
        rest.value = [(key, _without(value, doomed, around)) for key, value in node.value if id(value) not in doomed]
    return rest
