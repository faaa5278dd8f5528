"""Projection expressions: the parts of an item that a reader asks for.

Source: Amazon DynamoDB Developer Guide, "Using projection expressions in DynamoDB".
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from infra.local.dynamodb.expressions.compiled import Compiled
from infra.local.dynamodb.expressions.nodes import Path
from infra.local.dynamodb.expressions.paths import refuse_overlaps
from infra.local.dynamodb.expressions.syntax import Reader
from infra.local.dynamodb.values import AttributeValue, Item

Projection: TypeAlias = Callable[[Item], Item]

# A path's elements as nested dictionaries; an empty one stands for the whole value.
_Tree: TypeAlias = "dict[str | int, _Tree]"


def compile_projection(parameter: str, text: str, names: Mapping[str, str]) -> Compiled[Projection]:
    """Return the function that reduces an item to the paths of a projection expression."""
    reader = Reader(parameter, text, names)
    paths = [reader.path()]
    while reader.take_symbol(","):
        paths.append(reader.path())
    reader.expect_end()
    refuse_overlaps(parameter, paths)
    return Compiled(
        function=projection_of(paths),
        used_names=frozenset(reader.used_names),
        used_values=frozenset(),
        attributes=frozenset(path.attribute for path in paths),
        checks=(),
    )


def projection_of(paths: Iterable[Path]) -> Projection:
    """Return the function that reduces an item to what `paths` lead to; lists close up their gaps."""
    tree: _Tree = {}
    for path in paths:
        branch = tree
        for element in path.elements:
            branch = branch.setdefault(element, {})
    return lambda item: _members(item, tree)


def _part(value: AttributeValue, tree: _Tree) -> AttributeValue | None:
    if not tree:
        return value
    if isinstance(next(iter(tree)), int):
        elements = _elements(value.get("L", []), tree)
        return {"L": elements} if elements else None
    members = _members(value.get("M", {}), tree)
    return {"M": members} if members else None


def _members(members: Item, tree: _Tree) -> Item:
    parts = {
        name: _part(members[name], branch)
        for name, branch in tree.items()
        if isinstance(name, str) and name in members
    }
    return {name: part for name, part in parts.items() if part is not None}


def _elements(elements: list[AttributeValue], tree: _Tree) -> list[AttributeValue]:
    positions = sorted(position for position in tree if isinstance(position, int))
    parts = [_part(elements[position], tree[position]) for position in positions if position < len(elements)]
    return [part for part in parts if part is not None]
